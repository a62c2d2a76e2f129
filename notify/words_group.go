package notify

import (
	"context"
	"fmt"
	"strings"

	"canhcong/baseline"
	"canhcong/targets"
)

// The words about groups.
var (
	wordCommon     = phrase{"Điểm chung", "In common"}
	wordOfSites    = phrase{"%d cổng có điểm này", "%d portals have it"}
	wordLookingAt  = phrase{"đang nhìn lại thêm %d cổng", "looking again at %d more"}
	wordStillDown  = phrase{"%d/%d cổng còn gián đoạn", "%d of %d portals still down"}
	wordStillWrong = phrase{"%d/%d cổng còn sự cố", "%d of %d portals still concerned"}
)

// groupHeadlines say what has happened to how many.
var groupHeadlines = map[baseline.Concern]phrase{
	baseline.ConcernAvailability: {"%d cổng gián đoạn cùng lúc", "%d portals down at once"},
	baseline.ConcernCertificate:  {"%d cổng cùng vướng chứng thư số", "%d portals with the same certificate trouble"},
	baseline.ConcernContent:      {"CHIẾN DỊCH trên %d cổng", "CAMPAIGN on %d portals"},
}

// bondPhrases say what incidents have in common.
var bondPhrases = map[BondKind]phrase{
	BondRegion:  {"hơn 30 % tổng số cổng – nghi đường truyền hoặc hạ tầng dùng chung", "more than 30 % of all portals – a line or a platform that they share"},
	BondAddress: {"cùng máy chủ %s", "the same server %s"},
	BondNetwork: {"cùng mạng %s", "the same network %s"},
	BondHost:    {"cùng tên miền %s", "the same host %s"},
	BondUnit:    {"cùng đơn vị %s", "the same unit %s"},
	BondIssuer:  {"cùng nơi cấp %s", "the same issuer %s"},
	BondDomain:  {"cùng địa chỉ lạ %s", "the same foreign address %s"},
	BondText:    {"cùng câu “%s”", "the same words “%s”"},
}

// groupMessage puts a group into words: how many now, since when, what they have in common, and a line for each of its members.
// suspected is how many more may turn out to be the same.
func groupMessage(g Group, members []Incident, suspected int, kind Kind, lang targets.Language, console string) Message {
	w := groupWords{speech{lang}, g, members}
	lines, all := w.list(w.each(), g.Number)
	m := Message{Title: w.title(kind), File: all, Severity: g.Severity, Quiet: g.Severity == Info}
	switch {
	case kind == KindAcknowledged && g.State != Closed:
		m.Body, m.File = w.lines(w.common(), w.acknowledged(), w.link(console)), nil
	case g.State == Closed:
		m.Body = w.lines(w.join(" · ", w.when(g.ClosedAt), g.Number), w.span(g.OpenedAt, g.ClosedAt), w.common(), w.missed(kind), lines, w.link(console))
	default:
		m.Body = w.lines(w.labelled(wordNow, w.now(suspected)), w.join(" · ", w.when(g.OpenedAt), g.Number), w.common(),
			w.acknowledged(), lines, w.link(console))
	}
	return m
}

// groupWords is one message about a group being written.
type groupWords struct {
	speech
	g       Group
	members []Incident
}

func (w groupWords) title(kind Kind) string {
	what := fmt.Sprintf(w.say(groupHeadlines[w.g.Concern]), len(w.members)) + " – " + w.bond()
	switch {
	case w.g.State == Closed && kind == KindOpened:
		return w.say(wordOver) + ": " + what
	case w.g.State == Closed && w.g.Absorbs():
		return "✅ " + w.say(wordRecovered) + ": " + what
	case w.g.State == Closed:
		return "☑️ " + w.say(wordClosed) + ": " + what
	case kind == KindAcknowledged:
		return "👤 " + w.say(wordAcknowledged) + " " + w.g.Number + ": " + what
	}
	return w.say(severityTitles[w.g.Severity]) + ": " + what
}

// bond says what the members have in common.
func (w groupWords) bond() string {
	value := w.g.Bond.Value
	switch w.g.Bond.Kind {
	case BondRegion:
		return w.say(bondPhrases[BondRegion])
	case BondUnit:
		if len(w.members) > 0 {
			value = w.members[0].Site.Unit.Name
		}
	case BondIssuer:
		_, value, _ = strings.Cut(value, " ")
	case BondDomain, BondText:
		value = foreign(value, "")
	}
	return fmt.Sprintf(w.say(bondPhrases[w.g.Bond.Kind]), plain(value))
}

func (w groupWords) common() string {
	of := ""
	if w.g.Sites > 0 && w.g.Bond.Kind != BondRegion {
		of = " (" + fmt.Sprintf(w.say(wordOfSites), w.g.Sites) + ")"
	}
	return w.labelled(wordCommon, w.bond()+of)
}

// now says how many are still concerned, and how many more may be.
func (w groupWords) now(suspected int) string {
	still, more := wordStillWrong, ""
	if w.g.Concern == baseline.ConcernAvailability {
		still = wordStillDown
	}
	if suspected > 0 {
		more = fmt.Sprintf(w.say(wordLookingAt), suspected)
	}
	return w.join("; ", fmt.Sprintf(w.say(still), w.g.Open, len(w.members)), more)
}

func (w groupWords) acknowledged() string {
	if w.g.AcknowledgedBy == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s, %s", w.say(wordAcknowledged), plain(w.g.AcknowledgedBy), w.when(w.g.AcknowledgedAt))
}

// missed says that the first message could not be sent in time.
func (w groupWords) missed(kind Kind) string {
	if kind != KindOpened {
		return ""
	}
	return w.say(wordNotSentBefore)
}

func (w groupWords) each() (lines []string) {
	for _, i := range w.members {
		mark := severityMarks[i.Severity]
		if !i.Told() {
			mark = "✅"
		}
		lines = append(lines, mark+" "+words{speech: w.speech, i: i}.line())
	}
	return lines
}

func (w groupWords) link(console string) string {
	return w.page(console, fmt.Sprintf("/groups/%d", w.g.ID))
}

func (g Group) about() About { return About{AboutGroup, g.ID} }

func (g Group) label() string { return g.Number }

// tell implements subject.
func (g Group) tell(ctx context.Context, d *Desk, j job, lang targets.Language) (Message, string, error) {
	if g.State == Closed && j.kind() == KindUpdated {
		return Message{}, "its end has been told", nil
	}
	if g.waiting() == "" && j.only(KindEscalated) {
		return Message{}, noteTaken, nil
	}
	kind := j.kind()
	if kind == KindAcknowledged && d.replaces(j) && g.Live() {
		kind = KindUpdated // all of it again, with who is on it
	}
	m, err := d.TellGroup(ctx, g, kind, lang)
	if err != nil || g.waiting() == "" {
		return m, "", err
	}
	s := speech{lang}
	if kind == KindEscalated {
		m.Title = s.unanswered(d.unansweredFor(ctx, j)) + m.Title
	}
	next, err := d.outlook(ctx, g, s)
	m.Body = s.lines(m.Body, next)
	return m, "", err
}

// TellGroup puts a group into words as it stands now.
func (d *Desk) TellGroup(ctx context.Context, g Group, kind Kind, lang targets.Language) (Message, error) {
	members, err := d.members(ctx, g.ID)
	if err != nil {
		return Message{}, fmt.Errorf("list the members of %s: %w", g.Number, err)
	}
	suspected, err := suspectedWith(ctx, d.registry.DB().Read, g)
	if err != nil {
		return Message{}, fmt.Errorf("count what may belong to %s: %w", g.Number, err)
	}
	g.AcknowledgedBy = d.nameOf(ctx, g.AcknowledgedBy)
	return groupMessage(g, members, suspected, kind, lang, d.consoleURL), nil
}

package notify

import (
	"context"
	"fmt"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// mostReasons is how many pieces of evidence a message names.
const mostReasons = 3

// Words puts a fact about an incident into words: Title is severity and what happened, Body the unit and host, when, the
// number, what was seen, and how sure it is. v is the verdict that shows it best; with the zero Verdict the message only
// lacks what was seen.
func (d *Desk) Words(i Incident, v baseline.Verdict, kind Kind, lang targets.Language) Message {
	return d.put(words{speech: speech{lang}, i: i, v: v}, kind)
}

// put writes a message. A drill says that it is one, and shows nothing that was seen.
func (d *Desk) put(w words, kind Kind) Message {
	if !w.i.Drill {
		return d.write(w, kind)
	}
	w.v = baseline.Verdict{}
	m := d.write(w, kind)
	m.Title, m.Body = w.say(wordDrill)+" · "+m.Title, w.lines(m.Body, w.say(wordNoHarm))
	return m
}

func (d *Desk) write(w words, kind Kind) Message {
	i := w.i
	switch {
	case kind == KindPicture:
		return Message{Title: w.join(" · ", w.say(approvedAndNow), w.who(), i.Number)}
	case kind == KindAcknowledged:
		return Message{Title: "👤 " + w.say(wordAcknowledged) + " " + i.Number, Body: w.lines(w.who(), w.acknowledged())}
	case kind == KindOpened && i.State == Closed && i.CloseReason != Refuted:
		return Message{
			Title: w.say(wordOver) + ": " + w.what(),
			Body:  w.lines(w.who(), w.join(" · ", w.when(i.SuspectedAt), i.Number), w.span(i.SuspectedAt, i.ClosedAt), w.seen(), w.outlasted(), w.state(), w.say(wordNotSentBefore), w.link(d.consoleURL)),
		}
	case i.State == Closed:
		return Message{
			Title: w.closedTitle(),
			Body:  w.lines(w.who(), w.join(" · ", w.when(i.ClosedAt), i.Number), w.span(i.SuspectedAt, i.ClosedAt), w.found(), w.pace(), w.link(d.consoleURL)),
		}
	default:
		return Message{
			Title: w.title(kind),
			Body: w.lines(w.who(), w.join(" · ", w.when(i.SuspectedAt), i.Number), w.seen(), w.looks(), w.outlasted(), w.state(),
				w.labelled(wordToDo, w.todo()), w.acknowledged(), w.owner(), w.quiet(), w.outlook, w.link(d.consoleURL)),
		}
	}
}

// words is one message about an incident being written.
type words struct {
	speech
	i       Incident
	v       baseline.Verdict
	planned time.Time     // when the time was over for which it had been announced; zero when it was not
	outlook string        // who was told and who will be next, see Desk.outlook
	waited  time.Duration // for how long nobody had taken it on, of a fact that says so
}

func (w words) title(kind Kind) string {
	mark := w.say(severityTitles[w.i.Severity]) + ": "
	if w.i.Recurrences > 0 {
		mark += fmt.Sprintf(w.say(wordRecurred), w.i.Recurrences+1) + " – "
	}
	switch {
	case kind == KindEscalated && w.i.State == Open:
		return w.unanswered(w.waited) + w.what()
	case kind == KindWorsened && w.i.Step != 0:
		return mark + w.what() + " – " + fmt.Sprintf(w.say(wordDaysLeft), w.i.Step)
	case kind == KindWorsened:
		return mark + w.say(wordWorse) + " – " + w.what()
	case kind == KindUnfixed:
		return mark + w.say(wordUnfixed) + " – " + w.what()
	case kind == KindDigest:
		return mark + w.what() + " – " + fmt.Sprintf(w.say(wordDrops), w.i.Drops, clock(w.i.FlappingAt))
	case kind == KindWoken:
		return mark + w.say(wordWoken) + " – " + w.what()
	}
	return mark + w.what()
}

func (w words) closedTitle() string {
	if blind(w.v) && w.i.CloseReason != Unwatched {
		return "✅ " + w.say(wordClosed) + ": " + w.say(wordSeeing)
	}
	if w.i.CloseReason != Recovered {
		return "☑️ " + w.say(wordClosed) + ": " + w.i.CloseReason.Text(w.lang)
	}
	return "✅ " + w.say(wordRecovered) + ": " + w.say(recoveries[w.i.Concern])
}

// what says what happened, from what the incident itself knows.
func (w words) what() string {
	if !w.i.FlappingAt.IsZero() {
		return w.say(wordFlapping)
	}
	if w.i.Concern == baseline.ConcernQuality {
		for _, e := range w.v.EvidenceOf(w.i.Concern) {
			if p, ok := lacking[e.Where]; ok {
				return w.say(p)
			}
		}
	}
	if w.i.RaisedBy != "" && w.i.Severity != Critical {
		return w.say(wordNotOurs)
	}
	if blind(w.v) && w.i.Severity != Critical {
		return w.say(wordBlind)
	}
	if w.i.Concern == baseline.ConcernCertificate && w.i.Severity == Warning && merelyIncomplete(w.v.Observation.Certificate) {
		return w.say(headlines[headline{w.i.Concern, Major}])
	}
	if sure, ok := confirmedHeadlines[headline{w.i.Concern, w.i.Severity}]; ok && w.i.Confirmed() {
		return w.say(sure)
	}
	return w.say(headlines[headline{w.i.Concern, w.i.Severity}])
}

// who names the unit and the address, whose path tells the portals of one host apart.
func (w words) who() string {
	s := w.i.Site
	name := plain(s.Unit.Name)
	if name == "" || name == targets.UnknownUnit {
		name = plain(s.Name)
	}
	at := s.Host()
	if _, path, found := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(s.URL, "https://"), "http://"), "/"); found && path != "" {
		at += "/" + path
	}
	if at = plain(at); name == at {
		return at
	}
	return w.join(" · ", name, at)
}

// seen says what was seen: for an outage its cause, for a certificate what is wrong with it, else the strongest evidence.
func (w words) seen() string {
	if w.i.Drill {
		return w.labelled(wordSigns, w.say(scenarios[w.i.Concern]))
	}
	switch w.i.Concern {
	case baseline.ConcernAvailability:
		return w.labelled(wordCause, w.cause())
	case baseline.ConcernCertificate:
		if w.v.Observation.Certificate != nil {
			return w.labelled(wordCertificate, w.certificate(*w.v.Observation.Certificate))
		}
	}
	var sentences []string
	for _, e := range w.v.EvidenceOf(w.i.Concern) {
		if len(sentences) == mostReasons {
			break
		}
		sentences = append(sentences, strings.TrimRight(foreign(e.Sentence(w.lang), w.i.Site.Host()), "."))
	}
	return w.labelled(wordSigns, strings.Join(sentences, "; "))
}

func (w words) cause() string {
	o := w.v.Observation
	text := w.say(causes[o.Cause])
	if o.Cause == monitor.CauseHTTP && o.Status != 0 {
		text = fmt.Sprintf("%s (HTTP %d)", text, o.Status)
	}
	return text
}

// certificate says everything that is wrong with a certificate, or when it ends.
func (w words) certificate(c monitor.Certificate) string {
	var all []string
	for _, p := range append([]monitor.CertificateProblem{c.Problem}, c.Others...) {
		text := w.say(certificates[p])
		if p == "" || p == monitor.CertificateExpired {
			text += " " + c.NotAfter.In(targets.Vietnam).Format("02/01/2006")
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func (w words) looks() string {
	if w.i.BadLooks == 0 || w.i.Concern == baseline.ConcernQuality { // the judge has counted them, and says so
		return ""
	}
	return fmt.Sprintf("%s: %d", w.say(wordLooks), w.i.BadLooks)
}

func (w words) state() string {
	switch {
	case w.i.State == Closed:
		return w.labelled(wordState, w.i.CloseReason.Text(w.lang))
	case w.i.Asked != "":
		return w.labelled(wordState, w.asked())
	case !w.i.FixedAt.IsZero():
		return w.labelled(wordState, fmt.Sprintf(w.say(wordFixed), plain(w.i.FixedBy), clock(w.i.FixedAt)))
	case w.i.Finding != "":
		return w.labelled(wordState, w.found())
	case w.i.RaisedBy != "":
		return w.labelled(wordState, w.say(wordUnitSaysNo)+" ("+plain(w.i.RaisedBy)+")")
	case w.i.Unseen():
		return w.labelled(wordState, w.say(wordUnseen))
	case w.i.Confirmed():
		return w.labelled(wordState, w.say(wordConfirmed))
	case w.i.toBeConfirmed(w.v):
		return w.labelled(wordState, w.say(wordSuspected))
	default:
		return w.labelled(wordState, w.say(wordUnverified))
	}
}

// todo says what whoever is woken does first, until somebody has taken it on; the console has the whole checklist.
func (w words) todo() string {
	switch {
	case w.i.State != Open:
		return ""
	case blind(w.v) && w.i.Severity != Critical:
		return w.say(wordToApprove)
	case w.i.Concern == baseline.ConcernContent && (w.i.Severity == Critical || w.i.RaisedBy != ""):
		return w.say(wordToCompare)
	}
	for _, e := range w.v.EvidenceOf(w.i.Concern) {
		if p, ok := lackingTodos[e.Where]; ok && w.i.Concern == baseline.ConcernQuality {
			return w.say(p)
		}
	}
	return w.say(todos[w.i.Concern])
}

func (w words) acknowledged() string {
	if w.i.AcknowledgedBy == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s, %s", w.say(wordAcknowledged), plain(w.i.AcknowledgedBy), w.when(w.i.AcknowledgedAt))
}

// owner names who deals with it, where that is not who took it on.
func (w words) owner() string {
	if w.i.Owner == w.i.AcknowledgedBy {
		return ""
	}
	return w.labelled(wordOwner, plain(w.i.Owner))
}

// asked says who would excuse it, and who has to agree or whether nobody can.
func (w words) asked() string {
	if w.i.Alone {
		return fmt.Sprintf(w.say(wordAskedAlone), plain(w.i.AskedBy), w.i.Asked.Text(w.lang), w.when(w.i.AskedAt.Add(AloneAfter)))
	}
	return fmt.Sprintf(w.say(wordAsked), plain(w.i.AskedBy), w.i.Asked.Text(w.lang))
}

// found says what a person found out, and that nobody agreed where it takes two.
func (w words) found() string {
	if w.i.Finding == "" {
		return ""
	}
	found := fmt.Sprintf(w.say(wordFound), w.i.Finding.Text(w.lang), plain(w.i.FoundBy))
	if w.i.Alone {
		found += " – " + w.say(wordAlone)
	}
	return found
}

// pace says how long people took in a drill, which is what it is for.
func (w words) pace() string {
	if !w.i.Drill {
		return ""
	}
	var all []string
	for _, m := range w.i.Milestones()[1:] {
		if !m.At.IsZero() {
			all = append(all, m.Stage.Text(w.lang)+": "+w.duration(m.At.Sub(w.i.OpenedAt)))
		}
	}
	return strings.Join(all, " · ")
}

// outlasted says that it was announced, and lasts longer.
func (w words) outlasted() string {
	if w.planned.IsZero() {
		return ""
	}
	return fmt.Sprintf(w.say(wordOutlasted), w.when(w.planned))
}

// quiet says until when people are not told more of it, where one of them asked for that.
func (w words) quiet() string {
	if w.i.HushedBy == "" {
		return ""
	}
	return fmt.Sprintf(w.say(wordQuietUntil), w.when(w.i.HushedUntil))
}

func (w words) link(console string) string {
	if w.i.ID == 0 {
		return ""
	}
	return w.page(console, fmt.Sprintf("/incidents/%d", w.i.ID))
}

// tell implements subject.
func (i Incident) tell(ctx context.Context, d *Desk, j job, lang targets.Language) (m Message, note string, err error) {
	if i.waiting() == "" && j.only(KindEscalated) {
		return Message{}, noteTaken, nil
	}
	if i.Site, err = d.registry.PastSite(ctx, i.Site.ID); err != nil {
		return Message{}, "", fmt.Errorf("read the site of %s: %w", i.Number, err)
	}
	i.Handling = d.named(ctx, i.Handling)
	v, err := d.judge.Verdict(ctx, i.WorstVerdictID)
	if err != nil && !j.picture() {
		d.log.ErrorContext(ctx, "an alert leaves without what was seen", "incident", i.Number, "error", err)
	}
	kind := j.kind()
	switch {
	case kind == KindAcknowledged && d.replaces(j) && i.Told():
		kind = KindOpened // all of it again, with who is on it
	case kind == KindAcknowledged && i.HushedBy != "":
		return Message{}, "quiet", nil
	}
	w := words{speech: speech{lang}, i: i, v: v, waited: d.unansweredFor(ctx, j)}
	var unknown error
	if w.planned, unknown = outlastedAt(ctx, d.registry.DB().Read, i.ID); unknown != nil {
		d.log.ErrorContext(ctx, "an alert leaves without whether it was announced", "incident", i.Number, "error", unknown)
	}
	if w.outlook, unknown = d.outlook(ctx, i, w.speech); unknown != nil {
		d.log.ErrorContext(ctx, "an alert leaves without who is next", "incident", i.Number, "error", unknown)
	}
	m = d.put(w, kind)
	m.Quiet, m.Severity = i.Severity == Info || j.kind() == KindDigest || j.picture(), i.urgency(j.kind()) // its text has rung
	if !j.picture() {
		m.Short = w.short(j.kind())
		return m, "", nil
	}
	if err == nil {
		m.Picture, note, err = d.picture(ctx, v)
	}
	if err != nil && j.attempts() < hopeless {
		return Message{}, "", err
	}
	if err != nil {
		note = noPicture + err.Error()
	}
	return m, note, nil
}

// named says people's names instead of their logins.
func (d *Desk) named(ctx context.Context, h Handling) Handling {
	for _, who := range []*string{&h.Owner, &h.AcknowledgedBy, &h.RaisedBy, &h.FoundBy, &h.AskedBy, &h.FixedBy} {
		*who = d.nameOf(ctx, *who)
	}
	return h
}

// nameOf returns the name of the person with a login, or the login of somebody who is not in the list.
func (d *Desk) nameOf(ctx context.Context, login string) string {
	if login == "" {
		return ""
	}
	if p, err := d.PersonByLogin(ctx, login); err == nil && p.Name != "" {
		return p.Name
	}
	return login
}

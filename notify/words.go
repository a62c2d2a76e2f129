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
	w := words{i: i, v: v, lang: lang}
	switch {
	case kind == KindPicture:
		return Message{Title: w.join(" · ", w.say(approvedAndNow), w.who(), i.Number)}
	case kind == KindAcknowledged:
		return Message{Title: "👤 " + w.say(wordAcknowledged) + " " + i.Number, Body: w.lines(w.who(), w.acknowledged())}
	case kind == KindOpened && i.State == Closed:
		return Message{
			Title: w.say(wordOver) + ": " + w.what(),
			Body:  w.lines(w.who(), w.join(" · ", w.when(i.SuspectedAt), i.Number), w.span(), w.seen(), w.state(), w.say(wordNotSentBefore), w.link(d.consoleURL)),
		}
	case i.State == Closed:
		return Message{
			Title: w.closedTitle(),
			Body:  w.lines(w.who(), w.join(" · ", w.when(i.ClosedAt), i.Number), w.span(), w.link(d.consoleURL)),
		}
	default:
		return Message{
			Title: w.title(kind),
			Body: w.lines(w.who(), w.join(" · ", w.when(i.SuspectedAt), i.Number), w.seen(), w.looks(), w.state(),
				w.acknowledged(), w.link(d.consoleURL)),
		}
	}
}

// words is one message being written.
type words struct {
	i    Incident
	v    baseline.Verdict
	lang targets.Language
}

func (w words) say(p phrase) string { return p.in(w.lang) }

// join puts the parts that there are on one line.
func (w words) join(between string, parts ...string) string {
	var have []string
	for _, p := range parts {
		if p != "" {
			have = append(have, p)
		}
	}
	return strings.Join(have, between)
}

func (w words) lines(parts ...string) string { return w.join("\n", parts...) }

func (w words) title(kind Kind) string {
	if kind == KindWorsened {
		return w.say(severityTitles[w.i.Severity]) + ": " + w.say(wordWorse) + " – " + w.what()
	}
	return w.say(severityTitles[w.i.Severity]) + ": " + w.what()
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
	if w.i.RaisedBy != "" && w.i.Severity != Critical {
		return w.say(wordNotOurs)
	}
	if blind(w.v) && w.i.Severity != Critical {
		return w.say(wordBlind)
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

// when says an instant as people in Vietnam read it.
func (w words) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(targets.Vietnam)
	return t.Format("15:04 ") + w.say(weekdays[t.Weekday()]) + t.Format(" 02/01/2006")
}

// span says how long it lasted, from the first bad look.
func (w words) span() string {
	from, to := w.i.SuspectedAt, w.i.ClosedAt
	if from.In(targets.Vietnam).YearDay() == to.In(targets.Vietnam).YearDay() && to.Sub(from) < 24*time.Hour {
		return fmt.Sprintf("%s %s (%s – %s)", w.say(wordLasted), w.duration(to.Sub(from)), clock(from), clock(to))
	}
	return fmt.Sprintf("%s %s (%s – %s)", w.say(wordLasted), w.duration(to.Sub(from)), w.when(from), w.when(to))
}

func clock(t time.Time) string { return t.In(targets.Vietnam).Format("15:04") }

func (w words) duration(d time.Duration) string {
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d %s", max(int(d.Seconds()), 0), w.say(wordSeconds))
	case days > 0:
		return fmt.Sprintf("%d %s %d %s", days, w.say(wordDays), hours, w.say(wordHours))
	case hours > 0:
		return fmt.Sprintf("%d %s %d %s", hours, w.say(wordHours), minutes, w.say(wordMinutes))
	default:
		return fmt.Sprintf("%d %s", minutes, w.say(wordMinutes))
	}
}

// seen says what was seen: for an outage its cause, for a certificate what is wrong with it, else the strongest evidence.
func (w words) seen() string {
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

func (w words) labelled(label phrase, text string) string {
	if text == "" {
		return ""
	}
	return w.say(label) + ": " + text
}

func (w words) cause() string {
	o := w.v.Observation
	text := w.say(causes[o.Cause])
	if o.Cause == monitor.CauseHTTP && o.Status != 0 {
		text = fmt.Sprintf("%s (HTTP %d)", text, o.Status)
	}
	return text
}

func (w words) certificate(c monitor.Certificate) string {
	until := c.NotAfter.In(targets.Vietnam).Format("02/01/2006")
	if c.Problem == "" || c.Problem == monitor.CertificateExpired {
		return w.say(certificates[c.Problem]) + " " + until
	}
	return w.say(certificates[c.Problem])
}

func (w words) looks() string {
	if w.i.BadLooks == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %d", w.say(wordLooks), w.i.BadLooks)
}

func (w words) state() string {
	switch {
	case w.i.State == Closed:
		return w.labelled(wordState, w.i.CloseReason.Text(w.lang))
	case w.i.RaisedBy != "":
		return w.labelled(wordState, w.say(wordUnitSaysNo)+" ("+plain(w.i.RaisedBy)+")")
	case w.i.Unseen():
		return w.labelled(wordState, w.say(wordUnseen))
	default:
		return w.labelled(wordState, w.say(wordUnverified))
	}
}

func (w words) acknowledged() string {
	if w.i.AcknowledgedBy == "" {
		return ""
	}
	return fmt.Sprintf("%s: %s, %s", w.say(wordAcknowledged), plain(w.i.AcknowledgedBy), w.when(w.i.AcknowledgedAt))
}

func (w words) link(console string) string {
	if console == "" || w.i.ID == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %s/incidents/%d", w.say(wordDetails), strings.TrimRight(console, "/"), w.i.ID)
}

// message puts a job into words as things stand now. note says why there is nothing to send.
func (d *Desk) message(ctx context.Context, j job) (m Message, note string, err error) {
	channel, i := d.senders[j.lane], j.incident
	if i.Site, err = d.registry.PastSite(ctx, i.Site.ID); err != nil {
		return Message{}, "", fmt.Errorf("read the site of %s: %w", i.Number, err)
	}
	i.AcknowledgedBy, i.RaisedBy = d.nameOf(ctx, i.AcknowledgedBy), d.nameOf(ctx, i.RaisedBy)
	v, err := d.judge.Verdict(ctx, i.WorstVerdictID)
	if err != nil && !j.picture() {
		d.log.ErrorContext(ctx, "an alert leaves without what was seen", "incident", i.Number, "error", err)
	}
	m = d.Words(i, v, j.kind(), channel.Language)
	if j.picture() {
		if err == nil {
			m.Picture, note, err = d.picture(ctx, v)
		}
		if err != nil && j.attempts() < hopeless {
			return Message{}, "", err
		}
		if err != nil {
			note = "no picture: " + err.Error()
		}
	}
	m.Recipient, m.ReplyTo = j.lane.recipient, j.first
	if j.repeat() {
		m.Title += " " + wordAgain.in(channel.Language)
	}
	return m, note, nil
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

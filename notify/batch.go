package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// mostSingle is how many subjects are told by themselves when they are due at once; more are told in one message.
const mostSingle = 4

// together says whether what is due is told in one message, where none may tell of more than so many subjects. What is one for
// many already, or answers a person, is told by itself.
func (n due) together(most int) bool {
	piles := n.about.Kind == AboutIncident || n.about.Kind == AboutNotice
	return piles && n.many > mostSingle && most != 1
}

// lateAfter is how long an alert has waited before people are told that it comes late.
const lateAfter = 10 * time.Minute

// noteTogether is what an alert says that was told in one message with others.
const noteTogether = "told together with others"

// batch is a subject made of many, which one message tells of: what piled up while a channel was away, for one.
type batch []part

// part is what waits about one subject, and how that stood when it was claimed: what happens to it afterwards waits in alerts
// of its own, and would be told twice.
type part struct {
	subject
	alerts []Alert
}

// batchOf sorts alerts by what they tell of, in the order they were queued.
func batchOf(ctx context.Context, q querier, alerts []Alert) (all batch) {
	at := map[About]int{}
	for _, a := range alerts {
		n, known := at[a.About]
		if !known {
			n, at[a.About] = len(all), len(all)
			all = append(all, part{subject: legible(ctx, q, a.About)})
		}
		all[n].alerts = append(all[n].alerts, a)
	}
	return all
}

func (b batch) about() About { return b[0].about() }

func (b batch) label() string { return fmt.Sprintf("%d subjects", len(b)) }

// tell implements subject: how things stand, then a line for each, what is not over first.
func (b batch) tell(ctx context.Context, d *Desk, j job, lang targets.Language) (Message, string, error) {
	s, count := speech{lang}, tally{}
	var standing, over []string
	if b = slices.DeleteFunc(slices.Clone(b), part.taken); len(b) == 0 {
		return Message{}, noteTaken, nil
	}
	for _, p := range b {
		l, err := p.line(ctx, d, j.track, lang)
		if err != nil {
			return Message{}, "", err
		}
		if count.add(l); l.over {
			over = append(over, "✅ "+l.text)
		} else {
			standing = append(standing, severityMarks[l.severity]+" "+l.text)
		}
	}
	since, now := j.alerts[0].CreatedAt, time.Now()
	late := now.Sub(since) >= lateAfter
	lines, file := s.list(append(standing, over...), now.In(targets.Vietnam).Format("canhcong-20060102-1504"))
	return Message{
		Title:    b.title(ctx, d, s) + count.words(s, late),
		Body:     s.lines(s.waited(len(b), since, late), lines, s.page(d.consoleURL, "/alerts")),
		File:     file,
		Severity: count.worst,
		Quiet:    count.worst == Info,
	}, "", nil
}

// title begins the first line: that this is how things stand, or for how long nobody has taken on what is told to the next people.
func (b batch) title(ctx context.Context, d *Desk, s speech) string {
	untaken := job{about: b}
	for _, p := range b {
		if of, ok := p.subject.(burden); ok && of.waiting() != "" {
			untaken.alerts = append(untaken.alerts, p.alerts...)
		}
	}
	if slices.ContainsFunc(untaken.alerts, func(a Alert) bool { return a.Kind == KindEscalated }) {
		return s.unanswered(d.unansweredFor(ctx, untaken))
	}
	return "📋 " + s.say(wordNow) + ": "
}

// taken says whether there is nothing to tell any more of a part: it was only that nobody had taken it on.
func (p part) taken() bool {
	of, ok := p.subject.(burden)
	return ok && of.waiting() == "" && job{alerts: p.alerts}.only(KindEscalated)
}

// waited says what the message is made of, and since when that could not be sent.
func (s speech) waited(n int, since time.Time, late bool) string {
	if !late {
		return fmt.Sprintf(s.say(wordTogether), n)
	}
	return fmt.Sprintf(s.say(wordTogetherLate), n, s.when(since))
}

// line is one subject in a list.
type line struct {
	text     string
	incident *Incident // nil for anything else
	severity Severity
	over     bool
}

func (p part) line(ctx context.Context, d *Desk, t track, lang targets.Language) (l line, err error) {
	if i, ok := p.subject.(Incident); ok {
		if i.Site, err = d.registry.PastSite(ctx, i.Site.ID); err != nil {
			return line{}, fmt.Errorf("read the site of %s: %w", i.Number, err)
		}
		return line{text: words{speech: speech{lang}, i: i}.line(), incident: &i, severity: i.Severity, over: i.State == Closed}, nil
	}
	m, _, err := p.tell(ctx, d, job{track: t, about: p.subject, alerts: p.alerts}, lang)
	l = line{text: m.Title, severity: m.Severity}
	if n, ok := p.subject.(Notice); ok && !n.Until.IsZero() {
		l.text, l.over = mark(m.Title), true
	}
	return l, err
}

// line says in one line what an incident is about, where, and since when.
func (w words) line() string {
	at := fmt.Sprintf(w.say(wordSince), clock(w.i.SuspectedAt))
	if w.i.State == Closed {
		at = fmt.Sprintf("%s–%s (%s)", clock(w.i.SuspectedAt), clock(w.i.ClosedAt), w.duration(w.i.ClosedAt.Sub(w.i.SuspectedAt)))
	}
	return w.join(" · ", w.who(), w.what(), at, w.i.Number)
}

// tally counts how things stand.
type tally struct {
	standing  map[baseline.Concern]int
	recovered int
	ended     int
	others    int
	worst     Severity
}

func (t *tally) add(l line) {
	if rank(l.severity) > rank(t.worst) {
		t.worst = l.severity
	}
	switch {
	case l.incident == nil:
		t.others++
	case !l.over:
		if t.standing == nil {
			t.standing = map[baseline.Concern]int{}
		}
		t.standing[l.incident.Concern]++
	case l.incident.CloseReason == Recovered:
		t.recovered++
	default:
		t.ended++
	}
}

// words says it: "12 cổng gián đoạn, 228 đã khôi phục trong thời gian mất liên lạc".
func (t tally) words(s speech, late bool) string {
	var parts []string
	some := func(n int, p phrase) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(s.say(p), n))
		}
	}
	for _, c := range concerns {
		some(t.standing[c], standings[c])
	}
	if t.standing[baseline.ConcernAvailability] == 0 && t.recovered > 0 {
		parts = slices.Insert(parts, 0, s.say(wordNoneDown))
	}
	recovered := wordRecoveredMany
	if late {
		recovered = wordRecoveredMeanwhile
	}
	some(t.recovered, recovered)
	some(t.ended, wordEndedMany)
	some(t.others, wordOthersMany)
	return s.join(", ", parts...)
}

package notify

import (
	"fmt"
	"strings"
	"time"

	"canhcong/targets"
)

// moment says an instant of today by its time, and any other in full.
func (s speech) moment(t, now time.Time) string {
	if t, now := t.In(targets.Vietnam), now.In(targets.Vietnam); t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return clock(t)
	}
	return s.when(t)
}

// taken tells somebody who wants to take an incident on who has it now; name is that of whoever acknowledged it.
func (s speaker) taken(i Incident, name string, now time.Time) string {
	switch {
	case i.State == Closed:
		return fmt.Sprintf(s.say(wordIsOver), i.Number, s.moment(i.ClosedAt, now), i.CloseReason.Text(s.lang))
	case i.State != Acknowledged:
		return fmt.Sprintf(s.say(wordIsNotOpen), i.Number)
	case i.AcknowledgedBy == s.Login:
		return fmt.Sprintf(s.say(wordTakenByYou), i.Number, s.moment(i.AcknowledgedAt, now))
	default:
		return fmt.Sprintf(s.say(wordTakenBy), plain(name), i.Number, s.moment(i.AcknowledgedAt, now))
	}
}

// stands says how an incident stands, and who is on it.
func (w words) stands() string {
	return w.lines(w.labelled(wordState, w.join(" · ", w.i.State.Text(w.lang), w.i.CloseReason.Text(w.lang))), w.acknowledged())
}

// mostEvidence and mostEvents are how much of an incident is told in a conversation; the console has all of it.
const (
	mostEvidence = 8
	mostEvents   = 12
)

// everything lists the evidence, a line for each piece.
func (w words) everything() string {
	var lines []string
	for _, e := range w.v.EvidenceOf(w.i.Concern) {
		if len(lines) == mostEvidence {
			break
		}
		lines = append(lines, "– "+foreign(e.Sentence(w.lang), w.i.Site.Host()))
	}
	if len(lines) == 0 {
		return w.seen()
	}
	return w.say(wordSigns) + ":\n" + strings.Join(lines, "\n")
}

// story tells what happened lately, a line for each event; names are those of the people in it, by login.
func (w words) story(events []Event, names map[string]string) string {
	events = events[max(0, len(events)-mostEvents):]
	lines := []string{w.say(wordStory) + ":"}
	for _, e := range events {
		lines = append(lines, "– "+w.join(" · ", w.moment(e.At, w.i.SuspectedAt), e.Kind.Text(w.lang), plain(names[e.Actor])))
	}
	return strings.Join(lines, "\n")
}

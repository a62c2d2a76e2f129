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

// taking is who has taken something on, or how it ended.
type taking struct {
	number      string
	state       State
	login, name string // of whoever acknowledged it
	since       time.Time
	over        time.Time
	because     CloseReason
}

func (i Incident) taking() taking {
	return taking{number: i.Number, state: i.State, login: i.AcknowledgedBy, since: i.AcknowledgedAt, over: i.ClosedAt, because: i.CloseReason}
}

func (g Group) taking() taking {
	return taking{number: g.Number, state: g.State, login: g.AcknowledgedBy, since: g.AcknowledgedAt, over: g.ClosedAt, because: Recovered}
}

// taken tells somebody who wants to take something on who has it now.
func (s speaker) taken(t taking, now time.Time) string {
	switch {
	case t.state == Closed:
		return fmt.Sprintf(s.say(wordIsOver), t.number, s.moment(t.over, now), t.because.Text(s.lang))
	case t.state != Acknowledged:
		return fmt.Sprintf(s.say(wordIsNotOpen), t.number)
	case t.login == s.Login:
		return fmt.Sprintf(s.say(wordTakenByYou), t.number, s.moment(t.since, now))
	default:
		return fmt.Sprintf(s.say(wordTakenBy), plain(t.name), t.number, s.moment(t.since, now))
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

package notify

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// dutyAhead is how far ahead somebody who asks is told who comes next.
const dutyAhead = 14 * 24 * time.Hour

// tellDuty says who is on duty now, and who is next, tier by tier.
func (d *Desk) tellDuty(ctx context.Context, who speaker, now time.Time) (Answer, error) {
	watches, err := d.OnDuty(ctx, now)
	if err != nil {
		return Answer{}, err
	}
	shifts, err := d.comingShifts(ctx, now, now.Add(dutyAhead))
	if err != nil {
		return Answer{}, err
	}
	var lines []string
	for _, t := range Tiers {
		lines = append(lines, who.tier(t, watches, firstOf(shifts, t), now)...)
	}
	if len(lines) == 0 {
		return Answer{Title: who.say(wordNobodyOnDuty)}, nil
	}
	return Answer{Title: who.say(wordDuty), Body: strings.Join(lines, "\n")}, nil
}

// tier says who of a tier is on duty and who is next; nothing of one that has nobody.
func (s speaker) tier(t Tier, watches []Watch, next []Watch, now time.Time) (lines []string) {
	for _, w := range watches {
		if w.Tier == t {
			lines = append(lines, fmt.Sprintf(s.say(wordOnDutyUntil), s.say(tierWords[t]), plain(w.Person.Name), s.moment(w.Until, now)))
		}
	}
	if len(lines) == 0 && len(next) > 0 {
		lines = append(lines, fmt.Sprintf(s.say(wordNobodyInTier), s.say(tierWords[t])))
	}
	for _, w := range next {
		lines = append(lines, fmt.Sprintf(s.say(wordOnDutyFrom), plain(w.Person.Name), s.moment(w.From, now)))
	}
	return lines
}

// firstOf returns the turns of a tier that begin first: several people may begin together.
func firstOf(shifts []Shift, t Tier) (list []Watch) {
	for _, s := range shifts {
		switch {
		case s.Tier != t:
		case len(list) == 0 || s.From.Before(list[0].From):
			list = []Watch{s.Watch}
		case s.From.Equal(list[0].From):
			list = append(list, s.Watch)
		}
	}
	return list
}

// mostFree is how many incidents a conversation is told of; the console has all of them.
const mostFree = 8

// tellStatus says how things are, and what nobody has taken on yet.
func (d *Desk) tellStatus(ctx context.Context, who speaker, now time.Time) (Answer, error) {
	s, err := d.Summary(ctx)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Title: fmt.Sprintf(who.say(wordStatus), who.when(now)),
		Body: who.lines(append(s.lines(who.speech), who.free(s.Live), who.page(d.consoleURL, "/"))...)}, nil
}

// free lists what nobody has taken on, the newest first.
func (s speaker) free(live []Incident) string {
	var lines []string
	n := 0
	for _, i := range live {
		if i.State != Open {
			continue
		}
		if n++; n <= mostFree {
			w := words{speech: s.speech, i: i}
			lines = append(lines, "– "+s.join(" · ", i.Number, w.what(), w.who()))
		}
	}
	if n == 0 {
		return ""
	}
	if n > mostFree {
		lines = append(lines, fmt.Sprintf(s.say(wordMoreFree), n-mostFree))
	}
	return fmt.Sprintf(s.say(wordFree), n) + "\n" + strings.Join(lines, "\n")
}

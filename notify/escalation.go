package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"canhcong/targets"
)

// Ladder is how long after an incident opened each further step of people is told that nobody has taken it on, in rising order.
// After the last step there is nobody left.
type Ladder []time.Duration

// ParseLadder reads a ladder as it is configured, "5m,15m,30m"; "" and "none" are none.
func ParseLadder(text string) (Ladder, error) {
	if text == "" || text == "none" {
		return nil, nil
	}
	var l Ladder
	for one := range strings.SplitSeq(text, ",") {
		after, err := time.ParseDuration(strings.TrimSpace(one))
		if err != nil || after < time.Minute || after > 24*time.Hour || len(l) > 0 && after <= l[len(l)-1] {
			return nil, fmt.Errorf("%q is not a ladder: write rising times of 1m to 24h, such as 5m,15m,30m, or none", text)
		}
		l = append(l, after)
	}
	return l, nil
}

// first is how long the people who are told first have; 0 when there is no ladder.
func (l Ladder) first() time.Duration {
	if len(l) == 0 {
		return 0
	}
	return l[0]
}

// step returns the next step after those climbed, from 1, and when it is due; 0 when there is none.
func (l Ladder) step(c climb) (step int, due time.Time) {
	if c.steps >= len(l) {
		return 0, time.Time{}
	}
	return c.steps + 1, c.from.Add(l[c.steps])
}

// burden is something that somebody has to take on: an incident, or a group of them.
type burden interface {
	subject
	// waiting is how grave it is while nobody has taken it on; "" otherwise, and while it is quiet.
	waiting() Severity
}

func (i Incident) waiting() Severity {
	if i.State == Open && i.HushedUntil.IsZero() {
		return i.Severity
	}
	return ""
}

func (g Group) waiting() Severity {
	if g.State == Open && g.Absorbs() { // the members of others are told, and wait, by themselves
		return g.Severity
	}
	return ""
}

// climb is how far something has come because nobody took it on.
type climb struct {
	since time.Time // when people were told that it began, as it was written down; it may come back
	from  time.Time // the same by the clock as it goes now, which may have been set
	steps int
}

// last says whether a step is the one after which there is nobody left.
func (l Ladder) last(step int) bool { return step == len(l) }

// climb tells the next people of everything that nobody has taken on in time, and returns when the next step is due; the zero
// time when none is.
func (d *Desk) climb(ctx context.Context, now time.Time) (next time.Time, err error) {
	if len(d.ladders) == 0 {
		return next, nil
	}
	open, err := d.unanswered(ctx)
	if err != nil {
		return next, fmt.Errorf("list what nobody has taken on: %w", err)
	}
	for _, u := range open {
		due, failed := d.climbOne(ctx, u, now)
		if targets.CannotWrite(failed) {
			return next, failed
		}
		err = errors.Join(err, failed) // what is wrong with one holds up no other
		if !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next, err
}

// climbOne tells whoever has to be told of one thing by now, and returns when the next are.
func (d *Desk) climbOne(ctx context.Context, u unanswered, now time.Time) (next time.Time, err error) {
	ladder := d.ladders[u.waiting()]
	step, due := ladder.step(u.climb)
	for ; step != 0 && !due.After(now); step, due = ladder.step(u.climb) {
		people, err := d.climbStep(ctx, u.about(), step, now)
		if err != nil {
			return next, fmt.Errorf("tell who is next of %s: %w", u.label(), err)
		}
		d.log.WarnContext(ctx, "nobody has taken it on", "about", u.label(), "step", step, "told", people)
		u.steps = step
	}
	return due, nil
}

// unanswered is what nobody has taken on.
type unanswered struct {
	burden
	climb
}

// outlook says who was told of something and who will be next, and when; "" when nobody will.
func (d *Desk) outlook(ctx context.Context, b burden, s speech) (string, error) {
	ladder := d.ladders[b.waiting()]
	if len(ladder) == 0 {
		return "", nil
	}
	q := d.registry.DB().Read
	c, err := climbOf(ctx, q, b.about())
	if err != nil {
		return "", err
	}
	told, err := called(ctx, q, b.about())
	if err != nil {
		return "", err
	}
	for step, due := ladder.step(c); step != 0; step, due = ladder.step(c) {
		r, err := d.roll(ctx, q, due)
		if err != nil || len(r.all) == 0 {
			return "", err
		}
		next, people := fmt.Sprintf(s.say(wordThenAll), clock(due)), r.next(told)
		if !ladder.last(step) {
			next = fmt.Sprintf(s.say(wordThen), clock(due), r.calls(people, s))
		}
		if c.steps = step; ladder.last(step) || len(people) > 0 {
			return s.join(" · ", s.labelled(wordOnDuty, enumerate(r.all.names(told), s)), next), nil
		}
	}
	return "", nil
}

// calls names people by the tier in which they are on duty, if there is one that they all are in.
func (r roll) calls(people []int64, s speech) string {
	names := enumerate(r.all.names(people), s)
	for _, tier := range Tiers {
		there := inTier(r.watches, tier)
		if !slices.ContainsFunc(people, func(id int64) bool { return !slices.Contains(there, id) }) {
			return strings.ToLower(tier.Text(s.lang)) + " " + names
		}
	}
	return names
}

// mostNames is how many people a message names.
const mostNames = 3

// enumerate names people on one line.
func enumerate(names []string, s speech) string {
	var fit []string
	for n, name := range names {
		if n == mostNames {
			return strings.Join(fit, ", ") + " " + fmt.Sprintf(s.say(wordOthers), len(names)-n)
		}
		fit = append(fit, plain(name))
	}
	return strings.Join(fit, ", ")
}

// unansweredFor says for how long nobody had taken on what a job tells of when it was queued that it says so; 0 when it does not,
// or that cannot be read.
func (d *Desk) unansweredFor(ctx context.Context, j job) (waited time.Duration) {
	for _, a := range j.alerts {
		if a.Kind != KindEscalated {
			continue
		}
		c, err := climbOf(ctx, d.registry.DB().Read, a.About)
		if err != nil {
			d.log.ErrorContext(ctx, "an alert leaves without how long nobody has taken it on", "about", j.about.label(), "error", err)
			return 0
		}
		waited = max(waited, a.CreatedAt.Sub(c.from))
	}
	return waited.Round(time.Minute)
}

// only says whether a job tells nothing but one kind of fact.
func (j job) only(kind Kind) bool {
	return !slices.ContainsFunc(j.alerts, func(a Alert) bool { return a.Kind != kind })
}

var (
	wordUnanswered = phrase{"‼️ CHƯA AI NHẬN", "‼️ NOBODY IS ON IT"}
	wordAfter      = phrase{"SAU", "AFTER"}
	wordOnDuty     = phrase{"Người trực", "On duty"}
	wordThen       = phrase{"quá %s sẽ chuyển %s", "after %s %s will be told"}
	wordThenAll    = phrase{"quá %s sẽ báo tất cả người trực", "after %s everybody will be told"}
	wordOthers     = phrase{"và %d người khác", "and %d others"}
)

// unanswered begins the title of a message that says that nobody has taken something on, and for how long.
func (s speech) unanswered(waited time.Duration) string {
	title := s.say(wordUnanswered)
	if waited > 0 {
		title += " " + s.say(wordAfter) + " " + strings.ToUpper(s.duration(waited))
	}
	return title + ": "
}

package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// Upkeep is what the program knows of the machine that it runs on.
type Upkeep struct {
	Free   float64   // share of the disk that is free
	Backup time.Time // of the last backup; zero when there is none
}

// Summary is how the monitor, and what it watches, are at one instant.
type Summary struct {
	At            time.Time
	Up, Down      int // portals
	Unknown       int // portals of which nobody can say: not looked at yet, refusing us, or we are blind
	Live          []Incident
	Begun, Ended  int // incidents that people were told of, in the day before
	Sent          int // alerts that left since midnight in Vietnam, each counted once however many were told
	Outbox        OutboxState
	Troubles      []Notice
	Clocks        []Clock // for reports of incidents, that run out soon or have run out
	Upkeep        Upkeep
	upkeepUnknown bool
}

// Summary says how things are now.
func (d *Desk) Summary(ctx context.Context) (s Summary, err error) {
	s = Summary{At: time.Now(), upkeepUnknown: d.upkeep == nil}
	if err := d.countPortals(ctx, &s); err != nil {
		return s, fmt.Errorf("sum up the portals: %w", err)
	}
	if s.Live, err = d.incidents(ctx, Filter{Live: true, Limit: mostListed}); err != nil {
		return s, err
	}
	if s.Troubles, err = d.liveNotices(ctx); err != nil {
		return s, err
	}
	if s.Clocks, err = d.PressingClocks(ctx); err != nil {
		return s, err
	}
	if s.blind() {
		s.Up, s.Down, s.Unknown = 0, 0, s.Up+s.Down+s.Unknown
	}
	if s.Outbox, err = d.outbox(ctx); err != nil {
		return s, err
	}
	if s.Sent, s.Begun, s.Ended, err = d.counts(ctx, midnight(s.At), s.At.Add(-24*time.Hour)); err != nil {
		return s, err
	}
	if d.upkeep != nil {
		s.Upkeep = d.upkeep()
	}
	return s, nil
}

// mostListed is how many live incidents are read for a summary.
const mostListed = 10_000

func (d *Desk) countPortals(ctx context.Context, s *Summary) error {
	sites, err := d.registry.Sites(ctx)
	if err != nil {
		return err
	}
	states, err := d.judge.States(ctx)
	if err != nil {
		return err
	}
	for _, site := range sites {
		switch states[site.ID].Availability {
		case baseline.Up, baseline.Slow:
			s.Up++
		case baseline.IsDown:
			s.Down++
		default:
			s.Unknown++
		}
	}
	return nil
}

// blind says whether our own network is away: what was known of the portals is of before.
func (s Summary) blind() bool {
	return slices.ContainsFunc(s.Troubles, func(n Notice) bool { return n.Kind == NoticeBlind })
}

// midnight is when the day began, in Vietnam.
func midnight(t time.Time) time.Time {
	t = t.In(targets.Vietnam)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, targets.Vietnam)
}

// Well says whether there is nothing that a person has to see to.
func (s Summary) Well() bool {
	late := !s.Outbox.OldestPending.IsZero() && s.At.Sub(s.Outbox.OldestPending) > overlong
	return len(s.Live)+len(s.Troubles)+len(s.Clocks) == 0 && !late
}

// overlong is how long an alert may wait before that is worth a word.
const overlong = 2 * time.Minute

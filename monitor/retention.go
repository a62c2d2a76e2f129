package monitor

import (
	"context"
	"fmt"
	"time"
)

// Retention says for how long looks are kept that nothing refers to. What incidents, alerts, baselines and what is learnt refer to
// is kept for as long as they do.
type Retention struct {
	All     time.Duration // every look
	Hourly  time.Duration // then one render an hour, unless it looks exactly as the one before
	Daily   time.Duration // then one a day
	Changes time.Duration // looks that found another state than the one before
	Tallies time.Duration // the sums of hours; then they are added up by days
	Budget  int64         // bytes of artefacts; where more are left the times above are cut. 0 sets no limit
}

// DefaultRetention is what an installation keeps that says nothing else.
var DefaultRetention = Retention{All: 2 * day, Hourly: 14 * day, Daily: 90 * day, Changes: 366 * day, Tallies: 35 * day, Budget: 20 << 30}

const day = 24 * time.Hour

// leastKept is how long every look is kept however little room there is.
const leastKept = 3 * time.Hour

// Release lets go of looks at a site: the rooms downstream delete what they said of them and what they learnt from them, unless
// it is still of use, and return the looks that they have no use for.
type Release func(ctx context.Context, siteID int64, looks []int64, use Use) (free []int64, err error)

// Use says since when looks may still be of use.
type Use struct {
	Changes time.Time // that found another state than the one before
	Lessons time.Time // that taught all they could: history is judged again with them
}

// Kept is what a pass over the archive did.
type Kept struct {
	Looks     int // deleted
	Files     int // deleted
	Retention Retention
	Usage     Usage // afterwards
}

// Retain deletes what is not kept: looks that release has no use for, then artefacts that no look names. It
// works in small transactions and may be stopped at any time; what is left is for the next pass. Over budget, it keeps
// everything for half as long, and again, until it fits or everything is kept for three hours only. The error wraps ErrLeapt, and
// nothing was deleted, where the clock may be wrong.
func (a *Archive) Retain(ctx context.Context, r Retention, now time.Time, release Release) (Kept, error) {
	done := Kept{Retention: r}
	if err := a.leapt(ctx, now); err != nil {
		return done, err
	}
	if err := a.rollUp(ctx, now.Add(-r.Tallies)); err != nil {
		return done, fmt.Errorf("add up what probes found by days: %w", err)
	}
	for {
		n, err := a.thin(ctx, done.Retention, now, release)
		if done.Looks += n; err != nil {
			return done, fmt.Errorf("delete old looks: %w", err)
		}
		n, err = a.sweep(ctx, now)
		if done.Files += n; err != nil {
			return done, fmt.Errorf("delete old artefacts: %w", err)
		}
		done.Usage, _ = a.Usage()
		tighter, possible := done.Retention.tighter()
		if r.Budget == 0 || done.Usage.Artefacts <= r.Budget || !possible {
			return done, nil
		}
		done.Retention = tighter
	}
}

// tighter keeps everything for half as long.
func (r Retention) tighter() (Retention, bool) {
	possible := r.All > leastKept
	r.All = max(r.All/2, leastKept)
	r.Hourly, r.Daily, r.Changes = max(r.Hourly/2, r.All), max(r.Daily/2, r.All), max(r.Changes/2, r.All)
	return r, possible
}

// thin deletes looks, site after site.
func (a *Archive) thin(ctx context.Context, r Retention, now time.Time, release Release) (n int, err error) {
	for siteID, more, err := a.nextSite(ctx, 0); more || err != nil; siteID, more, err = a.nextSite(ctx, siteID) {
		if err != nil {
			return n, err
		}
		looks, err := a.oldLooks(ctx, siteID, now.Add(-r.All))
		if err != nil {
			return n, err
		}
		idle := r.dispensable(looks, now)
		if len(idle) == 0 {
			continue
		}
		free, err := release(ctx, siteID, idle, Use{Changes: now.Add(-r.Changes), Lessons: now.Add(-r.Hourly)})
		if err != nil {
			return n, err
		}
		deleted, err := a.deleteLooks(ctx, free)
		if n += deleted; err != nil {
			return n, fmt.Errorf("site %d: %w", siteID, err)
		}
	}
	return n, nil
}

// oldLook is what decides whether a look is kept.
type oldLook struct {
	id       int64
	depth    Depth
	at       time.Time
	end      string // how it ended
	pictured string // what it saw; "" when nothing was extracted
}

// dispensable picks the looks of one site that need not be kept for themselves. looks are those older than All, oldest first.
// The first of each hour or day stays, so that one pass after the other comes to the same.
func (r Retention) dispensable(looks []oldLook, now time.Time) (idle []int64) {
	before := map[Depth]oldLook{}
	slot := map[Depth]time.Time{}
	for _, l := range looks {
		was := before[l.depth]
		before[l.depth] = l
		age := now.Sub(l.at)
		if age < r.Changes && was.end != l.end {
			continue
		}
		begin := dayOf(l.at)
		if age < r.Hourly && l.pictured != was.pictured {
			begin = l.at.Truncate(time.Hour)
		}
		if l.depth == Render && age < r.Daily && begin.After(slot[l.depth]) {
			slot[l.depth] = begin
			continue
		}
		idle = append(idle, l.id)
	}
	return idle
}

package monitor

import (
	"context"
	"time"
)

// Pulse says whether looking keeps up. What is overdue is read from the plan in the database, not from the part that should
// be following it, so that a dispatcher that has died does not report on itself.
type Pulse struct {
	Sites         int           // watched
	Overdue       int           // sites with a look that is overdue
	OldestOverdue time.Duration // by how much
	Faulty        int           // sites whose looks of one depth ended in our own fault three times in a row, or more

	Idle     time.Duration // since the dispatcher last went round; it does each second
	HandedOn time.Time     // when a look last went all the way down the chain; zero before the first since the start of the program
	Restarts int           // of the dispatcher, since the start of the program
	Panics   int           // recovered, since the start of the program
	Hung     int           // looks that were given up on and have not come back

	Probes  Backlog
	Renders Backlog
}

// Backlog is the looks of a depth that are due and have not begun. There are never more than sites.
type Backlog struct {
	Looks  int
	Oldest time.Duration // how long the one that waits longest has been due
}

const (
	// overdueAfter is the least delay that counts: slots may be taken for a while.
	overdueAfter = 2 * time.Minute
	faultyAfter  = 3
)

// Pulse reads how well looking keeps up.
func (m *Monitor) Pulse(ctx context.Context) (Pulse, error) {
	list, err := m.roll.current(ctx)
	if err != nil {
		return Pulse{}, err
	}
	now := time.Now()
	late, err := m.latePlans(ctx, now.Add(-overdueAfter), faultyAfter)
	if err != nil {
		return Pulse{}, err
	}
	p := Pulse{Sites: len(list.sites), Restarts: int(m.restarts.Load()), Panics: int(m.panics.Load()), Hung: int(m.hung.Load())}
	waiting, err := m.dueBut(ctx, now, m.busy(now))
	if err != nil {
		return Pulse{}, err
	}
	p.Probes, p.Renders = waiting[Probe], waiting[Render]
	p.Idle = m.Idle()
	if at := m.handedOn.Load(); at != nil {
		p.HandedOn = *at
	}
	overdue, faulty := map[int64]bool{}, map[int64]bool{}
	for _, plan := range late {
		site, ok := list.sites[plan.siteID]
		if !ok {
			continue
		}
		if plan.faults >= faultyAfter {
			faulty[plan.siteID] = true
		}
		if late := now.Sub(plan.dueAt); late > max(overdueAfter, 2*interval(site.Profile, plan.depth)) {
			overdue[plan.siteID] = true
			p.OldestOverdue = max(p.OldestOverdue, late)
		}
	}
	p.Overdue, p.Faulty = len(overdue), len(faulty)
	return p, nil
}

// Idle is how long the dispatcher has not gone round; 0 before Run. It asks nobody, so that it answers while the database hangs.
func (m *Monitor) Idle() time.Duration {
	started := m.started.Load()
	if started == nil {
		return 0
	}
	return time.Since(*started) - time.Duration(m.beat.Load())
}

// Stuck says whether the dispatcher takes longer for a round than it ever should.
func (p Pulse) Stuck() bool { return p.Idle > stuckAfter }

// Alarming returns the pulse without what is few enough to be chance: three sites, or one in twenty of many. On a small
// installation every site counts.
func (p Pulse) Alarming() Pulse {
	few := max(3, p.Sites/20)
	if p.Sites < 20 {
		few = 0
	}
	if p.Overdue <= few {
		p.Overdue, p.OldestOverdue = 0, 0
	}
	if p.Faulty <= few {
		p.Faulty = 0
	}
	return p
}

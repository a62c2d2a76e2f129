package monitor

import (
	"context"
	"time"
)

// Pulse says whether looking keeps up. It is read from the plan in the database, not from the part that should be following
// it, so that a dispatcher that has died does not report on itself.
type Pulse struct {
	Sites         int           // watched
	Overdue       int           // sites with a look that is overdue
	OldestOverdue time.Duration // by how much
	Faulty        int           // sites whose looks of one depth ended in our own fault three times in a row, or more
}

const (
	// overdueAfter is the least delay that counts: slots may be taken for a while.
	overdueAfter = 2 * time.Minute
	faultyAfter  = 3
)

// Pulse reads how well looking keeps up.
func (m *Monitor) Pulse(ctx context.Context) (Pulse, error) {
	sites, err := m.registry.Sites(ctx)
	if err != nil {
		return Pulse{}, err
	}
	now := time.Now()
	list, err := m.plans(ctx, now)
	if err != nil {
		return Pulse{}, err
	}
	byID := make(map[int64]int, len(sites))
	for i, s := range sites {
		byID[s.ID] = i
	}
	p := Pulse{Sites: len(sites)}
	overdue, faulty := map[int64]bool{}, map[int64]bool{}
	for _, plan := range list {
		i, watched := byID[plan.siteID]
		if !watched {
			continue
		}
		if plan.faults >= faultyAfter {
			faulty[plan.siteID] = true
		}
		if late := now.Sub(plan.dueAt); late > max(overdueAfter, 2*interval(sites[i].Profile, plan.depth)) {
			overdue[plan.siteID] = true
			p.OldestOverdue = max(p.OldestOverdue, late)
		}
	}
	p.Overdue, p.Faulty = len(overdue), len(faulty)
	return p, nil
}

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

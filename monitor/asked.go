package monitor

import (
	"context"
	"slices"
	"sync"
	"time"

	"canhcong/targets"
)

// asked are the looks that somebody wants sooner than the plan on disk says, while nothing can be written there.
type asked struct {
	mu sync.Mutex
	at map[look]time.Time
}

// unless keeps in memory what could not be written into the plan, and returns any other error.
func (a *asked) unless(err error, key look, at time.Time) error {
	if !targets.CannotWrite(err) {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if before, known := a.at[key]; known && before.Before(at) {
		return nil
	}
	if a.at == nil {
		a.at = map[look]time.Time{}
	}
	a.at[key] = at
	return nil
}

// due lists those whose time has come, and says when the next one's will; the zero time when there is none.
func (a *asked) due(now time.Time) (list []look, next time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for key, at := range a.at {
		switch {
		case !at.After(now):
			list = append(list, key)
		case next.IsZero() || at.Before(next):
			next = at
		}
	}
	return list, next
}

// begun forgets a look that is being made.
func (a *asked) begun(key look) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.at, key)
}

// withAsked adds to the looks that are due by plan those that were asked for when nothing could be written, and returns when the
// next of them will be due.
func (m *Monitor) withAsked(ctx context.Context, list []due, now time.Time) ([]due, time.Time, error) {
	wanted, next := m.asked.due(now)
	for _, key := range wanted {
		if slices.ContainsFunc(list, func(d due) bool { return d.siteID == key.siteID && d.depth == key.depth }) {
			continue
		}
		planned, err := m.plannedLook(ctx, key)
		if err != nil {
			return nil, next, err
		}
		list = append(list, planned...)
	}
	return list, next, nil
}

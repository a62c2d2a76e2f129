package monitor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/go-co-op/gocron/v2"
)

const (
	dispatchEvery = time.Second
	// spareEvery is the beat that goes on when gocron's does not.
	spareEvery = 5 * time.Second
	// longestRest is how long the dispatcher trusts that nothing is due.
	longestRest = 30 * time.Second
)

// dispatcher claims what is due. Of a Monitor only one works at a time; one that is stuck is replaced.
type dispatcher struct {
	*Monitor
	queue queue
	list  *watching // as of the last round
	rest  time.Time // nothing is due before it, unless somebody wakes us
}

// work goes round until ctx ends. The looks it starts belong to the longer context.
func (d *dispatcher) work(ctx, looks context.Context) error {
	tick, stop, err := d.ticker(ctx)
	if err != nil {
		return err
	}
	defer stop()
	spare := time.NewTicker(spareEvery) // looking must not hang on one scheduler
	defer spare.Stop()
	for {
		if err := d.round(ctx, looks); err == nil {
			d.beat.Store(int64(d.age()))
		} else if ctx.Err() == nil {
			d.log.Error("dispatch looks", "error", err)
		}
		if !d.pause(ctx, looks, tick, spare.C) {
			return nil
		}
	}
}

// pause waits for the next round. A slot that gets free meanwhile goes to the next look in the queue.
func (d *dispatcher) pause(ctx, looks context.Context, tick <-chan struct{}, spare <-chan time.Time) bool {
	for {
		select {
		case <-ctx.Done():
			return false
		case <-d.freed:
			d.serve(looks, time.Now())
			continue
		case <-tick:
		case <-spare:
		case <-d.wake:
			d.rest, d.queue.outdated = time.Time{}, true
		}
		return ctx.Err() == nil
	}
}

// ticker beats once a second by a named gocron job. gocron only says when: what is due is in the database.
func (m *Monitor) ticker(ctx context.Context) (<-chan struct{}, func(), error) {
	scheduler, err := newScheduler(time.UTC, m.panicked)
	if err != nil {
		return nil, nil, err
	}
	beat := make(chan struct{}, 1)
	_, err = scheduler.NewJob(gocron.DurationJob(dispatchEvery), gocron.NewTask(func() {
		select {
		case beat <- struct{}{}:
		default: // the dispatcher is still busy with the last beat
		}
	}), gocron.WithName("dispatch looks"), gocron.WithContext(ctx))
	if err != nil {
		return nil, nil, fmt.Errorf("schedule the dispatcher: %w", err)
	}
	scheduler.Start()
	return beat, func() {
		if err := scheduler.Shutdown(); err != nil {
			m.log.Error("stop the scheduler", "error", err)
		}
	}, nil
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (m *Monitor) wakeUp() { signal(m.wake) }

// round brings the plan up to date with the list of sites, reads what is due, and starts what it has slots for.
func (d *dispatcher) round(ctx, looks context.Context) error {
	list, err := d.refresh(ctx)
	if err != nil {
		return err
	}
	if list != d.list {
		d.list, d.rest = list, time.Time{}
	}
	now := time.Now()
	if by := d.steps.See(now, d.age()); by != 0 {
		if err := d.follow(ctx, by); err != nil {
			return err
		}
		d.rest, d.queue.outdated = time.Time{}, true
	}
	if d.stirred.Swap(false) {
		d.rest = time.Time{}
	}
	if !now.Before(d.rest) && d.queue.stale(now) {
		if err := d.fill(ctx, now); err != nil {
			return err
		}
	}
	d.serve(looks, now)
	return nil
}

// follow moves the plan by as much as the clock was set: every look stays as far away as it was.
func (m *Monitor) follow(ctx context.Context, by time.Duration) error {
	if err := m.writeDown(ctx); err != nil { // what ended before the clock was set
		return err
	}
	if err := m.postpone(ctx, by); err != nil {
		return err
	}
	m.steps.Followed(by)
	m.log.Warn("the clock was set, or the machine slept: the plan of looks was moved by as much", "by", by.Round(time.Second))
	return nil
}

// refresh returns the list of sites. The looks of sites that are new in it, or have another pace, are planned first.
func (m *Monitor) refresh(ctx context.Context) (*watching, error) {
	m.planning.Lock()
	defer m.planning.Unlock()
	list, err := m.roll.current(ctx)
	if err != nil || list == m.planned {
		return list, err
	}
	if changed := list.changed(m.planned); len(changed) > 0 {
		if err := m.plan(ctx, changed, m.planned == nil, time.Now()); err != nil {
			return nil, err
		}
	}
	m.manners.count(list.hosts)
	m.planned = list
	return list, nil
}

// fill reads the looks that are due into the queue, or how long none will be. It leaves out those under way: since that is
// asked before the rows are read, a look that ends in between is read in the next round, with the plan it left.
func (d *dispatcher) fill(ctx context.Context, now time.Time) error {
	busy := d.busy(now)
	list, err := d.dueLooks(ctx, now, now.Add(2*max(d.list.longest, rarestRender)))
	if err != nil {
		return err
	}
	list, wanted, err := d.withAsked(ctx, list, now)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		d.queue = queue{}
		at, ok, err := d.nextDue(ctx)
		if !wanted.IsZero() && (!ok || wanted.Before(at)) {
			at, ok = wanted, true
		}
		if err == nil && ok {
			d.rest = now.Add(min(at.Sub(now), longestRest)) // by the monotonic clock: a wall clock that is set does not matter
		}
		return err
	}
	left := list[:0]
	for _, one := range list {
		if _, ok := d.list.sites[one.siteID]; !ok {
			if err := d.forget(ctx, one.siteID); err != nil {
				return err
			}
		} else if !busy[look{one.siteID, one.depth}] {
			left = append(left, one)
		}
	}
	d.queue.fill(left, d.turn, now)
	return nil
}

// turn is a look's place in the queue: when it was due, but each step of priority counts as a quarter of the site's interval,
// so that important sites come first and no other one waits for ever. What was asked for comes before what is merely due.
func (d *dispatcher) turn(one due) time.Time {
	s := d.list.sites[one.siteID]
	at := one.at.Add(time.Duration(s.Priority) * interval(s.Profile, one.depth) / 4)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.urgent[look{one.siteID, one.depth}] {
		at = at.Add(-ahead)
	}
	return at
}

// ahead is how far before others a look comes that was asked for.
const ahead = 24 * time.Hour

// hurryFor has what confirms a suspicion come before what is merely due: what is wanted soon, or of the other depth. Learning
// can wait.
func (m *Monitor) hurryFor(o Observation, again Again) {
	for _, d := range []Depth{Probe, Render} {
		if in := again.In(d); in > 0 && (in < o.Site.Profile.LearnEvery || d != o.Depth) {
			m.hurry(o.Site.ID, d)
		}
	}
}

// hurry has the next look of a depth come before what is merely due.
func (m *Monitor) hurry(siteID int64, depths ...Depth) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range depths {
		m.urgent[look{siteID, d}] = true
	}
}

// busy returns the looks that cannot begin now: those under way, those whose end is not written down yet, and those that were
// given up on a short while ago.
func (m *Monitor) busy(now time.Time) map[look]bool {
	written := m.ledger.resting(now)
	wanted, _ := m.asked.due(now)
	m.mu.Lock()
	defer m.mu.Unlock()
	busy := make(map[look]bool, len(m.underWay)+len(m.givenUp)+len(written))
	for _, key := range written {
		busy[key] = !slices.Contains(wanted, key)
	}
	for key := range m.underWay {
		busy[key] = true
	}
	for key, g := range m.givenUp {
		busy[key] = busy[key] || now.Before(g.until)
	}
	return busy
}

// serve starts the looks of the queue that there are slots for, and whose hosts may be bothered.
func (d *dispatcher) serve(looks context.Context, now time.Time) {
	for depth, list := range d.queue.waiting {
		left := list[:0]
		for i, one := range list {
			if len(d.slots[depth]) == cap(d.slots[depth]) {
				left = append(left, list[i:]...)
				break
			}
			if !d.start(looks, d.list.sites[one.siteID], one, now) {
				left = append(left, one)
			}
		}
		d.queue.waiting[depth] = left
		d.crowded[depth].Store(len(left) > 0)
	}
}

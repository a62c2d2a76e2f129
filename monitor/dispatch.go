package monitor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"

	"canhcong/targets"
)

const (
	dispatchEvery = time.Second
	// sitesAge is how old the list of sites may be: a site added from the command line is noticed within it.
	sitesAge = 5 * time.Second
)

// Run looks at sites until ctx ends, then waits for the looks under way.
func (m *Monitor) Run(ctx context.Context) error {
	tick, stop, err := m.ticker(ctx)
	if err != nil {
		return err
	}
	defer stop()
	var looks sync.WaitGroup
	defer looks.Wait()
	var next time.Time // nothing is due before it, unless somebody wakes us
	for {
		if err := m.refresh(ctx, sitesAge); err != nil && ctx.Err() == nil {
			m.log.Error("read the sites to watch", "error", err)
		}
		if !time.Now().Before(next) {
			var err error
			if next, err = m.dispatch(ctx, &looks); err != nil && ctx.Err() == nil {
				m.log.Error("dispatch looks", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		case <-m.wake:
			next = time.Time{}
		}
	}
}

// ticker beats once a second by a named gocron job. gocron only says when: what is due is in the database.
func (m *Monitor) ticker(ctx context.Context) (<-chan struct{}, func(), error) {
	scheduler, err := gocron.NewScheduler()
	if err != nil {
		return nil, nil, fmt.Errorf("start the scheduler: %w", err)
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

func (m *Monitor) wakeUp() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// refresh reads the list of sites again when it is older than age, and plans the looks of new ones.
func (m *Monitor) refresh(ctx context.Context, age time.Duration) error {
	now := time.Now()
	m.mu.Lock()
	fresh := !m.read.IsZero() && now.Sub(m.read) < age
	m.mu.Unlock()
	if fresh {
		return nil
	}
	list, err := m.registry.Sites(ctx)
	if err != nil {
		return err
	}
	sites := make(map[int64]targets.Site, len(list))
	var unknown []targets.Site
	m.mu.Lock()
	for _, s := range list {
		sites[s.ID] = s
		if _, known := m.sites[s.ID]; !known {
			unknown = append(unknown, s)
		}
	}
	m.mu.Unlock()
	if err := m.plan(ctx, unknown, func(s targets.Site, d Depth) time.Time { return firstLook(s, d, now) }); err != nil {
		return err
	}
	m.mu.Lock()
	m.sites, m.read = sites, now
	m.mu.Unlock()
	if len(unknown) > 0 {
		m.wakeUp()
	}
	return nil
}

// dispatch starts the looks that are due, important sites first, while there are slots. It returns when the next one is due;
// the zero time when some of these may still be waiting.
func (m *Monitor) dispatch(ctx context.Context, looks *sync.WaitGroup) (next time.Time, err error) {
	now, busy := time.Now(), m.lookingAt()
	list, err := m.dueLooks(ctx, now)
	if err != nil {
		return next, err
	}
	if len(list) == 0 {
		return m.nextDue(ctx, now)
	}
	slices.SortStableFunc(list, func(a, b due) int { return cmp.Compare(m.priority(a.siteID), m.priority(b.siteID)) })
	for _, d := range list {
		site, watched := m.site(d.siteID)
		if !watched {
			if err := m.forget(ctx, d.siteID); err != nil {
				return next, err
			}
			continue
		}
		if !busy[look{d.siteID, d.depth}] {
			m.start(ctx, site, d, looks)
		}
	}
	return next, nil
}

// lookingAt returns the looks under way. Taken before the due looks are read, it tells which of those rows may be old by the
// time they are used: a look that ends in between has planned its next one already, and wakes the dispatcher.
func (m *Monitor) lookingAt() map[look]bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.underWay)
}

func (m *Monitor) site(id int64) (targets.Site, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sites[id]
	return s, ok
}

func (m *Monitor) priority(siteID int64) targets.Priority {
	s, _ := m.site(siteID)
	return s.Priority
}

// start begins one look in its own goroutine, unless no slot is free. What is not started stays due.
func (m *Monitor) start(ctx context.Context, site targets.Site, d due, looks *sync.WaitGroup) {
	key := look{d.siteID, d.depth}
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case m.slots[d.depth] <- struct{}{}:
	default:
		return
	}
	m.underWay[key] = true
	looks.Go(func() {
		err := m.look(ctx, site, d)
		m.mu.Lock()
		delete(m.underWay, key)
		m.mu.Unlock()
		<-m.slots[key.depth]
		if err == nil { // after an error the next beat is soon enough: a look that stays due must not spin
			m.wakeUp()
		} else if ctx.Err() == nil {
			m.log.Error("look", "site", site.URL, "depth", d.depth, "error", err)
		}
	})
}

// look makes one look, stores it, hands it on, and plans the next one. Whatever goes wrong, the next one is planned.
func (m *Monitor) look(ctx context.Context, site targets.Site, d due) (err error) {
	outcome, again := Fault, time.Duration(0)
	defer func() {
		if p := recover(); p != nil {
			outcome, err = Fault, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if ctx.Err() != nil { // stopping: the look stays due
			return
		}
		d.done++
		d.faults++
		if outcome != Fault {
			d.faults = 0
		}
		now := time.Now()
		err = errors.Join(err, m.finish(ctx, d, now, nextLook(site.Profile, d, outcome, again, now)))
	}()
	s := m.looker.Look(ctx, site, d.depth, inRealTime(d.done), deadline(site.Profile, d.depth))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := m.archive.Save(ctx, &s.Observation, s.Rendering); err != nil {
		return err
	}
	if again, err = m.handle(ctx, s.Observation); err != nil {
		return fmt.Errorf("judge observation %d: %w", s.Observation.ID, err)
	}
	outcome = s.Observation.Outcome
	return m.noticeChange(ctx, site, &d, s.Fingerprint)
}

// noticeChange asks for a render at once when a probe's body is not what it was: a defacement on the server is then known
// at the pace of probes.
func (m *Monitor) noticeChange(ctx context.Context, site targets.Site, d *due, fingerprint string) error {
	before := d.fingerprint
	if fingerprint == "" || fingerprint == before {
		return nil
	}
	d.fingerprint = fingerprint
	if before == "" {
		return nil
	}
	m.log.Debug("the body changed", "site", site.URL)
	if err := m.ask(ctx, site.ID, time.Now(), Render); err != nil {
		return err
	}
	m.wakeUp()
	return nil
}

package monitor

import (
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
	// spareEvery is the beat that goes on when gocron's does not.
	spareEvery = 5 * time.Second
	// longestRest is how long the dispatcher trusts that nothing is due.
	longestRest = 30 * time.Second
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
	if m.uplink.gap, err = m.archive.OpenGap(ctx); err != nil {
		return err
	}
	var looks sync.WaitGroup
	defer m.closeBooks(ctx)
	defer looks.Wait()
	looks.Go(func() { m.uplink.run(ctx) })
	looks.Go(func() { m.keepBooks(ctx) })
	spare := time.NewTicker(spareEvery) // looking must not hang on one scheduler
	defer spare.Stop()
	var rest time.Time // nothing is due before it, unless somebody wakes us
	for {
		if err := m.refresh(ctx, sitesAge); err != nil && ctx.Err() == nil {
			m.log.Error("read the sites to watch", "error", err)
		}
		if now := time.Now(); !now.Before(rest) {
			wait, err := m.dispatch(ctx, &looks)
			if err != nil && ctx.Err() == nil {
				m.log.Error("dispatch looks", "error", err)
			}
			rest = now.Add(wait) // on the monotonic clock, so that a wall clock that is set does not matter
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		case <-spare.C:
		case <-m.wake:
			rest = time.Time{}
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
	m.manners.count(sites)
	m.mu.Lock()
	m.sites, m.read = sites, now
	m.mu.Unlock()
	if len(unknown) > 0 {
		m.wakeUp()
	}
	return nil
}

// dispatch starts the looks that are due while there are slots. It returns how long nothing will be due; zero when some of
// these may still be waiting.
func (m *Monitor) dispatch(ctx context.Context, looks *sync.WaitGroup) (rest time.Duration, err error) {
	now, busy := time.Now(), m.lookingAt()
	list, err := m.dueLooks(ctx, now, now.Add(2*m.longestInterval()))
	if err != nil {
		return 0, err
	}
	if len(list) == 0 {
		at, ok, err := m.nextDue(ctx)
		if err != nil || !ok {
			return 0, err
		}
		return min(at.Sub(now), longestRest), nil
	}
	slices.SortStableFunc(list, func(a, b due) int { return m.turn(a).Compare(m.turn(b)) })
	for _, d := range list {
		site, watched := m.site(d.siteID)
		if !watched {
			if err := m.forget(ctx, d.siteID); err != nil {
				return 0, err
			}
			continue
		}
		if !busy[look{d.siteID, d.depth}] {
			m.start(ctx, site, d, looks)
		}
	}
	return 0, nil
}

// lookingAt returns the looks under way. Taken before the due looks are read, it tells which of those rows may be old by the
// time they are used: a look that ends in between has planned its next one already, and wakes the dispatcher.
// The same goes for looks whose end is not written down yet.
func (m *Monitor) lookingAt() map[look]bool {
	resting := m.ledger.resting(time.Now())
	m.mu.Lock()
	defer m.mu.Unlock()
	busy := maps.Clone(m.underWay)
	for _, key := range resting {
		busy[key] = true
	}
	return busy
}

func (m *Monitor) site(id int64) (targets.Site, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sites[id]
	return s, ok
}

// turn orders the looks that are due: by when they were due, but each step of priority counts as a quarter of the site's
// interval, so that important sites come first and no other one waits for ever.
func (m *Monitor) turn(d due) time.Time {
	s, _ := m.site(d.siteID)
	return d.at.Add(time.Duration(s.Priority) * interval(s.Profile, d.depth) / 4)
}

// longestInterval is the longest time between two looks of any site.
func (m *Monitor) longestInterval() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	longest := time.Hour
	for _, s := range m.sites {
		longest = max(longest, s.Profile.ProbeEvery, s.Profile.RenderEvery)
	}
	return longest
}

// start begins one look in its own goroutine, unless no slot is free or its host has to be left alone for now. What is not started stays due.
func (m *Monitor) start(ctx context.Context, site targets.Site, d due, looks *sync.WaitGroup) {
	key := look{d.siteID, d.depth}
	m.mu.Lock()
	defer m.mu.Unlock()
	select {
	case m.slots[d.depth] <- struct{}{}:
	default:
		return
	}
	if !m.manners.enter(site, time.Now()) {
		<-m.slots[d.depth]
		return
	}
	m.underWay[key] = true
	looks.Go(func() {
		err := m.look(ctx, site, d)
		m.manners.leave(site)
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

// look makes one look, stores it, hands it on, and plans the next one. Whatever goes wrong, the next one is planned. A quiet
// look is counted only.
func (m *Monitor) look(ctx context.Context, site targets.Site, d due) (err error) {
	o, again, quiet := Observation{Site: site, Depth: d.depth, Outcome: Fault}, Again{}, false
	defer func() {
		if p := recover(); p != nil {
			o.Outcome, err = Fault, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if ctx.Err() == nil { // otherwise we are stopping: the look stays due
			err = errors.Join(err, m.finish(ctx, d, o, again, quiet, err == nil))
		}
	}()
	s := m.looker.Look(ctx, site, d.depth, inRealTime(d.done), deadline(site.Profile, d.depth))
	m.doubt(ctx, &s.Observation)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.ledger.count(s.Observation)
	if quiet = m.lulls.isQuiet(d, s); !quiet {
		if again, err = m.handOn(ctx, &s); err != nil {
			return err
		}
	}
	o = s.Observation
	return m.noticeChange(ctx, site, &d, s.Fingerprint)
}

// handOn stores what a look saw and hands it to the next room.
func (m *Monitor) handOn(ctx context.Context, s *Sight) (again Again, err error) {
	o := &s.Observation
	if err := m.archive.Save(ctx, o, s.Rendering); err != nil {
		return Again{}, err
	}
	if again, err = m.handle(ctx, *o); err != nil {
		return Again{}, fmt.Errorf("judge observation %d: %w", o.ID, err)
	}
	if in := again.In(o.Depth.other()); in > 0 {
		err = m.hasten(ctx, o.Site.ID, o.Depth.other(), time.Now().Add(jittered(in, againJitter)))
	}
	return again, err
}

// finish plans the next look, and records the one that was made: at once, unless it was quiet. A panic in a look, or an error
// on the way down the chain, is a fault of our own.
func (m *Monitor) finish(ctx context.Context, d due, o Observation, again Again, quiet, well bool) error {
	d.done++
	d.faults++
	if o.Outcome != Fault {
		d.faults = 0
	}
	now := time.Now()
	next := nextLook(o.Site.Profile, d, o.Outcome, again.In(d.depth), now)
	if !quiet {
		m.lulls.handOn(o, well && again == Again{})
	}
	if d.depth == Probe {
		m.lulls.plan(d.siteID, next)
	}
	m.ledger.add(ended{due: d, at: now, next: next, saw: informs(o.Outcome)})
	if quiet {
		return nil
	}
	return m.writeDown(ctx)
}

// doubt takes back what a look says where our own network may be to blame for it: a failure before the canaries have
// vouched for the network, and a page that came while they were silent, which may be a captive portal's.
func (m *Monitor) doubt(ctx context.Context, o *Observation) {
	since := o.At
	switch {
	case o.Outcome == Down:
	case o.Outcome == OK && o.Depth == Render:
		since = o.At.Add(-canaryEvery - canaryTimeout) // the last regular round is recent enough
	default:
		return
	}
	if !m.uplink.vouch(ctx, since) {
		o.Outcome, o.Cause, o.Detail = Blind, "", appendReason("our own network is away", o.Detail)
	}
}

// restless is how many probes may each bring another body before only every fifth is rendered: some pages show a new
// quotation to every visitor.
const restless = 5

func (m *Monitor) worthRendering(siteID int64, changed bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !changed {
		m.changes[siteID] /= 2 // one quiet probe does not make a restless page calm
		return false
	}
	m.changes[siteID]++
	return m.changes[siteID] <= restless || m.changes[siteID]%restless == 0
}

// noticeChange asks for a render at once when a probe's body is not what it was: a defacement on the server is then known
// at the pace of probes.
func (m *Monitor) noticeChange(ctx context.Context, site targets.Site, d *due, fingerprint string) error {
	before := d.fingerprint
	if fingerprint == "" {
		return nil
	}
	d.fingerprint = fingerprint
	if before == "" || !m.worthRendering(site.ID, fingerprint != before) {
		return nil
	}
	m.log.Debug("the body changed", "site", site.URL)
	if err := m.ask(ctx, site.ID, time.Now(), Render); err != nil {
		return err
	}
	m.wakeUp()
	return nil
}

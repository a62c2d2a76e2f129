package monitor

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"canhcong/targets"
)

// errand is one look under way.
type errand struct {
	key    look
	site   watchedSite
	begun  time.Time
	cancel context.CancelFunc
}

// start begins one look in its own goroutine, unless its host has to be left alone for now. What is not started stays due.
func (m *Monitor) start(ctx context.Context, site watchedSite, d due, now time.Time) bool {
	if ctx.Err() != nil || !m.manners.enter(site, d.depth, now) {
		return false
	}
	select {
	case m.slots[d.depth] <- struct{}{}:
	default:
		m.manners.leave(site, d.depth)
		return false
	}
	e := &errand{key: look{d.siteID, d.depth}, site: site, begun: now}
	parent := ctx
	ctx, e.cancel = context.WithCancel(ctx)
	m.mu.Lock()
	m.underWay[e.key] = e
	delete(m.urgent, e.key)
	m.looks.Add(1)
	m.mu.Unlock()
	m.asked.begun(e.key)
	go func() {
		defer e.cancel()
		err := d.recall()
		if err == nil {
			err = m.look(ctx, site.Site, d)
		}
		m.ended(e)
		if err != nil && parent.Err() == nil {
			m.log.Error("look", "site", site.URL, "depth", d.depth, "error", err)
		}
	}()
	return true
}

// ended takes note that a look ended, and makes room for the next one.
func (m *Monitor) ended(e *errand) {
	if !m.release(e) {
		m.hung.Add(-1) // it was given up on, and came back after all
		return
	}
	m.mu.Lock()
	delete(m.givenUp, e.key)
	m.mu.Unlock()
	m.stirred.Store(true) // it has planned its next one
	if m.crowded[e.key.depth].Load() {
		signal(m.freed)
	}
}

// release gives the slot of a look back, once.
func (m *Monitor) release(e *errand) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.underWay[e.key] != e {
		return false
	}
	delete(m.underWay, e.key)
	m.manners.leave(e.site, e.key.depth)
	<-m.slots[e.key.depth]
	m.looks.Done()
	return true
}

// look makes one look, stores it, hands it on, and plans the next one. Whatever goes wrong, the next one is planned. A quiet
// look is counted only.
func (m *Monitor) look(ctx context.Context, site targets.Site, d due) (err error) {
	o, again, quiet := Observation{Site: site, Depth: d.depth, Outcome: Fault}, Again{}, false
	defer func() {
		if p := recover(); p != nil {
			m.panics.Add(1)
			o.Outcome, err = Fault, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if ctx.Err() == nil { // otherwise we are stopping: the look stays due
			err = errors.Join(err, m.finish(ctx, d, o, again, quiet, err == nil))
		}
	}()
	s := m.see(ctx, site, d)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.ledger.count(s.Observation)
	if quiet = m.lulls.isQuiet(d, s); !quiet {
		if again, err = m.handOn(ctx, &s); err != nil && !targets.CannotWrite(err) {
			return err
		}
	}
	o = s.Observation
	return errors.Join(err, m.noticeChange(ctx, &d, s))
}

// handOn stores what a look saw and hands it to the next room: on a full disk as well, where people have to be told all the same.
func (m *Monitor) handOn(ctx context.Context, s *Sight) (again Again, err error) {
	o := &s.Observation
	unsaved := m.archive.Save(ctx, o, s.Rendering)
	if unsaved != nil && !targets.CannotWrite(unsaved) {
		return Again{}, unsaved
	}
	again, err = m.handle(ctx, *o)
	if err = errors.Join(unsaved, err); err != nil && !targets.CannotWrite(err) {
		return again, err
	}
	now := time.Now()
	if err == nil {
		m.handedOn.Store(&now)
	}
	m.wish(o.Site.ID, again)
	if in := again.In(o.Depth.other()); in > 0 {
		err = errors.Join(err, m.hasten(ctx, o.Site.ID, o.Depth.other(), now.Add(jittered(in, againJitter))))
	}
	return again, err
}

// finish plans the next look, and records the one that was made: at once, unless it was quiet. A panic in a look, or an error
// on the way down the chain, is a fault of our own.
func (m *Monitor) finish(ctx context.Context, d due, o Observation, again Again, quiet, well bool) error {
	d.count(o.Outcome, o.Site.Profile)
	now := time.Now()
	next := nextLook(o.Site.Profile, d, o.Outcome, again.In(d.depth), now)
	m.hurryFor(o, again)
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

// lookSoon makes looks at a site due now, ahead of what is merely due.
func (m *Monitor) lookSoon(ctx context.Context, siteID int64, depths ...Depth) error {
	m.hurry(siteID, depths...)
	if err := m.ask(ctx, siteID, time.Now(), depths...); err != nil {
		return err
	}
	m.wakeUp()
	return nil
}

package monitor

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// ErrStuck is returned (wrapped) by Run when looking has stopped and cannot be set going again in this process. Parts of it
// may hang for ever then: the caller ends the process with an exit code that has it started again.
var ErrStuck = errors.New("looking is stuck")

const (
	auditEvery = 5 * time.Second
	// stuckAfter is how long the dispatcher may take for one round, before it is replaced, and before the second one is.
	stuckAfter = time.Minute
	// mostHung is how many looks may hang that were given up on: each holds memory, and they are not getting fewer.
	mostHung = 64
	// leaveWait is how long looks under way may take when the monitor stops.
	leaveWait = 20 * time.Second
)

// Run looks at sites until ctx ends, then waits for the looks under way. It watches its own dispatcher and the looks from
// outside of the scheduler: a dispatcher that is stuck is replaced, a look that hangs is given up on. Where that does not
// help the error wraps ErrStuck.
func (m *Monitor) Run(ctx context.Context) (err error) {
	gap, err := m.archive.OpenGap(ctx)
	if err != nil {
		return err
	}
	m.uplink.recall(gap)
	begun := time.Now()
	m.started.Store(&begun)
	ctx, stop := context.WithCancel(ctx)
	defer func() {
		stop()
		err = errors.Join(err, m.awaitLooks())
		m.closeBooks(ctx)
	}()
	m.looks.Go(func() { m.uplink.run(ctx) })
	m.looks.Go(func() { m.keepBooks(ctx) })
	return m.attend(ctx)
}

// age is how long the monitor has been running, by the monotonic clock.
func (m *Monitor) age() time.Duration { return time.Since(*m.started.Load()) }

// awaitLooks waits for what is under way, but not for ever.
func (m *Monitor) awaitLooks() error {
	ended := make(chan struct{})
	go func() {
		m.looks.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-time.After(leaveWait):
		return fmt.Errorf("stop looking: some looks did not end within %v", leaveWait)
	}
}

// shift is the time of one dispatcher.
type shift struct {
	end  context.CancelFunc
	over chan error    // why it ended
	from time.Duration // since the monitor began
}

func (m *Monitor) startShift(ctx context.Context) shift {
	work, end := context.WithCancel(ctx)
	s := shift{end: end, over: make(chan error, 1), from: m.age()}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				m.panics.Add(1)
				s.over <- fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		s.over <- (&dispatcher{Monitor: m}).work(work, ctx)
	}()
	return s
}

// await waits for a dispatcher that was told to end, but not for ever: nothing of it may touch the database afterwards.
func (s shift) await() error {
	select {
	case err := <-s.over:
		return err
	case <-time.After(leaveWait):
		return fmt.Errorf("stop looking: the dispatcher did not end within %v", leaveWait)
	}
}

// attend keeps a dispatcher at work until ctx ends. One that took over and never went round either is the last.
func (m *Monitor) attend(ctx context.Context) error {
	audit := time.NewTicker(auditEvery)
	defer audit.Stop()
	now, replaced := m.startShift(ctx), false
	defer func() { now.end() }()
	for {
		select {
		case <-ctx.Done():
			return now.await()
		case <-audit.C:
		}
		why := m.unwell(now)
		if ctx.Err() != nil || why == nil {
			continue
		}
		if beat := time.Duration(m.beat.Load()); replaced && beat <= now.from || m.hung.Load() >= mostHung {
			return fmt.Errorf("%w: %w", ErrStuck, why)
		}
		m.log.Error("the dispatcher is replaced", "why", why)
		m.restarts.Add(1)
		now.end()
		now, replaced = m.startShift(ctx), true
	}
}

// unwell gives up on looks that hang, and says why the dispatcher has to be replaced, nil when it works.
func (m *Monitor) unwell(s shift) error {
	if hung := m.giveUp(time.Now()); hung >= mostHung {
		return fmt.Errorf("%d looks hang", hung)
	}
	select {
	case err := <-s.over:
		return fmt.Errorf("it ended: %w", err)
	default:
	}
	last := max(time.Duration(m.beat.Load()), s.from)
	if idle := m.age() - last; idle > stuckAfter {
		return fmt.Errorf("it has not gone round for %v", idle.Round(time.Second))
	}
	return nil
}

// givenUp is a look that hung, and how often it did in a row.
type givenUp struct {
	times int
	until time.Time // before which it is not tried again
}

// giveUp gives the slots of looks back that keep neither to their deadline nor to their context, so that the others go on.
// Their rows stay due, and are told as overdue; they are tried again after a back-off. It returns how many hang.
func (m *Monitor) giveUp(now time.Time) int {
	m.mu.Lock()
	var late []*errand
	for _, e := range m.underWay {
		if now.Sub(e.begun) > giveUpAfter(e.site.Profile, e.key.depth) {
			late = append(late, e)
		}
	}
	m.mu.Unlock()
	for _, e := range late {
		e.cancel()
		if !m.release(e) {
			continue
		}
		m.hung.Add(1)
		m.mu.Lock()
		times := m.givenUp[e.key].times + 1
		m.givenUp[e.key] = givenUp{times, now.Add(backOff(times))}
		m.mu.Unlock()
		m.log.Error("a look hangs and is given up on", "site", e.site.URL, "depth", e.key.depth, "after", now.Sub(e.begun).Round(time.Second))
	}
	return int(m.hung.Load())
}

// panicked counts what a scheduled job broke with.
func (m *Monitor) panicked(job string, p any) {
	m.panics.Add(1)
	m.log.Error("a scheduled job panicked", "job", job, "panic", p)
}

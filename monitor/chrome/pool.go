package chrome

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// failuresInARow is how many looks, whatever their pages, may fail one after another before their browser is replaced.
const failuresInARow = 2

// take returns a browser that can look. If there is none it starts one, for all who wait. One that is worn goes on looking
// until its successor runs.
func (b *Browser) take(ctx context.Context, until time.Time) (*process, error) {
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	for {
		p, started, err := b.takeNow(time.Now())
		if p != nil || err != nil {
			return p, err
		}
		select {
		case <-started:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for a browser to start: %w", ctx.Err())
		}
	}
}

// takeNow returns a browser, or when the one that is being started will be there, or why there is none.
func (b *Browser) takeNow(now time.Time) (*process, <-chan struct{}, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, nil, errClosed
	}
	p := b.fresh(now)
	if p == nil {
		if err := b.fortune.refuses(now); err != nil {
			return nil, nil, err
		}
		return nil, b.begin(), nil
	}
	p.looks++
	p.active.Add(1)
	return p, nil, nil
}

// fresh returns the current browser unless it is dead, and has one that is worn replaced.
func (b *Browser) fresh(now time.Time) *process {
	p := b.current
	switch {
	case p == nil:
	case p.dead():
		b.retire(p)
	case p.worn() && b.fortune.refuses(now) == nil:
		b.begin()
	}
	return b.current
}

// begin starts a browser in the background unless one is being started, and returns when that has ended.
func (b *Browser) begin() <-chan struct{} {
	if b.starting != nil {
		return b.starting
	}
	done := make(chan struct{})
	b.starting = done
	b.fortune.begin(time.Now(), b.current != nil)
	b.ending.Go(func() {
		defer close(done)
		p, err := start(b.o)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.starting = nil
		b.succeed(p, err)
	})
	return done
}

// succeed puts a browser that was started in the place of the current one.
func (b *Browser) succeed(p *process, err error) {
	if err != nil {
		b.fortune.failed(err, time.Now(), b.current != nil)
		b.o.Log.Warn("chrome: cannot start", "err", err, "again_in", time.Until(b.fortune.retry).Round(time.Second))
		return
	}
	b.running[p] = true
	if b.closed {
		b.end(p)
		return
	}
	b.fortune.started(time.Now())
	if old := b.current; old != nil {
		b.retire(old)
	}
	b.current = p
}

// give ends a look. A browser that failed one look after another takes no more, and a retired one goes with its last look.
// A look that somebody gave up says nothing.
func (b *Browser) give(p *process, err error, abandoned bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.active.Add(-1)
	switch {
	case abandoned:
	case err == nil, errors.Is(err, errEnded):
		p.failures = 0
		b.fortune.looked(time.Now())
	default:
		p.failures++
		b.fortune.stumbled(err, time.Now())
	}
	if p.failures >= failuresInARow || p.dead() {
		b.retire(p)
	} else if p != b.current && p.active.Load() == 0 {
		b.end(p)
	}
}

// retire keeps a browser from taking further looks. It is stopped at once if it is dead or idle, or with its last look.
func (b *Browser) retire(p *process) {
	if b.current == p {
		b.current = nil
	}
	if p.active.Load() == 0 || p.dead() {
		b.end(p)
	}
}

// end stops a browser in the background, once.
func (b *Browser) end(p *process) {
	if !b.running[p] {
		return
	}
	delete(b.running, p)
	b.ending.Go(func() {
		if err := p.stop(); err != nil {
			b.o.Log.Warn("chrome: stop", "err", err)
		}
	})
}

// Recycle has a fresh browser take over: looks go on in the old one until it runs, and the old one ends with its last look.
// It does nothing when no browser runs.
func (b *Browser) Recycle() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.current != nil && !b.closed {
		b.current.tired.Store(true)
		b.begin()
	}
}

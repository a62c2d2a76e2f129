package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

const (
	// beatEvery is how often it is tried whether the database can be written.
	beatEvery = 20 * time.Second
	// vowEvery is how often systemd hears that the program lives: well within WatchdogSec of the unit.
	vowEvery = 10 * time.Second
	// How long each part may be silent before the program counts as hung.
	longestIdle  = time.Minute
	longestBlink = 5 * time.Minute // of the browser
)

// life proves to systemd that the program works: that it looks, sends, writes and renders, not only that it runs.
type life struct {
	begin   func(ctx context.Context, booted time.Time) (*notify.Life, error)
	looking func() time.Duration // since the dispatcher last went round
	sending func() time.Duration // since the outbox last went round
	browser func() monitor.BrowserHealth
	systemd systemd
	log     *slog.Logger

	run     *notify.Life
	started time.Time
	wrote   atomic.Pointer[time.Time] // when the database last answered
}

// watch tells systemd that the program lives, for as long as it does, until ctx ends.
func (l *life) watch(ctx context.Context) error {
	l.vow("READY=1")
	var beating sync.WaitGroup
	beating.Go(func() { l.beat(ctx) }) // by itself: a write can hang
	defer beating.Wait()
	tick := time.NewTicker(vowEvery)
	defer tick.Stop()
	for {
		if why := l.ailing(time.Now()); why == "" {
			l.vow("WATCHDOG=1\nSTATUS=watching")
		} else {
			l.log.ErrorContext(ctx, "the program does not work as it should, systemd is not told that it lives", "why", why)
			l.vow("STATUS=" + why)
		}
		select {
		case <-ctx.Done():
			l.vow("STOPPING=1")
			return nil
		case <-tick.C:
		}
	}
}

func (l *life) vow(state string) {
	if err := l.systemd.tell(state); err != nil {
		l.log.Error("systemd does not hear us", "error", err)
	}
}

// ailing says what keeps the program from its work, in a way that a new start may mend; "" when nothing does.
func (l *life) ailing(now time.Time) string {
	b := l.browser()
	for _, sign := range []struct {
		what   string
		silent time.Duration
		most   time.Duration
	}{
		{"the dispatcher has not gone round", l.looking(), longestIdle},
		{"the outbox has not gone round", l.sending(), longestIdle},
		{"the database has not answered", l.waiting(now), longestIdle},
		{"the browser has not shown a page", l.blinking(b, now), longestBlink},
	} {
		if sign.silent > sign.most {
			return fmt.Sprintf("%s for %s", sign.what, sign.silent.Round(time.Second))
		}
	}
	return ""
}

// waiting is how long the database has not answered a write.
func (l *life) waiting(now time.Time) time.Duration {
	if at := l.wrote.Load(); at != nil {
		return now.Sub(*at)
	}
	return now.Sub(l.started)
}

// blinking is how long the browser has shown nothing. One that is known to fail is told, and done without: that is no reason to
// start the program again.
func (l *life) blinking(b monitor.BrowserHealth, now time.Time) time.Duration {
	if b.State == monitor.BrowserFailing {
		return 0
	}
	last := l.started
	for _, at := range []time.Time{b.Since, b.Success} {
		if at.After(last) {
			last = at
		}
	}
	return now.Sub(last)
}

// beat writes down that the program runs until ctx ends.
func (l *life) beat(ctx context.Context) {
	for {
		within, cancel := context.WithTimeout(ctx, beatEvery)
		err := l.write(within)
		cancel()
		// A full disk is answered at once; it is told, and alerts leave without the database meanwhile.
		if now := time.Now(); err == nil || targets.CannotWrite(err) {
			l.wrote.Store(&now)
		}
		if err != nil && ctx.Err() == nil {
			l.log.ErrorContext(ctx, "the database cannot be written", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(beatEvery):
		}
	}
}

// write writes that the program runs: the first time that it has begun to.
func (l *life) write(ctx context.Context) (err error) {
	if l.run == nil {
		l.run, err = l.begin(ctx, bootedAt(time.Now()))
		return err
	}
	return l.run.Beat(ctx)
}

// end writes down that the program was told to stop, once watch is over.
func (l *life) end(ctx context.Context) error {
	if l.run == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatEvery)
	defer cancel()
	return l.run.End(ctx)
}

// uptime is for how long the machine runs, the time that it slept included. Nobody can set that clock.
func uptime() (time.Duration, error) {
	text, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0, fmt.Errorf("ask how long the machine runs: %w", err)
	}
	var seconds float64
	if _, err := fmt.Sscan(string(text), &seconds); err != nil {
		return 0, fmt.Errorf("ask how long the machine runs: %w", err)
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// bootedAt is when the machine was started; the zero time when it does not say.
func bootedAt(now time.Time) time.Time {
	up, err := uptime()
	if err != nil {
		return time.Time{}
	}
	return now.Add(-up)
}

package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"syscall"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
)

const (
	vigilEvery  = 30 * time.Second
	vigilRounds = 2    // rounds in a row that must agree before anybody is told
	leastFree   = 0.05 // share of the disk
)

// vigil looks after the monitor itself: whether looking keeps up, whether the browser runs, whether there is room to write.
type vigil struct {
	pulse   func(ctx context.Context) (monitor.Pulse, error)
	browser func() monitor.BrowserHealth
	failing func(ctx context.Context) (map[string]string, error) // nightly jobs
	declare func(ctx context.Context, n notify.Notice) error
	data    string
	ballast ballast
	log     *slog.Logger

	clock  wallClock
	agreed map[notify.NoticeKind]int // rounds in a row that found it wrong, negative for rounds that found it right
}

// run looks every half minute until ctx ends.
func (v *vigil) run(ctx context.Context) error {
	tick := time.NewTicker(vigilEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		f, err := v.find(ctx)
		if err != nil {
			if ctx.Err() == nil {
				v.log.ErrorContext(ctx, "ask how the monitor is", "error", err)
			}
			continue
		}
		v.round(ctx, f, time.Now())
	}
}

// findings are what one round finds.
type findings struct {
	pulse   monitor.Pulse
	browser monitor.BrowserHealth
	free    float64           // share of the disk
	failing map[string]string // nightly jobs whose last run failed, with how
	clock   time.Duration     // by how much it was set
}

func (v *vigil) find(ctx context.Context) (f findings, err error) {
	f.free = v.room(ctx) // first: the others may need it
	if f.pulse, err = v.pulse(ctx); err != nil {
		return f, err
	}
	if f.failing, err = v.failing(ctx); err != nil {
		return f, err
	}
	age, err := uptime()
	if err != nil {
		return f, err
	}
	f.browser, f.clock = v.browser(), v.clock.off(time.Now(), age)
	return f, nil
}

// room returns the share of the disk that is free, and lets the ballast go when next to nothing is.
func (v *vigil) room(ctx context.Context) (share float64) {
	free, total, err := freeSpace(v.data)
	if err != nil {
		v.log.ErrorContext(ctx, "ask how much room there is", "error", err)
		return 1
	}
	dropped, err := v.ballast.trim(free)
	if err != nil {
		v.log.ErrorContext(ctx, "hold room back for a full disk", "error", err)
	}
	if dropped {
		v.log.ErrorContext(ctx, "the disk is full: the room held back is used now, so that alerts can be written", "file", v.ballast.file)
	}
	return float64(free) / float64(max(total, 1))
}

// round declares what two rounds in a row agree on, right or wrong: after a start too, when only the past says that
// something is wrong.
func (v *vigil) round(ctx context.Context, f findings, now time.Time) {
	if v.agreed == nil {
		v.agreed = map[notify.NoticeKind]int{}
	}
	for _, n := range f.conditions(now) {
		switch before := v.agreed[n.Kind]; {
		case n.Until.IsZero():
			v.agreed[n.Kind] = min(max(before, 0)+1, vigilRounds)
		default:
			v.agreed[n.Kind] = max(min(before, 0)-1, -vigilRounds)
		}
		if a := v.agreed[n.Kind]; a != vigilRounds && a != -vigilRounds {
			continue
		}
		if err := v.declare(ctx, n); err != nil && ctx.Err() == nil {
			v.log.ErrorContext(ctx, "tell how the monitor is", "kind", n.Kind, "error", err)
		}
	}
}

// conditions says of each kind how it is now; Until is set where nothing is wrong.
func (f findings) conditions(now time.Time) []notify.Notice {
	p := f.pulse.Alarming()
	browser := notify.Notice{Kind: notify.NoticeBrowser, Sites: p.Faulty}
	failing := f.browser.State == monitor.BrowserFailing
	if failing {
		browser.Detail = f.browser.Reason
	}
	return []notify.Notice{
		ongoing(p.Overdue > 0, notify.Notice{Kind: notify.NoticeOverdue, Sites: p.Overdue}, now),
		ongoing(p.Faulty > 0 || failing, browser, now),
		ongoing(f.free < leastFree, notify.Notice{Kind: notify.NoticeDisk, Detail: fmt.Sprintf("%.0f%%", f.free*100)}, now),
		ongoing(len(f.failing) > 0, notify.Notice{Kind: notify.NoticeJob, Detail: listed(f.failing)}, now),
		ongoing(f.clock != 0, notify.Notice{Kind: notify.NoticeClock, Detail: fmt.Sprintf("%+.0f", f.clock.Seconds())}, now),
	}
}

// ongoing returns the notice while it is true, and that it is over otherwise.
func ongoing(wrong bool, n notify.Notice, now time.Time) notify.Notice {
	if wrong {
		return n
	}
	return notify.Notice{Kind: n.Kind, Until: now}
}

// listed names what failed, and how, on one line.
func listed(failing map[string]string) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(failing)) {
		how, _, _ := strings.Cut(failing[name], "\n")
		all = append(all, name+": "+how)
	}
	return strings.Join(all, "; ")
}

// freeSpace is how many bytes the disk under a folder has, and how many of them we may still write to.
func freeSpace(folder string) (free, total int64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, 0, fmt.Errorf("ask for the disk of %s: %w", folder, err)
	}
	return int64(s.Bavail) * s.Bsize, int64(s.Blocks) * s.Bsize, nil
}

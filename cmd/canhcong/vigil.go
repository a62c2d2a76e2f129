package main

import (
	"context"
	"fmt"
	"log/slog"
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
	declare func(ctx context.Context, n notify.Notice) error
	data    string
	ballast ballast
	log     *slog.Logger

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
		p, err := v.pulse(ctx)
		if err != nil && ctx.Err() == nil {
			v.log.ErrorContext(ctx, "ask whether looking keeps up", "error", err)
			continue
		}
		v.round(ctx, p, v.browser(), v.room(ctx), time.Now())
	}
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
func (v *vigil) round(ctx context.Context, p monitor.Pulse, b monitor.BrowserHealth, free float64, now time.Time) {
	if v.agreed == nil {
		v.agreed = map[notify.NoticeKind]int{}
	}
	for _, n := range conditions(p.Alarming(), b, free, now) {
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
func conditions(p monitor.Pulse, b monitor.BrowserHealth, free float64, now time.Time) []notify.Notice {
	list := []notify.Notice{{Kind: notify.NoticeOverdue, Sites: p.Overdue}, {Kind: notify.NoticeBrowser, Sites: p.Faulty}, {Kind: notify.NoticeDisk}}
	if free < leastFree {
		list[2].Detail = fmt.Sprintf("còn %.0f%%", free*100)
	}
	failing := b.State == monitor.BrowserFailing
	if failing {
		list[1].Detail = b.Reason
	}
	for i, wrong := range []bool{p.Overdue > 0, p.Faulty > 0 || failing, free < leastFree} {
		if !wrong {
			list[i].Until = now
		}
	}
	return list
}

// freeSpace is how many bytes the disk under a folder has, and how many of them we may still write to.
func freeSpace(folder string) (free, total int64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, 0, fmt.Errorf("ask for the disk of %s: %w", folder, err)
	}
	return int64(s.Bavail) * s.Bsize, int64(s.Blocks) * s.Bsize, nil
}

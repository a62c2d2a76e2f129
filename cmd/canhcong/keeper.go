package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

const (
	// keepEvery is how often it is asked whether the budget of artefacts is overdrawn.
	keepEvery = time.Hour
	// keepFrom is when the day's pass may begin, in Vietnam: nobody is at work and the night's backup has time.
	keepFrom = 1 * time.Hour
	// keepFirst is how long after a start the first pass begins: starting has enough to do.
	keepFirst = 10 * time.Minute
)

// keeper deletes once a day what is not kept any longer, and at once when there is more than the budget allows.
type keeper struct {
	retain func(ctx context.Context) (monitor.Kept, error)
	usage  func() (monitor.Usage, bool)
	budget int64
	log    *slog.Logger
	last   time.Time // begin of the last pass
}

// keeper returns what keeps the archive of a house small.
func (h *house) keeper(r monitor.Retention, log *slog.Logger) *keeper {
	return &keeper{
		retain: func(ctx context.Context) (monitor.Kept, error) {
			return h.archive.Retain(ctx, r, time.Now(), h.judge.Release)
		},
		usage: h.archive.Usage, budget: r.Budget, log: log,
	}
}

// run looks every hour until ctx ends.
func (k *keeper) run(ctx context.Context) error {
	for wait := keepFirst; ; wait = keepEvery {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		if k.isTime(time.Now()) {
			k.pass(ctx)
		}
	}
}

// isTime says whether a pass has to be made now: none was since the last night, or there is too much.
func (k *keeper) isTime(now time.Time) bool {
	local := now.In(targets.Vietnam).Add(-keepFrom)
	night := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, targets.Vietnam).Add(keepFrom)
	u, known := k.usage()
	return k.last.Before(night) || known && k.budget > 0 && u.Artefacts > k.budget
}

func (k *keeper) pass(ctx context.Context) {
	k.last = time.Now()
	done, err := k.retain(ctx)
	if err != nil && ctx.Err() == nil {
		k.log.ErrorContext(ctx, "delete what is not kept any longer", "error", err)
	}
	if err != nil {
		return
	}
	k.log.InfoContext(ctx, "deleted what is not kept any longer", "looks", done.Looks, "files", done.Files, "artefacts", done.Usage.Artefacts,
		"database", done.Usage.Database, "every look kept for", done.Retention.All, "took", time.Since(k.last).Round(time.Second))
	if k.budget > 0 && done.Usage.Artefacts > k.budget {
		k.log.WarnContext(ctx, "the artefacts that have to be kept take more than storage.budget", "artefacts", done.Usage.Artefacts, "budget", k.budget)
	}
}

// retention is what an installation keeps.
func (c storageConfig) retention() (monitor.Retention, error) {
	r := monitor.DefaultRetention
	if c.Budget == "" {
		return r, nil
	}
	budget, err := parseBytes(c.Budget)
	r.Budget = budget
	return r, err
}

// parseBytes reads an amount of storage: "20GiB", "500 MB", "0".
func parseBytes(text string) (int64, error) {
	number := strings.TrimRight(text, " kKMGTiB")
	factor, known := map[string]float64{"": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}[strings.TrimSpace(text[len(number):])]
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !known || !(n >= 0 && n*factor < 1<<62) {
		return 0, fmt.Errorf("%q is not an amount of storage such as 20GiB", text)
	}
	return int64(n * factor), nil
}

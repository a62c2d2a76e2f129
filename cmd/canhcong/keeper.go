package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"canhcong/monitor"
)

// keepEvery is how often it is asked whether the budget of artefacts is overdrawn.
const keepEvery = time.Hour

// keeper deletes what is not kept any longer: once a night, and at once when there is more than the budget allows.
type keeper struct {
	retain func(ctx context.Context) (monitor.Kept, error)
	usage  func() (monitor.Usage, bool)
	budget int64
	log    *slog.Logger
}

// keeper returns what keeps the archive of a house small.
func (h *house) keeper(r monitor.Retention, log *slog.Logger) *keeper {
	return &keeper{
		retain: func(ctx context.Context) (monitor.Kept, error) {
			now := time.Now()
			kept, err := h.archive.Retain(ctx, r, now, h.judge.Release)
			if err == nil { // after it, which asks first whether the clock can be right: the looks that these hold go in the next night
				_, err = h.desk.ForgetSuspicions(ctx, now)
			}
			return kept, err
		},
		usage: h.archive.Usage, budget: r.Budget, log: log,
	}
}

// run looks every hour until ctx ends.
func (k *keeper) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(keepEvery):
		}
		if !k.overdrawn() {
			continue
		}
		if err := k.pass(ctx); err != nil && ctx.Err() == nil {
			k.log.ErrorContext(ctx, "delete what is not kept any longer", "error", err)
		}
	}
}

// overdrawn says whether there is more than the budget allows, or nobody has counted since the start: a pass counts.
func (k *keeper) overdrawn() bool {
	u, known := k.usage()
	return k.budget > 0 && (!known || u.Artefacts > k.budget)
}

func (k *keeper) pass(ctx context.Context) error {
	begun := time.Now()
	done, err := k.retain(ctx)
	if err != nil {
		return err
	}
	k.log.InfoContext(ctx, "deleted what is not kept any longer", "looks", done.Looks, "files", done.Files, "artefacts", done.Usage.Artefacts,
		"database", done.Usage.Database, "every look kept for", done.Retention.All, "took", time.Since(begun).Round(time.Second))
	if k.budget > 0 && done.Usage.Artefacts > k.budget {
		k.log.WarnContext(ctx, "the artefacts that have to be kept take more than storage.budget", "artefacts", done.Usage.Artefacts, "budget", k.budget)
	}
	return nil
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

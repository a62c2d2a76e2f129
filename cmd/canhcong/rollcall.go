package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"canhcong/notify"
)

// rosterConfig says what is expected of the roster.
type rosterConfig struct {
	Cover   string `toml:"cover"`    // when somebody has to be on duty: always, periods or never, see notify.Cover
	CheckIn bool   `toml:"check_in"` // whoever does not check in to their shift is missed
}

func (c rosterConfig) validate() error {
	if !slices.Contains(notify.Covers, notify.Cover(c.Cover)) {
		return fmt.Errorf("roster.cover is %q: use always, periods or never", c.Cover)
	}
	return nil
}

// rollCallEvery is how often it is asked who has come on duty.
const rollCallEvery = time.Minute

// rollCalls asks until ctx ends.
func (h *house) rollCalls(log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		for {
			if err := h.desk.RollCall(ctx); err != nil && !errors.Is(err, context.Canceled) {
				log.ErrorContext(ctx, "ask who is on duty", "error", err)
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(rollCallEvery):
			}
		}
	}
}

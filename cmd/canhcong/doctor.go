package main

import (
	"context"
	"fmt"
	"strings"

	"canhcong/targets"
)

// doctorCommand says what is not ready.
type doctorCommand struct {
	Period int64 `help:"For this heightened period instead of the next two weeks." placeholder:"ID"`
}

// mostNames is how much of what is lacking is named.
const mostNames = 10

// Run prints what is lacking and what to do about it. The exit code is 0 when nothing is, and 1 otherwise.
func (c doctorCommand) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		var p targets.Period
		var err error
		if c.Period != 0 {
			if p, err = h.registry.Period(ctx, c.Period); err != nil {
				return err
			}
		}
		r, err := h.desk.Readiness(ctx, p, a.lang)
		if err != nil {
			return err
		}
		a.say("Xét %d cổng, từ %s đến %s.", "Looked at %d portals, from %s until %s.", r.Portals, localTime(r.From), localTime(r.Until))
		for _, l := range r.Lacks {
			names := strings.Join(l.Names[:min(len(l.Names), mostNames)], "; ")
			if more := len(l.Names) - mostNames; more > 0 {
				names += fmt.Sprintf(" (+%d)", more)
			}
			a.say("✗ %s: %s\n  Cần làm: %s.", "✗ %s: %s\n  To do: %s.", l.Kind.Text(a.lang), names, l.Kind.ToDo(a.lang))
		}
		if len(r.Lacks) > 0 {
			return exitError{code: 1}
		}
		a.say("✓ Mọi thứ đã sẵn sàng.", "✓ All is ready.")
		return nil
	})
}

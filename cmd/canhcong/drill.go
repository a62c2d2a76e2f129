package main

import (
	"context"
	"errors"
	"fmt"

	"canhcong/baseline"
	"canhcong/notify"
	"canhcong/targets"
)

// drillCommand begins a drill.
type drillCommand struct {
	Site int64  `arg:"" help:"Number of the portal, from site list."`
	Kind string `enum:"defaced,down" default:"defaced" help:"What is supposed to have happened: defaced or down."`
}

// Run begins the drill; the outbox of serve tells of it.
func (c drillCommand) Run(a *app) error {
	concern := map[string]baseline.Concern{"defaced": baseline.ConcernContent, "down": baseline.ConcernAvailability}[c.Kind]
	return a.withHouse(func(ctx context.Context, h *house) error {
		i, err := h.desk.Drill(ctx, c.Site, concern, operator())
		switch {
		case errors.Is(err, targets.ErrNotFound):
			return a.noSuchSite(c.Site, err)
		case errors.Is(err, notify.ErrNeverLooked):
			return said{err, a.in("Cổng này chưa được nhìn lần nào, chưa diễn tập được.", "The portal has never been looked at: there is nothing to practise with.")}
		case err != nil:
			return err
		}
		a.say("Diễn tập %s ở %s. Kết thúc: bấm “Đã khắc phục” ở %s", "Drill %s at %s. It ends with “It is mended” at %s", i.Number, i.Site.Host(),
			fmt.Sprintf("%s/incidents/%d", a.consoleURL(a.config.Listen), i.ID))
		return nil
	})
}

package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"canhcong/targets"
)

// eventCommand declares at which times portals look different on purpose.
type eventCommand struct {
	Declare eventDeclare `cmd:"" help:"Declare an appearance event of a portal, a unit or the whole province. It excuses only what its kind explains."`
	List    eventList    `cmd:"" help:"List the appearance events that are in force or to come, or all of them."`
	End     eventEnd     `cmd:"" help:"End an appearance event now."`
}

type eventDeclare struct {
	Kind     string `required:"" enum:"mourning,festive,banner,merger,redesign,maintenance" help:"mourning (quốc tang), festive (lễ, Tết), banner, merger (đổi tên), redesign (giao diện mới) or maintenance (bảo trì: outages are not told)."`
	Site     int64  `help:"For this portal." placeholder:"ID" xor:"scope" required:""`
	Unit     string `help:"For every portal of this unit, by its name." placeholder:"NAME" xor:"scope" required:""`
	Province bool   `help:"For every portal." xor:"scope" required:""`
	From     string `help:"Day (2027-02-06) or time (2027-02-06T07:30), Vietnam's clock; now when left out." placeholder:"WHEN"`
	Until    string `required:"" help:"Its last day, or the time when it ends." placeholder:"WHEN"`
	Reason   string `required:"" help:"Why, or the document that orders it."`
}

type eventList struct {
	All bool `help:"Those that are over as well."`
}

type eventEnd struct {
	ID int64 `arg:"" help:"Event."`
}

// Run declares the event.
func (c eventDeclare) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	e, err := c.event(a, registry)
	if err != nil {
		return exitError{2, err}
	}
	if e, err = registry.Declare(a.ctx, e); errors.Is(err, targets.ErrNotFound) {
		return said{err, fmt.Sprintf(a.in("Không có cổng số %d.", "There is no portal %d."), c.Site)}
	} else if err != nil {
		return inWords(err, a.lang)
	}
	a.say("Đã khai báo sự kiện giao diện số %d: %s, đến %s.", "Declared appearance event %d: %s, until %s.", e.ID, e.Kind.Text(a.lang), localTime(e.Until))
	return nil
}

func (c eventDeclare) event(a *app, registry *targets.Registry) (e targets.AppearanceEvent, err error) {
	e = targets.AppearanceEvent{Kind: targets.Appearance(c.Kind), SiteID: c.Site, From: time.Now(), Reason: c.Reason, DeclaredBy: operator()}
	if c.From != "" {
		e.From, err = targets.ParseWhen(c.From, false)
	}
	if err == nil {
		e.Until, err = targets.ParseWhen(c.Until, true)
	}
	if err != nil || c.Unit == "" {
		return e, err
	}
	e.UnitID, err = a.unitID(registry, c.Unit)
	return e, err
}

// Run prints one row per event, the newest first.
func (c eventList) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	since := time.Now()
	if c.All {
		since = time.Time{}
	}
	list, err := registry.AppearanceEvents(a.ctx, since)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "EVENT\tKIND\tSCOPE\tFROM\tUNTIL\tDECLARED BY\tENDED BY\tREASON")
	for _, e := range list {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", e.ID, e.Kind, scopeName(e.UnitID, e.SiteID), localTime(e.From), localTime(e.End()), e.DeclaredBy, e.EndedBy, e.Reason)
	}
	return w.Flush()
}

// scopeName says what something was declared for.
func scopeName(unitID, siteID int64) string {
	switch {
	case siteID != 0:
		return fmt.Sprintf("site %d", siteID)
	case unitID != 0:
		return fmt.Sprintf("unit %d", unitID)
	default:
		return "province"
	}
}

func localTime(t time.Time) string { return t.In(targets.Vietnam).Format("2006-01-02 15:04") }

// Run ends the event.
func (c eventEnd) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	e, err := registry.EndAppearance(a.ctx, c.ID, operator())
	if errors.Is(err, targets.ErrNotFound) {
		return said{err, fmt.Sprintf(a.in("Không có sự kiện giao diện số %d.", "There is no appearance event %d."), c.ID)}
	}
	if err != nil {
		return err
	}
	a.say("Sự kiện giao diện số %d kết thúc lúc %s.", "Appearance event %d ended at %s.", e.ID, localTime(e.End()))
	return nil
}

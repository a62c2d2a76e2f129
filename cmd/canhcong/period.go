package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"canhcong/targets"
)

// periodCommand declares at which times portals are looked at more often.
type periodCommand struct {
	Add  periodAdd  `cmd:"" help:"Declare a heightened period of a portal, a unit or the whole province. It starts and ends by itself."`
	List periodList `cmd:"" help:"List the periods that are in force or to come, or all of them."`
	End  periodEnd  `cmd:"" help:"End a period now."`
}

type periodAdd struct {
	Name     string `arg:"" help:"Name: Tết Đinh Mùi 2027."`
	Letter   string `help:"Number of the letter that orders it." placeholder:"NUMBER"`
	Profile  string `help:"Pace of looking while it lasts (default: cao điểm)." placeholder:"NAME"`
	Site     int64  `help:"For this portal." placeholder:"ID" xor:"scope" required:""`
	Unit     string `help:"For every portal of this unit, by its name." placeholder:"NAME" xor:"scope" required:""`
	Province bool   `help:"For every portal." xor:"scope" required:""`
	From     string `help:"Day (2027-01-30) or time (2027-01-30T07:30), Vietnam's clock; now when left out." placeholder:"WHEN"`
	Until    string `required:"" help:"Its last day, or the time when it ends." placeholder:"WHEN"`
}

type periodList struct {
	All bool `help:"Those that are over as well."`
}

type periodEnd struct {
	ID int64 `arg:"" help:"Period."`
}

// Run declares the period.
func (c periodAdd) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	p, err := c.period(a, registry)
	if err != nil {
		return exitError{2, err}
	}
	if p, err = registry.DeclarePeriod(a.ctx, p); errors.Is(err, targets.ErrNotFound) {
		return said{err, fmt.Sprintf(a.in("Không có cổng số %d.", "There is no portal %d."), c.Site)}
	} else if err != nil {
		return inWords(err, a.lang)
	}
	a.say("Đã khai báo đợt cao điểm số %d: %s, từ %s đến %s, nhịp “%s” (%v và %v).", "Declared period %d: %s, from %s until %s, profile %q (%v and %v).",
		p.ID, p.Name, localTime(p.From), localTime(p.Until), p.Profile.Name, p.Profile.ProbeEvery, p.Profile.RenderEvery)
	return nil
}

func (c periodAdd) period(a *app, registry *targets.Registry) (p targets.Period, err error) {
	p = targets.Period{Name: c.Name, LetterNumber: c.Letter, Profile: targets.Profile{Name: c.Profile}, SiteID: c.Site, From: time.Now(), DeclaredBy: operator()}
	if c.From != "" {
		p.From, err = targets.ParseWhen(c.From, false)
	}
	if err == nil {
		p.Until, err = targets.ParseWhen(c.Until, true)
	}
	if err != nil || c.Unit == "" {
		return p, err
	}
	p.UnitID, err = a.unitID(registry, c.Unit)
	return p, err
}

// unitID finds a unit by its name, in whatever spelling.
func (a *app) unitID(registry *targets.Registry, name string) (int64, error) {
	u, ok, err := registry.FindUnit(a.ctx, name)
	if err == nil && !ok {
		err = errors.New(a.in("Không có đơn vị nào tên là “"+name+"”.", "There is no unit “"+name+"”."))
	}
	return u.ID, err
}

// Run prints one row per period, the newest first.
func (c periodList) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	now := time.Now()
	since := now
	if c.All {
		since = time.Time{}
	}
	list, err := registry.Periods(a.ctx, since)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "PERIOD\tNAME\tLETTER\tSCOPE\tPROFILE\tFROM\tUNTIL\tIN FORCE\tDECLARED BY\tENDED BY")
	for _, p := range list {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%t\t%s\t%s\n", p.ID, p.Name, firstOf(p.LetterNumber, "-"), scopeName(p.UnitID, p.SiteID), p.Profile.Name,
			localTime(p.From), localTime(p.End()), p.InForce(now), p.DeclaredBy, firstOf(p.EndedBy, "-"))
	}
	return w.Flush()
}

// Run ends the period.
func (c periodEnd) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	p, err := registry.EndPeriod(a.ctx, c.ID, operator())
	if errors.Is(err, targets.ErrNotFound) {
		return said{err, fmt.Sprintf(a.in("Không có đợt cao điểm số %d.", "There is no period %d."), c.ID)}
	}
	if err != nil {
		return err
	}
	a.say("Đợt cao điểm số %d kết thúc lúc %s.", "Period %d ended at %s.", p.ID, localTime(p.End()))
	return nil
}

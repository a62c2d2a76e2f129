package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"canhcong/notify"
	"canhcong/notify/paper"
	"canhcong/targets"
)

// reportConfig is what stands at the head of reports, as the office writes it, and how long it has to report an incident.
type reportConfig struct {
	Owner string `toml:"owner"` // the authority above the office
	Body  string `toml:"body"`  // the office
	Place string `toml:"place"`
	To    string `toml:"to"`    // Kính gửi
	Field string `toml:"field"` // "an ninh mạng" when empty

	Authority string `toml:"authority"` // whom incidents are reported to
	Initial   string `toml:"initial"`   // "24h" after an incident was known
	Closing   string `toml:"closing"`   // "72h"
}

func (c reportConfig) letterhead() notify.Letterhead {
	return notify.Letterhead{Owner: c.Owner, Body: c.Body, Place: c.Place, To: c.To, Field: c.Field, Authority: c.Authority}
}

// deadlines reads how long the office has.
func (c reportConfig) deadlines() (l notify.Deadlines, err error) {
	for _, one := range []struct {
		key, written string
		into         *time.Duration
	}{{"initial", c.Initial, &l.Initial}, {"closing", c.Closing, &l.Closing}} {
		if *one.into, err = time.ParseDuration(one.written); err != nil || *one.into <= 0 {
			return l, fmt.Errorf("read the configuration: report.%s is %q: write it as 24h", one.key, one.written)
		}
	}
	return l, nil
}

// reportCommands are reports for leaders, and the templates of those of incidents.
type reportCommands struct {
	Make     reportCommand   `cmd:"" default:"withargs" help:"Write a report for leaders: daily, period, month, year, window."`
	Template templateCommand `cmd:"" help:"Write out the templates of reports of incidents, to be changed, and check those that were."`
}

// reportCommand writes a report for leaders.
type reportCommand struct {
	Kind   string `arg:"" enum:"daily,period,month,year,window" help:"daily, period, month, year (15/12 to 14/12) or window."`
	From   string `help:"A day of it (2027-02-06): today, the month before this one, or this year when left out. Of a window: when it begins." placeholder:"WHEN"`
	Until  string `help:"Of a window: its last day, or the time when it ends." placeholder:"WHEN"`
	Period string `help:"Of a heightened period: its number or name." placeholder:"NAME"`
	paperOutput
}

// Run writes the report. Nothing is sent to anybody.
func (c reportCommand) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		about, err := c.topic(ctx, a, h.registry, time.Now())
		if err != nil {
			return exitError{2, err}
		}
		r, err := h.desk.Report(ctx, about)
		if err != nil {
			return err
		}
		return c.write(a, func(f paper.Form) ([]byte, error) { return h.desk.PutReport(ctx, r, f, a.print) })
	})
}

// topic is what the report is about.
func (c reportCommand) topic(ctx context.Context, a *app, registry *targets.Registry, now time.Time) (notify.Topic, error) {
	kind := notify.ReportKind(c.Kind)
	switch kind {
	case notify.ReportPeriod:
		p, err := c.period(ctx, a, registry)
		return notify.PeriodOf(p), err
	case notify.ReportWindow:
		s, err := c.window(a)
		return notify.WindowOf(s), err
	}
	if c.From == "" {
		return notify.TopicOf(kind, notify.LatestOf(kind, now)), nil
	}
	at, err := targets.ParseWhen(c.From, false)
	return notify.TopicOf(kind, at), err
}

func (c reportCommand) window(a *app) (s notify.Span, err error) {
	if c.From == "" || c.Until == "" {
		return s, errors.New(a.in("Cần --from và --until.", "A window needs --from and --until."))
	}
	if s.From, err = targets.ParseWhen(c.From, false); err != nil {
		return s, err
	}
	if s.Until, err = targets.ParseWhen(c.Until, true); err == nil && !s.Until.After(s.From) {
		err = errors.New(a.in("--until phải sau --from.", "--until must be after --from."))
	}
	return s, err
}

// period finds the newest period with a name, or the one with a number.
func (c reportCommand) period(ctx context.Context, a *app, registry *targets.Registry) (targets.Period, error) {
	list, err := registry.Periods(ctx, time.Time{})
	if err != nil {
		return targets.Period{}, err
	}
	for _, p := range list {
		if strings.EqualFold(p.Name, strings.TrimSpace(c.Period)) || strconv.FormatInt(p.ID, 10) == c.Period {
			return p, nil
		}
	}
	return targets.Period{}, fmt.Errorf(a.in("Không có đợt cao điểm “%s”.", "There is no period “%s”."), c.Period)
}

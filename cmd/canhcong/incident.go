package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"canhcong/notify"
	"canhcong/notify/paper"
	"canhcong/targets"
)

// incidentCommand shows incidents, and keeps what is reported of them.
type incidentCommand struct {
	List   incidentList   `cmd:"" help:"List the incidents that go on, or all."`
	Show   incidentShow   `cmd:"" help:"Show an incident: how it stands, the time for its reports, its timeline."`
	Report incidentReport `cmd:"" help:"Write the draft of a report of an incident to the authority. Nothing is sent."`
	Sent   incidentSent   `cmd:"" help:"Note that a report of an incident was sent, by people. The program sends none."`
	Count  incidentCount  `cmd:"" help:"Say from when the time for the reports of an incident is counted."`
	Exempt incidentExempt `cmd:"" help:"Say that nothing of an incident has to be reported."`
}

type incidentList struct {
	All bool `help:"Those that are over, and drills, as well."`
}

type incidentShow struct {
	Number string `arg:"" help:"Of the incident: SC-2027-0012."`
}

type incidentReport struct {
	Number string `arg:"" help:"Of the incident: SC-2027-0012."`
	Kind   string `arg:"" enum:"initial,closing" help:"initial or closing."`
	paperOutput
}

type incidentSent struct {
	Number string `arg:"" help:"Of the incident: SC-2027-0012."`
	Kind   string `arg:"" enum:"initial,closing" help:"initial or closing."`
	Letter string `help:"Number of the letter: 12/BC-TTCĐS." required:"" placeholder:"NUMBER"`
	At     string `help:"When it was sent (2027-02-06T07:30): now when left out." placeholder:"WHEN"`
}

type incidentCount struct {
	Number string `arg:"" help:"Of the incident: SC-2027-0012."`
	From   string `help:"From when (2027-02-06T02:07)." required:"" placeholder:"WHEN"`
	Reason string `help:"Why." required:""`
}

type incidentExempt struct {
	Number string `arg:"" help:"Of the incident: SC-2027-0012."`
	Reason string `help:"Why." required:""`
}

// Run prints one row per incident.
func (c incidentList) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		list, err := h.desk.Incidents(ctx, notify.Filter{Live: !c.All, Drills: c.All})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "NUMBER\tHOST\tCONCERN\tSEVERITY\tSTATE\tOPENED\tCLOSED")
		for _, i := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", i.Number, i.Site.Host(), i.Concern, i.Severity, i.State, localTime(i.OpenedAt), moment(i.ClosedAt))
		}
		return w.Flush()
	})
}

// Run prints what is known of the incident.
func (c incidentShow) Run(a *app) error {
	return a.withIncident(c.Number, func(ctx context.Context, h *house, i notify.Incident) error {
		events, err := h.desk.Timeline(ctx, i.ID)
		if err != nil {
			return err
		}
		now, w := time.Now(), tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
		for _, line := range a.facts(i) {
			fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
		}
		clocks := h.desk.Clocks(i)
		for _, clock := range clocks {
			fmt.Fprintf(w, "%s\t%s\n", clock.Kind.Text(a.lang), a.clock(clock, now))
		}
		if len(clocks) == 0 {
			fmt.Fprintf(w, "%s\t%s\n", a.in("Báo cáo", "Reports"), a.in("không tính giờ", "not counted"))
		}
		fmt.Fprintln(w)
		for _, e := range events {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", localTime(e.At), e.Kind.Text(a.lang), e.Actor, targets.OneLine(e.DetailText(a.lang)))
		}
		return w.Flush()
	})
}

// facts is a label and a value for how an incident stands.
func (a *app) facts(i notify.Incident) [][2]string {
	return [][2]string{
		{a.in("Số", "Number"), i.Number},
		{a.in("Cổng", "Portal"), i.Site.Name + " · " + i.Site.Host()},
		{a.in("Đơn vị", "Unit"), i.Site.Unit.Name},
		{a.in("Mức độ", "Severity"), i.Severity.Text(a.lang)},
		{a.in("Trạng thái", "State"), i.State.Text(a.lang)},
		{a.in("Thấy lần đầu", "First seen"), moment(i.SuspectedAt)},
		{a.in("Mở sự cố", "Opened"), moment(i.OpenedAt)},
		{a.in("Xác minh", "Verified"), firstOf(i.Finding.Text(a.lang), "-")},
		{a.in("Người xử lý", "Handled by"), firstOf(i.Owner, "-")},
		{a.in("Kết thúc", "Closed"), moment(i.ClosedAt)},
		{a.in("Tính giờ báo cáo từ", "Reports counted from"), moment(i.Counted())},
	}
}

// clock says how the time for a report stands.
func (a *app) clock(c notify.Clock, now time.Time) string {
	switch c.State(now) {
	case notify.ClockSent:
		return fmt.Sprintf(a.in("đã gửi %s, số %s", "sent %s, number %s"), localTime(c.Letter.At), c.Letter.Number)
	case notify.ClockLate:
		return fmt.Sprintf(a.in("gửi muộn %s, số %s", "sent late %s, number %s"), localTime(c.Letter.At), c.Letter.Number)
	case notify.ClockCaught:
		return a.in("gộp vào báo cáo kết thúc", "in the closing report")
	default:
		return c.Text(now, a.lang)
	}
}

// moment is an instant, "-" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return localTime(t)
}

// Run writes the draft. What is wrong with the office's own template is said beside it.
func (c incidentReport) Run(a *app) error {
	return a.withIncident(c.Number, func(ctx context.Context, h *house, i notify.Incident) error {
		p, err := h.desk.FilingPaper(ctx, i.ID, notify.FilingKind(c.Kind))
		if err != nil {
			return err
		}
		if err := c.write(a, func(f paper.Form) ([]byte, error) { return paper.Set(ctx, f, p.HTML, a.print) }); err != nil {
			return err
		}
		if p.Problem != nil && c.Out != "" {
			a.say("Mẫu riêng có lỗi, đã dùng mẫu gốc: %v", "Your own template is wrong, ours was used: %v", p.Problem)
		}
		return nil
	})
}

// Run notes it.
func (c incidentSent) Run(a *app) error {
	return a.changeIncident(c.Number, "incident.reported", c.Kind+" "+c.Letter, func(ctx context.Context, h *house, i notify.Incident) error {
		at, err := whenOr(c.At, time.Now())
		if err != nil {
			return err
		}
		_, err = h.desk.Reported(ctx, i.ID, notify.FilingKind(c.Kind), notify.Letter{Number: c.Letter, At: at, By: operator()})
		return err
	})
}

// whenOr reads an instant as a person writes it; "" is another one.
func whenOr(written string, otherwise time.Time) (time.Time, error) {
	if written == "" {
		return otherwise, nil
	}
	return targets.ParseWhen(written, false)
}

// Run notes it.
func (c incidentCount) Run(a *app) error {
	return a.changeIncident(c.Number, "incident.counted", c.From+" · "+c.Reason, func(ctx context.Context, h *house, i notify.Incident) error {
		from, err := targets.ParseWhen(c.From, false)
		if err != nil {
			return err
		}
		_, err = h.desk.Count(ctx, i.ID, from, operator(), c.Reason)
		return err
	})
}

// Run notes it.
func (c incidentExempt) Run(a *app) error {
	return a.changeIncident(c.Number, "incident.needless", c.Reason, func(ctx context.Context, h *house, i notify.Incident) error {
		_, err := h.desk.Spare(ctx, i.ID, operator(), c.Reason)
		return err
	})
}

// withIncident runs something about the incident with a number.
func (a *app) withIncident(number string, do func(context.Context, *house, notify.Incident) error) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		i, err := h.desk.IncidentNumbered(ctx, number)
		if errors.Is(err, notify.ErrNotFound) {
			return said{err, fmt.Sprintf(a.in("Không có sự cố %s.", "There is no incident %s."), number)}
		}
		if err != nil {
			return err
		}
		return do(ctx, h, i)
	})
}

// changeIncident changes the incident with a number, and writes that to the audit log.
func (a *app) changeIncident(number, action, detail string, change func(context.Context, *house, notify.Incident) error) error {
	return a.withIncident(number, func(ctx context.Context, h *house, i notify.Incident) error {
		err := change(ctx, h, i)
		switch {
		case errors.Is(err, notify.ErrReason):
			return said{err, a.in("Hãy ghi lý do (5 đến 500 ký tự).", "Write the reason (5 to 500 characters).")}
		case errors.Is(err, notify.ErrLetter):
			return said{err, a.in("Hãy ghi số văn bản (tối đa 100 ký tự).", "Write the number of the letter (100 characters at most).")}
		case errors.Is(err, notify.ErrFuture):
			return said{err, a.in("Thời điểm này chưa tới.", "That is still to come.")}
		case err != nil:
			return err
		}
		if err := a.audit(h.db, action, fmt.Sprintf("incident/%d", i.ID), i.Number+" · "+targets.OneLine(detail)); err != nil {
			return err
		}
		a.say("Đã ghi cho %s.", "Recorded for %s.", i.Number)
		return nil
	})
}

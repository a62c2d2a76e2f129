package web

import (
	"fmt"
	"net/http"
	"time"

	"canhcong/notify"
	"canhcong/notify/paper"
	"canhcong/targets"
)

// reportsPage lists the reports that can be made, and makes one of any stretch of time.
type reportsPage struct {
	Reports     []reportLine
	Periods     []reportLine
	From, Until string // of the form
	Forms       []paper.Form
	Error       string // key of the catalogue
}

// reportLine is one report: what it is about, and where it is made.
type reportLine struct {
	Kind  notify.ReportKind
	Name  string // of a period
	Span  notify.Span
	Path  string
	Forms []paper.Form
}

// Last is the last day of the report.
func (l reportLine) Last() time.Time { return l.Span.Until.Add(-time.Millisecond) }

// mostReportPeriods is how many periods the page offers, the newest first.
const mostReportPeriods = 12

func (s *Server) showReports(w http.ResponseWriter, r *http.Request) error {
	now := time.Now().In(targets.Vietnam)
	return s.offerReports(w, r, http.StatusOK, reportsPage{From: now.AddDate(0, 0, -7).Format(time.DateOnly), Until: now.Format(time.DateOnly)})
}

func (s *Server) offerReports(w http.ResponseWriter, r *http.Request, status int, page reportsPage) error {
	page.Forms = notify.ReportForms
	for _, about := range usualReports(time.Now()) {
		page.Reports = append(page.Reports, reportLine{Kind: about.Kind, Span: about.Span, Forms: page.Forms,
			Path: fmt.Sprintf("/reports/paper?kind=%s&from=%s", about.Kind, about.Span.From.Format(time.DateOnly))})
	}
	periods, err := s.registry.Periods(r.Context(), time.Time{})
	if err != nil {
		return err
	}
	for _, p := range periods {
		if about := notify.PeriodOf(p); len(page.Periods) < mostReportPeriods && !p.From.After(time.Now()) && about.Span.Until.After(about.Span.From) {
			page.Periods = append(page.Periods, reportLine{Kind: about.Kind, Name: p.Name, Span: about.Span, Forms: page.Forms, Path: fmt.Sprintf("/reports/paper?kind=period&period=%d", p.ID)})
		}
	}
	return s.show(w, r, status, "reports", frame{Title: "reports.title"}, page)
}

// usualReports are the reports that people ask for: of today and yesterday, of this month and the last, of this year and the last.
func usualReports(now time.Time) (list []notify.Topic) {
	for _, of := range []func(time.Time) notify.Topic{notify.DayOf, notify.MonthOf, notify.YearOf} {
		this := of(now)
		list = append(list, this, of(this.Before.From))
	}
	return list
}

// showPaper makes one report and hands it over in the form that was asked for.
func (s *Server) showPaper(w http.ResponseWriter, r *http.Request) error {
	about, ok, err := s.topic(r)
	if err != nil {
		return missing(err)
	}
	if !ok {
		asked := r.URL.Query()
		return s.offerReports(w, r, http.StatusUnprocessableEntity, reportsPage{From: asked.Get("from"), Until: asked.Get("until"), Error: "reports.wrong"})
	}
	report, err := s.desk.Report(r.Context(), about)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("baocao-%s-%s", about.Kind, about.Span.From.In(targets.Vietnam).Format(time.DateOnly))
	return s.servePaper(w, r, "report/"+string(about.Kind), name, func(f paper.Form) ([]byte, error) {
		return s.desk.PutReport(r.Context(), report, f, s.print)
	})
}

// topic reads what a report is asked of; ok is false when that cannot be read. The error is missing for a period that is not there.
func (s *Server) topic(r *http.Request) (about notify.Topic, ok bool, err error) {
	asked := r.URL.Query()
	from, errFrom := targets.ParseWhen(asked.Get("from"), false)
	switch kind := notify.ReportKind(asked.Get("kind")); kind {
	case notify.ReportDaily, notify.ReportMonth, notify.ReportYear:
		return notify.TopicOf(kind, from), errFrom == nil, nil
	case notify.ReportWindow:
		until, errUntil := targets.ParseWhen(asked.Get("until"), true)
		return notify.WindowOf(notify.Span{From: from, Until: until}), errFrom == nil && errUntil == nil && until.After(from), nil
	case notify.ReportPeriod:
		p, err := s.periodAsked(r, asked.Get("period"))
		return notify.PeriodOf(p), true, err
	}
	return about, false, nil
}

// periodAsked finds a period by what an address says.
func (s *Server) periodAsked(r *http.Request, id string) (targets.Period, error) {
	list, err := s.registry.Periods(r.Context(), time.Time{})
	if err != nil {
		return targets.Period{}, err
	}
	for _, p := range list {
		if fmt.Sprint(p.ID) == id {
			return p, nil
		}
	}
	return targets.Period{}, fmt.Errorf("period %.20q: %w", id, targets.ErrNotFound)
}

package notify

import (
	"time"

	"canhcong/targets"
)

// ReportKind is what stretch of time a report is about.
type ReportKind string

// The kinds of reports.
const (
	ReportDaily  ReportKind = "daily"  // báo cáo nhanh
	ReportPeriod ReportKind = "period" // at the end of a heightened period
	ReportMonth  ReportKind = "month"
	ReportYear   ReportKind = "year" // 15/12 to 14/12
	ReportWindow ReportKind = "window"
)

// ReportKinds are the kinds of reports, the shortest stretch first.
var ReportKinds = []ReportKind{ReportDaily, ReportPeriod, ReportMonth, ReportYear, ReportWindow}

// yearBegins is the day in December on which a year of reports begins: reports of it have to be in before the year is over.
const yearBegins = 15

// Topic is what a report is about: the span that its kind has around an instant, and before it the span that it is compared with.
type Topic struct {
	Kind   ReportKind
	Span   Span
	Before Span
	Period targets.Period // of ReportPeriod
}

// DayOf is the topic of the report on the day of an instant, by Vietnam's clock.
func DayOf(at time.Time) Topic {
	from := midnight(at)
	return Topic{Kind: ReportDaily, Span: Span{from, from.AddDate(0, 0, 1)}, Before: Span{from.AddDate(0, 0, -1), from}}
}

// MonthOf is the topic of the report on the month of an instant.
func MonthOf(at time.Time) Topic {
	at = at.In(targets.Vietnam)
	from := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, targets.Vietnam)
	return Topic{Kind: ReportMonth, Span: Span{from, from.AddDate(0, 1, 0)}, Before: Span{from.AddDate(0, -1, 0), from}}
}

// YearOf is the topic of the report on the year of an instant, from 15 December to 14 December.
func YearOf(at time.Time) Topic {
	at = at.In(targets.Vietnam)
	from := time.Date(at.Year(), time.December, yearBegins, 0, 0, 0, 0, targets.Vietnam)
	if at.Before(from) {
		from = from.AddDate(-1, 0, 0)
	}
	return Topic{Kind: ReportYear, Span: Span{from, from.AddDate(1, 0, 0)}, Before: Span{from.AddDate(-1, 0, 0), from}}
}

// WindowOf is the topic of the report on any stretch of time. It is compared with one as long that ends where it begins.
func WindowOf(s Span) Topic {
	return Topic{Kind: ReportWindow, Span: s, Before: Span{s.From.Add(-s.Until.Sub(s.From)), s.From}}
}

// PeriodOf is the topic of the report on a heightened period.
func PeriodOf(p targets.Period) Topic {
	s := WindowOf(Span{p.From, p.End()})
	s.Kind, s.Period = ReportPeriod, p
	return s
}

// TopicOf is the topic of the report of a kind that has a span around every instant: a day, a month or a year.
func TopicOf(kind ReportKind, at time.Time) Topic {
	switch kind {
	case ReportMonth:
		return MonthOf(at)
	case ReportYear:
		return YearOf(at)
	default:
		return DayOf(at)
	}
}

// LatestOf is an instant in the span that people want a report of, now: the day and the year that it is, the month that is over.
func LatestOf(kind ReportKind, now time.Time) time.Time {
	if kind == ReportMonth {
		return MonthOf(now).Before.From
	}
	return now
}

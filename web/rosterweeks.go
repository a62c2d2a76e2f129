package web

import (
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// rosterDay is one row of the roster: what begins on a day, or lasts over it, by tier.
type rosterDay struct {
	Date  time.Time // midnight in Vietnam
	Today bool
	Past  bool // of the weeks that today is in
	Cells []rosterCell
}

// rosterCell is one tier of a day.
type rosterCell struct {
	Tier   notify.Tier
	Shifts []rosterShift
	Holes  []notify.Span
}

// rosterShift is a shift as it stands in a day.
type rosterShift struct {
	notify.Shift
	Now   bool
	Later bool // it began on a day before
}

// hours says when a shift lasts, without its day: "19:00–07:30"; with both days where it is longer than a day and a night.
func hours(s notify.Span) string {
	from, until := s.From.In(targets.Vietnam), s.Until.In(targets.Vietnam)
	switch {
	case until.Sub(from) > 24*time.Hour:
		return from.Format("15:04 02/01") + " – " + until.Format("15:04 02/01")
	case until.Format("15:04") == "00:00":
		return from.Format("15:04") + "–24:00"
	default:
		return from.Format("15:04") + "–" + until.Format("15:04")
	}
}

// monday is the beginning of the week of an instant, in Vietnam.
func monday(at time.Time) time.Time {
	at = at.In(targets.Vietnam)
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, targets.Vietnam)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// rosterDays lays an outlook out by days.
func rosterDays(o notify.Outlook, now time.Time) (days []rosterDay) {
	for date := o.From.In(targets.Vietnam); date.Before(o.Until); date = date.AddDate(0, 0, 1) {
		over := !now.Before(date.AddDate(0, 0, 1))
		day := rosterDay{Date: date, Today: !over && !now.Before(date), Past: over && now.Before(o.Until)}
		for _, tier := range notify.Tiers {
			day.Cells = append(day.Cells, cellOf(o, tier, date, now))
		}
		days = append(days, day)
	}
	return days
}

func cellOf(o notify.Outlook, tier notify.Tier, date, now time.Time) rosterCell {
	cell := rosterCell{Tier: tier}
	next := date.AddDate(0, 0, 1)
	for _, s := range o.Shifts {
		begins := !s.From.Before(date) && s.From.Before(next)
		// A night belongs to the day on which it begins; only what lasts for days stands in each of them.
		lasts := s.From.Before(date) && s.Until.After(date) && s.Until.Sub(s.From) > 24*time.Hour
		if s.Tier == tier && (begins || lasts) {
			cell.Shifts = append(cell.Shifts, rosterShift{Shift: s, Now: s.On(now), Later: !begins})
		}
	}
	for _, h := range o.Holes {
		from, until := h.From, h.Until
		if from.Before(date) {
			from = date
		}
		if until.After(next) {
			until = next
		}
		if h.Tier == tier && until.After(from) {
			cell.Holes = append(cell.Holes, notify.Span{From: from, Until: until})
		}
	}
	return cell
}

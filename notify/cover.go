package notify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"canhcong/targets"
)

// Cover says when somebody has to be on duty.
type Cover string

// When somebody has to be on duty.
const (
	CoverAlways  Cover = "always"
	CoverPeriods Cover = "periods" // round the clock while a heightened period lasts; what is used when nothing is set
	CoverNever   Cover = "never"
)

// Covers lists every choice.
var Covers = []Cover{CoverAlways, CoverPeriods, CoverNever}

// OutlookDays is how many days ahead the roster is looked at for holes.
const OutlookDays = 14

// shortestHole is what is no slip of the pen: rosters end shifts at 18:59 or 23:59.
const shortestHole = 2 * time.Minute

// Hole is a stretch of time at which a tier has nobody, though somebody has to be there.
type Hole struct {
	Tier Tier
	Span
}

// Clash is one person who is on duty twice at once.
type Clash struct{ First, Second Shift }

// Outlook is the roster of a stretch of time, and what is wrong with it.
type Outlook struct {
	Span
	Shifts  []Shift // that count, by tier and time
	Wanted  []Span  // when somebody has to be on duty
	Holes   []Hole  // by time
	Clashes []Clash
}

// Outlook returns the roster of a stretch of time.
func (d *Desk) Outlook(ctx context.Context, span Span) (Outlook, error) {
	shifts, err := d.Shifts(ctx, span)
	if err != nil {
		return Outlook{}, err
	}
	periods, err := d.registry.Periods(ctx, span.From)
	if err != nil {
		return Outlook{}, fmt.Errorf("look at the roster: %w", err)
	}
	wanted := d.cover.wanted(periods, span)
	return Outlook{Span: span, Shifts: shifts, Wanted: wanted, Holes: holes(shifts, wanted), Clashes: clashes(shifts)}, nil
}

// ahead is what a look at the roster for holes takes in.
func ahead(now time.Time) Span { return Span{now, now.AddDate(0, 0, OutlookDays)} }

// wanted returns when in a stretch of time somebody has to be on duty.
func (c Cover) wanted(periods []targets.Period, span Span) []Span {
	var list []Span
	switch c {
	case CoverAlways:
		list = []Span{span}
	case CoverNever:
	default:
		for _, p := range periods {
			list = append(list, Span{p.From, p.End()})
		}
	}
	return joined(list, span)
}

// joined returns the stretches, as far as they lie within another one, without overlaps and in order.
func joined(list []Span, within Span) (out []Span) {
	slices.SortFunc(list, func(a, b Span) int { return a.From.Compare(b.From) })
	for _, s := range list {
		s.From, s.Until = later(s.From, within.From), earlier(s.Until, within.Until)
		switch last := len(out) - 1; {
		case !s.Until.After(s.From):
		case last >= 0 && !s.From.After(out[last].Until):
			out[last].Until = later(out[last].Until, s.Until)
		default:
			out = append(out, s)
		}
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// holes returns where a tier has nobody, by time. The lowest tier has to be there; another one only where the roster has anybody
// of it at all.
func holes(shifts []Shift, wanted []Span) (list []Hole) {
	for _, tier := range Tiers {
		var there []Span
		for _, s := range shifts {
			if s.Tier == tier {
				there = append(there, s.Span())
			}
		}
		if tier != TierWatch && len(there) == 0 {
			continue
		}
		slices.SortFunc(there, func(a, b Span) int { return a.From.Compare(b.From) })
		for _, want := range wanted {
			for _, gap := range gaps(there, want) {
				list = append(list, Hole{tier, gap})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Hole) int { return a.From.Compare(b.From) })
	return list
}

// gaps returns what of a stretch the others, in order, leave free.
func gaps(there []Span, want Span) (free []Span) {
	at := want.From
	for _, s := range append(slices.Clone(there), Span{want.Until, want.Until}) {
		if until := earlier(s.From, want.Until); until.Sub(at) >= shortestHole {
			free = append(free, Span{at, until})
		}
		at = later(at, s.Until)
	}
	return free
}

// clashes returns who is on duty twice at once.
func clashes(shifts []Shift) (list []Clash) {
	for i, a := range shifts {
		for _, b := range shifts[i+1:] {
			if a.Person.ID == b.Person.ID && a.From.Before(b.Until) && b.From.Before(a.Until) {
				list = append(list, Clash{a, b})
			}
		}
	}
	return list
}

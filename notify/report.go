package notify

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// Report is what leaders are told of a stretch of time: numbers, and what they are of.
type Report struct {
	Topic
	At time.Time // when it was made: what is not over by then is told as far as it is known
	Figures
	Earlier  Figures      // of the span before
	Episodes []Episode    // begun in the span, oldest first
	Sites    []SiteFigure // every portal, the least available first, what is not known last
	Lacks    []Lack       // as things stand when it is made
}

// Figures are the numbers of one span. Drills count nowhere.
type Figures struct {
	Portals       int // watched at some time in it
	Measured      int // of which there is data
	Up, Down      time.Duration
	NoData, Blind time.Duration // that the share leaves out; of it our own network was away

	Incidents     int // begun in the span, each recurrence for itself
	Recurrences   int // of them came back after they were over
	Carried       int // went on when the span began
	Ended         int // in the span
	Live          int // went on at its end
	ByConcern     map[baseline.Concern]int
	BySeverity    map[Severity]int
	ByFinding     map[Finding]int // "" counts those that nobody has looked into
	Detected      Spread          // from the first look that saw it until people were told
	Taken         Spread          // from then until somebody did something about it
	Lasted        Spread          // until it was over
	Facts         int             // told by a message, each once however many were told
	Messages      int             // delivered
	Approved      int             // baselines, by people
	Rejected      int
	Shifts        int // on duty
	CheckedIn     int
	HoleTime      time.Duration // without anybody on duty where somebody had to be
	HandoverNotes int
}

// SiteFigure is how available one portal was.
type SiteFigure struct {
	Site targets.Site
	monitor.Availability
}

// Spread sums up how long something took.
type Spread struct {
	Of              int // how many are known
	Median, Slowest time.Duration
}

// lengths collects how long something took, where that is known.
type lengths []time.Duration

func (l *lengths) add(d time.Duration, known bool) {
	if known {
		*l = append(*l, d)
	}
}

// spread sums them up.
func (l lengths) spread() Spread {
	if len(l) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(l))
	return Spread{len(l), sorted[(len(l)-1)/2], sorted[len(l)-1]}
}

// Share is the part of the time with data in which the portals were up; ok is false when there is no such time.
func (f Figures) Share() (share float64, ok bool) {
	return monitor.Availability{Up: f.Up, Down: f.Down}.Share()
}

// mostWorst is how many of the portals a report names that were least available.
const mostWorst = 10

// Report makes a report. Nothing of it is sent anywhere.
func (d *Desk) Report(ctx context.Context, about Topic) (r Report, err error) {
	r = Report{Topic: about, At: time.Now()}
	var sites []SiteFigure
	if r.Figures, r.Episodes, sites, err = d.figures(ctx, about.Period, about.Span, r.At); err != nil {
		return Report{}, fmt.Errorf("make a report: %w", err)
	}
	if r.Earlier, _, _, err = d.figures(ctx, about.Period, about.Before, r.At); err != nil {
		return Report{}, fmt.Errorf("make a report: %w", err)
	}
	r.Sites = worstFirst(sites)
	ready := Readiness{say: speech{targets.Vietnamese}}
	if err := d.lookAtPortals(ctx, about.Period, &ready); err != nil {
		return Report{}, fmt.Errorf("make a report: %w", err)
	}
	r.Lacks = ready.Lacks
	return r, nil
}

// worstFirst sorts portals by how available they were. Those of which nothing is known come last.
func worstFirst(all []SiteFigure) []SiteFigure {
	slices.SortStableFunc(all, func(a, b SiteFigure) int {
		x, known := a.Share()
		y, too := b.Share()
		return cmp.Or(cmp.Compare(unknown(known), unknown(too)), cmp.Compare(x, y))
	})
	return all
}

func unknown(known bool) int {
	if known {
		return 0
	}
	return 1
}

// Worst are the portals that a report names because they were least available, if any was not always.
func (r Report) Worst() (list []SiteFigure) {
	for _, s := range r.Sites {
		if s.Down > 0 && len(list) < mostWorst {
			list = append(list, s)
		}
	}
	return list
}

// figures computes the numbers of a span for the portals that a period covers, as they stood at an instant.
func (d *Desk) figures(ctx context.Context, scope targets.Period, s Span, now time.Time) (f Figures, begun []Episode, sites []SiteFigure, err error) {
	if s.Until.After(now) {
		s.Until = later(s.From, now)
	}
	f = Figures{ByConcern: map[baseline.Concern]int{}, BySeverity: map[Severity]int{}, ByFinding: map[Finding]int{}}
	covered, sites, err := d.measure(ctx, scope, s, &f)
	if err != nil {
		return f, nil, nil, err
	}
	all, err := d.episodesBetween(ctx, s)
	if err != nil {
		return f, nil, nil, err
	}
	for n, e := range all {
		all[n].Incident.Site = covered[e.Incident.Site.ID]
	}
	all = slices.DeleteFunc(all, func(e Episode) bool { return e.Incident.Site.ID == 0 })
	begun = f.count(all, s)
	if err := d.countTold(ctx, covered, wholeProvince(scope), s, &f); err != nil {
		return f, nil, nil, err
	}
	if err := d.countDecided(ctx, covered, s, &f); err != nil {
		return f, nil, nil, err
	}
	return f, begun, sites, d.countDuty(ctx, s, &f)
}

func wholeProvince(p targets.Period) bool { return p.UnitID == 0 && p.SiteID == 0 }

// measure adds up how available the portals were.
func (d *Desk) measure(ctx context.Context, scope targets.Period, s Span, f *Figures) (covered map[int64]targets.Site, list []SiteFigure, err error) {
	sites, err := d.registry.SitesBetween(ctx, s.From, s.Until)
	if err != nil {
		return nil, nil, err
	}
	all, err := d.archive.Availabilities(ctx, s.From, s.Until)
	if err != nil {
		return nil, nil, err
	}
	covered = map[int64]targets.Site{}
	for _, site := range sites {
		if !scope.Covers(site) {
			continue
		}
		covered[site.ID] = site
		a := all[site.ID]
		list = append(list, SiteFigure{site, a})
		if _, ok := a.Share(); ok {
			f.Measured++
		}
		f.Up, f.Down, f.NoData, f.Blind = f.Up+a.Up, f.Down+a.Down, f.NoData+a.NoData(), f.Blind+a.Blind
	}
	f.Portals = len(covered)
	return covered, list, nil
}

// count counts the episodes of a span, and returns those that began in it.
func (f *Figures) count(all []Episode, s Span) (begun []Episode) {
	var detected, taken, lasted lengths
	for _, e := range all {
		if e.EndedAt.IsZero() {
			f.Live++
		} else {
			f.Ended++
		}
		if e.OpenedAt.Before(s.From) {
			f.Carried++
			continue
		}
		begun = append(begun, e)
		f.Incidents++
		f.ByConcern[e.Incident.Concern]++
		f.BySeverity[e.Incident.Severity]++
		f.ByFinding[e.Finding]++
		if e.Again {
			f.Recurrences++
		}
		detected.add(e.Detected())
		taken.add(e.Taken())
		lasted.add(e.Lasted())
	}
	f.Detected, f.Taken, f.Lasted = detected.spread(), taken.spread(), lasted.spread()
	slices.SortStableFunc(begun, func(a, b Episode) int { return a.OpenedAt.Compare(b.OpenedAt) })
	return begun
}

// countDecided counts what people approved and rejected.
func (d *Desk) countDecided(ctx context.Context, covered map[int64]targets.Site, s Span, f *Figures) error {
	all, err := d.judge.Decided(ctx, s.From, s.Until)
	for id, one := range all {
		if _, ok := covered[id]; ok {
			f.Approved, f.Rejected = f.Approved+one.Approved, f.Rejected+one.Rejected
		}
	}
	return err
}

// countDuty counts who was on duty, and for how long nobody was.
func (d *Desk) countDuty(ctx context.Context, s Span, f *Figures) error {
	o, err := d.Outlook(ctx, s)
	if err != nil {
		return err
	}
	f.Shifts = len(o.Shifts)
	for _, shift := range o.Shifts {
		if !shift.CheckedIn.IsZero() {
			f.CheckedIn++
		}
	}
	for _, h := range o.Holes {
		if h.Tier == TierWatch {
			f.HoleTime += h.Until.Sub(h.From)
		}
	}
	return d.countHandovers(ctx, s, f)
}

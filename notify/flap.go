package notify

import (
	"context"
	"math"
	"sync"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// When a site counts as flapping (chập chờn): the rule of Nagios, by which twenty changes between the last 21 results weigh from 0.8,
// the oldest, to 1.2, the newest.
// https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/flapping.html
const (
	flapResults = 21
	flapBegins  = 0.5              // of the weight of all changes there could be
	flapEnds    = 0.25             // below it for calmFor
	calmFor     = 30 * time.Minute // before a site that was flapping counts as steady
	digestEvery = time.Hour        // people are told how it goes on, without a sound
	lightest    = 0.8
	heaviest    = 1.2
	flapChanges = flapResults - 1 // there can be between them
)

// flap is how steady the availability of a site was of late. It is kept in memory, and remembered after a start from the looks that
// were stored.
type flap struct {
	down      []bool // of the last results, the newest last
	at        time.Time
	look      int64     // the observation counted last: handed over twice, it counts once
	ratio     float64   // of the weight of the changes between them, 0 to 1
	calmSince time.Time // since when the ratio is so small that it might be over; zero while it is not
	turnedAt  time.Time // when the newest result that differs from the one before came
	dropped   bool      // the newest result is the first of an outage
}

// next returns it after one more look. A probe that says what the one before said is mostly not handed on: what there must have been
// at the pace of the site is filled in.
func (f flap) next(down bool, at time.Time, pace time.Duration) flap {
	list := append([]bool(nil), f.down...)
	if n := len(list); n > 0 {
		for quiet := int(math.Round(float64(at.Sub(f.at))/float64(max(pace, time.Second)))) - 1; quiet > 0 && len(list) < n+flapResults; quiet-- {
			list = append(list, list[n-1])
		}
		if f.dropped = down && !list[n-1]; down != list[n-1] {
			f.turnedAt = at
		}
	}
	list = append(list, down)
	f.down, f.at = list[max(len(list)-flapResults, 0):], at
	if f.ratio = changeRatio(f.down); f.ratio >= flapEnds {
		f.calmSince = time.Time{}
	} else if f.calmSince.IsZero() {
		f.calmSince = at
	}
	return f
}

// steady says whether it has been calm, and as it is, for so long that flapping is over.
func (f flap) steady(now time.Time) bool {
	return !f.calmSince.IsZero() && now.Sub(f.calmSince) >= calmFor && now.Sub(f.turnedAt) >= calmFor
}

// changeRatio is the weight of the changes between results, as a share of that of all there could be.
func changeRatio(down []bool) (sum float64) {
	for n := 1; n < len(down); n++ {
		if down[n] != down[n-1] {
			age := float64(len(down)-1-n) / (flapChanges - 1) // 0 for the newest change, 1 for the oldest of twenty
			sum += heaviest - age*(heaviest-lightest)
		}
	}
	return sum / flapChanges
}

// flaps are those of all sites.
type flaps struct {
	mu    sync.Mutex
	site  map[int64]flap
	known map[int64]bool // what was before the start has been remembered
}

// see counts what a probe says of the availability of its site, and returns how steady that is. A look that says nothing counts as none,
// and so does one of the browser: where it sees what probes do not, that is no change.
func (f *flaps) see(v baseline.Verdict) flap {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := v.Observation
	if o.Depth == monitor.Probe && (o.ID == 0 || o.ID != f.site[o.Site.ID].look) {
		f.count(o.Site, baseline.Sight{LookID: o.ID, At: o.At, Availability: v.Availability})
	}
	return f.site[o.Site.ID]
}

func (f *flaps) count(site targets.Site, s baseline.Sight) {
	down := s.Availability == baseline.IsDown
	if !down && s.Availability != baseline.Up && s.Availability != baseline.Slow {
		return
	}
	if f.site == nil {
		f.site = map[int64]flap{}
	}
	now := f.site[site.ID].next(down, s.At, site.Profile.ProbeEvery)
	now.look = s.LookID
	f.site[site.ID] = now
}

// flapMemory is how far back the looks count that are remembered after a start.
const flapMemory = 2 * time.Hour

// remember counts the probes that were stored before a start, once for each site. Without them the site is taken to have been steady.
func (d *Desk) remember(ctx context.Context, v baseline.Verdict) {
	site := v.Observation.Site
	if !d.flaps.begin(site.ID) {
		return
	}
	since := v.Observation.At.Add(-flapMemory)
	past, err := d.judge.Sights(ctx, site.ID, since)
	if err == nil && len(past) > 0 {
		var probes map[int64]bool
		if probes, err = d.archive.Probes(ctx, site.ID, since); err == nil {
			d.flaps.recall(site, past, probes)
		}
	}
	if err != nil {
		d.log.WarnContext(ctx, "whether a site came and went before the start is not known", "site", site.URL, "error", err)
	}
}

// begin says whether nothing was seen of a site since the start.
func (f *flaps) begin(siteID int64) (first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known[siteID] {
		return false
	}
	if f.known == nil {
		f.known = map[int64]bool{}
	}
	f.known[siteID] = true
	return true
}

// recall counts those of some looks that were probes.
func (f *flaps) recall(site targets.Site, past []baseline.Sight, probes map[int64]bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range past {
		if probes[s.LookID] && s.LookID != f.site[site.ID].look {
			f.count(site, s)
		}
	}
}

// follow is Next for a site that may be flapping. Then one incident lasts until the site is steady again: it is told once, then
// every hour, and not at each turn.
func (i Incident) follow(v baseline.Verdict, f flap, now time.Time) (Incident, Reason) {
	after, reason := i.Next(v, now)
	if i.Concern != baseline.ConcernAvailability || reason == ReasonRepeated || after.LastLookID != v.Observation.ID {
		return after, reason
	}
	if !i.FlappingAt.IsZero() {
		return after.flutter(reason, v, f, now)
	}
	if f.ratio < flapBegins || !after.Live() && !i.Told() {
		return after, reason
	}
	if reason == ReasonRecovered {
		after = after.reopened(after.before())
	}
	if !after.Told() {
		after.State, after.OpenedAt = Open, now
	}
	return after.flapping(now), ReasonFlapping
}

// flapping is an incident that has begun to come and go.
func (i Incident) flapping(now time.Time) Incident {
	i.FlappingAt, i.DigestAt, i.Drops = now, now, 0
	return i
}

// How many messages about the outages of one site people get in 24 hours. What has come and gone twice is flapping when it comes once
// more, however slowly it does. After six an outage is told only if it lasts for an hour: more are a nuisance, but a portal that
// is away for good after some short outages has to be known.
const (
	restlessMessages = 4
	mostMessages     = 6
	spareFor         = time.Hour
)

// restrain is an incident that opens after so many messages about its site.
func (i Incident) restrain(told int, now time.Time) Incident {
	switch {
	case told >= mostMessages:
		i.HushedUntil, i.HushedBy = now.Add(spareFor), Machine
	case told >= restlessMessages && i.FlappingAt.IsZero():
		return i.flapping(now)
	}
	return i
}

// flutter is one look at a site that is flapping, after Next had its say.
func (i Incident) flutter(reason Reason, v baseline.Verdict, f flap, now time.Time) (Incident, Reason) {
	if f.dropped {
		i.Drops++
	}
	switch steady := f.steady(now); {
	case steady && reason == ReasonRecovered:
		i.FlappingAt = time.Time{}
		return i, reason
	case steady && read(i, v) == bad:
		i.FlappingAt = time.Time{}
		return i, ReasonSteady
	case reason == ReasonRecovered:
		i = i.reopened(i.before())
		reason = ReasonPersists
	}
	if now.Sub(i.DigestAt) >= digestEvery {
		i.DigestAt = now
		return i, ReasonDigest
	}
	if reason == ReasonRelapsed || reason == ReasonRecovering {
		reason = ReasonPersists // a night of it is not a thousand events
	}
	return i, reason
}

// before is the state that an incident had before it was closed.
func (i Incident) before() State {
	if i.AcknowledgedBy != "" {
		return Acknowledged
	}
	return Open
}

// reopened takes back that an incident is over.
func (i Incident) reopened(state State) Incident {
	i.State, i.ClosedAt, i.CloseReason = state, time.Time{}, ""
	return i
}

package monitor

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"canhcong/targets"
)

// Availability says how a site did over a period.
type Availability struct {
	From, To time.Time     // what can be known of the period: since the site is watched, until its newest probes
	Up       time.Duration // for how long probes found the site well
	Down     time.Duration
	Blocked  time.Duration // it refused us: what visitors saw then is not known
	Blind    time.Duration // for as much of the time without data our own network was away
	Probes   int
	Mean     time.Duration // that a probe took which was answered; 0 when there was none
	Slowest  time.Duration
}

// Share is the part of the time with data in which the site was up; ok is false when there is no such time.
func (a Availability) Share() (share float64, ok bool) {
	if a.Up+a.Down == 0 {
		return 0, false
	}
	return float64(a.Up) / float64(a.Up+a.Down), true
}

// NoData is the time that Share leaves out: nobody looked, the site refused us, our own network or machine failed.
func (a Availability) NoData() time.Duration { return max(0, a.To.Sub(a.From)-a.Up-a.Down) }

// Availability returns how a site did from an instant to another, by whole hours (by whole days where more than
// Retention.Tallies ago). The error wraps targets.ErrNotFound.
func (a *Archive) Availability(ctx context.Context, siteID int64, from, to time.Time) (Availability, error) {
	site, err := targets.New(a.db).PastSite(ctx, siteID)
	if err != nil {
		return Availability{}, fmt.Errorf("read the availability of site %d: %w", siteID, err)
	}
	from, to = within(site, from, to)
	sum, err := a.sumTallies(ctx, siteID, from, to)
	if err != nil {
		return Availability{}, fmt.Errorf("read the availability of %s: %w", site.URL, err)
	}
	gaps, err := a.Gaps(ctx, from, to)
	return sum.availability(site, from, to, gaps), err
}

// Availabilities returns the same for every site that was watched at some time from an instant to another, by site.
func (a *Archive) Availabilities(ctx context.Context, from, to time.Time) (map[int64]Availability, error) {
	sites, err := targets.New(a.db).SitesBetween(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("read the availability of all sites: %w", err)
	}
	sums, err := a.sumAllTallies(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("read the availability of all sites: %w", err)
	}
	gaps, err := a.Gaps(ctx, from.Truncate(time.Hour), to)
	if err != nil {
		return nil, err
	}
	all := make(map[int64]Availability, len(sites))
	for _, site := range sites {
		begin, end := within(site, from, to)
		all[site.ID] = sums[site.ID].availability(site, begin, end, gaps)
	}
	return all, nil
}

// within is the part of a period in which a site was watched, begun at a whole hour.
func within(site targets.Site, from, to time.Time) (begin, end time.Time) {
	from = later(from.Truncate(time.Hour), site.AddedAt)
	if !site.RemovedAt.IsZero() {
		to = earlier(to, site.RemovedAt)
	}
	return from, to
}

// availability says how a site did in a period of which everything that was found is added up.
func (t tally) availability(site targets.Site, from, to time.Time, gaps []Gap) Availability {
	// What the newest probe found stands until the next one: of the last moments nothing can be missing yet.
	to = later(from, to.Add(-standsFor*site.Profile.ProbeEvery))
	out := Availability{From: from, To: to, Up: t.up, Down: t.down, Blocked: t.blocked, Probes: t.probes, Slowest: t.slowest}
	if t.answers > 0 {
		out.Mean = t.took / time.Duration(t.answers)
	}
	for _, g := range gaps {
		out.Blind += g.within(from, to)
	}
	out.Blind = min(out.Blind, out.NoData())
	return out
}

// within is how much of a period a gap takes.
func (g Gap) within(from, to time.Time) time.Duration {
	if !g.To.IsZero() {
		to = earlier(to, g.To)
	}
	return max(0, to.Sub(later(from, g.From)))
}

// Text is the figure in words for people, with what it leaves out: "99,93 % (41 phút không có dữ liệu không tính)".
func (a Availability) Text(lang targets.Language) string {
	words := [...]string{"chưa có dữ liệu", "%s không có dữ liệu không tính", "trong đó %s mất mạng giám sát", ","}
	if lang == targets.English {
		words = [...]string{"no data yet", "%s without data not counted", "%s of it our own network was away", "."}
	}
	share, ok := a.Share()
	if !ok {
		return words[0]
	}
	// Rounded down: a site that was down for a second was not up all the time.
	text := strings.Replace(fmt.Sprintf("%.2f %%", math.Floor(share*10000)/100), ".", words[3], 1)
	if a.NoData() < time.Minute {
		return text
	}
	text += " (" + fmt.Sprintf(words[1], length(a.NoData(), lang))
	if a.Blind >= time.Minute {
		text += ", " + fmt.Sprintf(words[2], length(a.Blind, lang))
	}
	return text + ")"
}

// length is a time of a minute or more in its two largest units.
func length(d time.Duration, lang targets.Language) string {
	units := [...]string{"%d ngày", "%d giờ", "%d phút"}
	if lang == targets.English {
		units = [...]string{"%d d", "%d h", "%d min"}
	}
	var parts []string
	for i, unit := range [...]time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		if n := d / unit; n > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf(units[i], n))
		}
		d %= unit
	}
	return strings.Join(parts, " ")
}

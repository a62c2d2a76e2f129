package monitor

import (
	"context"
	"net/http"
	"testing"
	"time"

	"canhcong/targets"
)

// door is a site that can be shut.
type door struct {
	pages
	status int // of its answers; 0 is a page
}

func (d *door) shut(status int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status = status
}

func (d *door) state() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.status
}

func (d *door) Render(ctx context.Context, r RenderRequest) (Rendering, error) {
	out, err := d.pages.Render(ctx, r)
	if status := d.state(); status != 0 {
		out.Status = status
	}
	return out, err
}

func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := d.pages.RoundTrip(r)
	if status := d.state(); status != 0 {
		response.StatusCode = status
	}
	return response, err
}

// A site that is down for five hours is probed as ever and rendered rarely, and both say that it is back within two probe intervals.
// One that refuses us is left in peace, and a probe that is let in again is followed by a render.
func TestLastingTroubleIsLookedAtLess(t *testing.T) {
	for name, c := range map[string]struct {
		status             int
		outcome            Outcome
		probes, renders    [2]int
		probedBy, rendered time.Duration // after it is over, at the latest
	}{
		"down":    {http.StatusBadGateway, Down, [2]int{275, 320}, [2]int{8, 18}, 70 * time.Second, 2 * time.Minute},
		"refused": {http.StatusForbidden, Blocked, [2]int{65, 95}, [2]int{7, 18}, 6 * time.Minute, 7 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			d := &door{pages: pages{body: "yên"}}
			var from, to time.Time
			looks := watch(t, d, func(o Observation) Again {
				if o.Depth == Render && o.Outcome != OK {
					return Again{Render: time.Minute} // as a judge does that is still learning
				}
				return Again{}
			}, func(context.Context, *Monitor, targets.Site) {
				time.Sleep(time.Hour)
				d.shut(c.status)
				from = time.Now()
				time.Sleep(5 * time.Hour)
				d.shut(0)
				to = time.Now()
				time.Sleep(10 * time.Minute)
			})
			bad := map[Depth]int{}
			back := map[Depth]time.Duration{}
			for _, o := range looks {
				switch {
				case o.Outcome == c.outcome && o.At.After(from) && o.At.Before(to):
					bad[o.Depth]++
				case o.Outcome == OK && o.At.After(to) && back[o.Depth] == 0:
					back[o.Depth] = o.At.Sub(to)
				}
			}
			if n := bad[Probe]; n < c.probes[0] || n > c.probes[1] {
				t.Errorf("have %d probes in five hours, want %v", n, c.probes)
			}
			if n := bad[Render]; n < c.renders[0] || n > c.renders[1] {
				t.Errorf("have %d renders in five hours, want %v", n, c.renders)
			}
			if back[Probe] == 0 || back[Probe] > c.probedBy || back[Render] == 0 || back[Render] > c.rendered {
				t.Errorf("have it seen back after %v, want at most %v and %v", back, c.probedBy, c.rendered)
			}
		})
	}
}

// visited is a page that writes down when it was probed.
type visited struct {
	pages
	at []time.Time
}

func (v *visited) RoundTrip(r *http.Request) (*http.Response, error) {
	v.mu.Lock()
	v.at = append(v.at, time.Now())
	v.mu.Unlock()
	return v.pages.RoundTrip(r)
}

func TestAPeriodChangesThePaceAtOnce(t *testing.T) {
	var from, until time.Time
	p := &visited{pages: pages{body: "yên"}}
	looks := watch(t, p, still, func(ctx context.Context, m *Monitor, site targets.Site) {
		time.Sleep(31 * time.Minute)
		from = time.Now().Add(time.Hour)
		until = from.Add(2 * time.Hour)
		if _, err := m.registry.DeclarePeriod(ctx, targets.Period{Name: "Tết", From: from, Until: until, DeclaredBy: "quantri"}); err != nil {
			t.Error(err)
		}
		time.Sleep(5 * time.Hour)
	})
	during := func(at, begin time.Time) bool { return !at.Before(begin) && at.Before(begin.Add(time.Hour)) }
	hour := func(begin time.Time, d Depth) (n int) {
		if d == Render {
			return count(looks, func(o Observation) bool { return isRender(o) && during(o.At, begin) })
		}
		for _, at := range p.at {
			if during(at, begin) {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		when            string
		begin           time.Time
		probes, renders [2]int
	}{
		{"before", from.Add(-time.Hour), [2]int{54, 66}, [2]int{3, 5}},
		{"in its first hour", from, [2]int{108, 130}, [2]int{11, 14}},
		{"after it", until.Add(20 * time.Minute), [2]int{54, 66}, [2]int{3, 5}},
	} {
		if n := hour(c.begin, Probe); n < c.probes[0] || n > c.probes[1] {
			t.Errorf("%s: have %d probes, want %v", c.when, n, c.probes)
		}
		if n := hour(c.begin, Render); n < c.renders[0] || n > c.renders[1] {
			t.Errorf("%s: have %d renders, want %v", c.when, n, c.renders)
		}
	}
}

func TestCaughtUp(t *testing.T) {
	s := targets.Site{Key: "phuongvidu.tinhmau.gov.vn", Profile: targets.Profile{ProbeEvery: time.Minute, RenderEvery: 15 * time.Minute, Recheck: make([]time.Duration, 3)}}
	now := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	at := func(d time.Duration) time.Time { return now.Add(d) }
	for _, c := range []struct {
		name     string
		due      time.Time
		trouble  trouble
		starting bool
		from, to time.Time
	}{
		{"on time", at(10 * time.Minute), trouble{}, false, at(10 * time.Minute), at(10 * time.Minute)},
		{"planned at a slower pace", at(2 * time.Hour), trouble{}, false, now, at(15 * time.Minute)},
		{"in lasting trouble", at(time.Hour), trouble{blocks: 20}, true, at(time.Hour), at(time.Hour)},
		{"a little late", at(-10 * time.Minute), trouble{}, true, at(-10 * time.Minute), at(-10 * time.Minute)},
		{"late since before the start", at(-3 * time.Hour), trouble{}, true, now, at(time.Minute)},
		{"late while running", at(-3 * time.Hour), trouble{}, false, at(-3 * time.Hour), at(-3 * time.Hour)},
	} {
		if have := caughtUp(s, Render, c.due, c.trouble, c.starting, now); have.Before(c.from) || have.After(c.to) {
			t.Errorf("%s: have %v, want between %v and %v", c.name, have, c.from, c.to)
		}
	}
}

package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
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

// brisk has the ordinary profile render every four minutes, so that a test need not last for hours.
func brisk(t *testing.T, ctx context.Context, registry *targets.Registry) {
	t.Helper()
	p, err := registry.Profile(ctx, targets.DefaultProfile)
	if err == nil {
		p.RenderEvery = 4 * time.Minute
		err = registry.SaveProfile(ctx, p)
	}
	if err != nil {
		t.Error(err)
	}
}

// A site that is down for two hours is probed as ever and rendered rarely, and both say that it is back within two probe intervals.
// One that refuses us is left in peace, and a probe that is let in again is followed by a render.
func TestLastingTroubleIsLookedAtLess(t *testing.T) {
	for name, c := range map[string]struct {
		status             int
		outcome            Outcome
		probes, renders    [2]int
		probedBy, rendered time.Duration // after it is over, at the latest
	}{
		"down":    {http.StatusBadGateway, Down, [2]int{110, 128}, [2]int{10, 20}, 70 * time.Second, 2 * time.Minute},
		"refused": {http.StatusForbidden, Blocked, [2]int{30, 45}, [2]int{9, 20}, 6 * time.Minute, 7 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			d := &door{pages: pages{body: "yên"}}
			var from, to time.Time
			looks := watch(t, d, func(o Observation) Again {
				if o.Depth == Render && o.Outcome != OK {
					return Again{Render: time.Minute} // as a judge does that is still learning
				}
				return Again{}
			}, func(ctx context.Context, m *Monitor, _ targets.Site) {
				brisk(t, ctx, m.registry)
				time.Sleep(8 * time.Minute)
				d.shut(c.status)
				from = time.Now()
				time.Sleep(2 * time.Hour)
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
				t.Errorf("have %d probes in two hours, want %v", n, c.probes)
			}
			if n := bad[Render]; n < c.renders[0] || n > c.renders[1] {
				t.Errorf("have %d renders in two hours, want %v", n, c.renders)
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
		time.Sleep(5 * time.Minute)
		from = time.Now().Add(30 * time.Minute)
		until = from.Add(30 * time.Minute)
		if _, err := m.registry.DeclarePeriod(ctx, targets.Period{Name: "Tết", From: from, Until: until, DeclaredBy: "quantri"}); err != nil {
			t.Error(err)
		}
		time.Sleep(105 * time.Minute)
	})
	during := func(at, begin time.Time) bool { return !at.Before(begin) && at.Before(begin.Add(30*time.Minute)) }
	half := func(begin time.Time, d Depth) (n int) {
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
		{"before", from.Add(-30 * time.Minute), [2]int{27, 33}, [2]int{1, 3}},
		{"in it", from, [2]int{54, 66}, [2]int{5, 8}},
		{"after it", until.Add(6 * time.Minute), [2]int{27, 33}, [2]int{1, 3}},
	} {
		if n := half(c.begin, Probe); n < c.probes[0] || n > c.probes[1] {
			t.Errorf("%s: have %d probes, want %v", c.when, n, c.probes)
		}
		if n := half(c.begin, Render); n < c.renders[0] || n > c.renders[1] {
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

// A look that was asked for does not wait behind hundreds that are merely due.
func TestLookNowIsAheadOfABacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var addresses []string
		for n := range 100 {
			addresses = append(addresses, fmt.Sprintf("http://xa%d.tinhmau.gov.vn", n))
		}
		registry, archive, sites := watched(t, ctx, addresses...)
		p := &unhurried{pages: pages{body: "yên"}}
		m := New(registry, archive, func(context.Context, Observation) (Again, error) { return Again{}, nil },
			Options{Browser: p, Transport: p, Renders: 1, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error)
		go func() { done <- m.Run(ctx) }()
		time.Sleep(5 * time.Minute) // a hundred renders take more than a quarter of an hour
		last := sites[len(sites)-1]
		p.forget()
		if err := m.LookNow(ctx, last.ID); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if i := slices.Index(p.asked, last.URL); i < 0 || i > 1 {
			t.Errorf("have %q rendered, want %s at once or after the one under way", p.asked, last.URL)
		}
	})
}

// unhurried is a browser that takes ten seconds for a page, and writes down which ones it was asked for.
type unhurried struct {
	pages
	asked []string
}

func (u *unhurried) forget() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked = nil
}

func (u *unhurried) Render(ctx context.Context, r RenderRequest) (Rendering, error) {
	u.mu.Lock()
	u.asked = append(u.asked, r.URL)
	u.mu.Unlock()
	time.Sleep(10 * time.Second)
	return u.pages.Render(ctx, r)
}

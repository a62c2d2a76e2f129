package monitor

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// pages is a browser and a transport that answer with one page, at once and without a network.
type pages struct {
	mu     sync.Mutex
	body   string
	fail   error // of the browser itself
	status int   // of answers to probes, 0 is 200
	probes int   // that came: most are quiet, and handed on to nobody
}

func (p *pages) set(body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.body = body
}

// probed is how many probes came.
func (p *pages) probed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.probes
}

// answer sets the status that probes are answered with.
func (p *pages) answer(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

func (p *pages) Render(ctx context.Context, r RenderRequest) (Rendering, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.body == "panic" {
		panic("the page broke the extraction")
	}
	return Rendering{Page: Page{Title: p.body, RealTime: r.RealTime}, Status: 200, FinalURL: r.URL}, p.fail
}

func (p *pages) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.probes++
	return &http.Response{StatusCode: cmp.Or(p.status, 200), Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: io.NopCloser(strings.NewReader(p.body)), Request: r}, nil
}

// watched registers sites in a database of the test's own.
func watched(t *testing.T, ctx context.Context, addresses ...string) (*targets.Registry, *Archive, []targets.Site) {
	t.Helper()
	db := targetstest.DB(t)
	registry := targets.New(db)
	var sites []targets.Site
	for _, address := range addresses {
		site, err := registry.Add(ctx, targets.Draft{URL: address})
		if err != nil {
			t.Fatal(err)
		}
		sites = append(sites, site)
	}
	archive, err := NewArchive(db, filepath.Join(t.TempDir(), "artefacts"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	})
	return registry, archive, sites
}

// portal answers both depths.
type portal interface {
	Browser
	http.RoundTripper
}

// still asks for no look sooner than the pace.
func still(Observation) Again { return Again{} }

// watch runs a monitor of one site over the pages for a stretch of fake time, and returns what it saw.
func watch(t *testing.T, p portal, again func(Observation) Again, during func(ctx context.Context, m *Monitor, site targets.Site)) []Observation {
	t.Helper()
	var (
		mu   sync.Mutex
		seen []Observation
	)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		registry, archive, sites := watched(t, ctx, "http://phuongvidu.tinhmau.gov.vn")
		m := New(registry, archive, func(_ context.Context, o Observation) (Again, error) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, o)
			return again(o), nil
		}, Options{Browser: p, Transport: p, Alarming: shouts, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error)
		go func() { done <- m.Run(ctx) }()
		during(ctx, m, sites[0])
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return seen
}

func count(seen []Observation, keep func(Observation) bool) (n int) {
	for _, o := range seen {
		if keep(o) {
			n++
		}
	}
	return n
}

func isProbe(o Observation) bool  { return o.Depth == Probe }
func isRender(o Observation) bool { return o.Depth == Render }

func TestPaceIsKept(t *testing.T) {
	p := &pages{body: "yên"}
	seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) { time.Sleep(6 * time.Hour) })
	if n := p.probes; n < 345 || n > 375 {
		t.Errorf("have %d probes in six hours, want about 360", n)
	}
	if n := count(seen, isRender); n < 22 || n > 28 {
		t.Errorf("have %d renders in six hours, want about 24", n)
	}
	real := count(seen, func(o Observation) bool { return isRender(o) && o.Page.RealTime })
	if real < 1 || real > 2 {
		t.Errorf("have %d renders in real time, want one in twenty", real)
	}
}

func TestAChangedBodyIsRenderedAtOnce(t *testing.T) {
	p := &pages{body: "yên"}
	var changedAt time.Time
	seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) {
		time.Sleep(5 * time.Minute)
		p.set("HACKED BY")
		changedAt = time.Now()
		time.Sleep(3 * time.Minute)
	})
	for _, o := range seen {
		if isRender(o) && o.Page.Title == "HACKED BY" {
			if delay := o.At.Sub(changedAt); delay > 70*time.Second {
				t.Errorf("rendered %v after the change, want about a minute", delay)
			}
			return
		}
	}
	t.Error("the changed page was never rendered")
}

func TestAgainComesBeforeThePace(t *testing.T) {
	seen := watch(t, &pages{body: "yên"}, func(Observation) Again { return Again{Probe: 10 * time.Second, Render: 10 * time.Second} }, func(context.Context, *Monitor, targets.Site) { time.Sleep(10 * time.Minute) })
	if n := count(seen, isRender); n < 45 || n > 62 {
		t.Errorf("have %d renders in 10 minutes, want one each 10 to 12 s", n)
	}
}

func TestLookNow(t *testing.T) {
	seen := watch(t, &pages{body: "yên"}, still, func(ctx context.Context, m *Monitor, site targets.Site) {
		time.Sleep(2 * time.Minute)
		if err := m.LookNow(ctx, site.ID); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
	})
	if n := count(seen, isRender); n != 2 {
		t.Errorf("have %d renders, want the first and the one asked for", n)
	}
}

func TestOurOwnFaultBacksOffAndNeverStops(t *testing.T) {
	for name, p := range map[string]*pages{
		"the browser fails": {body: "yên", fail: errors.New("Chrome is gone")},
		"the look panics":   {body: "panic"},
	} {
		t.Run(name, func(t *testing.T) {
			seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) { time.Sleep(time.Hour) })
			if n := count(seen, func(o Observation) bool { return isRender(o) && o.Outcome != Fault }); n > 0 {
				t.Errorf("have %d renders that did not end as our fault", n)
			}
			if n := p.probes; n < 55 {
				t.Errorf("have %d probes in an hour: a broken browser stopped them", n)
			}
			if p.fail != nil {
				if n := count(seen, isRender); n < 12 || n > 30 {
					t.Errorf("have %d renders in an hour, want the back-off of up to 5 minutes", n)
				}
			}
		})
	}
}

func TestAClockThatWasAheadDoesNotStopLooking(t *testing.T) {
	p := &pages{body: "yên"}
	watch(t, p, still, func(ctx context.Context, m *Monitor, site targets.Site) {
		time.Sleep(2 * time.Minute)
		if _, err := m.archive.db.Write.ExecContext(ctx, `UPDATE looks SET next_due_at = ?`, targets.Millis(time.Now().Add(24*time.Hour))); err != nil {
			t.Error(err)
		}
		time.Sleep(5 * time.Minute)
	})
	if n := p.probes; n < 6 {
		t.Errorf("have %d probes in seven minutes: looking waits for the day when the clock was right", n)
	}
}

func TestARestlessPageIsNotRenderedAtEveryProbe(t *testing.T) {
	p := &pages{}
	seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) {
		for i := range 120 {
			p.set("trích dẫn " + strings.Repeat("a", i+1))
			time.Sleep(time.Minute)
		}
	})
	if n := count(seen, isRender); n > 45 {
		t.Errorf("have %d renders in two hours, want the pace (8), and a fifth of the probes", n)
	}
}

func TestAlarming(t *testing.T) {
	for _, test := range []struct{ pulse, want Pulse }{
		{Pulse{Sites: 10}, Pulse{Sites: 10}},
		{Pulse{Sites: 10, Overdue: 1, Faulty: 1}, Pulse{Sites: 10, Overdue: 1, Faulty: 1}},
		{Pulse{Sites: 20, Overdue: 3, OldestOverdue: time.Hour, Faulty: 4}, Pulse{Sites: 20, Faulty: 4}},
		{Pulse{Sites: 2000, Overdue: 100, Faulty: 101}, Pulse{Sites: 2000, Faulty: 101}},
	} {
		if have := test.pulse.Alarming(); have != test.want {
			t.Errorf("%+v: have %+v, want %+v", test.pulse, have, test.want)
		}
	}
}

func TestPulseTellsLatenessAndFaults(t *testing.T) {
	var late, faulty Pulse
	watch(t, &pages{body: "yên", fail: errors.New("Chrome is gone")}, still, func(ctx context.Context, m *Monitor, site targets.Site) {
		time.Sleep(30 * time.Minute)
		var err error
		if faulty, err = m.Pulse(ctx); err != nil {
			t.Error(err)
		}
		if err := m.ask(ctx, site.ID, time.Now().Add(-time.Hour), Render); err != nil {
			t.Error(err)
		}
		if late, err = m.Pulse(ctx); err != nil {
			t.Error(err)
		}
	})
	if faulty.Sites != 1 || faulty.Faulty != 1 || faulty.Overdue != 0 {
		t.Errorf("have %+v, want one faulty site", faulty)
	}
	if late.Renders.Looks != 1 || late.Renders.Oldest < 59*time.Minute {
		t.Errorf("have %+v, want one render that waits", late.Renders)
	}
	if late.Overdue != 1 || late.OldestOverdue < 59*time.Minute {
		t.Errorf("have %+v, want one site an hour late", late)
	}
}

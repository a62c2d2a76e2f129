package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-co-op/gocron/v2"
)

// trap is a browser that never comes back from some sites, whatever its context says.
type trap struct {
	pages
	caught  string // part of the addresses that it holds
	release chan struct{}
}

func (p *trap) Render(ctx context.Context, r RenderRequest) (Rendering, error) {
	if strings.Contains(r.URL, p.caught) {
		<-p.release
	}
	return p.pages.Render(ctx, r)
}

// seen counts looks by address and depth.
type seen struct {
	mu    sync.Mutex
	looks map[string]int
}

func (s *seen) handle(_ context.Context, o Observation) (Again, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.looks == nil {
		s.looks = map[string]int{}
	}
	s.looks[o.Site.Host()+" "+string(o.Depth)]++
	return Again{}, nil
}

func (s *seen) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.looks[what]
}

func TestALookThatHangsIsGivenUpOnAndTheOthersGoOn(t *testing.T) {
	for name, hangs := range map[string]struct{ browser, handler bool }{"the browser": {browser: true}, "the handler": {handler: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				registry, archive, sites := watched(t, ctx, "http://treo.tinhmau.gov.vn", "http://mot.tinhmau.gov.vn", "http://hai.tinhmau.gov.vn")
				brisk(t, ctx, registry)
				var s seen
				p := &trap{pages: pages{body: "yên"}, caught: "không", release: make(chan struct{})}
				if hangs.browser {
					p.caught = "treo"
				}
				m := New(registry, archive, func(ctx context.Context, o Observation) (Again, error) {
					if hangs.handler && o.Depth == Render && o.Site.ID == sites[0].ID {
						<-p.release
					}
					return s.handle(ctx, o)
				}, Options{Browser: p, Transport: p, Renders: 1, Log: slog.New(slog.DiscardHandler)})
				done := make(chan error)
				go func() { done <- m.Run(ctx) }()
				time.Sleep(25 * time.Minute)
				pulse, err := m.Pulse(ctx)
				if err != nil || pulse.Hung == 0 || pulse.Overdue != 1 || pulse.OldestOverdue < 20*time.Minute || pulse.Restarts != 0 {
					t.Errorf("have %+v (%v), want the site that hangs overdue for as long as it does", pulse, err)
				}
				for _, what := range []string{"mot.tinhmau.gov.vn render", "hai.tinhmau.gov.vn render"} {
					if n := s.count(what); n < 3 {
						t.Errorf("have %d of %s in 25 minutes with one slot, want 6", n, what)
					}
				}
				if n := p.probed(); n < 3*22 {
					t.Errorf("have %d probes of three sites in 25 minutes, want about 75", n)
				}
				close(p.release)
				time.Sleep(10 * time.Minute)
				if pulse, err = m.Pulse(ctx); err != nil || pulse.Hung != 0 || pulse.Overdue != 0 {
					t.Errorf("have %+v (%v) after nothing hangs any more", pulse, err)
				}
				stop()
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestTooManyLooksThatHangEndTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var addresses []string
		for n := range mostHung + 4 {
			addresses = append(addresses, fmt.Sprintf("http://xa%d.tinhmau.gov.vn", n))
		}
		registry, archive, _ := watched(t, t.Context(), addresses...)
		p := &trap{pages: pages{body: "yên"}, caught: "xa", release: make(chan struct{})}
		m := New(registry, archive, (&seen{}).handle, Options{Browser: p, Transport: p, Renders: 16, Log: slog.New(slog.DiscardHandler)})
		if err := m.Run(t.Context()); !errors.Is(err, ErrStuck) {
			t.Errorf("have %v, want ErrStuck", err)
		}
		close(p.release)
		synctest.Wait()
	})
}

// A dispatcher that cannot go round is replaced; one that comes free then goes on looking.
func TestAStuckDispatcherIsReplaced(t *testing.T) {
	for name, c := range map[string]struct {
		held time.Duration
		want error
	}{"it comes free": {stuckAfter + 2*auditEvery, nil}, "it does not": {time.Hour, ErrStuck}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				registry, archive, _ := watched(t, ctx, "http://phuongvidu.tinhmau.gov.vn")
				tx, err := archive.db.Write.BeginTx(ctx, nil) // whoever has to write waits
				if err != nil {
					t.Fatal(err)
				}
				var s seen
				p := &pages{body: "yên"}
				m := New(registry, archive, s.handle, Options{Browser: p, Transport: p, Log: slog.New(slog.DiscardHandler)})
				done := make(chan error, 1)
				go func() { done <- m.Run(ctx) }()
				time.Sleep(stuckAfter - auditEvery)
				if pulse, err := m.Pulse(ctx); err != nil || pulse.Stuck() {
					t.Errorf("have %+v (%v) before its time", pulse, err)
				}
				time.Sleep(c.held - (stuckAfter - auditEvery))
				if err := tx.Rollback(); err != nil {
					t.Error(err)
				}
				time.Sleep(10 * time.Minute)
				if c.want == nil {
					pulse, err := m.Pulse(ctx)
					if n := p.probed(); n < 9 || err != nil || pulse.Restarts != 1 || pulse.Stuck() {
						t.Errorf("have %d probes in ten minutes and %+v (%v), want looking to go on after one restart", n, pulse, err)
					}
				}
				stop()
				if err := <-done; !errors.Is(err, c.want) {
					t.Errorf("have %v, want %v", err, c.want)
				}
			})
		})
	}
}

func TestPanicsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(nil, &Archive{}, nil, Options{Log: slog.New(slog.DiscardHandler)})
		scheduler, err := newScheduler(time.UTC, m.panicked)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scheduler.NewJob(gocron.DurationJob(time.Second), gocron.NewTask(func() { panic("nothing works") }), gocron.WithName("hỏng")); err != nil {
			t.Fatal(err)
		}
		scheduler.Start()
		time.Sleep(5 * time.Second)
		if err := scheduler.Shutdown(); err != nil {
			t.Error(err)
		}
		if n := m.panics.Load(); n < 4 {
			t.Errorf("have %d panics counted, want the job to go on breaking each second", n)
		}
	})
}

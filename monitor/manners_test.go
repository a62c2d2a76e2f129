package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// crowd is a host that counts how many are at its door.
type crowd struct {
	pages
	mu        sync.Mutex
	now, most int
	served    int
}

func (c *crowd) Render(ctx context.Context, r RenderRequest) (Rendering, error) {
	c.mu.Lock()
	c.now, c.served = c.now+1, c.served+1
	c.most = max(c.most, c.now)
	c.mu.Unlock()
	time.Sleep(300 * time.Millisecond)
	c.mu.Lock()
	c.now--
	c.mu.Unlock()
	return c.pages.Render(ctx, r)
}

// Forty sites on one host are looked at in turn and on time, and never by many at once.
func TestManySitesOfOneHostAreKeptApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var addresses []string
		for n := range 40 {
			addresses = append(addresses, fmt.Sprintf("http://tinhmau.gov.vn/xa-%d", n))
		}
		registry, archive, _ := watched(t, ctx, addresses...)
		c := &crowd{pages: pages{body: "yên"}}
		m := New(registry, archive, func(context.Context, Observation) (Again, error) { return Again{}, nil },
			Options{Browser: c, Transport: c, Renders: 30, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error)
		go func() { done <- m.Run(ctx) }()
		time.Sleep(2 * time.Minute)
		pulse, err := m.Pulse(ctx)
		if err != nil {
			t.Error(err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if c.served < 40 || c.most > 5 || pulse.Overdue > 0 {
			t.Errorf("have %d renders, %d at once and %d overdue, want all 40 sites, at most 5 at once, none late", c.served, c.most, pulse.Overdue)
		}
	})
}

func TestGuest(t *testing.T) {
	for sites, want := range map[int]time.Duration{1: time.Second, 30: time.Second, 60: 500 * time.Millisecond, 600: 50 * time.Millisecond} {
		if have := (&guest{sites: sites}).pause(time.Minute); have != want {
			t.Errorf("%d sites: have %v apart, want %v", sites, have, want)
		}
	}
}

// A host with many sites that answers no more holds half of the slots at most: the other sites are probed as ever.
func TestADeadHostLeavesSlotsForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		var addresses []string
		for n := range 80 {
			addresses = append(addresses, fmt.Sprintf("http://chet.tinhmau.gov.vn/xa-%d", n))
		}
		for n := range 80 {
			addresses = append(addresses, fmt.Sprintf("http://xa%d.tinhmau.gov.vn", n))
		}
		registry, archive, _ := watched(t, ctx, addresses...)
		p := &halfDead{pages: pages{body: "yên"}}
		m := New(registry, archive, func(context.Context, Observation) (Again, error) { return Again{}, nil },
			Options{Browser: p, Transport: p, Probes: 16, Renders: 100, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error)
		go func() { done <- m.Run(ctx) }()
		time.Sleep(6 * time.Minute)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if p.most != 8 || p.probed() < 80*5 {
			t.Errorf("have %d probes at once at the dead host and %d of the other 80 sites in six minutes, want half of the slots, and about 480", p.most, p.probed())
		}
	})
}

// halfDead is a network with one host that never answers.
type halfDead struct {
	pages
	waiting, most int
}

func (h *halfDead) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() != "chet.tinhmau.gov.vn" {
		return h.pages.RoundTrip(r)
	}
	h.count(1)
	defer h.count(-1)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func (h *halfDead) count(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting += n
	h.most = max(h.most, h.waiting)
}

package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
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
		dir := t.TempDir()
		db, err := targets.Open(ctx, filepath.Join(dir, "canhcong.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		registry := targets.New(db)
		for n := range 40 {
			if _, err := registry.Add(ctx, targets.Draft{URL: fmt.Sprintf("http://tinhmau.gov.vn/xa-%d", n), Name: "Xã"}); err != nil {
				t.Fatal(err)
			}
		}
		archive, err := NewArchive(db, filepath.Join(dir, "artefacts"))
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		c := &crowd{pages: pages{body: "yên"}}
		m := New(registry, archive, func(context.Context, Observation) (time.Duration, error) { return 0, nil },
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

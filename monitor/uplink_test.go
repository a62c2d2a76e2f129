package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// cable is what our own network hangs on, for canaries and for the pages behind it.
type cable struct {
	pages
	isCut atomic.Bool
}

func (c *cable) cut(away bool) { c.isCut.Store(away) }

func (c *cable) ask(context.Context) error {
	if c.isCut.Load() {
		return syscall.EHOSTUNREACH
	}
	return nil
}

func (c *cable) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.ask(r.Context()) != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("i/o timeout")}
	}
	return c.pages.RoundTrip(r)
}

func (c *cable) Render(ctx context.Context, r RenderRequest) (Rendering, error) {
	if c.isCut.Load() {
		return Rendering{NetError: "net::ERR_TIMED_OUT"}, nil
	}
	return c.pages.Render(ctx, r)
}

// onCable runs a monitor of three sites, with canaries of which some are always silent, for a stretch of fake time. It
// returns what was seen, what was reported, and what was written down.
func onCable(t *testing.T, alive, silent int, during func(c *cable)) (seen []Observation, told, kept []Gap) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		registry, archive, _ := watched(t, ctx, "http://xa1.tinhmau.gov.vn", "http://xa2.tinhmau.gov.vn", "http://xa3.tinhmau.gov.vn")
		c := &cable{pages: pages{body: "yên"}}
		var canaries []Canary
		for n := range alive {
			canaries = append(canaries, Canary{Name: fmt.Sprint("alive ", n), ask: c.ask})
		}
		for n := range silent {
			canaries = append(canaries, Canary{Name: fmt.Sprint("silent ", n), ask: func(context.Context) error { return syscall.EHOSTUNREACH }})
		}
		var mu sync.Mutex
		m := New(registry, archive, func(_ context.Context, o Observation) (Again, error) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, o)
			return Again{}, nil
		}, Options{Browser: c, Transport: c, Log: slog.New(slog.DiscardHandler), Canaries: canaries, Blind: func(_ context.Context, g Gap) error {
			told = append(told, g)
			return nil
		}})
		done := make(chan error)
		go func() { done <- m.Run(ctx) }()
		begin := time.Now()
		during(c)
		var err error
		if kept, err = archive.Gaps(ctx, begin, time.Now()); err != nil {
			t.Error(err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return seen, told, kept
}

func countOutcomes(seen []Observation) map[Outcome]int {
	n := map[Outcome]int{}
	for _, o := range seen {
		n[o.Outcome]++
	}
	return n
}

func TestOwnNetworkAwayIsNoSitesFault(t *testing.T) {
	seen, told, kept := onCable(t, 3, 2, func(c *cable) {
		time.Sleep(10 * time.Minute)
		c.cut(true)
		time.Sleep(10 * time.Minute)
		c.cut(false)
		time.Sleep(10 * time.Minute)
	})
	if n := countOutcomes(seen); n[Down] != 0 || n[Blind] < 3 || n[OK] < 30 {
		t.Errorf("have looks %v, want none down, and of each of three sites that nothing is seen", n)
	}
	if len(told) != 2 || !told[0].To.IsZero() || told[1].To.IsZero() {
		t.Fatalf("have reports %+v, want one that it is away and one that it is back", told)
	}
	if away := told[1].To.Sub(told[1].From); away < 9*time.Minute || away > 11*time.Minute {
		t.Errorf("have a gap of %v, want about 10 minutes", away)
	}
	if len(kept) != 1 || kept[0].ID == 0 || !kept[0].From.Equal(told[1].From.Truncate(time.Millisecond)) || kept[0].To.IsZero() {
		t.Errorf("have written down %+v, want the one gap with its end", kept)
	}
}

// A site that is down is down, as long as two canaries answer.
func TestCanariesVouchForTheNetwork(t *testing.T) {
	seen, told, _ := onCable(t, 0, 0, func(c *cable) { c.cut(true); time.Sleep(2 * time.Minute) })
	if n := countOutcomes(seen); n[Down] == 0 || n[Blind] != 0 || len(told) != 0 {
		t.Errorf("without canaries: have %v and reports %v, want looks that are down", n, told)
	}
	seen, told, _ = onCable(t, 2, 3, func(c *cable) {
		c.set("panic") // a fault of ours is no reason to ask
		time.Sleep(2 * time.Minute)
	})
	if n := countOutcomes(seen); n[Blind] != 0 || len(told) != 0 {
		t.Errorf("with two of five: have %v and reports %v, want none about our network", n, told)
	}
}

// One lost round is no gap, and the looks that failed in it say nothing.
func TestABlipOfOurOwnIsSilent(t *testing.T) {
	seen, told, kept := onCable(t, 5, 0, func(c *cable) {
		time.Sleep(5*time.Minute + 2*time.Second)
		c.cut(true)
		time.Sleep(4 * time.Second)
		c.cut(false)
		time.Sleep(5 * time.Minute)
	})
	if n := countOutcomes(seen); n[Down] != 0 || len(told)+len(kept) != 0 {
		t.Errorf("have %v, reports %v and gaps %v, want nothing said", n, told, kept)
	}
}

func TestParseCanaries(t *testing.T) {
	for _, list := range [][]string{{"none"}, nil} {
		if got, err := ParseCanaries(list); err != nil || len(got) != 0 {
			t.Errorf("%q: have %v, %v, want none", list, got, err)
		}
	}
	if got, err := ParseCanaries(DefaultCanaries); err != nil || len(got) != len(DefaultCanaries) {
		t.Errorf("have %v, %v, want the five defaults", got, err)
	}
	for _, bad := range []string{"", "1.1.1.1", "http://a.vn", "https://", "https://a.vn/x", "none"} {
		if got, err := ParseCanaries([]string{"gateway", bad}); err == nil {
			t.Errorf("%q: have %v, want an error", bad, got)
		}
	}
}

func TestCanariesAnswerOnLoopback(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	open := l.Addr().String()
	for _, address := range []string{open, "closed"} {
		if address == "closed" { // refused: somebody is there
			l.Close()
			address = open
		}
		c, err := parseCanary(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.ask(t.Context()); err != nil {
			t.Errorf("%s: have %v, want an answer", address, err)
		}
	}
	spoofed, err := parseCanary("https://" + open)
	if err != nil {
		t.Fatal(err)
	}
	if err := spoofed.ask(t.Context()); err == nil {
		t.Error("a canary without a certificate that holds passed for the world")
	}
}

func TestDefaultGateway(t *testing.T) {
	table := []string{
		"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
		"eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
		"eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0",
	}
	if got, ok := defaultGateway(table); !ok || got.String() != "10.0.0.1" {
		t.Errorf("have %v, %v, want 10.0.0.1", got, ok)
	}
	if got, ok := defaultGateway(table[:2]); ok {
		t.Errorf("have %v, want none", got)
	}
	if got, ok := defaultGateway([]string{"eth0\t00000000\tzz"}); ok {
		t.Errorf("have %v of a broken line, want none", got)
	}
}

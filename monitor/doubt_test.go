package monitor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

// TestVotes lists who answers: g the gateway, o something outside, s something that shows who it is; in capitals when it is
// silent, and ? when another answers in its place.
func TestVotes(t *testing.T) {
	foreign := &tls.CertificateVerificationError{Err: x509.HostnameError{}}
	for script, want := range map[string]bool{
		"ggoso":  true,
		"ggOOS":  false, // a gateway and a resolver that remembers are not the world
		"gG o":   true,
		"GGOoS":  false,
		"o":      true,
		"g":      true, // all there is
		"gg":     true,
		"O":      false,
		"ggo??":  false, // a captive portal
		"ggo?s":  true,  // one that somebody intercepts, another that nobody does
		"ggoSS":  true,  // firewalls close foreign addresses
		"GGoo?":  false,
		"":       true,
		"ggS?OO": false,
	} {
		var v votes
		for _, c := range script {
			o := vote{heard: true, Canary: Canary{inside: c == 'g' || c == 'G', proves: c == 's' || c == 'S' || c == '?'}}
			switch {
			case c == ' ':
				continue
			case c == '?':
				o.err = foreign
			case c >= 'A' && c <= 'Z':
				o.err = syscall.EHOSTUNREACH
			}
			v = append(v, o)
		}
		if have := v.alive(); have != want {
			t.Errorf("%q: have alive %v, want %v", script, have, want)
		}
	}
}

func TestForeignCanaries(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go http.Serve(l, http.NotFoundHandler()) // without TLS, as captive portals are
	t.Cleanup(func() { l.Close() })
	c, err := parseCanary("https://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ask(t.Context()); !isForeign(err) {
		t.Errorf("have %v of something that speaks no TLS, want somebody else", err)
	}
}

// slow is a network that takes its time, and may go away meanwhile.
type slow struct {
	cable
	takes   time.Duration
	captive atomic.Bool
}

func (s *slow) vouch(ctx context.Context) error {
	if s.captive.Load() {
		return syscall.EHOSTUNREACH
	}
	return s.ask(ctx)
}

func (s *slow) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.takes)
	return s.cable.RoundTrip(r)
}

// overSlow runs a monitor of some sites over a slow network, with one canary.
func overSlow(t *testing.T, takes time.Duration, o Options, during func(ctx context.Context, s *slow, m *Monitor, sites []targets.Site)) (seen []Observation) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		registry, archive, sites := watched(t, ctx, "http://xa1.tinhmau.gov.vn", "http://xa2.tinhmau.gov.vn", "http://xa3.tinhmau.gov.vn")
		s := &slow{cable: cable{pages: pages{body: "yên"}}, takes: takes}
		var mu sync.Mutex
		o.Browser, o.Transport, o.Log, o.Canaries = s, s, slog.New(slog.DiscardHandler), []Canary{{Name: "only", ask: s.vouch}}
		m := New(registry, archive, func(_ context.Context, o Observation) (Again, error) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, o)
			if o.Page != nil && o.Page.Title == "cổng chờ" {
				return Again{Render: 10 * time.Second}, nil
			}
			return Again{}, nil
		}, o)
		done := make(chan error)
		go func() { done <- m.Run(ctx) }()
		during(ctx, s, m, sites)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return seen
}

// The canaries that answered when a look began know nothing of how it ended.
func TestANetworkThatGoesWhileALookIsUnderWay(t *testing.T) {
	seen := overSlow(t, 8*time.Second+137*time.Millisecond, Options{}, func(_ context.Context, s *slow, _ *Monitor, _ []targets.Site) {
		for range 40 { // at every phase of the rounds
			time.Sleep(17 * time.Second)
			s.cut(true)
			time.Sleep(4 * time.Second)
			s.cut(false)
		}
	})
	if n := countOutcomes(seen); n[OK] == 0 {
		t.Fatalf("have %v, want looks that succeed", n)
	}
	for _, o := range seen {
		if o.Outcome == Down {
			t.Fatalf("have a look that is down %v after its begin (%s): its end was not vouched for", o.Took, o.Detail)
		}
	}
}

// A look that is to confirm something is not vouched for by a round before it.
func TestWhatSomebodyWaitsForIsVouchedForAnew(t *testing.T) {
	var cutAt time.Time
	seen := overSlow(t, 0, Options{}, func(ctx context.Context, s *slow, m *Monitor, sites []targets.Site) {
		time.Sleep(5*time.Minute + time.Second)
		s.set("cổng chờ") // on every page, as a captive portal has it; the canaries go silent in the same moment
		cutAt = time.Now()
		s.captive.Store(true)
		for _, site := range sites {
			if err := m.LookNow(ctx, site.ID); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(30 * time.Second)
	})
	for _, o := range seen {
		if o.Depth == Render && o.Outcome == OK && o.At.Sub(cutAt) > 5*time.Second {
			t.Errorf("have a page of the captive portal believed %v after it came", o.At.Sub(cutAt))
		}
	}
}

// leisure is a browser that takes its time, for a page of our own as well.
type leisure time.Duration

func (l leisure) Render(context.Context, RenderRequest) (Rendering, error) {
	time.Sleep(time.Duration(l))
	return Rendering{}, nil
}

func TestOurOwnLatenessIsNoSitesTimeout(t *testing.T) {
	site := targets.Site{Profile: targets.Profile{ProbeEvery: time.Minute, RenderEvery: 15 * time.Minute}}
	for _, c := range []struct {
		name  string
		depth Depth
		cause Cause
		late  time.Duration
		slow  time.Duration
		want  Outcome
	}{
		{"in time", Probe, CauseTimeout, time.Second, 0, Down},
		{"late by less than an interval", Render, CauseTimeout, 14 * time.Minute, 0, Down},
		{"late by more", Render, CauseTimeout, 16 * time.Minute, 0, Fault},
		{"a probe late by more", Probe, CauseTimeout, 61 * time.Second, 0, Fault},
		{"refused, however late we are", Render, CauseTCP, 16 * time.Minute, 0, Down},
		{"a browser at ease", Render, CauseTimeout, 0, 4 * time.Second, Down},
		{"a slow browser", Render, CauseTimeout, 0, 6 * time.Second, Fault},
		{"a slow browser is nothing to a probe", Probe, CauseTimeout, 0, 6 * time.Second, Down},
		{"the clock was set back", Probe, CauseTimeout, -time.Hour, 0, Down},
	} {
		synctest.Test(t, func(t *testing.T) {
			m := &Monitor{uplink: &uplink{}, wishes: map[look]bool{}, looker: Looker{Browser: leisure(c.slow)}}
			o := Observation{Site: site, Depth: c.depth, At: time.Now(), Outcome: Down, Cause: c.cause}
			m.doubt(t.Context(), due{at: o.At.Add(-c.late)}, &o)
			if o.Outcome != c.want {
				t.Errorf("%s: have %s, want %s", c.name, o.Outcome, c.want)
			}
		})
	}
}

func TestPolicyOutcome(t *testing.T) {
	denied := &net.OpError{Op: "dial", Err: egress.ErrDenied}
	if outcome, cause, _ := outcomeOfError(denied); outcome != Policy || cause != "" {
		t.Errorf("have %s %s of a dial that our policy refused, want policy", outcome, cause)
	}
	for _, text := range []string{"net::ERR_NETWORK_ACCESS_DENIED", "net::ERR_UNSAFE_PORT"} {
		if outcome, _ := outcomeOfNetError(text); outcome != Policy {
			t.Errorf("%s: have %s, want policy", text, outcome)
		}
	}
}

// inside is a portal that sends its visitors to an address that we must not dial.
type inside struct{}

func (inside) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Hostname() == "169.254.169.254" {
		return nil, &net.OpError{Op: "dial", Err: egress.ErrDenied}
	}
	return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {"http://169.254.169.254/latest/"}},
		Body: http.NoBody, Request: r}, nil
}

func (inside) Render(context.Context, RenderRequest) (Rendering, error) {
	return Rendering{NetError: "net::ERR_NETWORK_ACCESS_DENIED", Page: Page{Redirects: []Redirect{{URL: "http://169.254.169.254/latest/", How: "http"}}}}, nil
}

func TestAnAddressThatWasRefusedIsNamed(t *testing.T) {
	p := inside{}
	looker := Looker{Browser: p, Transport: p}
	for _, depth := range []Depth{Probe, Render} {
		o := looker.Look(t.Context(), targets.Site{URL: "http://xa1.tinhmau.gov.vn/"}, depth, false, time.Second).Observation
		if o.Outcome != Policy || o.FinalURL != "http://169.254.169.254/latest/" {
			t.Errorf("%s: have %s at %q, want policy, and where it was met", depth, o.Outcome, o.FinalURL)
		}
	}
}

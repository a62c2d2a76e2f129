package monitor

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// ways are when probes were handed on, and what each said.
func ways(seen []Observation) (at []time.Time, outcomes map[Outcome]int) {
	outcomes = map[Outcome]int{}
	for _, o := range seen {
		if isProbe(o) {
			at = append(at, o.At)
			outcomes[o.Outcome]++
		}
	}
	return at, outcomes
}

func TestAQuietSiteIsHandedOnEveryQuarterOfAnHour(t *testing.T) {
	p := &pages{body: "yên"}
	seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) { time.Sleep(75 * time.Minute) })
	at, _ := ways(seen)
	if p.probes < 70 || len(at) < calmAfter+4 || len(at) > calmAfter+10 {
		t.Errorf("have %d probes, %d of them handed on in 75 minutes, want the first %d and then one in a quarter of an hour", p.probes, len(at), calmAfter)
	}
	for i := 1; i < len(at); i++ {
		if gap := at[i].Sub(at[i-1]); gap > handedOnWithin+5*time.Second {
			t.Errorf("nothing was handed on for %v", gap)
		}
	}
}

func TestTroubleIsHandedOnAtOnceAndWhatFollowsIt(t *testing.T) {
	p := &pages{body: "yên"}
	var from, to time.Time
	seen := watch(t, p, still, func(context.Context, *Monitor, targets.Site) {
		time.Sleep(31 * time.Minute)
		from = time.Now()
		p.answer(503)
		time.Sleep(10 * time.Minute)
		to = time.Now()
		p.answer(200)
		time.Sleep(8 * time.Minute)
	})
	var bad, after []time.Time
	for _, o := range seen {
		switch {
		case !isProbe(o):
		case o.Outcome == Down:
			bad = append(bad, o.At)
		case o.At.After(to):
			after = append(after, o.At)
		}
	}
	if len(bad) < 9 || bad[0].Sub(from) > 70*time.Second {
		t.Errorf("have %d probes handed on that found it down, the first at %v: want each of about ten", len(bad), bad)
	}
	if len(after) < calmAfter {
		t.Errorf("have %d good probes handed on after it was down, want at least %d", len(after), calmAfter)
	}
}

func TestWhatWasAskedForIsNeverQuiet(t *testing.T) {
	seen := watch(t, &pages{body: "yên"}, still, func(ctx context.Context, m *Monitor, site targets.Site) {
		time.Sleep(20 * time.Minute)
		for range 5 {
			if err := m.LookNow(ctx, site.ID); err != nil {
				t.Error(err)
			}
			time.Sleep(5 * time.Second)
		}
	})
	at, _ := ways(seen)
	n := 0
	for _, one := range at {
		if one.After(at[0].Add(19 * time.Minute)) {
			n++
		}
	}
	if n < 5 {
		t.Errorf("have %d probes handed on of five that were asked for", n)
	}
}

func TestWhoWantsAnotherLookGetsEveryProbe(t *testing.T) {
	p := &pages{body: "yên"}
	seen := watch(t, p, func(Observation) Again { return Again{Probe: 40 * time.Second} }, func(context.Context, *Monitor, targets.Site) { time.Sleep(15 * time.Minute) })
	if at, _ := ways(seen); len(at) != p.probes {
		t.Errorf("have %d of %d probes handed on, want all while somebody waits for the next", len(at), p.probes)
	}
}

// A monitor that is killed forgets quiet looks that were not written down yet, and nothing else: they are due again.
func TestAKilledMonitorForgetsQuietLooksOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, kill := context.WithCancel(t.Context())
		registry, archive, sites := watched(t, t.Context(), "http://phuongvidu.tinhmau.gov.vn")
		p, site := &pages{body: "yên"}, sites[0]
		var mu sync.Mutex
		kept := 0
		handler := func(ctx context.Context, o Observation) (Again, error) {
			mu.Lock()
			defer mu.Unlock()
			if found, err := archive.Observation(ctx, o.ID); err != nil || found.Outcome != o.Outcome {
				t.Errorf("a look was handed on that is not stored as it was: %v", err)
			}
			kept++
			return Again{}, nil
		}
		m := New(registry, archive, handler, Options{Browser: p, Transport: p, Log: slog.New(slog.DiscardHandler)})
		m.refresh(ctx)
		look := func(at time.Time) {
			d := due{siteID: site.ID, depth: Probe, at: at}
			if err := archive.db.Read.QueryRow(`SELECT done, memory FROM looks WHERE site_id = ? AND depth = 'probe'`, site.ID).Scan(&d.done, &d.memory); err != nil {
				t.Fatal(err)
			}
			if err := m.look(ctx, site, d); err != nil {
				t.Fatal(err)
			}
		}
		for range calmAfter {
			look(m.lulls.of(site.ID).planned)
			time.Sleep(time.Minute)
		}
		before := kept
		look(m.lulls.of(site.ID).planned)
		if kept != before {
			t.Fatalf("the sixth good probe was handed on")
		}
		if n := len(m.ledger.resting(time.Now())); n != 1 {
			t.Errorf("have %d looks resting, want the quiet one", n)
		}
		p.answer(503)
		look(m.lulls.of(site.ID).planned)
		kill() // nothing runs that could write down the rest
		list, err := archive.Observations(t.Context(), site.ID, 100)
		if err != nil || len(list) != kept || list[0].Outcome != Down {
			t.Errorf("have %d stored looks (%v), want the %d that were handed on, the bad one first", len(list), err, kept)
		}
	})
}

// A database that cannot be written must not stop the pace: what ended is remembered, and written down later.
func TestLedgerKeepsWhatCouldNotBeWritten(t *testing.T) {
	var l ledger
	begin := time.Date(2027, 1, 4, 7, 30, 0, 0, time.UTC)
	site := targets.Site{ID: 3, Profile: targets.Profile{ProbeEvery: time.Minute}}
	probe := func(at time.Time) {
		l.count(Observation{Site: site, Depth: Probe, At: at, Outcome: OK, Took: time.Second})
		l.add(ended{due: due{siteID: site.ID, depth: Probe}, at: at, next: at.Add(time.Minute)})
	}
	probe(begin)
	_, tally := l.take()
	probe(begin.Add(time.Minute))
	if n := len(l.resting(begin.Add(30 * time.Second))); n != 2 {
		t.Errorf("have %d looks resting in and behind a transaction, want both", n)
	}
	l.settle(tally, errors.New("the disk is full"))
	looks, tally := l.take()
	if e := looks[look{3, Probe}]; len(looks) != 1 || !e.at.Equal(begin.Add(time.Minute)) {
		t.Errorf("have %+v to write, want the newer of the two ends", looks)
	}
	sum := tally[tallyKey{3, begin.Truncate(time.Hour).UnixMilli()}]
	if sum.probes != 2 || sum.up != time.Minute || sum.took != 2*time.Second {
		t.Errorf("have %+v, want two probes and the minute between them", sum)
	}
	l.settle(tally, nil)
	if rest := l.resting(begin); len(rest) != 0 {
		t.Errorf("have %v resting after everything was written", rest)
	}
}

func TestWhatMakesAProbeWorthHandingOn(t *testing.T) {
	begin := time.Date(2027, 1, 4, 7, 30, 0, 0, time.UTC)
	site := targets.Site{ID: 3, URL: "https://phuongvidu.tinhmau.gov.vn/", Profile: targets.Profile{ProbeEvery: time.Minute}}
	usual := func(at time.Time) Sight {
		return Sight{Memory: Memory{Fingerprint: "yên"}, Observation: Observation{Site: site, Depth: Probe, At: at, Took: 200 * time.Millisecond, Outcome: OK, Status: 200,
			FinalURL: site.URL + "vi?sid=" + at.String(), Timings: &Timings{Total: time.Duration(at.Unix())},
			Certificate: &Certificate{NotAfter: begin.AddDate(0, 3, 0)},
			Wire: &Wire{Servers: []Server{{Name: "phuongvidu.tinhmau.gov.vn:443", Addresses: []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 1, byte(at.Minute())})}}},
				Redirects: []Redirect{{URL: site.URL + "vi?sid=" + at.String(), Status: 302}}, Header: map[string]string{"date": at.String()}}}}
	}
	for name, test := range map[string]struct {
		change func(s *Sight, d *due)
		quiet  bool
	}{
		"nothing":                     {func(*Sight, *due) {}, true},
		"another body":                {func(s *Sight, _ *due) { s.Memory.Fingerprint = "khác" }, false},
		"a new word":                  {func(s *Sight, _ *due) { s.Observation.Wire.Words = []string{"hacked by"} }, false},
		"the same bytes":              {func(s *Sight, _ *due) { s.Observation.Wire.Same = true }, true},
		"another status":              {func(s *Sight, _ *due) { s.Observation.Status = 206 }, false},
		"another certificate":         {func(s *Sight, _ *due) { s.Observation.Certificate = &Certificate{NotAfter: begin.AddDate(1, 0, 0)} }, false},
		"a certificate gone bad":      {func(s *Sight, _ *due) { s.Observation.Certificate.Problem = CertificateExpired }, false},
		"it leads elsewhere":          {func(s *Sight, _ *due) { s.Observation.FinalURL = "https://nhacai.example/" }, false},
		"it leads there by a detour":  {func(s *Sight, _ *due) { s.Observation.Wire.Redirects[0].URL = "https://nhacai.example/" }, false},
		"it took long":                {func(s *Sight, _ *due) { s.Observation.Took = leisurely }, false},
		"it is down":                  {func(s *Sight, _ *due) { s.Observation.Outcome, s.Observation.Cause = Down, CauseTCP }, false},
		"we are blind":                {func(s *Sight, _ *due) { s.Observation.Outcome = Blind }, false},
		"somebody asked":              {func(_ *Sight, d *due) { d.at = d.at.Add(-time.Second) }, false},
		"the profile changed":         {func(s *Sight, _ *due) { s.Observation.Site.Profile.Name = "cao điểm" }, false},
		"a render":                    {func(_ *Sight, d *due) { d.depth = Render }, false},
		"watched every few seconds":   {func(s *Sight, _ *due) { s.Observation.Site.Profile.ProbeEvery = closelyWatched - 1 }, false},
		"a quarter of an hour passed": {func(s *Sight, _ *due) { s.Observation.At = s.Observation.At.Add(handedOnWithin) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			var l lulls
			at := begin
			for range calmAfter {
				if s := usual(at); l.isQuiet(due{siteID: 3, depth: Probe, at: at, memory: Memory{Fingerprint: "yên"}}, s) {
					t.Fatal("quiet before it was calm")
				}
				l.handOn(usual(at).Observation, true)
				at = at.Add(time.Minute)
				l.plan(3, at)
			}
			s, d := usual(at), due{siteID: 3, depth: Probe, at: at, memory: Memory{Fingerprint: "yên"}}
			test.change(&s, &d)
			if have := l.isQuiet(d, s); have != test.quiet {
				t.Errorf("have quiet %v, want %v", have, test.quiet)
			}
		})
	}
}

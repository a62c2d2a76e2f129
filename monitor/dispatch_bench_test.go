package monitor

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"canhcong/targets"
)

// punctual is a page that answers at once and writes down how late each host was asked.
type punctual struct {
	pages
	due map[string]time.Time // by host, when its probe was planned

	lags sync.Mutex
	late []time.Duration
}

func (p *punctual) RoundTrip(r *http.Request) (*http.Response, error) {
	if due, ok := p.due[r.URL.Hostname()]; ok {
		lag := time.Since(due)
		p.lags.Lock()
		p.late = append(p.late, lag)
		p.lags.Unlock()
	}
	return p.pages.RoundTrip(r)
}

// province registers many sites on hosts of their own, in the middle of their ordinary life: probed every five minutes and
// rendered every hour, with their looks spread evenly.
func province(b *testing.B, sites int) (*targets.Registry, *Archive) {
	b.Helper()
	dir, ctx := b.TempDir(), b.Context()
	db, err := targets.Open(ctx, filepath.Join(dir, "canhcong.db"))
	if err != nil {
		b.Fatal(err)
	}
	now := targets.Millis(time.Now())
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO profiles VALUES ('năm phút', 300000, 3600000, '[20000,60000,120000]', '[10000,20000]', 60000, 5)`, nil},
		{`INSERT INTO units (name, fold, created_at) VALUES ('Tỉnh Mẫu', 'tỉnh mẫu', ?)`, []any{now}},
		{`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
			INSERT INTO sites (key, url, name, unit_id, priority, profile, note, added_at)
			SELECT 'xa' || i || '.tinhmau.gov.vn', 'http://xa' || i || '.tinhmau.gov.vn/', 'Xã ' || i, 1, 1 + i % 3, 'năm phút', '', ?2 FROM n`, []any{sites, now}},
		{`INSERT INTO looks (site_id, depth, next_due_at) SELECT id, 'probe', ?1 + 2000 + id * 298000 / ?2 FROM sites
			UNION ALL SELECT id, 'render', ?1 + 2000 + id * 3598000 / ?2 FROM sites`, []any{now, sites}},
	} {
		if _, err := db.Write.ExecContext(ctx, step.query, step.args...); err != nil {
			b.Fatal(err)
		}
	}
	archive, err := NewArchive(db, filepath.Join(dir, "artefacts"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { archive.Close(); db.Close() })
	return targets.New(db), archive
}

// settle has every site be known as it is, so that its probes are quiet, and reads when each one's next probe is due.
func (p *punctual) settle(b *testing.B, m *Monitor) {
	b.Helper()
	plans, err := m.allPlans(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	list, err := m.roll.current(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	p.due = map[string]time.Time{}
	var one Sight
	host := uint32(0)
	for _, site := range list.sites {
		one = m.looker.Look(b.Context(), site.Site, Probe, false, time.Minute)
		due := plans[look{site.ID, Probe}].dueAt
		*m.lulls.of(site.ID) = lull{said: steady(one.Observation), handedOn: time.Now(), good: calmAfter, planned: due}
		p.due[site.host] = due
	}
	p.late = nil
	for range 60 { // a portal leads to as many foreign hosts
		host += 71_234_567
		one.Memory.Hosts = append(one.Memory.Hosts, host)
	}
	if _, err := m.archive.db.Write.ExecContext(b.Context(), `UPDATE looks SET memory = ? WHERE depth = 'probe'`, one.Memory); err != nil {
		b.Fatal(err)
	}
}

func cpuOf(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const rusageThread = 1 // RUSAGE_THREAD, getrusage(2)

// BenchmarkDispatcher keeps 20,000 sites at a five-minute pace for 20 seconds by the real clock, on a real database on disk.
// The dispatcher goes round on a thread of its own, so that its processor time can be told from that of the looks:
// "dispatch-%core" is what choosing and starting them takes, "all-%core" the whole process with its looks at pages that
// answer at once. The lag is from when a probe was due to when it was sent.
func BenchmarkDispatcher(b *testing.B) {
	const sites, long = 20_000, 20 * time.Second
	registry, archive := province(b, sites)
	p := &punctual{pages: pages{body: "yên"}}
	m := New(registry, archive, func(context.Context, Observation) (Again, error) { return Again{}, nil },
		Options{Browser: p, Transport: p, Log: slog.New(slog.DiscardHandler)})
	begun := time.Now()
	m.started.Store(&begun)
	start := cpuOf(syscall.RUSAGE_SELF)
	if _, err := m.refresh(b.Context()); err != nil {
		b.Fatal(err)
	}
	start = cpuOf(syscall.RUSAGE_SELF) - start
	p.settle(b, m)
	runtime.GC()
	for b.Loop() {
		ctx, stop := context.WithTimeout(b.Context(), long)
		m.looks.Go(func() { m.keepBooks(ctx) })
		whole := cpuOf(syscall.RUSAGE_SELF)
		alone := make(chan time.Duration)
		go func() { alone <- dispatchAlone(ctx, b, m) }()
		dispatching := <-alone
		whole = cpuOf(syscall.RUSAGE_SELF) - whole
		stop()
		m.looks.Wait()
		b.ReportMetric(100*dispatching.Seconds()/long.Seconds(), "dispatch-%core")
		b.ReportMetric(100*whole.Seconds()/long.Seconds(), "all-%core")
	}
	b.ReportMetric(float64(start.Milliseconds()), "start-ms")
	slices.Sort(p.late)
	if n := len(p.late); n < sites/30 {
		b.Fatalf("have %d probes in %v of %d sites", n, long, sites)
	}
	b.ReportMetric(float64(len(p.late)), "probes")
	b.ReportMetric(p.late[len(p.late)/2].Seconds(), "lag-p50-s")
	b.ReportMetric(p.late[len(p.late)*99/100].Seconds(), "lag-p99-s")
}

// dispatchAlone dispatches on a thread of its own and returns what processor time that took.
func dispatchAlone(ctx context.Context, b *testing.B, m *Monitor) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	d := &dispatcher{Monitor: m}
	before := cpuOf(rusageThread)
	tick := time.NewTicker(dispatchEvery)
	defer tick.Stop()
	beat := make(chan struct{})
	defer close(beat)
	for ctx.Err() == nil {
		if err := d.round(ctx, b.Context()); err != nil && ctx.Err() == nil {
			b.Error(err)
		}
		d.pause(ctx, b.Context(), beat, tick.C)
	}
	return cpuOf(rusageThread) - before
}

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// BenchmarkProvince lets the real program watch 2,000 simulated portals with a real Chrome: probes every 60 seconds, renders
// every 30 minutes, news now and then on each. While it does, some of the portals are defaced at random moments. It measures
// whether looks are late, what it takes of two cores and of the memory, how much it writes, how long it takes from a
// defacement until its incident is committed, and whether anything was told that is not so. The portals are a process of
// their own, which is not counted. PROVINCE_MINUTES is how long (5), PROVINCE_SITES how many portals (2000),
// PROVINCE_DEFACED how many of them are harmed (40), PROVINCE_RENDER_MINUTES how long between renders (30).
func BenchmarkProvince(b *testing.B) {
	p := openProvince(b, number("PROVINCE_SITES", 2000), time.Duration(number("PROVINCE_RENDER_MINUTES", 30))*time.Minute)
	p.serve(b)
	length := time.Duration(number("PROVINCE_MINUTES", 5)) * time.Minute
	p.planHarm(number("PROVINCE_DEFACED", 40), length)
	p.watch(b, length)
	p.stop(b)
	p.reportHealth(b)
	p.reportLatency(b)
	p.reportAlarms(b)
	tell("%s", p.capacity(b))
	b.ReportMetric(0, "ns/op")
}

// province is the program at work, and what is measured of it.
type province struct {
	*seed
	street  *player
	program *exec.Cmd
	said    *output
	pulse   *monitor.Monitor // reads how looking keeps up, from the database
	begun   time.Time
	first   usage
	saw     streetReport
	size    int64 // bytes in the data directory at the start
	samples []sample
	lags    map[monitor.Depth][]float64 // seconds, of the look that waits the longest, every second
	harms   []*harm
}

// sample is a measurement made every ten seconds.
type sample struct {
	at      time.Duration // since the start
	used    usage         // since the start
	overdue int           // sites
	faulty  int
	size    int64 // bytes in the data directory, more than at the start
}

// newsEvery is between two news of one portal.
const newsEvery = 2 * time.Hour

func openProvince(b *testing.B, sites int, renderEvery time.Duration) *province {
	b.Helper()
	authority := filepath.Join(b.TempDir(), "authority.pem")
	street, at := castStreet(b, streetOrders{NewsEvery: newsEvery, CA: authority})
	b.Setenv("SSL_CERT_FILE", authority) // of the program, which judges certificates
	o := ordersFor(b, at, nil)
	o.Hosts = map[string]string{"*." + streetDomain: at.HTTPS}
	var hosts []string
	for i := range sites {
		hosts = append(hosts, hostOf(i))
	}
	begun := time.Now()
	p := &province{seed: sow(b, o, renderEvery, hosts), street: street, said: &output{}, lags: map[monitor.Depth][]float64{}}
	tell("%d portals were learnt and approved in %.0f s; our side of a render takes %.0f ms of a core", sites, time.Since(begun).Seconds(), p.own.Seconds()*1000)
	return p
}

// serve builds and starts the program on the data directory.
func (p *province) serve(b *testing.B) {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "canhcong")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	p.program = exec.Command(binary, "serve", "--data", p.orders.Data, "--listen", "127.0.0.1:0")
	p.program.Env = append(os.Environ(), "CHROME="+p.orders.Chrome, "CANHCONG_CANARIES=none", fmt.Sprintf("CANHCONG_CHROME_NO_SANDBOX=%t", p.orders.NoSandbox))
	for name, address := range p.orders.Hosts {
		p.program.Env = append(p.program.Env, "CANHCONG_HOSTS="+name+"="+address)
	}
	p.program.Stdout, p.program.Stderr = p.said, p.said
	if err := p.program.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { p.program.Process.Kill() }) // nothing, when it has ended
	again, err := openProduct(p.orders)            // our own eyes on its data
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { again.close() })
	p.product = again
	p.pulse = monitor.New(again.house.registry, again.house.archive, nil, monitor.Options{})
	p.begun, p.first, p.size = time.Now(), usageOf(b, p.program.Process.Pid, false), sizeOf(p.orders.Data)
	p.street.ask(b, "report", &p.saw) // forget how it was learnt
}

// watch harms portals and takes samples until the time is over, and a little longer while incidents are missing.
func (p *province) watch(b *testing.B, length time.Duration) {
	b.Helper()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for n := 0; time.Since(p.begun) < length || p.missing() > 0 && time.Since(p.begun) < length+3*time.Minute; n++ {
		<-tick.C
		p.harmDue(b)
		p.findIncidents(b)
		if n%4 == 0 {
			p.measureLag(b)
		}
		if n%40 == 0 && time.Since(p.begun) < length {
			p.measure(b)
		}
	}
	p.street.ask(b, "report", &p.saw)
}

func (p *province) measure(b *testing.B) {
	b.Helper()
	pulse, err := p.pulse.Pulse(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	p.samples = append(p.samples, sample{at: time.Since(p.begun), used: usageOf(b, p.program.Process.Pid, true).since(p.first),
		overdue: pulse.Overdue, faulty: pulse.Faulty, size: sizeOf(p.orders.Data) - p.size})
}

// measureLag notes how long the look of each depth waits that waits the longest.
func (p *province) measureLag(b *testing.B) {
	b.Helper()
	for _, depth := range []monitor.Depth{monitor.Probe, monitor.Render} {
		var first int64
		err := p.house.db.Read.QueryRowContext(b.Context(), `SELECT coalesce(min(next_due_at), 0) FROM looks WHERE depth = ?`, depth).Scan(&first)
		if err != nil {
			b.Fatal(err)
		}
		p.lags[depth] = append(p.lags[depth], max(0, time.Since(targets.FromMillis(first)).Seconds()))
	}
}

// stop ends the program as a person would, and wants it to end well.
func (p *province) stop(b *testing.B) {
	b.Helper()
	p.program.Process.Signal(syscall.SIGTERM)
	if err := p.program.Wait(); err != nil {
		b.Errorf("the program ended with %v: %s", err, p.said)
	}
}

func (p *province) reportHealth(b *testing.B) {
	b.Helper()
	var table strings.Builder
	var memory []float64
	overdue, last := 0, p.samples[len(p.samples)-1]
	fmt.Fprintf(&table, "\n%8s %14s %10s %8s %8s %10s\n", "after", "of two cores", "memory MiB", "overdue", "faulty", "disk MiB")
	for i, s := range p.samples {
		memory, overdue = append(memory, float64(s.used.pss>>20)), max(overdue, s.overdue)
		if i%max(1, len(p.samples)/20) == 0 || i == len(p.samples)-1 {
			fmt.Fprintf(&table, "%8s %13.1f%% %10d %8d %8d %10.1f\n", s.at.Round(time.Second), s.share(), s.used.pss>>20, s.overdue, s.faulty, float64(s.size)/(1<<20))
		}
	}
	tell("%s", table.String())
	tell("the portals saw %d probes and %d renders; the longest any went without a probe is %.1f s, the median of the longest %.1f s",
		p.saw.Probes, p.saw.Renders, p.saw.LongestUnseen.Seconds(), p.saw.MedianUnseen.Seconds())
	b.ReportMetric(float64(overdue), "sites-overdue")
	b.ReportMetric(last.share(), "%of-2-cores")
	b.ReportMetric(slices.Max(memory), "MiB-most")
	third := len(memory) / 3
	b.ReportMetric(median(memory[2*third:])/max(1, median(memory[third:2*third])), "×MiB-late-of-early")
	b.ReportMetric(float64(last.size)/(1<<20)/last.at.Hours(), "MiB-disk/h")
	b.ReportMetric(quantile(p.lags[monitor.Probe], 0.99), "s-probe-lag-p99")
	b.ReportMetric(quantile(p.lags[monitor.Render], 0.99), "s-render-lag-p99")
}

// share is what was used of two cores since the start, in percent.
func (s sample) share() float64 { return 100 * s.used.whole.Seconds() / s.at.Seconds() / 2 }

// capacity says what one machine carries, from what a probe and a render took here: the part of the README's table.
func (p *province) capacity(b *testing.B) string {
	last := p.samples[len(p.samples)-1]
	elapsed := time.Since(p.begun)
	renders, probes := float64(max(1, p.saw.Renders)), float64(max(1, p.saw.Probes))
	share := last.at.Seconds() / elapsed.Seconds() // the samples end before the portals' report
	render := (last.used.whole-last.used.own).Seconds()/(renders*share) + p.own.Seconds()
	probe := max(0, last.used.own.Seconds()-renders*share*p.own.Seconds()) / (probes * share)
	planned := float64(len(p.sites)) * elapsed.Minutes() / p.profile.RenderEvery.Minutes()
	var t strings.Builder
	fmt.Fprintf(&t, "\na render takes %.3f s of a core, ours included; a probe and all else %.2f ms; %.2f renders for each that was planned\n", render, probe*1000, renders/planned)
	b.ReportMetric(render, "cpu-s/render")
	b.ReportMetric(probe*1000, "cpu-ms/probe")
	t.WriteString("| probe every | render every | 2 cores | 4 cores | 8 cores |\n| --- | --- | --- | --- | --- |\n")
	for _, pace := range []struct{ probe, render time.Duration }{{time.Minute, 15 * time.Minute}, {time.Minute, 30 * time.Minute}, {time.Minute, time.Hour}, {5 * time.Minute, time.Hour}} {
		perSite := probe/pace.probe.Seconds() + render*max(1, renders/planned)/pace.render.Seconds()
		fmt.Fprintf(&t, "| %v | %v |", pace.probe, pace.render)
		for _, cores := range []float64{2, 4, 8} {
			fmt.Fprintf(&t, " %.0f |", 0.75*cores/perSite)
		}
		t.WriteByte('\n')
	}
	return t.String()
}

// sizeOf is the bytes of the files under a folder.
func sizeOf(folder string) (size int64) {
	filepath.WalkDir(folder, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // removed meanwhile
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size
}

// harm is one portal that is harmed.
type harm struct {
	site   targets.Site
	kind   string
	due    time.Duration // since the start
	done   time.Time
	seen   time.Time // when its incident was in the database
	opened bool
}

// firstProbes is how long the program needs to have seen every page once by a probe: what a probe has never seen cannot have changed.
const firstProbes = 75 * time.Second

// planHarm chooses portals and moments.
func (p *province) planHarm(n int, length time.Duration) {
	for _, site := range p.sites {
		if len(p.harms) == n {
			break
		}
		kind := []string{"deface", "inject"}[len(p.harms)%2]
		p.harms = append(p.harms, &harm{site: site, kind: kind, due: firstProbes + rand.N(max(time.Minute, length-firstProbes-2*time.Minute))})
	}
}

func (p *province) harmDue(b *testing.B) {
	b.Helper()
	for _, h := range p.harms {
		if h.done.IsZero() && time.Since(p.begun) >= h.due {
			p.street.ask(b, h.kind+" "+h.site.Host(), new(bool))
			h.done = time.Now()
		}
	}
}

// missing is how many harmed portals have no incident yet.
func (p *province) missing() (n int) {
	for _, h := range p.harms {
		if !h.opened {
			n++
		}
	}
	return n
}

// findIncidents notes which harmed portals have an incident of their content that is told, and repairs those.
func (p *province) findIncidents(b *testing.B) {
	b.Helper()
	told := p.told(b)
	for _, h := range p.harms {
		if h.opened || h.done.IsZero() || !slices.ContainsFunc(told, func(i toldIncident) bool {
			return i.siteID == h.site.ID && i.concern == "content" && !i.opened.Before(h.done)
		}) {
			continue
		}
		h.opened, h.seen = true, time.Now()
		p.street.ask(b, "restore "+h.site.Host(), new(bool))
	}
}

// toldIncident is an incident that people were told of.
type toldIncident struct {
	siteID  int64
	concern string
	opened  time.Time
}

func (p *province) told(b *testing.B) (list []toldIncident) {
	b.Helper()
	rows, err := p.house.db.Read.QueryContext(context.Background(), `SELECT site_id, concern, opened_at FROM incidents WHERE opened_at > 0`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var i toldIncident
		var at int64
		if err := rows.Scan(&i.siteID, &i.concern, &at); err != nil {
			b.Fatal(err)
		}
		i.opened = targets.FromMillis(at)
		list = append(list, i)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return list
}

func (p *province) reportLatency(b *testing.B) {
	b.Helper()
	var seconds []float64
	for _, h := range p.harms {
		if h.opened {
			seconds = append(seconds, h.seen.Sub(h.done).Seconds())
		} else {
			tell("%s of %s has no incident", h.kind, h.site.Host())
		}
	}
	slices.Sort(seconds)
	tell("seconds from a defacement to its incident: %.0f", seconds)
	b.ReportMetric(quantile(seconds, 0.50), "s-to-incident-p50")
	b.ReportMetric(quantile(seconds, 0.95), "s-to-incident-p95")
	b.ReportMetric(float64(len(p.harms)-len(seconds)), "missed-defacements")
}

// reportAlarms counts what was told and is not so.
func (p *province) reportAlarms(b *testing.B) {
	b.Helper()
	false := 0
	for _, i := range p.told(b) {
		if i.concern == "content" && slices.ContainsFunc(p.harms, func(h *harm) bool { return h.site.ID == i.siteID }) {
			continue
		}
		false++
		latest, err := p.house.judge.Verdicts(b.Context(), i.siteID, 1)
		tell("told without reason: %s of %s: %+v %v", i.concern, p.sites[i.siteID].Host(), latest, err)
	}
	notices, err := p.house.desk.Notices(b.Context(), 100)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range notices {
		tell("told of itself: %+v", n)
	}
	b.ReportMetric(float64(false+len(notices)), "false-alarms")
}

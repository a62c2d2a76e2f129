package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor"
)

// BenchmarkWatching lets the real program watch 2,000 simulated portals with a real Chrome: probes every 60 seconds, renders
// every 30 minutes, news now and then on each. While it does, some of the portals are defaced at random moments. It measures
// whether looks are late, what it takes of two cores and of the memory, how much it writes, how long it takes from a
// defacement until its incident is committed, and whether anything was told that is not so. The portals are a process of
// their own, which is not counted. PROVINCE_MINUTES is how long (5), PROVINCE_SITES how many portals (2000),
// PROVINCE_DEFACED how many of them are harmed (40), PROVINCE_RENDER_MINUTES how long between renders (30).
func BenchmarkWatching(b *testing.B) {
	p := openProvince(b, number("PROVINCE_SITES", 2000), time.Duration(number("PROVINCE_RENDER_MINUTES", 30))*time.Minute)
	p.serve(b)
	length := time.Duration(number("PROVINCE_MINUTES", 5)) * time.Minute
	p.planHarm(number("PROVINCE_DEFACED", 40), length)
	p.watch(b, length)
	p.stop(b)
	p.reportHealth(b)
	p.reportPace(b)
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
	meter   meter
	serving usage // of the portals themselves
	saw     streetReport
	before  footprint // when it started
	samples []sample
	harms   []*harm
}

// sample is a measurement made every ten seconds.
type sample struct {
	at      time.Duration // since the start
	used    usage         // since the start
	overdue int           // sites
	faulty  int
	disk    footprint // more than at the start
}

// footprint is what stands in a data directory, in bytes.
type footprint struct{ database, files int64 }

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
	p := &province{seed: sow(b, o, renderEvery, hosts), street: street, said: &output{}}
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
	p.begun, p.meter, p.before = time.Now(), meterOf(b, p.program.Process.Pid), footprintOf(p.orders.Data)
	p.serving = usageOf(b, p.street.pid(), false)
	p.street.ask(b, fmt.Sprintf("watch %d", len(p.sites)), new(bool))
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
		if n%40 == 0 && time.Since(p.begun) < length {
			p.measure(b)
		}
	}
	p.street.ask(b, "report", &p.saw)
	p.serving = usageOf(b, p.street.pid(), false).since(p.serving)
}

func (p *province) measure(b *testing.B) {
	b.Helper()
	pulse, err := p.pulse.Pulse(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	now := footprintOf(p.orders.Data)
	p.samples = append(p.samples, sample{at: time.Since(p.begun), used: p.meter.read(b),
		overdue: pulse.Overdue, faulty: pulse.Faulty, disk: footprint{now.database - p.before.database, now.files - p.before.files}})
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
	fmt.Fprintf(&table, "\n%8s %14s %11s %8s %8s %13s %10s\n", "after", "of two cores", "memory MiB", "overdue", "faulty", "database MiB", "files MiB")
	for i, s := range p.samples {
		memory, overdue = append(memory, float64(s.used.pss>>20)), max(overdue, s.overdue)
		if i%max(1, len(p.samples)/20) == 0 || i == len(p.samples)-1 {
			fmt.Fprintf(&table, "%8s %13.1f%% %11d %8d %8d %13.1f %10.1f\n", s.at.Round(time.Second), s.share(), s.used.pss>>20, s.overdue, s.faulty,
				float64(s.disk.database)/(1<<20), float64(s.disk.files)/(1<<20))
		}
	}
	tell("%s", table.String())
	b.ReportMetric(float64(overdue), "sites-overdue")
	b.ReportMetric(last.share(), "%of-2-cores")
	b.ReportMetric(slices.Max(memory), "MiB-most")
	third := len(memory) / 3
	b.ReportMetric(median(memory[2*third:])/max(1, median(memory[third:2*third])), "×MiB-late-of-early")
	early := p.samples[third] // the write-ahead log has its size by then
	hours := max(time.Second, last.at-early.at).Hours()
	b.ReportMetric(float64(last.disk.database-early.disk.database)/(1<<20)/hours, "MiB-database/h")
	b.ReportMetric(float64(last.disk.files-early.disk.files)/(1<<20)/hours, "MiB-files/h")
}

// lateness is how much longer than its interval a portal may go without a look: a tenth is chance, which is wanted, and what
// confirms something else comes in between.
const lateness = 1.5

// reportPace says what the portals themselves saw of the looks.
func (p *province) reportPace(b *testing.B) {
	b.Helper()
	tell("to serve their pages took %.1f %% of two cores, which is not counted", sample{at: time.Since(p.begun), used: p.serving}.share())
	for _, d := range []struct {
		name  string
		saw   beatsReport
		every time.Duration
	}{{"probe", p.saw.Probes, p.profile.ProbeEvery}, {"render", p.saw.Renders, p.profile.RenderEvery}} {
		limit := time.Duration(lateness * float64(d.every))
		tell("the portals saw %d %ss; half of them went at most %.1f s without one, 99 of 100 at most %.1f s, all at most %.1f s", d.saw.N, d.name,
			d.saw.Longest[len(d.saw.Longest)/2].Seconds(), d.saw.Longest[len(d.saw.Longest)*99/100].Seconds(), d.saw.Longest[len(d.saw.Longest)-1].Seconds())
		b.ReportMetric(float64(d.saw.longerThan(limit)), "late-"+d.name+"s")
	}
}

// share is what was used of two cores since the start, in percent.
func (s sample) share() float64 { return 100 * s.used.whole.Seconds() / s.at.Seconds() / 2 }

// capacity says what one machine carries, from what a probe and a render took here: the part of the README's table.
func (p *province) capacity(b *testing.B) string {
	last := p.samples[len(p.samples)-1]
	elapsed := time.Since(p.begun)
	renders, probes := float64(max(1, p.saw.Renders.N)), float64(max(1, p.saw.Probes.N))
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

// footprintOf measures a data directory.
func footprintOf(folder string) (f footprint) {
	_ = filepath.WalkDir(folder, func(name string, d os.DirEntry, err error) error {
		if err != nil { // removed meanwhile, as what follows may be
			return fs.SkipDir
		}
		info, err := d.Info()
		if err == nil && !d.IsDir() && strings.Contains(filepath.Base(name), ".db") {
			f.database += info.Size()
		} else if err == nil && !d.IsDir() {
			f.files += info.Size()
		}
		return nil
	})
	return f
}

package chrome

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// largePortal is a portal of a little more than 5,000 nodes with a notice on a veil over it.
func largePortal(b *testing.B) string {
	return portalWith(b, 560, `<div style="position:fixed;inset:0;background:rgba(0,0,0,.5)"><p>Thông báo</p></div>`)
}

// Benchmark_ExtractionShare measures what describing a page of 5,000 nodes takes of the processor time of a whole look at
// it, the browser's and ours together: a look is made, and then its last step again and again in the same tab. At most a
// tenth is wanted.
func Benchmark_ExtractionShare(b *testing.B) {
	url, chrome := largePortal(b), own(b)
	renderLarge(b, chrome, url)
	p := chrome.current
	before := processorTime(b, p.pid)
	for b.Loop() {
		renderLarge(b, chrome, url)
	}
	whole := (processorTime(b, p.pid) - before) / time.Duration(b.N)
	part := describing(b, p, url)
	b.ReportMetric(float64(whole.Milliseconds()), "cpu-ms/look")
	b.ReportMetric(float64(part.Microseconds())/1000, "cpu-ms/extraction")
	b.ReportMetric(100*float64(part)/float64(whole), "%extraction")
}

func renderLarge(b *testing.B, chrome *Browser, url string) {
	got, err := chrome.Render(b.Context(), monitor.RenderRequest{URL: url})
	if err != nil || got.Nodes < 5000 || got.Partial != "" || len(got.Overlays) != 1 {
		b.Fatalf("have %d nodes, %d overlays, partial %q, %v", got.Nodes, len(got.Overlays), got.Partial, err)
	}
}

// describing returns the processor time of one extraction.
func describing(b *testing.B, p *process, url string) time.Duration {
	const times = 40
	gate, err := egress.OpenGate(p.exit(monitor.RenderRequest{}))
	if err != nil {
		b.Fatal(err)
	}
	defer gate.Close()
	heard := newRecord(gate)
	owner, shutTab := chromedp.NewContext(p.ctx, through(gate), chromedp.WithListener(heard.hear))
	defer shut(p, slog.Default(), shutTab)
	if err := chromedp.Do(owner); err != nil {
		b.Fatal(err)
	}
	until := time.Now().Add(time.Minute)
	ctx, stop := context.WithDeadline(owner, until)
	defer stop()
	c := chromedp.FromContext(owner)
	t := &tab{ctx: ctx, session: c.Target, browser: c.Browser, heard: heard, r: monitor.RenderRequest{URL: url}, start: time.Now(), until: until}
	heard.attach(cdp.FrameID(c.Target.TargetID), c.BrowserContextID)
	if _, err := t.run(owner, p.agent); err != nil {
		b.Fatal(err)
	}
	before := processorTime(b, p.pid)
	for range times {
		snapshot, err := t.snapshot()
		if err != nil {
			b.Fatal(err)
		}
		extractPage(&snapshot)
	}
	return (processorTime(b, p.pid) - before) / times
}

// processorTime is what this process and those in the group of a browser used so far, and what their children used that ended.
func processorTime(b *testing.B, group int) time.Duration {
	b.Helper()
	var self syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &self); err != nil {
		b.Fatal(err)
	}
	total := time.Duration(self.Utime.Nano() + self.Stime.Nano())
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		_, after, _ := strings.Cut(string(line), ") ") // state, parent, group …: fields 3, 4, 5 of proc(5)
		fields := strings.Fields(after)
		if len(fields) < 15 || fields[2] != strconv.Itoa(group) {
			continue
		}
		for _, ticks := range fields[11:15] { // utime, stime, cutime, cstime, in hundredths of a second
			n, _ := strconv.Atoi(ticks)
			total += time.Duration(n) * 10 * time.Millisecond
		}
	}
	return total
}

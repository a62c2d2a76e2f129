package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// uplinkChild names, in the environment of a process of this test, the way in which its uplink goes away.
const uplinkChild = "CANHCONG_TEST_UPLINK"

// uplinkMinutes is for how long it is away: with it in the environment the pace is the ordinary one and the browser a real one.
const uplinkMinutes = "UPLINK_MINUTES"

// ways are how an uplink goes away and comes back.
var ways = map[string]struct{ away, back func(w *world) }{
	"the cable is pulled": {
		func(w *world) { w.inside("ip link set up1 down") },
		func(w *world) { w.inside("ip link set up1 up") },
	},
	"the router answers, the world behind it is silent": {
		func(w *world) { w.inside("ip rule add to " + ourAddress + " from 20.20.0.0/16 blackhole") },
		func(w *world) { w.inside("ip rule del to " + ourAddress + " from 20.20.0.0/16 blackhole") },
	},
	"a captive portal": {
		func(w *world) { w.captive.Store(true) },
		func(w *world) { w.captive.Store(false) },
	},
}

// TestUplinkCut holds promise P5 of reliability.md with real sockets: while our own uplink is away no portal is called down or
// defaced; people are told once that we are blind, and once that we see again; the gap is on record.
func TestUplinkCut(t *testing.T) {
	if way := os.Getenv(uplinkChild); way != "" {
		uplinkStory(t, way)
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root, to make network namespaces")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("needs the program ip (iproute2)")
	}
	if exec.Command("unshare", "-n", "true").Run() != nil {
		t.Skip("this machine does not allow network namespaces")
	}
	t.Parallel()
	var all sync.WaitGroup // they mostly wait
	for way := range ways {
		all.Go(func() {
			child := exec.Command(os.Args[0], "-test.run=^TestUplinkCut$", "-test.v", "-test.timeout=0")
			child.Env = append(os.Environ(), uplinkChild+"="+way)
			child.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
			out, err := child.CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v\n%s", way, err, out)
			}
			t.Logf("%s: %s", way, regexp.MustCompile(`away for .*`).Find(out))
		})
	}
	all.Wait()
}

// outpost is a monitor at the end of a cable to the world.
type outpost struct {
	t     *testing.T
	world *world
	inbox *inbox
	house *house
	sites []targets.Site
	pace  targets.Profile

	longest time.Duration // that a wait may take: nothing depends on how fast the machine is
}

func uplinkStory(t *testing.T, way string) {
	p := &outpost{t: t, world: newWorld(t), inbox: &inbox{}, longest: 4 * time.Minute}
	p.world.serve()
	away := 30 * time.Second
	p.pace = targets.Profile{Name: "dây cáp", ProbeEvery: 2 * time.Second, RenderEvery: 5 * time.Second, LearnEvery: time.Second, LearnLooks: 3,
		Recheck: []time.Duration{time.Second, time.Second, 2 * time.Second}, Confirm: []time.Duration{time.Second, time.Second}}
	if minutes, err := strconv.Atoi(os.Getenv(uplinkMinutes)); err == nil {
		away = time.Duration(minutes) * time.Minute
		p.longest = 15 * time.Minute
		p.pace.ProbeEvery, p.pace.RenderEvery = time.Minute, 2*time.Minute
		p.pace.Recheck = []time.Duration{20 * time.Second, 40 * time.Second, time.Minute}
		p.pace.Confirm = []time.Duration{10 * time.Second, 20 * time.Second}
	}
	defer p.work()()
	p.approve()
	cutAt := time.Now()
	ways[way].away(p.world)
	p.await("BỊ MÙ")
	time.Sleep(time.Until(cutAt.Add(away)))
	ways[way].back(p.world)
	p.await("TRỞ LẠI")
	p.awaitLooks(time.Now())
	p.check(cutAt, away)
}

// work opens the house and lets it watch the portals, as "serve" does, until the function that it returns is called.
func (p *outpost) work() (stop func()) {
	t := p.t
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	a := &app{ctx: ctx, out: io.Discard, config: defaultConfig(), data: filepath.Join(t.TempDir(), "data"), lang: targets.Vietnamese}
	a.config.Hosts = map[string]string{}
	for n := range worldPortals {
		a.config.Hosts[fmt.Sprintf("xa%d.tinhmau.gov.vn", n)] = portalThere(n) + ":80"
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	var err error
	if p.house, err = a.openHouse(log, "127.0.0.1:8080", notify.Channel{Name: "inbox", Sender: p.inbox, Recipient: "trực", Language: targets.Vietnamese}); err != nil {
		t.Fatal(err)
	}
	if err := p.house.registry.SaveProfile(ctx, p.pace); err != nil {
		t.Fatal(err)
	}
	for n := range worldPortals {
		site, err := p.house.registry.Add(ctx, targets.Draft{URL: fmt.Sprintf("http://xa%d.tinhmau.gov.vn", n), Profile: p.pace.Name})
		if err != nil {
			t.Fatal(err)
		}
		p.sites = append(p.sites, site)
	}
	canaries, err := monitor.ParseCanaries([]string{"gateway", "https://" + proofThere, plainThere + ":80"})
	if err != nil {
		t.Fatal(err)
	}
	browser, shut := p.browser(a, log)
	m := monitor.New(p.house.registry, p.house.archive, p.house.judge.Handle, monitor.Options{
		Browser: browser, Hosts: a.config.Hosts, Canaries: canaries, Blind: p.house.tellBlindness, Log: log})
	var working sync.WaitGroup
	working.Go(func() { m.Run(ctx) })
	working.Go(func() { p.house.desk.Run(ctx) })
	return func() {
		cancel()
		working.Wait()
		shut()
		if err := p.house.close(); err != nil {
			t.Error(err)
		}
	}
}

// browser is a real one for the long story, and otherwise one that opens real connections and sees the text only.
func (p *outpost) browser(a *app, log *slog.Logger) (b monitor.Browser, shut func()) {
	p.t.Helper()
	if os.Getenv(uplinkMinutes) == "" {
		return wire{}, func() {}
	}
	a.config.Chrome.NoSandbox = true
	real, err := a.browser(log)
	if err != nil {
		p.t.Fatal(err)
	}
	return real, func() { real.Close() }
}

// wire is a browser without eyes.
type wire struct{}

// anyPicture is the picture of whatever it looks at.
var anyPicture = sync.OnceValue((&scene{}).picture)

var tag = regexp.MustCompile(`<(h1|p|title)>(?:<a href=(\S+?)>)?([^<]+)`)

func (wire) Render(ctx context.Context, r monitor.RenderRequest) (monitor.Rendering, error) {
	if strings.HasPrefix(r.URL, "data:") {
		return monitor.Rendering{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.Deadline)
	defer cancel()
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL, "http://xa"), ".")
	n, err := strconv.Atoi(name)
	if err != nil {
		return monitor.Rendering{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+portalThere(n)+":80/", nil)
	if err != nil {
		return monitor.Rendering{}, err
	}
	request.Host = "xa" + name
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return monitor.Rendering{NetError: "net::ERR_CONNECTION_TIMED_OUT"}, nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return monitor.Rendering{NetError: "net::ERR_CONNECTION_RESET"}, nil
	}
	page := monitor.Page{Lang: "vi", Width: monitor.ViewportWidth, Height: monitor.ViewportHeight, Nodes: 100, RealTime: r.RealTime}
	for i, found := range tag.FindAllStringSubmatch(string(body), -1) {
		at := monitor.Rect{X: 20, Y: 24 * i, W: 600, H: 20}
		if found[1] == "title" {
			page.Title = found[3]
			continue
		}
		page.Blocks = append(page.Blocks, monitor.Block{Path: "body/" + found[1], Tag: found[1], Text: found[3], Rect: at, Font: 16})
		if found[2] != "" {
			page.Links = append(page.Links, monitor.Link{URL: strings.TrimSuffix(r.URL, "/") + found[2], Text: found[3], Path: "body/p/a", Rect: at})
		}
	}
	return monitor.Rendering{Page: page, Status: response.StatusCode, FinalURL: r.URL, Screenshot: anyPicture()}, nil
}

// until waits for something that happens by itself.
func (p *outpost) until(what string, happened func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(p.longest); !happened(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%s did not happen within %v; told %q", what, p.longest, p.inbox.texts())
		}
	}
}

func (p *outpost) await(words string) {
	p.t.Helper()
	p.until("a message with "+words, func() bool { return strings.Contains(strings.Join(p.inbox.texts(), "\n"), words) })
}

// approve waits until every portal has been learnt, and approves it.
func (p *outpost) approve() {
	p.t.Helper()
	ctx := p.t.Context()
	for _, site := range p.sites {
		p.until("learning "+site.URL, func() bool {
			c, ok, err := p.house.judge.Candidate(ctx, site.ID)
			if err != nil || !ok {
				return false
			}
			_, err = p.house.judge.Approve(ctx, baseline.Decision{SiteID: site.ID, ObservationID: c.Observation.ID, ContentHash: c.Baseline.ContentHash, By: "quantri", Reason: "mới đăng ký"})
			return err == nil
		})
	}
	p.awaitLooks(time.Now())
}

// awaitLooks waits until every portal has been rendered well since an instant, and probed.
func (p *outpost) awaitLooks(since time.Time) {
	p.t.Helper()
	for _, site := range p.sites {
		p.until("looking at "+site.URL, func() bool {
			list, err := p.house.archive.Observations(p.t.Context(), site.ID, 20)
			rendered := 0
			for _, o := range list {
				if err == nil && o.At.After(since) && o.Outcome == monitor.OK && o.Depth == monitor.Render {
					rendered++
				}
			}
			return rendered > 1
		})
	}
}

func (p *outpost) check(cutAt time.Time, away time.Duration) {
	t := p.t
	t.Helper()
	ctx := t.Context()
	incidents, err := p.house.desk.Incidents(ctx, notify.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range incidents {
		t.Errorf("have an incident about the %s of %s, want none: it was our own uplink", i.Concern, i.Site.URL)
	}
	told := p.inbox.texts()
	if len(told) != 2 || !strings.Contains(told[0], "GIÁM SÁT BỊ MÙ") || !strings.Contains(told[1], "GIÁM SÁT TRỞ LẠI") {
		t.Errorf("have messages %q, want one that we are blind and one that we see again", told)
	}
	gaps, err := p.house.archive.Gaps(ctx, cutAt.Add(-time.Minute), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(gaps) != 1 || gaps[0].To.IsZero() || gaps[0].To.Sub(gaps[0].From) < away/3 {
		t.Fatalf("have gaps %+v, want one, of about %v", gaps, away)
	}
	var down, blind int
	for _, site := range p.sites {
		list, err := p.house.archive.Observations(ctx, site.ID, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			if o.At.After(cutAt) && o.Outcome == monitor.Down {
				down++
			}
			if o.Outcome == monitor.Blind {
				blind++
			}
		}
	}
	if down > 0 || blind == 0 {
		t.Errorf("have %d looks that call a portal down, and %d that saw nothing, want none and some", down, blind)
	}
	t.Logf("away for %v: 0 incidents, %d messages, a gap of %v from %v after the cut, %d looks that saw nothing", away, len(told),
		gaps[0].To.Sub(gaps[0].From).Round(time.Second), gaps[0].From.Sub(cutAt).Round(time.Second), blind)
}

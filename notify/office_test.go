package notify

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// office is a desk with everything around it: a real database, archive and judge, and an inbox where alerts arrive.
type office struct {
	*Desk
	t     testing.TB
	inbox *inbox
	site  targets.Site
}

func newOffice(t testing.TB, o Options) *office {
	t.Helper()
	registry := targets.New(targetstest.DB(t))
	archive, err := monitor.NewArchive(registry.DB(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archive.Close() })
	in := &inbox{}
	if o.Channels == nil {
		o.Channels = []Channel{{Name: "inbox", Sender: in, Recipient: "trực", Language: targets.Vietnamese}}
	}
	desk := New(registry, archive, baseline.New(registry, archive, []byte("key"), nil), o)
	site, err := registry.Add(t.Context(), targets.Draft{Name: "Cổng TTĐT phường Ví Dụ", URL: "https://phuongvidu.tinhmau.gov.vn/", Unit: "UBND phường Ví Dụ"})
	if err != nil {
		t.Fatal(err)
	}
	return &office{Desk: desk, t: t, inbox: in, site: site}
}

// brisk asks for as many looks as the usual profile, without any time between them.
var brisk = targets.Profile{Name: targets.DefaultProfile, ProbeEvery: time.Minute, RenderEvery: time.Minute,
	Recheck: []time.Duration{0, 0, 0}, Confirm: []time.Duration{0}}

// look stores one look that says one thing, and its verdict, as monitor and baseline do.
func (o *office) look(site targets.Site, c baseline.Concern, state string) baseline.Verdict {
	o.t.Helper()
	v := verdict(c, state)
	v.At = time.Now()
	site.Profile = brisk
	v.Observation = monitor.Observation{Site: site, Depth: monitor.Render, At: v.At, Outcome: monitor.OK}
	if v.Availability == baseline.IsDown {
		v.Observation.Outcome, v.Observation.Cause = monitor.Down, monitor.CauseDNS
	}
	if err := o.archive.Save(o.t.Context(), &v.Observation, monitor.Rendering{}); err != nil {
		o.t.Fatal(err)
	}
	err := o.registry.DB().Write.QueryRowContext(o.t.Context(), `INSERT INTO verdicts (site_id, observation_id, at, availability,
		content, quality, certificate, score, evidence) VALUES (?, ?, ?, ?, ?, 'complete', ?, 0, '[]') RETURNING id`,
		site.ID, v.Observation.ID, targets.Millis(v.At), v.Availability, v.Content, v.Certificate).Scan(&v.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return v
}

// see hands looks of one concern over, by letter.
func (o *office) see(site targets.Site, c baseline.Concern, script string) {
	o.t.Helper()
	for _, look := range strings.Fields(script) {
		if _, err := o.Handle(o.t.Context(), o.look(site, c, looks[c][look])); err != nil {
			o.t.Fatal(err)
		}
	}
}

func (o *office) add(url string) targets.Site {
	o.t.Helper()
	return targetstest.Site(o.t, o.registry, url, "")
}

// open runs the outbox until the function that it returns is called.
func (o *office) open() (shut func()) {
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan error)
	go func() { done <- o.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			o.t.Errorf("the outbox ended with %v", err)
		}
	}
}

func (o *office) only() Incident {
	o.t.Helper()
	list, err := o.Incidents(o.t.Context(), Filter{Quiet: true})
	if err != nil || len(list) != 1 {
		o.t.Fatalf("have %d incidents (%v), want one", len(list), err)
	}
	return list[0]
}

func (o *office) pending() int {
	o.t.Helper()
	s, err := o.Outbox(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return s.Pending
}

// inbox is a Sender that keeps what arrives.
type inbox struct {
	mu       sync.Mutex
	messages []Message
	times    []time.Time
	tries    int
	refuse   func(Message) error // before a message arrives
	lose     func(Message) error // after it has arrived
}

// behave changes what the inbox does from now on.
func (in *inbox) behave(refuse, lose func(Message) error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.refuse, in.lose = refuse, lose
}

func (in *inbox) Send(ctx context.Context, m Message) (Receipt, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.tries++
	if in.refuse != nil {
		if err := in.refuse(m); err != nil {
			return Receipt{}, err
		}
	}
	in.messages, in.times = append(in.messages, m), append(in.times, time.Now())
	if in.lose != nil {
		if err := in.lose(m); err != nil {
			return Receipt{}, err
		}
	}
	return Receipt{ID: string(rune('a' + len(in.messages) - 1))}, nil
}

func (in *inbox) all() []Message {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]Message(nil), in.messages...)
}

// titles lists the first lines that arrived, shortened to what tells them apart.
func (in *inbox) titles() (list []string) {
	for _, m := range in.all() {
		list = append(list, m.Title)
	}
	return list
}

func blank(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, monitor.ViewportWidth, monitor.ViewportHeight))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// paint has the site looked at and approved, and returns a later look that finds it defaced: with both there is a
// picture to show.
func (o *office) paint() (defaced func() baseline.Verdict) {
	o.t.Helper()
	var v baseline.Verdict
	judge := baseline.New(o.registry, o.archive, []byte("key"), func(_ context.Context, judged baseline.Verdict) (monitor.Again, error) {
		v = judged
		return monitor.Again{}, nil
	})
	show := func(title, text string) int64 {
		shot := blank(o.t)
		visual, err := monitor.Measure(shot)
		if err != nil {
			o.t.Fatal(err)
		}
		page := monitor.Page{Title: title, Width: monitor.ViewportWidth, Height: monitor.ViewportHeight, Nodes: 90, Visual: visual}
		for n := range 30 {
			at := monitor.Rect{X: 10, Y: 20 * n, W: 600, H: 18}
			page.Blocks = append(page.Blocks, monitor.Block{Path: "body/div/p", Tag: "p", Text: fmt.Sprintf("%s, mục số %d của trang", text, n), Rect: at, Font: 16})
		}
		seen := monitor.Observation{Site: o.site, Depth: monitor.Render, At: time.Now(), Outcome: monitor.OK, Status: 200, FinalURL: o.site.URL, Page: &page}
		if err := o.archive.Save(o.t.Context(), &seen, monitor.Rendering{Page: page, Screenshot: shot}); err != nil {
			o.t.Fatal(err)
		}
		if _, err := judge.Handle(o.t.Context(), seen); err != nil {
			o.t.Fatal(err)
		}
		return seen.ID
	}
	for range o.site.Profile.LearnLooks {
		time.Sleep(time.Second)
		show("Cổng thông tin điện tử phường Ví Dụ", "Thủ tục hành chính cấp phường")
	}
	c, ok, err := judge.Candidate(o.t.Context(), o.site.ID)
	if err != nil || !ok {
		o.t.Fatalf("nothing is on offer: %v", err)
	}
	if _, err := judge.Approve(o.t.Context(), baseline.Decision{SiteID: o.site.ID, ObservationID: c.Baseline.ObservationID,
		ContentHash: c.Baseline.ContentHash, By: "quantri"}); err != nil {
		o.t.Fatal(err)
	}
	return func() baseline.Verdict {
		time.Sleep(time.Minute)
		show("Hacked By Team Ví Dụ", "HACKED BY TEAM VIDU visit http://evil.example.vip/x @viduteam")
		return v
	}
}

package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// office is a desk with everything around it: a real database, archive and judge, and an inbox where alerts arrive.
type office struct {
	*Desk
	t     *testing.T
	inbox *inbox
	site  targets.Site
}

func newOffice(t *testing.T, o Options) *office {
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
var brisk = targets.Profile{Name: targets.DefaultProfile, RenderEvery: time.Minute,
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

const (
	content      = baseline.ConcernContent
	availability = baseline.ConcernAvailability
	certificate  = baseline.ConcernCertificate
)

func TestIncidentFromSuspicionToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{ConsoleURL: "https://canhcong.tinhmau.gov.vn"})
		defer o.open()()
		o.see(o.site, availability, "n d d d")
		if list, _ := o.Incidents(t.Context(), Filter{}); len(list) != 0 || o.pending() != 0 {
			t.Fatalf("a suspicion is told: %v", list)
		}
		o.see(o.site, availability, "d")
		synctest.Wait()
		if i := o.only(); i.State != Open || i.Number != "SC-2000-0001" || i.Site.Unit.Name != "UBND phường Ví Dụ" {
			t.Errorf("have %+v", i)
		}
		time.Sleep(23 * time.Minute)
		if _, err := o.Acknowledge(t.Context(), 1, "trucA"); err != nil {
			t.Fatal(err)
		}
		o.see(o.site, availability, "n n")
		synctest.Wait()
		want := []string{"🟠 NGHIÊM TRỌNG: Không truy cập được", "👤 Đã tiếp nhận SC-2000-0001", "✅ ĐÃ KHÔI PHỤC: đã truy cập lại được"}
		if have := o.inbox.titles(); strings.Join(have, "|") != strings.Join(want, "|") {
			t.Errorf("have %q, want %q", have, want)
		}
		closing := o.inbox.all()[2]
		if closing.ReplyTo != "a" || !strings.Contains(closing.Body, "Kéo dài 23 phút") {
			t.Errorf("have %+v, want a reply to the first message that tells the duration", closing)
		}
		events, err := o.Timeline(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		var story []string
		for _, e := range events {
			story = append(story, string(e.Kind)+" "+e.Actor)
		}
		if have, want := strings.Join(story, ", "), "suspected canhcong, agreed canhcong, agreed canhcong, opened canhcong, acknowledged trucA, recovering canhcong, recovered canhcong"; have != want {
			t.Errorf("timeline:\nhave %s\nwant %s", have, want)
		}
	})
}

func TestHandleIsAllOrNothing(t *testing.T) {
	o := newOffice(t, Options{})
	o.see(o.site, availability, "d d d")
	if _, err := o.registry.DB().Write.Exec(`CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'no room'); END`); err != nil {
		t.Fatal(err)
	}
	v := o.look(o.site, availability, "down")
	if _, err := o.Handle(t.Context(), v); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Fatalf("have %v, want the error of the alert", err)
	}
	if i := o.only(); i.State != Suspected || i.BadLooks != 3 || i.Number != "" {
		t.Errorf("have %+v, want the suspicion as it was", i)
	}
	if events, _ := o.Timeline(t.Context(), 1); len(events) != 3 {
		t.Errorf("have %d events, want 3", len(events))
	}
	if _, err := o.registry.DB().Write.Exec(`DROP TRIGGER full`); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Handle(t.Context(), v); err != nil || o.only().State != Open || o.pending() != 1 {
		t.Errorf("have %v, %+v: the same look moves it once there is room", err, o.only())
	}
}

// After a crash between two rooms a look may be handed over again, or the next one says the same.
func TestRepetitionIsHarmless(t *testing.T) {
	o := newOffice(t, Options{})
	for range 2 {
		v := o.look(o.site, content, "defaced")
		for range 5 {
			if _, err := o.Handle(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if i := o.only(); i.BadLooks != 2 || o.pending() != 2 {
		t.Errorf("have %d looks, %d alerts, want 2 looks, one text and one picture", i.BadLooks, o.pending())
	}
	o.see(o.site, content, "d d d s d")
	if o.only().BadLooks != 7 || o.pending() != 2 {
		t.Errorf("have %d alerts, want 2 however long it lasts", o.pending())
	}
}

func TestConcernsAreSeparate(t *testing.T) {
	o := newOffice(t, Options{})
	o.see(o.site, content, "d d")
	o.see(o.site, certificate, "e e")
	o.see(o.site, availability, "d d d d")
	list, err := o.Incidents(t.Context(), Filter{Live: true, SiteID: o.site.ID})
	if err != nil || len(list) != 3 {
		t.Fatalf("have %v (%v), want three", list, err)
	}
	if list[0].Concern != availability || list[0].Number[8:] != "0003" || list[2].Number[8:] != "0001" {
		t.Errorf("have %s %s first, want the newest", list[0].Number, list[0].Concern)
	}
	clean := o.look(o.site, availability, "up")
	clean.Observation.Site.Profile = pace
	if again, err := o.Handle(t.Context(), clean); err != nil || again != 2*time.Minute {
		t.Errorf("have again %v (%v), want the last wait of the profile", again, err)
	}
}

func TestNumbersRunByLocalYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		year := time.Date(2000, 12, 31, 16, 59, 0, 0, time.UTC) // 23:59 in Vietnam
		time.Sleep(time.Until(year))
		o.see(o.site, content, "d d n n d d n n")
		time.Sleep(time.Minute)
		o.see(o.site, content, "d d")
		list, err := o.Incidents(t.Context(), Filter{})
		if err != nil || len(list) != 3 {
			t.Fatal(list, err)
		}
		for n, want := range []string{"SC-2001-0001", "SC-2000-0002", "SC-2000-0001"} {
			if list[n].Number != want {
				t.Errorf("have %s, want %s", list[n].Number, want)
			}
		}
	})
}

func TestRaiseAndExcuse(t *testing.T) {
	o := newOffice(t, Options{})
	v := o.look(o.site, content, "changed")
	i, err := o.Raise(t.Context(), v, "webmaster", "Đơn vị không sửa trang này")
	if err != nil || i.State != Open || i.RaisedBy != "webmaster" || i.Site.Name != o.site.Name || o.pending() != 2 {
		t.Fatalf("have %+v, %d alerts (%v)", i, o.pending(), err)
	}
	if again, err := o.Raise(t.Context(), v, "webmaster", "Xin nhắc lại"); err != nil || again.ID != i.ID || o.pending() != 2 {
		t.Errorf("raised twice: have incident %d, %d alerts (%v)", again.ID, o.pending(), err)
	}
	if err := o.Excuse(t.Context(), o.site.ID, "quantri", "đã xác minh: treo banner"); err != nil {
		t.Fatal(err)
	}
	if i := o.only(); i.State != Closed || i.CloseReason != Legitimate || i.CloseReason.Text(targets.Vietnamese) != "thay đổi hợp lệ" || o.pending() != 3 {
		t.Errorf("have %+v, %d alerts", i, o.pending())
	}
	if err := o.Excuse(t.Context(), o.site.ID, "quantri", "lần nữa"); err != nil || o.pending() != 3 {
		t.Errorf("excused twice: %v, %d alerts", err, o.pending())
	}
}

func TestAcknowledgeIsIdempotent(t *testing.T) {
	o := newOffice(t, Options{})
	if _, err := o.Acknowledge(t.Context(), 7, "truc"); !errors.Is(err, ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
	o.see(o.site, content, "d d")
	first, err := o.Acknowledge(t.Context(), 1, "trucA")
	if err != nil {
		t.Fatal(err)
	}
	second, err := o.Acknowledge(t.Context(), 1, "trucB")
	if err != nil || second.AcknowledgedBy != "trucA" || targets.Millis(second.AcknowledgedAt) != targets.Millis(first.AcknowledgedAt) {
		t.Errorf("have %+v (%v), want the first one to count", second, err)
	}
	if alerts, _ := o.Alerts(t.Context(), 1); len(alerts) != 3 {
		t.Errorf("have %v, want opened, picture and acknowledged", alerts)
	}
}

func TestPeople(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	added, err := o.AddPerson(ctx, Person{Login: "truc", Name: "Trực A", Role: Duty})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.AddPerson(ctx, Person{Login: "truc", Name: "Trực B", Role: Duty}); !errors.Is(err, ErrTaken) {
		t.Errorf("the same login: have %v, want ErrTaken", err)
	}
	if _, err := o.AddPerson(ctx, Person{Login: "w", Name: "Webmaster", Role: Webmaster}); err == nil || errors.Is(err, ErrTaken) {
		t.Errorf("a webmaster without a unit: have %v", err)
	}
	if _, err := o.AddPerson(ctx, Person{Login: "w", Name: "Webmaster", Role: Webmaster, UnitID: o.site.Unit.ID, Language: targets.English}); err != nil {
		t.Error(err)
	}
	byLogin, err := o.PersonByLogin(ctx, "truc")
	if err != nil || byLogin != added || byLogin.Language != targets.Vietnamese {
		t.Errorf("have %+v (%v), want %+v", byLogin, err, added)
	}
	if _, err := o.Person(ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
	if all, err := o.People(ctx); err != nil || len(all) != 2 || all[0].Name != "Trực A" {
		t.Errorf("have %v (%v)", all, err)
	}
}

func TestWithoutChannelsTheConsoleIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		o := newOffice(t, Options{Channels: []Channel{}, Log: slog.New(slog.NewTextHandler(&logged, nil))})
		shut := o.open()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		shut()
		s, err := o.Outbox(t.Context())
		if err != nil || s.Configured || s.Pending != 0 || len(s.Channels) != 1 || s.Channels[0] != ConsoleChannel {
			t.Errorf("have %+v (%v)", s, err)
		}
		if alerts, err := o.RecentAlerts(t.Context(), 5); err != nil || len(alerts) != 1 || alerts[0].SentAt.IsZero() {
			t.Errorf("have %v (%v), want one alert that was sent", alerts, err)
		}
		if !strings.Contains(logged.String(), "Không truy cập được") {
			t.Errorf("the log does not say it: %s", logged.String())
		}
	})
}

func blank(t *testing.T) []byte {
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
	judge := baseline.New(o.registry, o.archive, []byte("key"), func(_ context.Context, judged baseline.Verdict) (time.Duration, error) {
		v = judged
		return 0, nil
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

package baseline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// event is a declared appearance event of the portal's province around the looks of the tests.
func event(kind targets.Appearance) targets.AppearanceEvent {
	return targets.AppearanceEvent{ID: 3, Kind: kind, From: portalStart, Until: portalStart.Add(24 * time.Hour), DeclaredAt: portalStart, Reason: "công văn số 1"}
}

// newDesign is another page of the same unit: other structure, links, words and picture.
func newDesign(b *portal) {
	b.emptied("Cổng thông tin điện tử phường Ví Dụ", 245, 60)
	b.p.Lang = "vi"
	b.s.bands, b.s.slide = true, 2
	for i := range 40 {
		b.link("html/body/main/section/article", fmt.Sprintf("Chuyên mục mới %s giới thiệu hoạt động của địa phương và đời sống nhân dân", string(rune('A'+i))), fmt.Sprintf("%smoi/%d", portalURL, i))
	}
}

// decorated is the page in red and gold, with other pictures everywhere.
func decorated(b *portal) {
	b.s.ground, b.s.ink, b.s.banner = 90, 230, 400
	b.block("html/body/div.tet", "div", "Chúc mừng năm mới", 36)
}

func TestAnEventExcusesOnlyItsKind(t *testing.T) {
	base, anchor := learnt(t)
	for _, c := range []struct {
		name    string
		kind    targets.Appearance
		change  func(b *portal)
		want    []Content
		excused []Signal // exactly these
	}{
		{"decorations at Tết", targets.Festive, decorated, []Content{Changed}, []Signal{SignalAppearance, SignalVisual}},
		{"no decorations in mourning", targets.Mourning, decorated, []Content{Changed}, nil},
		{"decorations are no new name", targets.Merger, func(b *portal) { b.p.Title = "UBND xã Khác" }, []Content{Changed}, []Signal{SignalTitle}},
		{"a new name is not festive", targets.Festive, func(b *portal) { b.p.Title = "UBND xã Khác" }, []Content{Changed}, nil},
		{"new design", targets.Redesign, newDesign, []Content{Changed}, []Signal{SignalAppearance, SignalLinks, SignalRetention, SignalStructure, SignalTextAdded, SignalTextRemoved}},
		{"new design is not festive", targets.Festive, newDesign, []Content{Suspicious}, nil},
		{"new design with a stranger's script", targets.Redesign, redesign, []Content{Suspicious}, nil},
		{"nothing remains", targets.Redesign, unsigned, []Content{Suspicious, Defaced}, nil},
		{"another language", targets.Redesign, indonesian, []Content{Defaced}, nil},
		{"signed", targets.Redesign, hackedBlack, []Content{Defaced}, nil},
		{"signed in mourning", targets.Mourning, hackedBlack, []Content{Defaced}, nil},
		{"decorations with gambling", targets.Festive, func(b *portal) { decorated(b); gamblingBar(b) }, []Content{Defaced}, nil},
		{"decorations with hidden links", targets.Festive, func(b *portal) { decorated(b); gamblingHidden(b) }, []Content{Defaced}, nil},
		{"decorations that lead away", targets.Festive, func(b *portal) { decorated(b); b.o.FinalURL = "https://kubet88.vip/" }, []Content{Defaced}, nil},
		{"overlay with gambling", targets.Banner, func(b *portal) {
			b.block("html/body/div.ov", "div", "Tài xỉu online – nổ hũ đổi thưởng", 40).Rect = monitor.Rect{W: 1366, H: 768}
		}, []Content{Suspicious, Defaced}, nil},
	} {
		b := newPortal(9)
		c.change(b)
		o := b.done(t)
		v := Compare(base, anchor, o, event(c.kind))
		var excused []Signal
		for _, e := range v.Evidence {
			if e.Excuse != nil {
				excused = append(excused, e.Signal)
			}
		}
		slices.Sort(excused)
		if !slices.Contains(c.want, v.Content) || !slices.Equal(excused, c.excused) {
			t.Errorf("%s: have %s, excused %v; want one of %s, excused %v\n%s", c.name, v.Content, excused, c.want, c.excused, explain(v))
		}
		if len(c.excused) == 0 && mustJSON(t, v) != mustJSON(t, Compare(base, anchor, o)) {
			t.Errorf("%s: the event changed the verdict", c.name)
		}
	}
}

func TestAnEventHoldsForItsPlaceAndTime(t *testing.T) {
	base, anchor := learnt(t)
	b := newPortal(9)
	newDesign(b)
	o := b.done(t)
	o.Site.Unit = targets.Unit{ID: 5, Name: "UBND phường Ví Dụ"}
	for _, c := range []struct {
		name   string
		change func(e *targets.AppearanceEvent)
		want   Content
	}{
		{"the province", func(*targets.AppearanceEvent) {}, Changed},
		{"its unit", func(e *targets.AppearanceEvent) { e.UnitID = 5 }, Changed},
		{"another unit", func(e *targets.AppearanceEvent) { e.UnitID = 6 }, Suspicious},
		{"the site", func(e *targets.AppearanceEvent) { e.SiteID = o.Site.ID }, Changed},
		{"another site", func(e *targets.AppearanceEvent) { e.SiteID = o.Site.ID + 1 }, Suspicious},
		{"not begun", func(e *targets.AppearanceEvent) { e.From = o.At.Add(time.Millisecond) }, Suspicious},
		{"over", func(e *targets.AppearanceEvent) { e.Until = o.At }, Suspicious},
		{"ended early", func(e *targets.AppearanceEvent) { e.EndedAt = o.At }, Suspicious},
		{"ended later", func(e *targets.AppearanceEvent) { e.EndedAt = o.At.Add(time.Minute) }, Changed},
		{"declared afterwards", func(e *targets.AppearanceEvent) { e.DeclaredAt = o.At.Add(time.Minute) }, Suspicious},
	} {
		e := event(targets.Redesign)
		c.change(&e)
		if v := Compare(base, anchor, o, e); v.Content != c.want {
			t.Errorf("%s: have %s, want %s\n%s", c.name, v.Content, c.want, explain(v))
		}
	}
}

func TestAVerdictNamesTheEvent(t *testing.T) {
	base, anchor := learnt(t)
	o := newPortal(9).done(t)
	o.Page.Visual.Colour = 0
	v := Compare(base, anchor, o, event(targets.Mourning))
	i := slices.IndexFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalColour })
	if i < 0 {
		t.Fatalf("no colour in the evidence\n%s", explain(v))
	}
	for lang, want := range map[targets.Language]string{targets.Vietnamese: "quốc tang (sự kiện giao diện số 3)", targets.English: "state mourning (appearance event no. 3)"} {
		if have := v.Evidence[i].Sentence(lang); !strings.Contains(have, want) {
			t.Errorf("have %q, want it to name %q", have, want)
		}
	}
}

// TestExcusedLooksTeachNothing keeps decorations from becoming what the page is like.
func TestExcusedLooksTeachNothing(t *testing.T) {
	base, anchor := learnt(t)
	b := newPortal(9)
	decorated(b)
	o := b.done(t)
	v := Compare(base, anchor, o, event(targets.Festive))
	if v.Content != Changed || admissible(v) || learnable(v) {
		t.Errorf("content %s, admissible %t, learnable %t; want changed and neither\n%s", v.Content, admissible(v), learnable(v), explain(v))
	}
}

// TestReplayUsesTheEventsOfTheTime judges history again: what was excused stays excused, and a later word changes nothing.
func TestReplayUsesTheEventsOfTheTime(t *testing.T) {
	r := newRoom(t)
	r.approved()
	declare := func(from, until, declared time.Duration) {
		t.Helper()
		at := func(d time.Duration) int64 { return targets.Millis(portalStart.Add(d)) }
		if _, err := r.db.Write.ExecContext(t.Context(), `INSERT INTO appearance_events (kind, from_at, until_at, reason, declared_by, declared_at)
			VALUES ('redesign', ?, ?, 'giao diện mới', 'truc', ?)`, at(from), at(until), at(declared)); err != nil {
			t.Fatal(err)
		}
	}
	declare(time.Hour, 3*time.Hour, time.Hour)
	for i, want := range []Content{Changed, Suspicious} {
		if v := r.after(time.Duration(2+2*i)*time.Hour, newDesign); v.Content != want {
			t.Fatalf("hour %d: have %s, want %s\n%s", 2+2*i, v.Content, want, explain(v))
		}
	}
	declare(0, 24*time.Hour, 5*time.Hour)
	totals, err := r.judge.Replay(t.Context(), ReplayOptions{}, func(again Replayed) error {
		if again.Changed() {
			t.Errorf("%v: was %s, is %s\n%s", again.Stored.At, again.Stored.Content, again.Now.Content, explain(again.Now))
		}
		return nil
	})
	if err != nil || totals.Judged < 7 {
		t.Errorf("judged %d looks again (%v), want all", totals.Judged, err)
	}
}

package baseline

import (
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

func blankNow(b *portal) {
	b.emptied("", 255, 255)
	b.p.Scripts = []monitor.Script{{Src: portalURL + "js/site.js"}}
}

// heavyNow is a page whose renderer was ended.
func heavyNow(b *portal) {
	b.emptied("", 255, 255)
	b.p.Visual, b.p.Partial = nil, "renderer crashed: "+monitor.PartialHeavy
}

func refusedNow(b *portal) {
	b.o.Outcome, b.o.Detail, b.o.Status = monitor.Blocked, "HTTP 403", 403
}

func downNow(b *portal) { b.o.Outcome, b.o.Cause = monitor.Down, monitor.CauseHTTP }

func TestSevenIncompleteLooksInARowAreBroken(t *testing.T) {
	for _, c := range []struct {
		name  string
		looks string // c: stylesheets missing, b: blank, r: refused, d: down, p: a probe, .: whole
		want  Quality
		where string
	}{
		{"six", "cccccc", Degraded, ""},
		{"seven", "ccccccc", Broken, "resources"},
		{"blank", "bbbbbbb", Broken, "blank"},
		{"refused", "rrrrrrr", Broken, "refused"},
		{"of all kinds", "cbrcbrc", Broken, "resources"},
		{"a whole one between", "cccccc.c", Degraded, ""},
		{"an outage between neither counts nor clears", "cccdddcccc", Broken, "resources"},
		{"an outage does not count", "ccccccd", Degraded, ""},
		{"probes neither count nor clear", "cpcpcpcpcpcpc", Broken, "resources"},
		{"whole again", "cccccccc.", Complete, ""},
	} {
		r := newRoom(t)
		r.approved()
		changes := map[rune]func(b *portal){'c': cssFailed, 'b': blankNow, 'r': refusedNow, 'd': downNow, '.': nil,
			'p': func(b *portal) { b.o.Depth, b.o.Timings = monitor.Probe, &monitor.Timings{Total: time.Second} }}
		var v Verdict
		for i, look := range c.looks {
			v = r.after(time.Duration(i+1)*15*time.Minute, changes[look])
		}
		if v.Quality != c.want || v.Content == Defaced || v.Content == Suspicious {
			t.Errorf("%s: have %s and %s, want %s and nothing about the content\n%s", c.name, v.Quality, v.Content, c.want, explain(v))
		}
		list := v.EvidenceOf(ConcernQuality)
		if c.where == "" && len(list) > 0 || c.where != "" && (len(list) != 1 || list[0].Where != c.where || list[0].Count != 7) {
			t.Errorf("%s: have %+v, want one of seven looks for %q", c.name, list, c.where)
		}
		states, err := r.judge.States(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s := states[r.site.ID]; c.looks[len(c.looks)-1] != 'd' && (s.Quality != c.want || s.Quality == Broken && !s.QualitySince.Equal(portalStart.Add(15*time.Minute))) {
			t.Errorf("%s: the state is %s since %v, want %s since the first such look", c.name, s.Quality, s.QualitySince, c.want)
		}
	}
}

// TestManyLooksInAMinuteAreOneMoment looks as often as it takes, in too short a time.
func TestManyLooksInAMinuteAreOneMoment(t *testing.T) {
	r := newRoom(t)
	r.approved()
	for i := range 20 {
		if v := r.after(time.Hour+time.Duration(i)*10*time.Second, cssFailed); v.Quality != Degraded {
			t.Fatalf("look %d: have %s, want degraded", i, v.Quality)
		}
	}
	if v := r.after(3*time.Hour, cssFailed); v.Quality != Broken {
		t.Errorf("after two hours: have %s, want broken", v.Quality)
	}
}

// TestWhatIsLearntIsNotBroken leaves alone a page that misses something while it is learnt, but not one that shows nothing.
func TestWhatIsLearntIsNotBroken(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b *portal)
		broken bool
	}{"stylesheets": {cssFailed, false}, "blank": {blankNow, true}, "heavy": {heavyNow, true}, "refused": {refusedNow, true}} {
		r := newRoom(t)
		broken := false
		for i := range 8 {
			v := r.after(time.Duration(i)*15*time.Minute, c.change)
			broken = broken || v.Quality == Broken
			if where := v.lacks(); broken && where != name {
				t.Errorf("%s: have %q", name, where)
			}
		}
		if broken != c.broken {
			t.Errorf("%s: broken while it is learnt %t, want %t", name, broken, c.broken)
		}
	}
}

func TestLastingInWords(t *testing.T) {
	for where, words := range map[string][2]string{"resources": {"mất CSS/ảnh", "lost its styles"}, "blank": {"trắng kéo dài", "stays blank"},
		"heavy": {"quá nặng", "too heavy"}, "refused": {"từ chối hệ thống", "refused the monitor"}, "unsettled": {"không tải xong", "never finished"}} {
		e := Evidence{Signal: SignalLasting, Concern: ConcernQuality, Where: where, Count: 9}
		vi, en := e.Sentence(targets.Vietnamese), e.Sentence(targets.English)
		if !strings.Contains(vi, words[0]) || !strings.Contains(vi, "9 lần") || !strings.Contains(en, words[1]) || !strings.Contains(en, "9 looks") {
			t.Errorf("%s: have %q and %q", where, vi, en)
		}
	}
}

package baseline

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

func tall(b *portal) { b.p.Height = 9000 }

func noted(v Verdict, s Signal) bool {
	return slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == s })
}

func TestScaleIsLearntAfterThreeDays(t *testing.T) {
	r := newRoom(t)
	r.approved()
	for h := 1; h <= 130; h += 3 {
		v := r.after(time.Duration(h)*time.Hour, tall)
		if v.Content != Changed && v.Content != Normal {
			t.Fatalf("hour %d: content %s, want quiet\n%s", h, v.Content, explain(v))
		}
		if h <= 72 && !noted(v, SignalScale) || h > 110 && noted(v, SignalScale) {
			t.Fatalf("hour %d: noted %t\n%s", h, noted(v, SignalScale), explain(v))
		}
		if lately := r.lately(); h <= 72 && lately != nil && len(lately.Scales) > 0 {
			t.Fatalf("hour %d: %d measures learnt before their three days", h, len(lately.Scales))
		}
	}
	if v := r.after(131*time.Hour, nil); noted(v, SignalScale) {
		t.Errorf("the page as it was approved is unusual\n%s", explain(v))
	}
	if v := r.after(132*time.Hour, func(b *portal) { b.p.Height = 40000 }); !noted(v, SignalScale) {
		t.Errorf("four times as tall as ever, and nothing noted\n%s", explain(v))
	}
}

func TestScaleIsNotLearntFromBeforeAnAttack(t *testing.T) {
	r := newRoom(t)
	r.approved()
	for h := 1; h <= 60; h += 3 {
		r.after(time.Duration(h)*time.Hour, tall)
	}
	r.after(61*time.Hour, hackedBlack)
	for h := 63; h <= 130; h += 3 {
		if v := r.after(time.Duration(h)*time.Hour, tall); !noted(v, SignalScale) {
			t.Fatalf("hour %d: measures from before the attack were learnt", h)
		}
	}
}

// TestScaleForgets fades what was there long ago.
func TestScaleForgets(t *testing.T) {
	var list []Scale
	for i := range 60 {
		height := 3000.0
		if i >= 40 {
			height = 9000
		}
		list = append(list, Scale{At: portalStart.Add(time.Duration(i) * 24 * time.Hour), Values: []float64{0, 0, 0, 0, height, 0, 0}})
	}
	if usual, times, ok := beyond(list, 4, 9000); !ok || usual != 9000 || times != 0 {
		t.Errorf("after three weeks: usual %v, beyond %v, known %t; want 9000, 0 and true", usual, times, ok)
	}
	if usual, times, _ := beyond(list[:41], 4, 9000); usual != 3000 || times <= 1 {
		t.Errorf("on the first day: usual %v, beyond %v; want 3000 and more than 1", usual, times)
	}
	if _, _, ok := beyond(list[:2], 4, 9000); ok {
		t.Error("two looks are taken for a history")
	}
}

func TestScaleInWords(t *testing.T) {
	base, anchor := learnt(t)
	b := newPortal(9)
	b.p.Blocks, b.p.Links = b.p.Blocks[:len(b.p.Blocks)/2], b.p.Links[:len(b.p.Links)/5]
	v := Compare(base, anchor, b.done(t))
	i := slices.IndexFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalScale })
	if i < 0 {
		t.Fatalf("most links are gone, and nothing noted\n%s", explain(v))
	}
	e := v.Evidence[i]
	if e.Weight != 0 || !strings.Contains(e.Sentence(targets.Vietnamese), "số liên kết") || !strings.Contains(e.Sentence(targets.English), "links 8 (usually about 42)") {
		t.Errorf("have %.1f %q %q", e.Weight, e.Sentence(targets.Vietnamese), e.Sentence(targets.English))
	}
}

// TestProfilesFromBeforeScales reads a profile that was sealed by an earlier version.
func TestProfilesFromBeforeScales(t *testing.T) {
	var p Profile
	if err := json.Unmarshal([]byte(`{"samples":5,"text":{"min":1,"max":9},"internal":{"min":1,"max":2},"viness":{"min":0,"max":1}}`), &p); err != nil {
		t.Fatal(err)
	}
	c := comparison{profile: p, is: scalars{height: 99999}, page: &monitor.Page{}}
	if found := c.outOfScale(); found != nil || p.Text.Max != 9 {
		t.Errorf("have %v and %v, want no note and the range", found, p.Text)
	}
}

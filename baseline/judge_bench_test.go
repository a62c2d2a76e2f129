package baseline

import (
	"fmt"
	"strings"
	"testing"

	"canhcong/monitor"
)

// portals are an ordinary large page and three that only somebody hostile makes.
var portals = []struct {
	name string
	page func(look int) *portal
}{
	{"5000_nodes", largePortal},
	{"200kB_of_text", wordyPortal},
	{"5000_links_that_leave", leavingPortal},
	{"100000_tag_paths", deepPortal},
}

// TestJudgeAllocates holds that what the judge allocates grows with the page, not with its square.
func TestJudgeAllocates(t *testing.T) {
	const perPiece = 30
	for _, c := range portals[:3] {
		looks := []monitor.Observation{c.page(0).done(t), c.page(1).done(t)}
		base, page := Baseline{Profile: Learn(looks[:1])}, looks[0].Page
		limit := float64(perPiece * (len(page.Blocks) + len(page.Links)))
		for name, judge := range map[string]func(){
			"learn": func() { Learn(looks[:1]) }, "compare": func() { Compare(base, looks[0], looks[1]) }, "first day": func() { Absolute(looks[1]) },
		} {
			have := testing.AllocsPerRun(1, judge)
			t.Logf("%s, %s: %.0f of %.0f", c.name, name, have, limit)
			if have > limit {
				t.Errorf("%s, %s: %.0f allocations, want at most %.0f", c.name, name, have, limit)
			}
		}
	}
}

// BenchmarkJudge is what the judge costs by itself, without Chrome: the budget is 10 ms of CPU per look, learning and
// comparing, for a portal's page of 5,000 elements.
func BenchmarkJudge(b *testing.B) {
	for _, c := range portals {
		b.Run(c.name, func(b *testing.B) { benchmarkJudge(b, c.page) })
	}
}

func benchmarkJudge(b *testing.B, page func(look int) *portal) {
	var looks []monitor.Observation
	for i := range 5 {
		looks = append(looks, page(i).done(b))
	}
	base, anchor := Baseline{Profile: Learn(looks)}, looks[4]
	injected, replaced, new := page(6), page(7), page(8)
	gamblingHidden(injected)
	replaced.emptied("Hacked by Sample", 0, 255)
	for i := range new.p.Blocks {
		new.p.Blocks[i].Text = strings.ReplaceAll(new.p.Blocks[i].Text, "n", "m")
	}
	for _, c := range []struct {
		name string
		o    monitor.Observation
	}{{"unchanged", page(5).done(b)}, {"injected", injected.done(b)}, {"replaced", replaced.done(b)}, {"all_new", new.done(b)}} {
		b.Run("compare_"+c.name, func(b *testing.B) { perCall(b, func() { Compare(base, anchor, c.o) }) })
	}
	b.Run("learn_1_look", func(b *testing.B) { perCall(b, func() { Learn(looks[:1]) }) })
	b.Run("learn_5_looks", func(b *testing.B) { perCall(b, func() { Learn(looks) }) })
	b.Run("first_day", func(b *testing.B) { perCall(b, func() { Absolute(anchor) }) })
	b.Run("differences", func(b *testing.B) { perCall(b, func() { Differences(anchor, new.done(b)) }) })
}

// largePortal is the invented portal with as many news as make 5,000 elements: 1,000 texts, 600 links, 30 kB.
func largePortal(look int) *portal {
	b := newPortal(look)
	for i := range 600 {
		b.link(fmt.Sprintf("html/body/div.wrap/div.col%d/div.box/ul/li", i%7), headline(i), fmt.Sprintf("%stin-tuc/bai-%d.html?v=%d", portalURL, i, look))
	}
	for i := range 400 {
		b.block(fmt.Sprintf("html/body/div.wrap/div.col%d/div.box/p", i%11), "p", headline(1000+i), 14)
	}
	b.p.Nodes = 5000
	return b
}

// wordyPortal has 200 kB of text.
func wordyPortal(look int) *portal {
	b := newPortal(look)
	for i := range 1000 {
		b.block("html/body/div.article/p", "p", strings.Join([]string{headline(i), headline(i * 7), headline(i * 31), headline(i * 101)}, ". "), 14)
	}
	return b
}

// leavingPortal is a page of links to foreign sites, each with its own text.
func leavingPortal(look int) *portal {
	b := newPortal(look)
	for i := range 5000 {
		b.link("html/body/div.spam/a", headline(i), fmt.Sprintf("https://trang-%d.example/%d", i, look))
	}
	return b
}

// deepPortal has as many different paths as a page of generated elements.
func deepPortal(look int) *portal {
	b := largePortal(look)
	for i := range 100_000 {
		b.p.TagPaths["html/body/div.x"+strings.Repeat("/div", i%40)+"/span."+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676%26))+string(rune('a'+i/17576))] = 1
	}
	return b
}

func headline(n int) string {
	var w []string
	for i := range 8 {
		w = append(w, syllables[(n*(2*i+3)+n/40*(i+1)+i*i)%len(syllables)])
	}
	return strings.Join(w, " ")
}

package baseline

import (
	"encoding/json"
	"image"
	"slices"
	"strings"
	"testing"

	"canhcong/monitor"
)

func TestLearn(t *testing.T) {
	list := samples(t, 5)
	p := Learn(list)
	if p.Samples != 5 || !slices.Equal(p.Volatile, []string{"html/body/div.slide", "html/body/div.stat/p"}) && !slices.Equal(p.Volatile, []string{"html/body/div.slide"}) {
		t.Errorf("%d samples, volatile %v; want 5 and the carousel", p.Samples, p.Volatile)
	}
	if p.Titles[0] != unitText(list[0].Page.Title) || len(p.Titles) != 1 {
		t.Errorf("titles %q, want one", p.Titles)
	}
	if !p.trusts("googletagmanager.com", monitor.RoleScript) || p.trusts("evil.example", monitor.RoleScript) {
		t.Errorf("hosts %v", p.Hosts)
	}
	if len(p.Core) != 6 || p.Scales[0].Values[3] < 0.4 || p.Text.Min == 0 || len(p.Prototypes) != 3 {
		t.Errorf("core %d, viness %v, text %v, prototypes %d", len(p.Core), p.Scales, p.Text, len(p.Prototypes))
	}
}

// TestMask holds that the mask covers the carousel and nothing else.
func TestMask(t *testing.T) {
	mask := Learn(samples(t, 5)).Tiles.Mask
	slide := image.Rect(30, 150, 920, 400)
	for tile := range tileCount {
		r := viewportRect(image.Rect(tile%tileCols, tile/tileCols, tile%tileCols+1, tile/tileCols+1))
		if masked(mask, tile) && !rectangle(r).Inset(-6).Overlaps(slide) {
			t.Errorf("tile %d at %v is masked and lies outside the carousel", tile, r)
		}
	}
	if n := strings.Count(mask, "#"); n < 20 {
		t.Errorf("%d tiles masked, want the carousel", n)
	}
}

func TestProfileIsCompact(t *testing.T) {
	p := Learn(samples(t, 5))
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 16<<10 {
		t.Errorf("the profile takes %d bytes, want at most 16 kB", len(b))
	}
	var back Profile
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if again := mustJSON(t, back); again != string(b) {
		t.Errorf("the profile changes when it is stored and read\nhave %s\nwant %s", again, b)
	}
}

// TestMovedTiles holds that a page pushed down counts as moved, not as another page.
func TestMovedTiles(t *testing.T) {
	before := thumbnail(newPortal(0).done(t).Page.Visual)
	pushed, hacked := newPortal(0), newPortal(0)
	noticeBar(pushed)
	hackedBlack(hacked)
	if share, _ := movedTiles(before, thumbnail(pushed.done(t).Page.Visual), ""); share > 0.25 {
		t.Errorf("pushed down: %.2f of the tiles moved, want at most 0.25", share)
	}
	if share, moved := movedTiles(before, thumbnail(hacked.done(t).Page.Visual), ""); share < mostShare || len(areas(moved)) == 0 {
		t.Errorf("replaced: %.2f of the tiles moved, want at least %.2f", share, mostShare)
	}
}

// TestRegion holds that a strange picture inside the carousel is seen when it comes from a new host.
func TestRegion(t *testing.T) {
	base, anchor := learnt(t)
	b := newPortal(9)
	b.host(monitor.RoleImage, "i.example.net")
	b.s.panel = &image.Rectangle{Min: image.Pt(30, 150), Max: image.Pt(920, 400)}
	b.s.ink = 0
	o := b.done(t)
	v := Compare(base, anchor, o)
	if !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalRegion && len(e.Regions) > 0 }) {
		t.Errorf("no region in the evidence:\n%s", explain(v))
	}
}

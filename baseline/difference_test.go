package baseline

import (
	"slices"
	"testing"

	"canhcong/monitor"
)

func TestDifferences(t *testing.T) {
	before := newPortal(0).done(t)
	b := newPortal(0)
	replaceNews(b, tomorrow[:1])
	b.p.Title = "Trang mới"
	b.s.banner = 90
	b.hiddenLink("xem thêm", "https://la.example.net/", "off-screen")
	b.host(monitor.RoleScript, "cdn.example.net")
	d := Differences(before, b.done(t))
	if want := []string{tomorrow[0], "xem thêm"}; !slices.Equal(d.TextAdded, want) {
		t.Errorf("added %q, want %q", d.TextAdded, want)
	}
	if want := headlines[:1]; !slices.Equal(d.TextRemoved, want) {
		t.Errorf("removed %q, want %q", d.TextRemoved, want)
	}
	if len(d.LinksAdded) != 2 || len(d.LinksRemoved) != 1 {
		t.Errorf("links added %d, removed %d; want 2 and 1", len(d.LinksAdded), len(d.LinksRemoved))
	}
	if have := d.HostsAdded[monitor.RoleScript]; !slices.Equal(have, []string{"cdn.example.net"}) || len(d.HostsAdded[monitor.RoleStyle]) > 0 {
		t.Errorf("hosts added %v", d.HostsAdded)
	}
	if d.TitleBefore == d.TitleAfter || len(d.Regions) == 0 {
		t.Errorf("titles %q and %q, regions %v", d.TitleBefore, d.TitleAfter, d.Regions)
	}
}

// TestDifferencesOfMovedText holds that what only moved is neither added nor removed.
func TestDifferencesOfMovedText(t *testing.T) {
	before, b := newPortal(0).done(t), newPortal(0)
	slices.Reverse(b.p.Blocks)
	if d := Differences(before, b.done(t)); len(d.TextAdded)+len(d.TextRemoved)+len(d.Regions) > 0 {
		t.Errorf("added %q, removed %q, regions %v; want none", d.TextAdded, d.TextRemoved, d.Regions)
	}
}

package baseline

import (
	"cmp"
	"slices"
	"strings"

	"canhcong/monitor"
)

// Difference is what changed between two looks, for people.
type Difference struct {
	TextAdded, TextRemoved   []string // in the order of the page, each once
	LinksAdded, LinksRemoved []monitor.Link
	HostsAdded               map[monitor.Role][]string
	TitleBefore, TitleAfter  string
	Regions                  []monitor.Rect // changed areas of the viewport
}

// Differences compares the approved look with a later one.
func Differences(before, after monitor.Observation) Difference {
	var d Difference
	old, now := pageOf(before), pageOf(after)
	d.TitleBefore, d.TitleAfter = old.Title, now.Title
	d.TextAdded, d.TextRemoved = textChanges(old, now)
	d.LinksAdded = linksOnlyIn(now, old)
	d.LinksRemoved = linksOnlyIn(old, now)
	d.HostsAdded = hostsOnlyIn(now, old)
	a, b := thumbnail(old.Visual), thumbnail(now.Visual)
	if a != nil && b != nil {
		_, moved := movedTiles(a, b, "")
		d.Regions = areas(moved)
	}
	return d
}

// pageOf never is nil, so that a look without a page compares as an empty one.
func pageOf(o monitor.Observation) *monitor.Page {
	if o.Page == nil {
		return &monitor.Page{}
	}
	return o.Page
}

// textChanges lists what was added and removed. Text that only moved is neither.
func textChanges(before, after *monitor.Page) (added, removed []string) {
	return textOnlyIn(after, before), textOnlyIn(before, after)
}

func textOnlyIn(p, other *monitor.Page) (list []string) {
	known := map[string]bool{"": true}
	for _, b := range other.Blocks {
		known[unitText(b.Text)] = true
	}
	for _, b := range p.Blocks {
		if key := unitText(b.Text); !known[key] {
			known[key] = true
			list = append(list, clip(b.Text, 400))
		}
	}
	return list
}

func linksOnlyIn(p, other *monitor.Page) (list []monitor.Link) {
	known := map[string]bool{}
	for _, l := range other.Links {
		known[linkKey(l.URL)] = true
	}
	for _, l := range p.Links {
		if k := linkKey(l.URL); !known[k] {
			known[k] = true
			list = append(list, l)
		}
	}
	return list
}

func hostsOnlyIn(p, other *monitor.Page) map[monitor.Role][]string {
	was := hostsOf(other)
	added := map[monitor.Role][]string{}
	for role, list := range hostsOf(p) {
		known := map[string]bool{"": true}
		for _, h := range was[role] {
			known[h] = true
		}
		for _, h := range list {
			if !known[h] {
				added[role] = append(added[role], h)
			}
		}
		slices.SortFunc(added[role], func(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) })
	}
	return added
}

package baseline

import "canhcong/monitor"

// Difference is what changed between two looks, for people.
type Difference struct {
	TextAdded, TextRemoved   []string
	LinksAdded, LinksRemoved []monitor.Link
	HostsAdded               map[monitor.Role][]string
	TitleBefore, TitleAfter  string
	Regions                  []monitor.Rect // changed areas of the viewport
}

// Differences compares the approved look with a later one.
func Differences(before, after monitor.Observation) Difference { return Difference{} }

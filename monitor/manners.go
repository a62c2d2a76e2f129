package monitor

import (
	"sync"
	"time"
)

// manners keep the looks at one server apart: a province's portals are often many sites on one host, and a monitor must not
// be what brings it down.
type manners struct {
	slots map[Depth]int // looks at once in all

	mu    sync.Mutex
	total int // sites
	hosts map[string]*guest
}

// guest is how we stand with one host.
type guest struct {
	sites    int           // of ours on it
	underWay map[Depth]int // looks
	next     time.Time     // before which no look begins
}

// longestPause bounds the pause between looks at one host.
const longestPause = time.Second

// pause is how long looks at a host are kept apart on the average: less where many sites have to share the time.
func (g *guest) pause(every time.Duration) time.Duration {
	return min(longestPause, every/time.Duration(2*g.sites))
}

// atOnce is how many looks at a host may be under way: a probe beside a render, and enough more that a host with many
// sites that answers no more is still gone round in time.
func (g *guest) atOnce() int { return max(2, g.sites/8) }

// share is how many of the slots of a depth one host may hold, so that a host that answers no more does not keep us from all
// the others: half of them, or more where more than half of the sites are on it.
func (m *manners) share(g *guest, d Depth) int {
	slots := m.slots[d]
	return max(1, slots/2, slots*g.sites/max(m.total, 1))
}

// count learns how many sites are on each host.
func (m *manners) count(hosts map[string]int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.hosts
	m.hosts, m.total = make(map[string]*guest, len(hosts)), 0
	for host, sites := range hosts {
		m.total += sites
		g := was[host]
		if g == nil {
			g = &guest{underWay: map[Depth]int{}}
		}
		g.sites = sites
		m.hosts[host] = g
	}
}

// enter asks whether a look at a site may begin now, and takes note that it does.
func (m *manners) enter(s watchedSite, d Depth, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.hosts[s.host]
	if g == nil || g.sites == 1 { // alone there: its own pace is polite enough
		return true
	}
	early := now.Before(g.next) && g.next.Sub(now) <= longestPause // further ahead is a clock that was set back
	if early || g.underWay[Probe]+g.underWay[Render] >= g.atOnce() || g.underWay[d] >= m.share(g, d) {
		return false
	}
	g.underWay[d]++
	// The dispatcher comes by once a second: what it could not start since then it may start now.
	g.next = later(g.next, now.Add(-dispatchEvery)).Add(g.pause(s.Profile.ProbeEvery))
	return true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// leave takes note that a look ended.
func (m *manners) leave(s watchedSite, d Depth) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if g := m.hosts[s.host]; g != nil {
		g.underWay[d] = max(0, g.underWay[d]-1)
	}
}

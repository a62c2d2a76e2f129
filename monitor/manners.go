package monitor

import (
	"sync"
	"time"

	"canhcong/targets"
)

// manners keep the looks at one server apart: a province's portals are often many sites on one host, and a monitor must not
// be what brings it down.
type manners struct {
	mu    sync.Mutex
	hosts map[string]*guest
}

// guest is how we stand with one host.
type guest struct {
	sites    int       // of ours on it
	underWay int       // looks
	next     time.Time // before which no look begins
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

// count learns which hosts the sites are on.
func (m *manners) count(sites map[int64]targets.Site) {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.hosts
	m.hosts = map[string]*guest{}
	for _, s := range sites {
		h := bareHost(s.URL)
		if m.hosts[h] == nil {
			m.hosts[h] = &guest{}
			if before := was[h]; before != nil {
				m.hosts[h].underWay, m.hosts[h].next = before.underWay, before.next
			}
		}
		m.hosts[h].sites++
	}
}

// enter asks whether a look at a site may begin now, and takes note that it does.
func (m *manners) enter(s targets.Site, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.hosts[bareHost(s.URL)]
	if g == nil || g.sites == 1 { // alone there: its own pace is polite enough
		return true
	}
	early := now.Before(g.next) && g.next.Sub(now) <= longestPause // further ahead is a clock that was set back
	if early || g.underWay >= g.atOnce() {
		return false
	}
	g.underWay++
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
func (m *manners) leave(s targets.Site) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if g := m.hosts[bareHost(s.URL)]; g != nil {
		g.underWay = max(0, g.underWay-1)
	}
}

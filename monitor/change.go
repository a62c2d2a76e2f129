package monitor

import (
	"context"
	"sync"
)

// restless is how many probes may each bring another body before only every fifth is rendered: some pages show a new
// quotation to every visitor.
const restless = 5

// changes counts how often something was new at each site lately.
type changes struct {
	mu    sync.Mutex
	sites map[int64]int
}

// worthRendering takes note of whether something was new, and tells whether it calls for a render.
func (c *changes) worthRendering(siteID int64, isNew bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sites == nil {
		c.sites = map[int64]int{}
	}
	if !isNew {
		c.sites[siteID] /= 2 // one quiet probe does not make a restless page calm
		return false
	}
	c.sites[siteID]++
	return c.sites[siteID] <= restless || c.sites[siteID]%restless == 0
}

// alarmed tells a probe that met words or hosts which speak for themselves.
func alarmed(o Observation) bool { return o.Wire != nil && len(o.Wire.Words)+len(o.Wire.Hosts) > 0 }

// noticeChange asks for a render at once when a probe's body is not what it was: a defacement on the server is then known
// at the pace of probes. Alarming words and new hosts are counted apart, so that a restless page does not hide them. It does
// so too when a site is back after so long that its renders have become rare.
func (m *Monitor) noticeChange(ctx context.Context, d *due, s Sight) error {
	o, before := s.Observation, d.memory.Fingerprint
	if d.depth != Probe || o.Outcome == Blind || o.Outcome == Fault {
		return nil
	}
	d.memory = s.Memory
	m.hearings.remember(d.siteID, s.heard)
	changed := o.Outcome == OK && m.changes.worthRendering(d.siteID, before != "" && s.Memory.Fingerprint != before)
	alarm := m.alarms.worthRendering(d.siteID, alarmed(o))
	back := o.Outcome == OK && d.downs+d.blocks > patience(o.Site.Profile)
	if !changed && !alarm && !back {
		return nil
	}
	m.log.Debug("worth rendering now", "site", o.Site.URL, "changed", changed, "alarm", alarm, "back", back)
	return m.lookSoon(ctx, d.siteID, Render)
}

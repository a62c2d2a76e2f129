package monitor

import (
	"context"
	"time"

	"canhcong/targets"
)

// see makes one look, unless our own network is known to be away, and takes back what it says where we may be to blame.
func (m *Monitor) see(ctx context.Context, site targets.Site, d due) Sight {
	if m.uplink.blind() {
		return Sight{Observation: Observation{Site: site, Depth: d.depth, At: time.Now(), Outcome: Blind, Detail: ownNetworkAway}}
	}
	s := m.looker.after(d.memory, m.hearings.of(site.ID)).Look(ctx, site, d.depth, inRealTime(d.done), deadline(site.Profile, d.depth))
	m.doubt(ctx, d, &s.Observation)
	return s
}

const ownNetworkAway = "our own network is away"

// doubt takes back what a look says where our own network or the load of this machine may be to blame for it.
func (m *Monitor) doubt(ctx context.Context, d due, o *Observation) {
	switch {
	case o.Outcome == Fault || o.Outcome == Policy:
	case !m.vouched(ctx, *o):
		o.Outcome, o.Cause, o.Certificate, o.Detail = Blind, "", nil, appendReason(ownNetworkAway, o.Detail)
	case o.Outcome == Down && o.Cause == CauseTimeout && m.strained(ctx, d, *o):
		o.Outcome, o.Cause, o.Detail = Fault, "", appendReason("we are too late ourselves to blame the site", o.Detail)
	}
}

// vouched says whether what a look says is not our own network's doing. A failure, and whatever somebody waits for to confirm
// or to clear something, is believed after a round of canaries that began when the look was over; for a page, or a certificate
// that is wrong, which may be a captive portal's, the last regular round is recent enough.
func (m *Monitor) vouched(ctx context.Context, o Observation) bool {
	wrong := o.Certificate != nil && o.Certificate.Problem != ""
	switch {
	case o.Outcome == Down || m.wished(look{o.Site.ID, o.Depth}):
		return m.uplink.vouch(ctx, time.Now())
	case o.Outcome == OK && (o.Depth == Render || wrong):
		return m.uplink.vouch(ctx, o.At.Add(-canaryEvery-canaryTimeout))
	default:
		return !m.uplink.blind()
	}
}

// wish remembers which looks somebody waits for.
func (m *Monitor) wish(siteID int64, again Again) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range []Depth{Probe, Render} {
		if again.In(d) > 0 {
			m.wishes[look{siteID, d}] = true
		}
	}
}

// wished says whether somebody waited for a look, which he has then.
func (m *Monitor) wished(l look) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.wishes[l]
	delete(m.wishes, l)
	return was
}

// strained says whether this machine is so late with its looks, or its browser so slow, that a page which did not come in time
// says more about us (reliability.md section 4).
func (m *Monitor) strained(ctx context.Context, d due, o Observation) bool {
	late := o.At.Sub(d.at) > interval(o.Site.Profile, o.Depth)
	return late || o.Depth == Render && !m.showsOwnPage(ctx)
}

const (
	// OwnPage needs no network and next to no time: a browser that is well shows it in 0.3 s.
	OwnPage      = "data:text/html;charset=utf-8,<title>Canh%20C%E1%BB%95ng</title>"
	ownPageLimit = 5 * time.Second
)

// showsOwnPage says whether the browser shows a page of our own in time. Only a look that waited for a page in vain asks.
func (m *Monitor) showsOwnPage(ctx context.Context) bool {
	begun := time.Now()
	r, err := m.looker.Browser.Render(ctx, RenderRequest{URL: OwnPage, Deadline: ownPageLimit})
	return err == nil && r.Partial == "" && time.Since(begun) < ownPageLimit
}

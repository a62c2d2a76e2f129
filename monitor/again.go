package monitor

import "time"

// Again says how soon another look is wanted, by depth: the way in which a room downstream asks to see something confirmed.
// Zero leaves a depth to the pace of the site.
type Again struct{ Probe, Render time.Duration }

// In returns how soon a look of a depth is wanted.
func (a Again) In(d Depth) time.Duration {
	if d == Probe {
		return a.Probe
	}
	return a.Render
}

// Sooner returns what satisfies both wishes.
func (a Again) Sooner(b Again) Again {
	return Again{Probe: sooner(a.Probe, b.Probe), Render: sooner(a.Render, b.Render)}
}

// sooner is the smaller positive wait; zero means none wanted.
func sooner(a, b time.Duration) time.Duration {
	if a <= 0 || b > 0 && b < a {
		return max(b, 0)
	}
	return a
}

// other is the depth that a look was not made in.
func (d Depth) other() Depth {
	if d == Probe {
		return Render
	}
	return Probe
}

package web

import "canhcong/baseline"

// light says how dangerous it would be to approve a change, and so who may.
type light string

// The lights. The zero light counts as red.
const (
	green  light = "green"  // the unit's webmaster may approve it
	yellow light = "yellow" // somebody at the centre must look as well
	red    light = "red"    // an attack is likely: only an administrator, with a written reason
)

// harmless are the signals of change that a unit may answer for by itself.
var harmless = map[baseline.Signal]bool{
	baseline.SignalTextAdded: true, baseline.SignalTextRemoved: true, baseline.SignalAppearance: true, baseline.SignalColour: true, baseline.SignalScale: true,
	baseline.SignalDrift: true, baseline.SignalLowCoverage: true, baseline.SignalVisual: true, baseline.SignalRegion: true, baseline.SignalDegraded: true,
}

// alarming are the signals that no webmaster may wave through: their own account may be the one that was taken over.
var alarming = map[baseline.Signal]bool{
	baseline.SignalSignature: true, baseline.SignalPromo: true, baseline.SignalHiddenLinks: true, baseline.SignalRedirect: true,
	baseline.SignalOverlay: true, baseline.SignalDownload: true, baseline.SignalObfuscation: true, baseline.SignalFrameOrigin: true,
	baseline.SignalTampered: true, baseline.SignalWatched: true,
}

// lightOf returns the light of approving content that a verdict and the first-day check say these things about. A signal
// that nobody has classified is yellow.
func lightOf(content baseline.Content, evidence []baseline.Evidence) light {
	worst := green
	switch content {
	case baseline.Defaced:
		return red
	case baseline.Suspicious:
		worst = yellow
	}
	for _, e := range evidence {
		if e.Concern != baseline.ConcernContent {
			continue
		}
		if alarming[e.Signal] {
			return red
		}
		if !harmless[e.Signal] {
			worst = yellow
		}
	}
	return worst
}

package baseline

import "canhcong/monitor"

// Profile is what was learnt about a page: what stands still and what moves.
type Profile struct {
	Samples int `json:"samples"`
}

// Learn makes a profile of samples, oldest first.
func Learn(samples []monitor.Observation) Profile { return Profile{Samples: len(samples)} }

package baseline

import "canhcong/monitor"

// Compare judges an observation against an approved baseline.
func Compare(b Baseline, anchor, o monitor.Observation) Verdict {
	return Verdict{Observation: o, BaselineID: b.ID, At: o.At, Content: Unjudged, Quality: Complete}
}

// ContentHash names what an observation showed.
func ContentHash(o monitor.Observation) string { return o.PageHash }

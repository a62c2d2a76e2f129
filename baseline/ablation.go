package baseline

import "canhcong/monitor"

// Groups names the groups of signals that a verdict is fused from.
func Groups() []string {
	var names []string
	for _, g := range []group{identity, signature, promo, routing, code, meta, region} {
		names = append(names, string(g))
	}
	return names
}

// CompareWithout judges as Compare does, but blind to one group of signals (see Groups). What is lost without a group is what
// it is worth.
func CompareWithout(b Baseline, anchor, o monitor.Observation, name string) Verdict {
	return compare(b, anchor, o, nil, func(e Evidence) bool { return groupOf[e.Signal] != group(name) })
}

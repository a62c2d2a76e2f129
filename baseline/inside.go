package baseline

import (
	"strings"

	"canhcong/monitor"
)

// insideWeight makes a page suspicious and no more: who lets a site lead its visitors into our own network may be an attacker, or
// somebody who wrote down an address of the office.
const insideWeight = 9

// ledInside tells a site that sends its visitors on to an address which only our own egress policy kept the look from: that
// is no outage. A site that itself stands at such an address is not led anywhere.
func ledInside(o monitor.Observation) (e Evidence, led bool) {
	from, to := hostOf(o.Site.URL), hostOf(o.FinalURL)
	if o.Outcome != monitor.Policy || to == "" || strings.TrimPrefix(to, "www.") == strings.TrimPrefix(from, "www.") {
		return Evidence{}, false
	}
	e = evidence(SignalInside, insideWeight)
	e.Expected, e.Seen = from, to
	return e, true
}

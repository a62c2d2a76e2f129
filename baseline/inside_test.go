package baseline

import (
	"strings"
	"testing"

	"canhcong/monitor"
	"canhcong/targets"
)

func TestLedInside(t *testing.T) {
	for _, c := range []struct {
		name  string
		final string
		out   monitor.Outcome
		want  bool
	}{
		{"to the cloud's metadata", "http://169.254.169.254/latest/meta-data/", monitor.Policy, true},
		{"to a name that leads inside", "https://noi-bo.example/", monitor.Policy, true},
		{"the portal itself is inside", portalURL + "trang-chu", monitor.Policy, false},
		{"its other name is inside", "http://www." + portalHost + "/", monitor.Policy, false},
		{"nothing is known", "", monitor.Policy, false},
		{"somewhere else, which answers", "https://chuyen-huong.example/", monitor.OK, false},
	} {
		for _, depth := range []monitor.Depth{monitor.Probe, monitor.Render} {
			o := monitor.Observation{Site: targets.Site{URL: portalURL}, Depth: depth, Outcome: c.out, FinalURL: c.final}
			v := judgeLook(o)
			if have := v.Content == Suspicious; have != c.want || v.Availability == IsDown {
				t.Errorf("%s, %s: have content %s and %s, want suspicious: %t, and never down", c.name, depth, v.Content, v.Availability, c.want)
			}
			if c.want && (!v.Plain() || !strings.Contains(v.EvidenceOf(ConcernContent)[0].Sentence(targets.Vietnamese), "đã chặn, nghi bị tấn công")) {
				t.Errorf("%s: have %v, want evidence that speaks for itself", c.name, v.Evidence)
			}
		}
	}
}

// A site that our own policy keeps us from is not red, and it is not passed over in silence for ever either.
func TestDeniedForLongIsTold(t *testing.T) {
	o := monitor.Observation{Site: targets.Site{URL: portalURL}, Depth: monitor.Render, Outcome: monitor.Policy, FinalURL: portalURL}
	v := Absolute(o)
	if v.Availability != AvailabilityUnknown || v.Content != Unjudged || v.State(ConcernQuality) != string(Degraded) || v.lacks() != "denied" {
		t.Errorf("have %s, %s, %s, lacking %s, want a page that is missing for our own reasons", v.Availability, v.Content, v.State(ConcernQuality), v.lacks())
	}
}

package monitor

import (
	"net/netip"
	"testing"
	"time"
)

// A site that does not resolve any more is still known to be where it was.
func TestAddresses(t *testing.T) {
	a, site, _ := newArchive(t)
	there, named := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("203.0.113.9")
	at := time.Date(2027, 2, 6, 2, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name   string
		depth  Depth
		server Server
		want   netip.Addr
	}{
		{"never met", Render, Server{}, netip.Addr{}},
		{"only its name was found", Probe, Server{Name: "a:443", Addresses: []netip.Addr{named}}, named},
		{"it answered", Probe, Server{Name: "a:443", Addresses: []netip.Addr{named, there}, Address: there}, there},
		{"its name is gone", Probe, Server{Name: "a:443"}, there},
		{"a render later", Render, Server{}, there},
	} {
		o := Observation{Site: site, Depth: test.depth, At: at, Outcome: OK}
		if test.depth == Probe {
			o.Wire = &Wire{Servers: []Server{test.server}}
		}
		if err := a.Save(t.Context(), &o, Rendering{}); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Minute)
		have, err := a.Addresses(t.Context(), []int64{site.ID, site.ID + 1})
		if err != nil || have[site.ID] != test.want || len(have) > 1 {
			t.Errorf("%s: have %v (%v), want %v", test.name, have, err, test.want)
		}
	}
}

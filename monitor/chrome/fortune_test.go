package chrome

import (
	"errors"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
)

// Each letter is what happens, a second apart: b a start begins, f it fails, s it succeeds, l a look succeeds, x a look fails.
func TestFortune(t *testing.T) {
	for _, c := range []struct {
		happens string
		state   monitor.BrowserState
		age     int // seconds since it is so
		refuses bool
	}{
		{"b", monitor.BrowserStarting, 0, false},
		{"bs", monitor.BrowserOK, 0, false},
		{"bf", monitor.BrowserFailing, 0, true},
		{"bf..", monitor.BrowserFailing, 2, false},
		{"bf.bf", monitor.BrowserFailing, 3, true},
		{"bf.bs", monitor.BrowserFailing, 3, false},
		{"bf.bsl", monitor.BrowserOK, 0, false},
		{"bsxx", monitor.BrowserOK, 2, false},
		{"bsxxbsxx", monitor.BrowserFailing, 0, false},
		{"bsxxbsxl", monitor.BrowserOK, 2, false},
	} {
		now := time.Unix(1_790_000_000, 0)
		var f fortune
		bad := errors.New("hỏng")
		for _, what := range strings.Split(c.happens, "") {
			now = now.Add(time.Second)
			switch what {
			case "b":
				f.begin(now, false)
			case "f":
				f.failed(bad, now, false)
			case "s":
				f.started(now)
			case "l":
				f.looked(now)
			case "x":
				f.stumbled(bad, now)
			}
		}
		if f.state != c.state || (f.refuses(now) != nil) != c.refuses || now.Sub(f.since) != time.Duration(c.age)*time.Second {
			t.Errorf("%q: have %s for %v, refuses %v, want %s for %d s, %v", c.happens, f.state, now.Sub(f.since), f.refuses(now), c.state, c.age, c.refuses)
		}
	}
}

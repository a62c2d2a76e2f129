package baseline

import (
	"fmt"
	"testing"

	"canhcong/monitor"
	"canhcong/targets"
)

func TestMarks(t *testing.T) {
	for _, test := range []struct {
		name     string
		evidence Evidence
		want     string
	}{
		{"a strange script", Evidence{Signal: SignalScriptOrigin, Weight: 5, Seen: "cdn.evil-example.vip", Examples: []string{"cdn.evil-example.vip", "static.evil-example.vip"}}, "[{domain evil-example.vip}]"},
		{"a well-known one", Evidence{Signal: SignalScriptOrigin, Weight: 1, Seen: "cdn.jsdelivr.net"}, "[]"},
		{"of another agency", Evidence{Signal: SignalFrameOrigin, Weight: 1, Seen: "tinhkhac.gov.vn"}, "[]"},
		{"an address", Evidence{Signal: SignalFormOrigin, Weight: 5, Seen: "198.51.100.7"}, "[{domain 198.51.100.7}]"},
		{"hidden links", Evidence{Signal: SignalHiddenLinks, Weight: 6, Seen: "a-example.win", Examples: []string{"a-example.win", "b-example.club"}}, "[{domain a-example.win} {domain b-example.club}]"},
		{"a signature", Evidence{Signal: SignalSignature, Weight: 9, Seen: "HACKED   by — Đội Ví-Dụ!!!"}, "[{text hacked by đội ví dụ}]"},
		{"too short a word", Evidence{Signal: SignalPromo, Weight: 4, Seen: "Casino"}, "[]"},
		{"a picture over the page", Evidence{Signal: SignalOverlay, Weight: 4, Seen: "Trúng thưởng lớn. Bấm vào đây"}, "[]"},
		{"what weighs nothing", Evidence{Signal: SignalScriptOrigin, Seen: "cdn.evil-example.vip"}, "[]"},
		{"a redirect home", Evidence{Signal: SignalRedirect, Weight: 9, Seen: "www.phuongvidu.example.com"}, "[]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.evidence.Concern = ConcernContent
			v := Verdict{Observation: monitor.Observation{Site: targets.Site{URL: "https://phuongvidu.example.com/"}}, Evidence: []Evidence{test.evidence}}
			if have := fmt.Sprint(v.Marks()); have != test.want {
				t.Errorf("have %s, want %s", have, test.want)
			}
		})
	}
}

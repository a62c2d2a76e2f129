package egress

import "testing"

func TestParseException(t *testing.T) {
	for text, want := range map[string]string{
		"10.20.0.0/16":            "10.20.0.0/16",
		"10.20.9.9/16":            "10.20.0.0/16",
		"10.20.0.0/16:443":        "10.20.0.0/16:443",
		"10.20.1.2":               "10.20.1.2/32",
		"10.20.1.2:8181":          "10.20.1.2/32:8181",
		"fd00:1::/32":             "fd00:1::/32",
		"[fd00:1::/32]:443":       "[fd00:1::/32]:443",
		"[fd00:1::]":              "fd00:1::/128",
		"fd00:1::5":               "fd00:1::5/128",
		"::ffff:10.0.0.1":         "10.0.0.1/32",
		"0.0.0.0/0:8181":          "0.0.0.0/0:8181",
		"":                        "",
		"cong.tinhmau.gov.vn":     "",
		"10.20.0.0/33":            "",
		"10.20.0.0/16:0":          "",
		"10.20.0.0/16:65536":      "",
		"10.20.0.0/16:443:1":      "",
		"[fd00::1":                "",
		"[fd00::1]443":            "",
		"fe80::1%eth0":            "",
		"::ffff:10.0.0.0/104":     "",
		"10.20.0.0/16 10.0.0.0/8": "",
	} {
		e, err := ParseException(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q: have %v, want an error", text, e)
		case want != "" && (err != nil || e.String() != want):
			t.Errorf("%q: have %v (%v), want %s", text, e, err, want)
		}
	}
}

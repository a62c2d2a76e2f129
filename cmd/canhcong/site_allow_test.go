package main

import (
	"strings"
	"testing"
)

func TestSiteAllowCommand(t *testing.T) {
	data := t.TempDir()
	canhcong, _ := commands(t, data, nil)
	steps := []struct {
		args  []string
		words string // "" means an error
	}{
		{[]string{"site", "add", "noibo.tinhmau.gov.vn"}, "số 1"},
		{[]string{"site", "allow", "1", "10.20.0.0/16:443", "[fd00:1::/32]:8181"}, "10.20.0.0/16:443 [fd00:1::/32]:8181"},
		{[]string{"site", "show", "1"}, "10.20.0.0/16:443 [fd00:1::/32]:8181"},
		{[]string{"site", "allow", "1"}, "--none"},
		{[]string{"site", "show", "1"}, "10.20.0.0/16:443"},
		{[]string{"site", "allow", "1", "169.254.169.254"}, ""},
		{[]string{"site", "allow", "1", "noibo"}, ""},
		{[]string{"site", "allow", "7", "10.0.0.0/8"}, ""},
		{[]string{"site", "allow", "1", "--none"}, "được phép: -"},
	}
	for _, step := range steps {
		out, err := canhcong(step.args...)
		if (err != nil) != (step.words == "") || !strings.Contains(out, step.words) {
			t.Errorf("%v: have %q (%v), want %q", step.args, out, err, step.words)
		}
	}
	if out, _ := canhcong("site", "show", "1"); strings.Contains(out, "10.20") {
		t.Errorf("what is not allowed any more is shown:\n%s", out)
	}
}

package main

import (
	"strings"
	"testing"
)

// commands returns what runs a command line on a data directory and returns what it printed: the first returns its error, too, and
// the second ends the test with it.
func commands(t *testing.T, data string, env environment) (canhcong func(args ...string) (string, error), must func(args ...string) string) {
	canhcong = func(args ...string) (string, error) {
		var out strings.Builder
		err := run(t.Context(), append([]string{"--data", data}, args...), env.get, &out)
		return out.String(), err
	}
	must = func(args ...string) string {
		t.Helper()
		out, err := canhcong(args...)
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return out
	}
	return canhcong, must
}

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestHolidayCommands(t *testing.T) {
	data, next := t.TempDir(), time.Now().Year()+1
	day := fmt.Sprintf("%d-09-01", next)
	canhcong, must := commands(t, data, nil)
	wantWords(t, must("holiday", "list", "--year", "2027"), "Sat 2027-02-06", "mồng 1 Tết", "Wed 2027-02-10", "compensation", "từ 2027-01-30 đến hết 2027-02-15")
	wantWords(t, must("holiday", "set", day, "--name", "Đi làm", "--kind", "working", "--source", "99/TB-BNV"), "đi làm", "99/TB-BNV")
	wantWords(t, must("holiday", "list"), "99/TB-BNV", "working")
	wantWords(t, must("holiday", "remove", day), "tính sẵn")
	if out := must("holiday", "list"); strings.Contains(out, "99/TB-BNV") {
		t.Errorf("what was taken back is listed:\n%s", out)
	}
	for _, wrong := range [][]string{{"holiday", "remove", day}, {"holiday", "set", "mai", "--name", "x", "--source", "x"}, {"holiday", "set", "1999-01-01", "--name", "x", "--source", "x"}} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
}

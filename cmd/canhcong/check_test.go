package main

import (
	"strings"
	"testing"

	"canhcong/baseline"
	"canhcong/monitor"
)

func TestCheckKeepsThePageOffTheTerminal(t *testing.T) {
	a := &app{lang: "vi"}
	r := checkReport{URL: "http://a.gov.vn/", Detail: "\x1b[2Jxóa", Page: &checkPage{Title: "Cổng\x1b]0;pwned\a \u202egnol", Partial: "dòng\r\nhai"},
		Evidence: []checkEvidence{{Evidence: baseline.Evidence{Signal: baseline.SignalTitle, Seen: "a\x9b31mb", Expected: "c"}}}}
	r.Page.Hosts = map[monitor.Role][]string{monitor.RoleScript: {"x\x1b.example"}}
	words := a.checkWords(r)
	if strings.ContainsAny(words, "\x1b\a\r\u009b\u202e") {
		t.Errorf("control characters of the page reach the terminal: %q", words)
	}
	if !strings.Contains(words, "Cổng") {
		t.Errorf("the title is missing: %q", words)
	}
}

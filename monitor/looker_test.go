package monitor

import (
	"testing"

	"canhcong/targets"
)

func TestWayTo(t *testing.T) {
	site := targets.Site{URL: "https://phuong.tinhmau.gov.vn/"}
	for address, want := range map[string]bool{
		"http://chuyen-huong.example/":       true,
		"http://www.phuong.tinhmau.gov.vn/a": false,
		"":                                   false,
	} {
		r := Rendering{NetError: "net::ERR_NAME_NOT_RESOLVED"}
		if address != "" {
			r.Redirects = []Redirect{{URL: address, How: "client"}}
		}
		if p := wayTo(site, r); (p != nil) != want {
			t.Errorf("led to %q: have a page %t, want %t", address, p != nil, want)
		}
	}
}

func TestGuardsScriptIsNoWall(t *testing.T) {
	ordinary := Page{Title: "Phường Ví Dụ", Blocks: []Block{{Text: "Tin tức"}}, Scripts: []Script{
		{Head: "window.__CF$cv$params={r:'1'}"}, {Src: "https://phuong.tinhmau.gov.vn/cdn-cgi/challenge-platform/scripts/jsd/main.js"}}}
	if have := challenge(nil, sourceOfPage(ordinary)); have != "" {
		t.Errorf("an ordinary page behind a guard is taken for %s", have)
	}
	wall := Page{Title: "…", Scripts: []Script{{Src: "https://phuong.tinhmau.gov.vn/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"}}}
	if have := challenge(nil, sourceOfPage(wall)); have != "Cloudflare" {
		t.Errorf("the guard's page is %q, want Cloudflare", have)
	}
}

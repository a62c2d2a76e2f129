package monitor

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"testing"
	"time"

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

// painted is a browser that shows a wall's words on a ground of one colour.
type painted struct {
	ground color.Color
	status int
}

func (p painted) Render(_ context.Context, r RenderRequest) (Rendering, error) {
	img := image.NewRGBA(image.Rect(0, 0, ViewportWidth, ViewportHeight))
	draw.Draw(img, img.Bounds(), image.NewUniform(p.ground), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(100, 100, 600, 200), image.NewUniform(color.Gray{60}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return Rendering{}, err
	}
	return Rendering{Status: p.status, FinalURL: r.URL, Screenshot: b.Bytes(),
		Page: Page{Title: "Access denied", Blocks: []Block{{Text: "Access denied: this portal belongs to the night shift"}}}}, nil
}

// A wall's words on a page that no wall would draw do not keep it from being judged.
func TestDisguisedAsAWall(t *testing.T) {
	for _, c := range []struct {
		name string
		painted
		want Outcome
	}{
		{"white", painted{color.White, 200}, Blocked},
		{"black", painted{color.Black, 200}, OK},
		{"red", painted{color.RGBA{0x80, 0, 0, 0xFF}, 200}, OK},
		{"refused", painted{color.Black, 403}, Blocked},
	} {
		o := Looker{Browser: c.painted}.Look(t.Context(), targets.Site{URL: "http://phuong.tinhmau.gov.vn/"}, Render, false, time.Second).Observation
		if o.Outcome != c.want {
			t.Errorf("%s: have %s (%s), want %s", c.name, o.Outcome, o.Detail, c.want)
		}
	}
}

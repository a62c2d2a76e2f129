package baseline

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"canhcong/monitor"
)

func TestBeforeAfter(t *testing.T) {
	before, after := newPortal(0), newPortal(0)
	hackedBlack(after)
	regions := []monitor.Rect{{X: 100, Y: 100, W: 400, H: 300}, {X: 1300, Y: 700, W: 400, H: 400}}
	out, err := BeforeAfter(before.screenshot(t), after.screenshot(t), regions)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if have := img.Bounds().Dx(); have != 1280 {
		t.Errorf("width %d, want 1280", have)
	}
	left := image.Pt((100-boxMargin)*panelWidth/1366+1, captionHeight+(100-boxMargin)*panelWidth/1366+1)
	for _, at := range []image.Point{left, left.Add(image.Pt(panelWidth+panelGap, 0))} {
		if r, g, _, _ := img.At(at.X, at.Y).RGBA(); r>>8 != 0xE0 || g>>8 != 0x1B {
			t.Errorf("no box at %v: %v", at, img.At(at.X, at.Y))
		}
	}
}

func TestBeforeAfterWithOnePicture(t *testing.T) {
	if _, err := BeforeAfter(nil, newPortal(0).screenshot(t), nil); err != nil {
		t.Errorf("only the present picture: %v", err)
	}
	if _, err := BeforeAfter(nil, nil, nil); err == nil {
		t.Error("no picture at all: want an error")
	}
	if _, err := BeforeAfter([]byte("not a picture"), nil, nil); err == nil {
		t.Error("bytes that are no picture: want an error")
	}
}

// TestCaptionLetters holds that every letter of the captions can be drawn: what the font lacks is only the dot below.
func TestCaptionLetters(t *testing.T) {
	for _, r := range "ĐÃ DUYỆT HIỆN TẠI" {
		glyph := r
		if !inFont(r) {
			glyph, _ = withoutDot(r)
		}
		if !inFont(glyph) {
			t.Errorf("%c is drawn as %c, which the font lacks", r, glyph)
		}
	}
}

package baseline

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"

	"canhcong/monitor"
)

// The composite: two panels beside each other under a caption each, legible in a chat at 1280 pixels.
const (
	panelWidth    = 634
	panelGap      = 12
	captionHeight = 40
	boxStroke     = 4
	boxMargin     = 8              // pixels of the viewport between a region and its box, so that text stays legible
	maxPanel      = 2 * panelWidth // height of a panel: a picture taller than that is cut
	maxPixels     = 20_000_000
)

var (
	paper     = color.RGBA{0xF2, 0xF4, 0xF7, 0xFF}
	approved  = color.RGBA{0x1B, 0x6E, 0x3C, 0xFF}
	current   = color.RGBA{0xB4, 0x1F, 0x1F, 0xFF}
	boxColour = color.RGBA{0xE0, 0x1B, 0x1B, 0xFF}
)

// BeforeAfter draws the approved and the present screenshot side by side, 1280 pixels wide, with a red box around each
// changed region of the viewport in both. The pictures and the result are PNG; a missing picture leaves its panel empty,
// and only when both are missing is that an error.
func BeforeAfter(beforePNG, afterPNG []byte, regions []monitor.Rect) ([]byte, error) {
	if len(beforePNG) == 0 && len(afterPNG) == 0 {
		return nil, errors.New("draw before and after: there is no picture")
	}
	before, err := decode(beforePNG)
	if err != nil {
		return nil, fmt.Errorf("draw the approved picture: %w", err)
	}
	after, err := decode(afterPNG)
	if err != nil {
		return nil, fmt.Errorf("draw the present picture: %w", err)
	}
	height := max(panelHeight(before), panelHeight(after))
	canvas := image.NewRGBA(image.Rect(0, 0, 2*panelWidth+panelGap, captionHeight+height))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	drawPanel(canvas, 0, before, outermost(regions), "ĐÃ DUYỆT", approved)
	drawPanel(canvas, panelWidth+panelGap, after, regions, "HIỆN TẠI", current)
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		return nil, fmt.Errorf("draw before and after: %w", err)
	}
	return out.Bytes(), nil
}

// outermost leaves out the regions that lie within another one: on the approved picture they would only cross out what is
// not changed by itself.
func outermost(regions []monitor.Rect) []monitor.Rect {
	return slices.DeleteFunc(slices.Clone(regions), func(r monitor.Rect) bool {
		return slices.ContainsFunc(regions, func(other monitor.Rect) bool { return other != r && boxOf(r).In(boxOf(other)) })
	})
}

func boxOf(r monitor.Rect) image.Rectangle { return image.Rect(r.X, r.Y, r.X+r.W, r.Y+r.H) }

// decode reads a picture, bounded before its pixels are unpacked; no bytes are no picture.
func decode(b []byte) (image.Image, error) {
	if len(b) == 0 {
		return nil, nil
	}
	size, err := png.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width*size.Height > maxPixels {
		return nil, fmt.Errorf("%d × %d pixels are not a screenshot", size.Width, size.Height)
	}
	return png.Decode(bytes.NewReader(b))
}

func panelHeight(img image.Image) int {
	if img == nil {
		return panelWidth * monitor.ViewportHeight / monitor.ViewportWidth
	}
	return min(maxPanel, img.Bounds().Dy()*panelWidth/img.Bounds().Dx())
}

// drawPanel draws one caption and picture with its boxes at x.
func drawPanel(canvas *image.RGBA, x int, img image.Image, regions []monitor.Rect, caption string, tone color.RGBA) {
	bar := image.Rect(x, 0, x+panelWidth, captionHeight)
	draw.Draw(canvas, bar, image.NewUniform(tone), image.Point{}, draw.Src)
	write(canvas, caption, x+14, captionHeight-12)
	if img == nil {
		return
	}
	panel := image.Rect(x, captionHeight, x+panelWidth, captionHeight+panelHeight(img))
	source := img.Bounds()
	source.Max.Y = min(source.Max.Y, source.Min.Y+panel.Dy()*source.Dx()/panelWidth)
	draw.ApproxBiLinear.Scale(canvas, panel, img, source, draw.Src, nil)
	for _, r := range regions {
		box := boxOf(r).Inset(-boxMargin)
		scaled := image.Rect(box.Min.X*panelWidth/monitor.ViewportWidth, box.Min.Y*panelWidth/monitor.ViewportWidth,
			box.Max.X*panelWidth/monitor.ViewportWidth, box.Max.Y*panelWidth/monitor.ViewportWidth)
		stroke(canvas, scaled.Add(panel.Min).Intersect(panel))
	}
}

// stroke draws a box inside r.
func stroke(canvas *image.RGBA, r image.Rectangle) {
	if r.Empty() {
		return
	}
	red := image.NewUniform(boxColour)
	for _, side := range []image.Rectangle{
		{r.Min, image.Pt(r.Max.X, r.Min.Y+boxStroke)}, {image.Pt(r.Min.X, r.Max.Y-boxStroke), r.Max},
		{r.Min, image.Pt(r.Min.X+boxStroke, r.Max.Y)}, {image.Pt(r.Max.X-boxStroke, r.Min.Y), r.Max},
	} {
		draw.Draw(canvas, side.Intersect(r), red, image.Point{}, draw.Src)
	}
}

// captionFont is the Go font that comes with x/image. Unlike its faces, several captions may use it at once.
var captionFont = func() *opentype.Font {
	f, err := opentype.Parse(gobold.TTF)
	if err != nil {
		panic(err) // compiled in
	}
	return f
}()

func newCaptionFace() font.Face {
	face, err := opentype.NewFace(captionFont, &opentype.FaceOptions{Size: 22, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err) // the options are right
	}
	return face
}

// dotBelow is the one Vietnamese mark that the captions need and the font lacks; it is drawn by hand.
const dotBelow = '\u0323'

// write draws a caption in white. A letter that the font lacks is drawn without its dot, and the dot beneath it.
func write(canvas *image.RGBA, text string, x, baseline int) {
	dot, face := fixed.P(x, baseline), newCaptionFace()
	for _, r := range text {
		glyph, dotted := r, false
		if _, ok := face.GlyphAdvance(r); !ok || !inFont(r) {
			glyph, dotted = withoutDot(r)
		}
		d := font.Drawer{Dst: canvas, Src: image.White, Face: face, Dot: dot}
		d.DrawString(string(glyph))
		if dotted {
			middle := (dot.X + d.Dot.X).Floor() / 2
			under := image.Rect(middle-2, baseline+2, middle+2, baseline+6)
			draw.Draw(canvas, under, image.White, image.Point{}, draw.Src)
		}
		dot = d.Dot
	}
}

// inFont tells Latin letters outside the block that only Vietnamese uses, which the Go fonts leave out.
func inFont(r rune) bool { return r < 0x1E00 || r > 0x1EFF }

// withoutDot splits the dot below from a letter.
func withoutDot(r rune) (rune, bool) {
	var kept []rune
	dotted := false
	for _, part := range norm.NFD.String(string(r)) {
		if part == dotBelow {
			dotted = true
			continue
		}
		kept = append(kept, part)
	}
	return []rune(norm.NFC.String(string(kept)))[0], dotted
}

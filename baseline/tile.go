package baseline

import (
	"bytes"
	"image"
	"image/draw"
	"image/png"
	"math/bits"
	"slices"
	"strings"

	"canhcong/monitor"
)

// The thumbnail is cut into 16 × 12 tiles of 16 × 16 pixels.
const (
	tileSize   = 16
	tileCols   = monitor.ThumbnailWidth / tileSize
	tileRows   = monitor.ThumbnailHeight / tileSize
	tileCount  = tileCols * tileRows
	tileMoved  = 8.0 // mean difference of grey above which a tile changed (measured: detection.md section 3)
	shiftReach = 28  // thumbnail pixels a page may slide up or down: 112 pixels of the viewport
)

// Tiles is what was learnt about the picture.
type Tiles struct {
	Mask     string `json:"mask,omitempty"`     // one character per tile, row by row: '#' moves, '.' stands still
	Envelope []byte `json:"envelope,omitempty"` // per tile: least and greatest mean grey, least and greatest share of dark (of 255)
}

// thumbnail decodes the grey picture of a look; nil when there is none of the right size.
func thumbnail(v *monitor.Visual) *image.Gray {
	if v == nil || len(v.GrayPNG) == 0 {
		return nil
	}
	size, err := png.DecodeConfig(bytes.NewReader(v.GrayPNG))
	if err != nil || size.Width != monitor.ThumbnailWidth || size.Height != monitor.ThumbnailHeight {
		return nil
	}
	img, err := png.Decode(bytes.NewReader(v.GrayPNG))
	if err != nil {
		return nil
	}
	if gray, ok := img.(*image.Gray); ok {
		return gray
	}
	gray := image.NewGray(img.Bounds())
	draw.Draw(gray, gray.Bounds(), img, image.Point{}, draw.Src)
	return gray
}

// learnTiles masks every tile that differed in any pair of pictures, and keeps the limits each tile stayed within.
func learnTiles(pictures []*monitor.Visual) Tiles {
	var grays []*image.Gray
	for _, v := range pictures {
		if g := thumbnail(v); g != nil {
			grays = append(grays, g)
		}
	}
	if len(grays) == 0 {
		return Tiles{}
	}
	mask := bytes.Repeat([]byte("."), tileCount)
	for i, a := range grays {
		for _, b := range grays[i+1:] {
			for t := range tileCount {
				if d, _ := tileDifference(a, b, t, 0); d > tileMoved {
					mask[t] = '#'
				}
			}
		}
	}
	return Tiles{Mask: string(mask), Envelope: envelopes(grays)}
}

func envelopes(grays []*image.Gray) []byte {
	out := make([]byte, 0, 4*tileCount)
	for t := range tileCount {
		meanLow, meanHigh, darkLow, darkHigh := byte(255), byte(0), byte(255), byte(0)
		for _, g := range grays {
			mean, dark := tileTone(g, t)
			meanLow, meanHigh = min(meanLow, mean), max(meanHigh, mean)
			darkLow, darkHigh = min(darkLow, dark), max(darkHigh, dark)
		}
		out = append(out, meanLow, meanHigh, darkLow, darkHigh)
	}
	return out
}

// tileTone is the mean grey of a tile and its share of dark pixels, both of 255.
func tileTone(g *image.Gray, tile int) (mean, dark byte) {
	x0, y0 := tile%tileCols*tileSize, tile/tileCols*tileSize
	var sum, n int
	for y := y0; y < y0+tileSize; y++ {
		for _, v := range g.Pix[y*g.Stride+x0 : y*g.Stride+x0+tileSize] {
			sum += int(v)
			if v < 40 {
				n++
			}
		}
	}
	const pixels = tileSize * tileSize
	return byte(sum / pixels), byte(n * 255 / pixels)
}

// tileDifference is the mean difference of grey of one tile of a against b moved by dy; ok is false when too little of the
// tile is left in the picture to compare.
func tileDifference(a, b *image.Gray, tile, dy int) (mean float64, ok bool) {
	x0, y0 := tile%tileCols*tileSize, tile/tileCols*tileSize
	var sum, rows int
	for y := y0; y < y0+tileSize; y++ {
		if y+dy < 0 || y+dy >= monitor.ThumbnailHeight {
			continue
		}
		rows++
		ra := a.Pix[y*a.Stride+x0 : y*a.Stride+x0+tileSize]
		rb := b.Pix[(y+dy)*b.Stride+x0 : (y+dy)*b.Stride+x0+tileSize]
		for i, v := range ra {
			d := int(v) - int(rb[i])
			sum += max(d, -d)
		}
	}
	if rows < tileSize/2 {
		return 0, false
	}
	return float64(sum) / float64(rows*tileSize), true
}

// movedTiles is the share of tiles outside the mask that changed, and which, at the shift that explains the most.
func movedTiles(before, after *image.Gray, mask string) (share float64, moved []int) {
	share, moved = movedAt(before, after, mask, 0)
	if share <= 0.05 {
		return share, moved
	}
	for dy := -shiftReach; dy <= shiftReach; dy++ {
		if s, m := movedAt(before, after, mask, dy); s < share {
			share, moved = s, m
		}
	}
	return share, moved
}

func movedAt(before, after *image.Gray, mask string, dy int) (share float64, moved []int) {
	n := 0
	for t := range tileCount {
		if masked(mask, t) {
			continue
		}
		d, ok := tileDifference(before, after, t, dy)
		if !ok {
			continue
		}
		n++
		if d > tileMoved {
			moved = append(moved, t)
		}
	}
	if n == 0 {
		return 0, nil
	}
	return float64(len(moved)) / float64(n), moved
}

func masked(mask string, tile int) bool { return tile < len(mask) && mask[tile] == '#' }

// unite masks what either mask covers.
func unite(a, b string) string {
	if len(a) != tileCount {
		return b
	}
	if len(b) != tileCount {
		return a
	}
	out := []byte(a)
	for i := range out {
		if b[i] == '#' {
			out[i] = '#'
		}
	}
	return string(out)
}

func coverage(mask string) float64 { return float64(strings.Count(mask, "#")) / tileCount }

// hashDistance is the least number of bits between a picture and the pictures learnt, 0 to 256.
func hashDistance(prototypes [][4]uint64, h [4]uint64) int {
	least := 256
	for _, p := range prototypes {
		d := 0
		for i := range p {
			d += bits.OnesCount64(p[i] ^ h[i])
		}
		least = min(least, d)
	}
	return least
}

// areas joins neighbouring tiles into rectangles of the viewport, largest first.
func areas(tiles []int) []monitor.Rect {
	left := map[int]bool{}
	for _, t := range tiles {
		left[t] = true
	}
	var out []monitor.Rect
	for _, t := range tiles {
		if left[t] {
			out = append(out, viewportRect(connected(t, left)))
		}
	}
	out = mergeRects(out)
	slices.SortStableFunc(out, func(a, b monitor.Rect) int { return b.W*b.H - a.W*a.H })
	return out[:min(len(out), 8)]
}

// connected takes the tiles that touch one out of left, and returns the bounds of the group in tiles.
func connected(start int, left map[int]bool) (bounds image.Rectangle) {
	for _, t := range touching(start, left) {
		x, y := t%tileCols, t/tileCols
		bounds = bounds.Union(image.Rect(x, y, x+1, y+1))
	}
	return bounds
}

// touching takes the tiles that touch one, and those that touch them, out of left and returns them.
func touching(start int, left map[int]bool) []int {
	delete(left, start)
	patch := []int{start}
	for next := 0; next < len(patch); next++ {
		for _, n := range neighbours(patch[next]%tileCols, patch[next]/tileCols) {
			if left[n] {
				delete(left, n)
				patch = append(patch, n)
			}
		}
	}
	return patch
}

func neighbours(x, y int) (out []int) {
	for _, d := range []image.Point{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}} {
		if nx, ny := x+d.X, y+d.Y; nx >= 0 && nx < tileCols && ny >= 0 && ny < tileRows {
			out = append(out, ny*tileCols+nx)
		}
	}
	return out
}

func viewportRect(r image.Rectangle) monitor.Rect {
	x := func(n int) int { return n * monitor.ViewportWidth / tileCols }
	y := func(n int) int { return n * monitor.ViewportHeight / tileRows }
	return monitor.Rect{X: x(r.Min.X), Y: y(r.Min.Y), W: x(r.Max.X) - x(r.Min.X), H: y(r.Max.Y) - y(r.Min.Y)}
}

// mergeRects joins rectangles that overlap until none do.
func mergeRects(list []monitor.Rect) []monitor.Rect {
	for {
		i, k, found := overlapping(list)
		if !found {
			return list
		}
		u := rectangle(list[i]).Union(rectangle(list[k]))
		list[i] = monitor.Rect{X: u.Min.X, Y: u.Min.Y, W: u.Dx(), H: u.Dy()}
		list = slices.Delete(list, k, k+1)
	}
}

func overlapping(list []monitor.Rect) (i, k int, found bool) {
	for i := range list {
		for k := i + 1; k < len(list); k++ {
			if rectangle(list[i]).Overlaps(rectangle(list[k])) {
				return i, k, true
			}
		}
	}
	return 0, 0, false
}

func rectangle(r monitor.Rect) image.Rectangle { return image.Rect(r.X, r.Y, r.X+r.W, r.Y+r.H) }

package chrome

import (
	"math"
	"strings"
)

// rgba is a colour with each channel from 0 to 1.
type rgba struct{ r, g, b, a float64 }

// colour reads a computed colour: rgb(…) or rgba(…). ok is false for the newer notations, about which nothing is claimed.
func colour(value string) (c rgba, ok bool) {
	for _, function := range []string{"rgb(", "rgba("} {
		switch v := numbers(value, function); len(v) {
		case 3:
			return rgba{v[0] / 255, v[1] / 255, v[2] / 255, 1}, true
		case 4:
			return rgba{v[0] / 255, v[1] / 255, v[2] / 255, v[3]}, true
		}
	}
	return rgba{}, false
}

// over lays c on top of an opaque colour.
func (c rgba) over(under rgba) rgba {
	mix := func(a, b float64) float64 { return a*c.a + b*(1-c.a) }
	return rgba{mix(c.r, under.r), mix(c.g, under.g), mix(c.b, under.b), 1}
}

// luminance is the relative luminance of WCAG 2.
func (c rgba) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

// contrast is the ratio of WCAG 2 between two opaque colours, from 1 to 21.
func contrast(a, b rgba) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// painted is a node that paints something behind others.
type painted struct {
	node int
	box  box
}

// backdrops lists the nodes that may lie under a text without being its ancestors.
func (d *document) backdrops() []painted {
	list := []painted{} // never nil, which means not computed yet
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.laidOut && n.kind == elementNode && !n.box.empty() && (picture[n.name] || d.fills(i)) {
			list = append(list, painted{i, n.box})
		}
	}
	return list
}

// picture are the elements that paint something of their own.
var picture = map[string]bool{"img": true, "svg": true, "video": true, "canvas": true, "iframe": true, "embed": true, "object": true, "picture": true, "input": true}

// fills reports whether node i has a background.
func (d *document) fills(i int) bool {
	if d.nodes[i].style == nil {
		return false
	}
	if image := d.css(i, styleBackgroundImage); image != "none" && image != "" {
		return true
	}
	c, ok := colour(d.css(i, styleBackground))
	return !ok || c.a > 0
}

// blends reports whether text i has the colour of what is behind it. It answers no whenever that cannot be known from the
// styles: when a picture or another element's background may lie between, or when so many texts blend that comparing each
// with everything would take minutes (budget counts the comparisons left).
func (d *document) blends(i int, behind []painted, budget *int) bool {
	parent := d.nodes[i].parent
	if parent < 0 {
		return false
	}
	text, ok := d.ink(parent)
	if !ok {
		return false
	}
	if text.a < minOpacity {
		return true
	}
	ground := d.behind[parent]
	if !ground.known || contrast(text.over(ground.colour), ground.colour) >= minContrast {
		return false
	}
	if *budget -= len(behind); *budget < 0 {
		return false
	}
	for _, p := range behind {
		if p.node != ground.owner && p.box.holds(d.nodes[i].box) && !d.inside(i, p.node) {
			return false
		}
	}
	return true
}

// ink is the colour that text in node i is painted with.
func (d *document) ink(i int) (rgba, bool) {
	value := d.css(i, styleTextFill)
	if value == "" || strings.EqualFold(value, "currentcolor") {
		value = d.css(i, styleColor)
	}
	return colour(value)
}

// ground is what lies behind the inside of a node.
type ground struct {
	colour rgba
	owner  int  // the ancestor that paints it, -1 for the window
	known  bool // no image takes part, and no colour in a notation that is not read
}

// grounds returns the ground of every node. Parents come first, so that each is computed once however deep they lie.
func (d *document) grounds() []ground {
	list, colours := make([]ground, len(d.nodes)), make(map[int64]*rgba)
	for i := range d.nodes {
		list[i] = ground{colour: rgba{1, 1, 1, 1}, owner: -1, known: true}
		if p := d.nodes[i].parent; p >= 0 {
			list[i] = list[p]
		}
		if d.nodes[i].style == nil || d.nodes[i].kind != elementNode {
			continue
		}
		if image := d.css(i, styleBackgroundImage); image != "none" && image != "" {
			list[i] = ground{owner: i}
			continue
		}
		layer := d.layer(i, colours)
		switch {
		case layer == nil:
			list[i] = ground{owner: i}
		case layer.a >= 1:
			list[i] = ground{*layer, i, true}
		case list[i].known:
			list[i].colour = layer.over(list[i].colour)
		}
	}
	return list
}

// layer reads the background of node i, each notation once; nil for one that is not read.
func (d *document) layer(i int, colours map[int64]*rgba) *rgba {
	at := d.nodes[i].style[styleBackground]
	if c, known := colours[at]; known {
		return c
	}
	colours[at] = nil
	if c, ok := colour(d.str(at)); ok {
		colours[at] = &c
	}
	return colours[at]
}

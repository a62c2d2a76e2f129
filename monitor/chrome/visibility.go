package chrome

import (
	"math"
	"strconv"
	"strings"

	"canhcong/monitor"
)

// Reasons why a person cannot see a text. They are part of the stored format of a page.
const (
	hiddenDisplay    = "display:none"
	hiddenVisibility = "visibility"
	hiddenOpacity    = "opacity"
	hiddenFontSize   = "font-size"
	hiddenOffScreen  = "off-screen"
	hiddenTextIndent = "text-indent"
	hiddenClipped    = "clipped"
	hiddenZeroHeight = "zero-height"
	hiddenContrast   = "contrast"
	hiddenNoscript   = "noscript"
)

// Thresholds of what a person can still see.
const (
	minOpacity  = 0.05
	minFontSize = 2.0    // pixels
	minContrast = 1.1    // WCAG ratio; black on white is 21, equal colours are 1
	minIndent   = 100.0  // pixels of negative text-indent that push a text out
	minFrame    = 10.0   // pixels of a frame, with its border, in which something can be read
	farRight    = 3000.0 // pixels beyond which nobody scrolls sideways
)

// region is an ancestor's box that cuts off what is outside of it.
type region struct {
	box     box
	scrollX bool // what is outside can be scrolled into it
	scrollY bool
	outer   *region
	depth   int
}

// maxRegions is how many regions inside each other are followed: a page may nest 50,000 of them, and every text looks through
// all of its own.
const maxRegions = 200

// sight is what decides about the visibility of a node's children, from the top of the document down to it.
type sight struct {
	opacity float64
	reason  string  // why the whole subtree is hidden, "" when it is not
	clip    *region // for children in the flow
	clipAbs *region // for absolutely positioned ones, which escape ancestors that are not positioned
	clipFix *region // for fixed ones, which escape all but transformed ancestors
}

// see computes the sight of every node, in document order: parents come before their children.
func (d *document) see() []sight {
	sights := make([]sight, len(d.nodes))
	for i := range d.nodes {
		s := sight{opacity: 1}
		if p := d.nodes[i].parent; p >= 0 {
			s = sights[p]
		}
		if d.nodes[i].style != nil && d.nodes[i].kind == elementNode {
			s = d.narrow(i, s)
		}
		sights[i] = s
	}
	return sights
}

// narrow adds what element i does to the visibility of its inside.
func (d *document) narrow(i int, s sight) sight {
	s.opacity *= number(d.css(i, styleOpacity), 1)
	position := d.css(i, stylePosition)
	switch position {
	case "absolute":
		s.clip = s.clipAbs
	case "fixed":
		s.clip = s.clipFix
	}
	if s.reason == "" && d.cutAway(i, position) {
		s.reason = hiddenClipped
	}
	if r := d.region(i); r != nil {
		s.clip = r.inside(s.clip)
	}
	transformed := d.css(i, styleTransform) != "none"
	if position != "static" || transformed {
		s.clipAbs = s.clip
	}
	if transformed {
		s.clipFix = s.clip
	}
	return s
}

// region returns how element i cuts off its content, nil if it does not. What html and body hide is the window's business.
// A marquee shows all of its content in the course of time.
func (d *document) region(i int) *region {
	n := &d.nodes[i]
	x, y := d.css(i, styleOverflowX), d.css(i, styleOverflowY)
	if n.name == "html" || n.name == "body" || x == "visible" && y == "visible" || d.css(i, styleDisplay) == "inline" {
		return nil
	}
	scrolls := func(v string) bool { return v == "auto" || v == "scroll" || n.name == "marquee" }
	return &region{box: n.box, scrollX: scrolls(x), scrollY: scrolls(y)}
}

// inside returns the region of an element within an outer one.
func (r *region) inside(outer *region) *region {
	if outer == nil {
		return r
	}
	if outer.depth >= maxRegions {
		return outer
	}
	r.outer, r.depth = outer, outer.depth+1
	return r
}

// cutAway reports whether clip or clip-path leaves nothing of element i.
func (d *document) cutAway(i int, position string) bool {
	if position == "absolute" || position == "fixed" {
		if v := numbers(d.css(i, styleClip), "rect("); len(v) == 4 && (v[1]-v[3] <= 1 || v[2]-v[0] <= 1) {
			return true
		}
	}
	path := d.css(i, styleClipPath)
	if v := numbers(path, "inset("); len(v) > 0 && strings.Contains(path, "%") {
		vertical := v[0] + v[min(2, len(v)-1)]
		if len(v) == 2 {
			vertical = 2 * v[0]
		}
		return vertical >= 100
	}
	for _, shape := range []string{"circle(", "ellipse("} {
		if v := numbers(path, shape); len(v) > 0 && v[0] == 0 {
			return true
		}
	}
	return false
}

// hidden says why a person cannot see leaf i (a text, an image), "" if they can. The sight is that of its parent.
func (d *document) hidden(i int, s sight) string {
	n := &d.nodes[i]
	styled := d.styled(i)
	switch {
	case !n.laidOut:
		return hiddenDisplay
	case d.css(styled, styleVisibility) != "visible" && d.nodes[styled].style != nil:
		return hiddenVisibility
	case s.opacity < minOpacity:
		return hiddenOpacity
	case n.kind == textNode && number(d.css(styled, styleFontSize), 16) < minFontSize:
		return hiddenFontSize
	case s.reason != "":
		return s.reason
	}
	if reason := d.outside(n.box, s.clip); reason != "" {
		if number(d.css(styled, styleTextIndent), 0) <= -minIndent {
			return hiddenTextIndent
		}
		return reason
	}
	if n.box.empty() {
		return hiddenZeroHeight
	}
	return ""
}

// styled returns the node whose styles apply to leaf i: itself for an element, its parent for a text.
func (d *document) styled(i int) int {
	if n := &d.nodes[i]; n.kind != elementNode && n.parent >= 0 {
		return n.parent
	}
	return i
}

// outside says why a place cannot be seen or scrolled to, "" if it can.
func (d *document) outside(b box, clip *region) string {
	for r := clip; r != nil; r = r.outer {
		if r.box.w <= 1 || r.box.h <= 1 {
			return hiddenZeroHeight
		}
		if r.scrollX {
			b.x, b.w = r.box.x, r.box.w
		}
		if r.scrollY {
			b.y, b.h = r.box.y, r.box.h
		}
		if b.w > 0 && b.h > 0 && !b.meets(r.box) {
			return hiddenClipped
		}
	}
	beyond := max(d.width, monitor.ViewportWidth)
	if b.right() <= 0 || b.bottom() <= 0 || b.x >= min(beyond, farRight) || b.y >= max(d.height, monitor.ViewportHeight) {
		return hiddenOffScreen
	}
	return ""
}

// number reads the number at the start of a computed value, or returns otherwise.
func number(value string, otherwise float64) float64 {
	v, err := strconv.ParseFloat(strings.TrimRight(value, "px%"), 64)
	if err != nil || math.IsNaN(v) {
		return otherwise
	}
	return v
}

// numbers reads the numbers of a function such as rect(0px, 0px, 0px, 0px), nil when the value is something else.
func numbers(value, function string) []float64 {
	inside, ok := strings.CutPrefix(value, function)
	if !ok {
		return nil
	}
	inside, _, _ = strings.Cut(inside, ")")
	var list []float64
	for _, field := range strings.FieldsFunc(inside, func(r rune) bool { return r == ' ' || r == ',' }) {
		v, err := strconv.ParseFloat(strings.TrimRight(field, "px%"), 64)
		if err != nil {
			return list
		}
		list = append(list, v)
	}
	return list
}

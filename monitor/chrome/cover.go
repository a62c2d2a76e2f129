package chrome

import (
	"math"

	"canhcong/monitor"
)

// The first screen is judged at the middles of gridCols × gridRows cells.
const (
	gridCols = 32
	gridRows = 18
)

var screen = box{0, 0, monitor.ViewportWidth, monitor.ViewportHeight}

// cover finds what lies over the first screen of a document.
type cover struct {
	v     *view
	d     *document
	order []int64                  // in which each node is painted
	top   [gridCols * gridRows]int // the node whose colour or picture is on top, -1 for none
	seen  []int                    // texts and pictures of the first screen
	under []int                    // what hides each of them, -1 for nothing
}

// orders returns when each node is painted. The browser counts what a negative z-index puts behind its surroundings as if it
// came after them; it belongs no later than what it is behind.
func (d *document) orders() []int64 {
	type context struct{ order, most int64 }
	orders, contexts := make([]int64, len(d.nodes)), make([]context, len(d.nodes))
	for i := range d.nodes {
		n := &d.nodes[i]
		in := context{most: math.MaxInt64}
		if n.parent >= 0 {
			in = contexts[n.parent]
		}
		if n.kind == elementNode && number(d.css(i, styleZIndex), 0) < 0 {
			in.most = min(in.most, in.order)
		}
		orders[i] = min(n.order, in.most)
		if n.stacks {
			in.order = orders[i]
		}
		contexts[i] = in
	}
	return orders
}

// visible reports whether something of node i may be seen.
func (c *cover) visible(i int) bool {
	return c.v.sights[i].opacity >= minOpacity && c.d.hidden(i, c.sight(i)) == ""
}

// sight is what decides about the visibility of node i, its own opacity left aside.
func (c *cover) sight(i int) sight {
	s := sight{opacity: 1}
	if p := c.d.nodes[i].parent; p >= 0 {
		s = c.v.sights[p]
	}
	if c.d.nodes[i].kind != elementNode {
		return s
	}
	switch c.d.css(i, stylePosition) {
	case "absolute":
		s.clip = s.clipAbs
	case "fixed":
		s.clip = s.clipFix
	}
	return s
}

// shown is the part of node i's box that is on the first screen and not cut off.
func (c *cover) shown(i int) box {
	b := c.d.nodes[i].box.common(screen)
	for region := c.sight(i).clip; region != nil && !b.empty(); region = region.outer {
		b = b.common(region.box)
	}
	return b
}

// common is the part that two places share.
func (b box) common(o box) box {
	x, y := max(b.x, o.x), max(b.y, o.y)
	return box{x, y, max(0, min(b.right(), o.right())-x), max(0, min(b.bottom(), o.bottom())-y)}
}

// share is the part of the first screen that a place takes.
func (b box) share() float64 {
	b = b.common(screen)
	return b.w * b.h / (screen.w * screen.h)
}

// cells calls f for each cell of the grid whose middle lies in b.
func (b box) cells(f func(cell int)) {
	const w, h = monitor.ViewportWidth / float64(gridCols), monitor.ViewportHeight / float64(gridRows)
	from := func(v, size float64) int { return max(0, int(math.Ceil(v/size-0.5))) }
	for y := from(b.y, h); y < min(gridRows, from(b.bottom(), h)); y++ {
		for x := from(b.x, w); x < min(gridCols, from(b.right(), w)); x++ {
			f(y*gridCols + x)
		}
	}
}

// paint fills in which node is on top where.
func (c *cover) paint() {
	for cell := range c.top {
		c.top[cell] = -1
	}
	for i := range c.d.nodes {
		n := &c.d.nodes[i]
		if !n.laidOut || n.kind != elementNode || n.style == nil || n.box.share() == 0 || !c.d.covers(i) || !c.visible(i) {
			continue
		}
		if c.v.sights[i].opacity < solid {
			continue
		}
		c.shown(i).cells(func(cell int) {
			if at := c.top[cell]; at < 0 || c.order[i] >= c.order[at] {
				c.top[cell] = i
			}
		})
	}
}

// covers reports whether nothing, or only what a picture leaves out, shines through node i.
func (d *document) covers(i int) bool {
	if drawing(d.nodes[i].name) || isFrame(d.nodes[i].name) {
		return true
	}
	if image := d.css(i, styleBackgroundImage); image != "none" && image != "" {
		return true
	}
	c, ok := colour(d.css(i, styleBackground))
	return ok && c.a >= solid
}

// drawing tells the elements that are pictures.
func drawing(name string) bool {
	switch name {
	case "img", "svg", "canvas", "video", "picture":
		return true
	}
	return false
}

// isFrame tells the elements that hold another document.
func isFrame(name string) bool {
	switch name {
	case "iframe", "frame", "embed", "object":
		return true
	}
	return false
}

// look finds the texts and pictures of the first screen, and what hides them.
func (c *cover) look() {
	for i := range c.d.nodes {
		n := &c.d.nodes[i]
		text := n.kind == textNode && !blank(n.value)
		if !n.laidOut || !text && !drawing(n.name) || n.box.share() == 0 || len(c.seen) >= maxSeen || !c.visible(i) {
			continue
		}
		b := c.shown(i)
		if b.empty() {
			continue
		}
		c.seen, c.under = append(c.seen, i), append(c.under, c.over(i, b))
	}
}

// over returns the node that hides the middle of leaf i, -1 for none.
func (c *cover) over(i int, b box) int {
	at := c.top[cellAt(b.x+b.w/2, b.y+b.h/2)]
	if at < 0 || c.d.inside(i, at) || c.d.inside(at, i) || c.order[at] <= c.order[i] {
		return -1
	}
	return at
}

// cellAt is the cell of a point of the first screen.
func cellAt(x, y float64) int {
	col := int(x * gridCols / monitor.ViewportWidth)
	row := int(y * gridRows / monitor.ViewportHeight)
	return max(0, min(gridRows-1, row))*gridCols + max(0, min(gridCols-1, col))
}

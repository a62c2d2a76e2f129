package chrome

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"canhcong/monitor"
)

// Limits of what is noted of overlays.
const (
	maxOverlays    = 12
	maxOverlayText = 600 // bytes
	maxOverlayList = 10  // pictures, frames, links
	leastOverlay   = 0.4 // of the screen, for an element that hides little
	leastHiding    = 0.3 // of the other texts and pictures, for an element of any size
	leastPart      = 0.05
	solid          = 0.9 // opacity above which nothing shines through
	maxSeen        = 5000
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
	ends  []int                    // the last node inside each node
	order []int64                  // in which each node is painted
	top   [gridCols * gridRows]int // the node whose colour or picture is on top, -1 for none
	seen  []int                    // texts and pictures of the first screen
	under []int                    // what hides each of them, -1 for nothing
}

// overlays notes what lies over the first screen of the page. An element of another document shows as the frame it is in.
func (x *extraction) overlays() {
	c := &cover{v: &view{x: x, d: x.docs[0], sights: x.sights[0]}, d: x.docs[0]}
	c.ends, c.order = c.d.ends(), c.d.orders()
	c.paint()
	c.look()
	x.page.Overlays = []monitor.Overlay{}
	for _, i := range c.candidates() {
		o := c.overlay(i)
		if o.Share >= leastOverlay || o.Hides >= leastHiding {
			x.page.Overlays = append(x.page.Overlays, o)
		}
	}
	slices.SortStableFunc(x.page.Overlays, func(a, b monitor.Overlay) int {
		return cmp.Or(cmp.Compare(b.Hides, a.Hides), cmp.Compare(b.Share, a.Share))
	})
	x.page.Overlays = x.page.Overlays[:min(len(x.page.Overlays), maxOverlays)]
}

// ends returns the number of the last node inside each node: the inside of i is everything from i to there.
func (d *document) ends() []int {
	ends := make([]int, len(d.nodes))
	for i := len(d.nodes) - 1; i >= 0; i-- {
		ends[i] = max(ends[i], i)
		if p := d.nodes[i].parent; p >= 0 {
			ends[p] = max(ends[p], ends[i])
		}
	}
	return ends
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

func (c *cover) inside(i, ancestor int) bool { return ancestor <= i && i <= c.ends[ancestor] }

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
	if at < 0 || c.inside(i, at) || c.inside(at, i) || c.order[at] <= c.order[i] {
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

// candidates are the elements that may be overlays: those taken out of the flow of the page that are large, and whatever
// hides something, largest first.
func (c *cover) candidates() []int {
	found := make(map[int]bool)
	for i := range c.d.nodes {
		n := &c.d.nodes[i]
		if !n.laidOut || n.kind != elementNode || n.box.share() < leastOverlay || !c.visible(i) {
			continue
		}
		switch c.d.css(i, stylePosition) {
		case "fixed", "absolute", "sticky":
			found[i] = true
		}
	}
	climbed := make(map[int]bool)
	for k, by := range c.under {
		if by < 0 || climbed[by] {
			continue
		}
		climbed[by] = true
		found[c.root(by, c.seen[k])] = true
	}
	list := make([]int, 0, len(found))
	for i := range found {
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b int) int {
		return cmp.Or(cmp.Compare(c.d.nodes[b].box.share(), c.d.nodes[a].box.share()), cmp.Compare(a, b))
	})
	return list[:min(len(list), 3*maxOverlays)]
}

// root is the outermost element around node i that does not hold the leaf which i hides.
func (c *cover) root(i, leaf int) int {
	for p := c.d.nodes[i].parent; p >= 0 && !c.inside(leaf, p); p = c.d.nodes[p].parent {
		if c.d.nodes[p].kind == elementNode {
			i = p
		}
	}
	return i
}

// overlay describes element i.
func (c *cover) overlay(i int) monitor.Overlay {
	n := &c.d.nodes[i]
	o := monitor.Overlay{
		Path: c.v.path(i), Tag: n.name, Position: c.d.css(i, stylePosition), Z: int(number(c.d.css(i, styleZIndex), 0)),
		Rect: c.v.place(n.box), Share: hundredths(c.shown(i).share()),
	}
	covered := 0
	for _, at := range c.top {
		if at >= 0 && c.inside(at, i) {
			covered++
		}
	}
	o.Opaque = hundredths(float64(covered) / float64(len(c.top)))
	o.Hides = hundredths(c.hides(i, o.Opaque))
	for k := i; k <= c.ends[i]; k++ {
		c.describe(&o, k)
	}
	return o
}

// hides is the share of the texts and pictures outside of element i that it hides. Where there are none, it is that of the
// screen.
func (c *cover) hides(i int, otherwise float64) float64 {
	hidden, all := 0, 0
	for k, leaf := range c.seen {
		if c.inside(leaf, i) {
			continue
		}
		all++
		if by := c.under[k]; by >= 0 && c.inside(by, i) {
			hidden++
		}
	}
	if all == 0 {
		return otherwise
	}
	return float64(hidden) / float64(all)
}

func hundredths(v float64) float64 { return math.Round(v*100) / 100 }

// describe adds what node k shows to the overlay it is in.
func (c *cover) describe(o *monitor.Overlay, k int) {
	n := &c.d.nodes[k]
	switch {
	case n.kind == textNode:
		if len(o.Text) < maxOverlayText && !blank(n.value) && c.v.x.afford(min(len(n.value), maxOverlayText)) && c.visible(k) {
			o.Text = clip(strings.Join(strings.Fields(o.Text+" "+clip(n.value, maxOverlayText)), " "), maxOverlayText)
		}
	case n.kind != elementNode || !n.laidOut || !c.visible(k):
	case isFrame(n.name):
		if c.shown(k).share() >= leastPart {
			o.Frames = addTo(o.Frames, short(c.frameAddress(k)))
		}
	default:
		c.picture(o, k)
		c.exit(o, k)
	}
}

// frameAddress is where the document in frame element k comes from.
func (c *cover) frameAddress(k int) string {
	attribute := "src"
	if c.d.nodes[k].name == "object" {
		attribute = "data"
	}
	return cmp.Or(c.d.absolute(c.d.get(k, attribute)), c.v.x.address(c.d.nodes[k].frame))
}

// picture notes the picture that element k is, or has behind its content.
func (c *cover) picture(o *monitor.Overlay, k int) {
	share := c.shown(k).share()
	source := c.d.pictureOf(k)
	if source == "" || share < leastPart {
		return
	}
	o.Picture = max(o.Picture, hundredths(share))
	o.Pictures = addTo(o.Pictures, source)
}

// pictureOf is the address of the picture that element k shows, or what draws it; "" for none.
func (d *document) pictureOf(k int) string {
	n := &d.nodes[k]
	switch n.name {
	case "img":
		return short(cmp.Or(n.source, d.absolute(d.get(k, "src")), "img"))
	case "svg", "canvas", "video", "picture":
		return n.name
	}
	image := d.css(k, styleBackgroundImage)
	switch {
	case image == "" || image == "none":
		return ""
	case strings.HasPrefix(image, `url("`):
		address, _, _ := strings.Cut(image[len(`url("`):], `"`)
		return short(address)
	}
	return "gradient"
}

// exit notes what can be done with element k: follow it to another page, or close the overlay with it.
func (c *cover) exit(o *monitor.Overlay, k int) {
	n := &c.d.nodes[k]
	if n.name == "a" || n.name == "area" {
		if host := hostOf(c.d.absolute(c.d.get(k, "href"))); host != "" && !strings.HasPrefix(c.d.get(k, "href"), "#") {
			o.Links = addTo(o.Links, host)
			return
		}
	}
	if n.clicks || n.name == "button" || n.name == "a" || n.name == "input" && c.v.button(k) {
		o.Exits++
	}
}

// addTo appends a value that is not there yet, within the limit.
func addTo(list []string, value string) []string {
	if value == "" || len(list) >= maxOverlayList || slices.Contains(list, value) {
		return list
	}
	return append(list, value)
}

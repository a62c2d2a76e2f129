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

// overlays notes what lies over the first screen of the page. An element of another document shows as the frame it is in.
func (x *extraction) overlays() {
	c := &cover{v: &view{x: x, d: x.docs[0], sights: x.sights[0]}, d: x.docs[0]}
	c.order = c.d.orders()
	c.paint()
	c.look()
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
	for p := c.d.nodes[i].parent; p >= 0 && !c.d.inside(leaf, p); p = c.d.nodes[p].parent {
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
		if at >= 0 && c.d.inside(at, i) {
			covered++
		}
	}
	o.Opaque = hundredths(float64(covered) / float64(len(c.top)))
	o.Hides = hundredths(c.hides(i, o.Opaque))
	for k := i; k <= c.d.ends[i]; k++ {
		c.describe(&o, k)
	}
	return o
}

// hides is the share of the texts and pictures outside of element i that it hides. Where there are none, it is that of the
// screen.
func (c *cover) hides(i int, otherwise float64) float64 {
	hidden, all := 0, 0
	for k, leaf := range c.seen {
		if c.d.inside(leaf, i) {
			continue
		}
		all++
		if by := c.under[k]; by >= 0 && c.d.inside(by, i) {
			hidden++
		}
	}
	if all == 0 {
		return otherwise
	}
	return float64(hidden) / float64(all)
}

// hundredths rounds a share. What a broken page makes of its places may not be a number.
func hundredths(v float64) float64 {
	if !(v >= 0) {
		return 0
	}
	return math.Round(min(v, 1)*100) / 100
}

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

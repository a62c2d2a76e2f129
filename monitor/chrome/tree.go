package chrome

import (
	"strings"

	"github.com/chromedp/cdproto/domsnapshot"

	"canhcong/monitor"
)

// Kinds of nodes, as the DOM numbers them.
const (
	elementNode  = 1
	textNode     = 3
	documentNode = 9
)

// styles are the computed styles that a snapshot is asked for. Their order is that of the fields of a style.
var styles = []string{
	"display", "visibility", "opacity", "font-size", "position", "text-indent", "overflow-x", "overflow-y",
	"color", "-webkit-text-fill-color", "background-color", "background-image", "clip", "clip-path", "transform",
	"z-index",
}

// Indexes into styles.
const (
	styleDisplay = iota
	styleVisibility
	styleOpacity
	styleFontSize
	stylePosition
	styleTextIndent
	styleOverflowX
	styleOverflowY
	styleColor
	styleTextFill
	styleBackground
	styleBackgroundImage
	styleClip
	styleClipPath
	styleTransform
	styleZIndex
)

// maxAttribute is how many bytes of an attribute are read.
const maxAttribute = 4 << 10

// box is a place in CSS pixels from the top left corner of the main document.
type box struct{ x, y, w, h float64 }

func (b box) right() float64  { return b.x + b.w }
func (b box) bottom() float64 { return b.y + b.h }
func (b box) empty() bool     { return b.w <= 0 || b.h <= 0 }

// meets reports whether two places share some area.
func (b box) meets(o box) bool {
	return b.x < o.right() && o.x < b.right() && b.y < o.bottom() && o.y < b.bottom()
}

// holds reports whether the middle of o lies in b.
func (b box) holds(o box) bool {
	x, y := o.x+o.w/2, o.y+o.h/2
	return b.x <= x && x <= b.right() && b.y <= y && y <= b.bottom()
}

// union is the smallest box around both; an empty one does not count.
func (b box) union(o box) box {
	if b.empty() {
		return o
	}
	if o.empty() {
		return b
	}
	x, y := min(b.x, o.x), min(b.y, o.y)
	return box{x, y, max(b.right(), o.right()) - x, max(b.bottom(), o.bottom()) - y}
}

// rect rounds a box outwards to whole pixels.
func (b box) rect() monitor.Rect {
	clamp := func(v float64) int { return int(max(-1e6, min(1e6, v))) }
	return monitor.Rect{X: clamp(b.x), Y: clamp(b.y), W: clamp(b.w + 0.5), H: clamp(b.h + 0.5)}
}

// node is one node of a document.
type node struct {
	parent   int
	children []int
	kind     int64
	name     string // lower case
	value    string // of a text node
	attrs    []int64
	laidOut  bool
	style    []int64 // indexes of strings, in the order of styles; nil when it is not laid out
	box      box
	text     string // as laid out: for generated content, which has no value
	input    string // the label of a button
	source   string // that an image chose from its set
	frame    int    // the document in a frame element, 0 when there is none
	order    int64  // when it is painted: what comes later lies on top
	stacks   bool   // what is in it is painted together, apart from the rest of the page
	clicks   bool   // does something when it is clicked
	pseudo   bool   // ::before, ::after
	shadow   bool   // of the browser's own making, as the inside of a text field
}

// document is one document of a snapshot: the page or a frame in it.
type document struct {
	strings []string
	nodes   []node
	base    string // that relative addresses are resolved against
	address string
	width   float64
	height  float64
	ends    []int    // the last node inside each node
	behind  []ground // of each node
}

// newDocument decodes one document of a snapshot. At most limit nodes are taken.
func newDocument(s *domsnapshot.CaptureSnapshotResult, d *domsnapshot.DocumentSnapshot, limit int) *document {
	doc := &document{strings: s.Strings, width: d.ContentWidth, height: d.ContentHeight}
	doc.base, doc.address = doc.str(int64(d.BaseURL)), doc.str(int64(d.DocumentURL))
	if d.Nodes == nil {
		return doc
	}
	n := min(len(d.Nodes.ParentIndex), len(d.Nodes.NodeType), len(d.Nodes.NodeName), len(d.Nodes.NodeValue), limit)
	doc.nodes = make([]node, n)
	for i := range doc.nodes {
		doc.decode(i, d.Nodes)
	}
	doc.decodeRare(d.Nodes)
	if d.Layout != nil {
		doc.decodeLayout(d.Layout)
	}
	doc.ends, doc.behind = doc.lasts(), doc.grounds()
	return doc
}

// lasts returns the number of the last node inside each node: documents are numbered so that the inside of a node is all
// that comes from it to there.
func (d *document) lasts() []int {
	ends := make([]int, len(d.nodes))
	for i := len(d.nodes) - 1; i >= 0; i-- {
		ends[i] = max(ends[i], i)
		if p := d.nodes[i].parent; p >= 0 {
			ends[p] = max(ends[p], ends[i])
		}
	}
	return ends
}

// inside reports whether node i is an ancestor's, or it itself.
func (d *document) inside(i, ancestor int) bool { return ancestor <= i && i <= d.ends[ancestor] }

// decode fills node i and makes it a child of its parent.
func (d *document) decode(i int, from *domsnapshot.NodeTreeSnapshot) {
	n := &d.nodes[i]
	n.parent = int(from.ParentIndex[i])
	if n.parent >= i || n.parent < -1 {
		n.parent = -1 // parents come first; anything else would be a loop
	}
	n.kind = from.NodeType[i]
	n.name = strings.ToLower(d.str(int64(from.NodeName[i])))
	if n.kind == textNode {
		n.value = d.str(int64(from.NodeValue[i]))
	}
	if i < len(from.Attributes) {
		n.attrs = from.Attributes[i]
	}
	if n.parent >= 0 {
		d.nodes[n.parent].children = append(d.nodes[n.parent].children, i)
	}
}

// decodeRare fills what only few nodes have.
func (d *document) decodeRare(from *domsnapshot.NodeTreeSnapshot) {
	d.each(from.InputValue, func(n *node, s string) { n.input = s })
	d.each(from.CurrentSourceURL, func(n *node, s string) { n.source = s })
	d.each(from.PseudoType, func(n *node, _ string) { n.pseudo = true })
	d.each(from.ShadowRootType, func(n *node, s string) { n.shadow = s == "user-agent" })
	if c := from.IsClickable; c != nil {
		for _, at := range c.Index {
			if at >= 0 && int(at) < len(d.nodes) {
				d.nodes[at].clicks = true
			}
		}
	}
	if c := from.ContentDocumentIndex; c != nil {
		for i, at := range c.Index {
			if at >= 0 && int(at) < len(d.nodes) && i < len(c.Value) {
				d.nodes[at].frame = int(c.Value[i])
			}
		}
	}
}

// each calls f for every node that has a string in the rare data.
func (d *document) each(rare *domsnapshot.RareStringData, f func(*node, string)) {
	if rare == nil {
		return
	}
	for i, at := range rare.Index {
		if at >= 0 && int(at) < len(d.nodes) && i < len(rare.Value) {
			f(&d.nodes[at], d.str(int64(rare.Value[i])))
		}
	}
}

// decodeLayout fills styles, places and generated text.
func (d *document) decodeLayout(from *domsnapshot.LayoutTreeSnapshot) {
	if c := from.StackingContexts; c != nil {
		for _, at := range c.Index {
			if at >= 0 && int(at) < len(from.NodeIndex) && from.NodeIndex[at] >= 0 && int(from.NodeIndex[at]) < len(d.nodes) {
				d.nodes[from.NodeIndex[at]].stacks = true
			}
		}
	}
	for i, at := range from.NodeIndex {
		if at < 0 || int(at) >= len(d.nodes) {
			continue
		}
		n := &d.nodes[at]
		if i < len(from.Bounds) && len(from.Bounds[i]) == 4 {
			b := from.Bounds[i]
			n.box = n.box.union(box{b[0], b[1], b[2], b[3]})
			if !n.laidOut {
				n.box = box{b[0], b[1], b[2], b[3]}
			}
		}
		n.laidOut = true
		if i < len(from.PaintOrders) {
			n.order = max(n.order, from.PaintOrders[i])
		}
		if i < len(from.Styles) && len(from.Styles[i]) == len(styles) && n.style == nil {
			n.style = from.Styles[i]
		}
		if i < len(from.Text) {
			n.text += d.str(int64(from.Text[i]))
		}
	}
}

// str returns a string of the snapshot's table, which was cleaned as a whole; "" for an index outside of it.
func (d *document) str(i int64) string {
	if i < 0 || int(i) >= len(d.strings) {
		return ""
	}
	return d.strings[i]
}

// attr returns an attribute of node i, "" when it has none. Names in HTML documents are lower case already.
func (d *document) attr(i int, name string) string {
	attrs := d.nodes[i].attrs
	for k := 0; k+1 < len(attrs); k += 2 {
		if d.str(attrs[k]) == name {
			return d.str(attrs[k+1])
		}
	}
	return ""
}

// get is attr with a limit. Only what is the data itself may be longer than 4 KB.
func (d *document) get(i int, name string) string {
	value := d.attr(i, name)
	if len(value) > maxAttribute && !strings.HasPrefix(value, "data:") {
		value = clip(value, maxAttribute)
	}
	return strings.TrimSpace(value)
}

// word returns a short attribute of node i in lower case.
func (d *document) word(i int, name string) string { return strings.ToLower(clip(d.get(i, name), 100)) }

// css returns a computed style of node i, "" when the node is not laid out.
func (d *document) css(i, property int) string {
	if s := d.nodes[i].style; s != nil {
		return d.str(s[property])
	}
	return ""
}

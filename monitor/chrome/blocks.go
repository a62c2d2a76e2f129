package chrome

import (
	"strings"

	"canhcong/monitor"
)

// run collects the text of one block-level element between two block-level children. What is hidden in it for different
// reasons is kept apart.
type run struct {
	block int // the element
	parts []*part
}

// part is the text of a run that is hidden for one reason, or visible.
type part struct {
	hidden string
	text   strings.Builder
	box    box
	font   float64
}

// part returns the part for a reason.
func (r *run) part(hidden string) *part {
	for _, p := range r.parts {
		if p.hidden == hidden {
			return p
		}
	}
	p := &part{hidden: hidden}
	r.parts = append(r.parts, p)
	return p
}

// space separates what comes from what was.
func (r *run) space() {
	for _, p := range r.parts {
		p.text.WriteByte(' ')
	}
}

// text extracts the blocks of the view's document.
func (v *view) text() {
	root := 0
	for i := range v.d.nodes {
		if v.d.nodes[i].name == "body" || v.d.nodes[i].name == "frameset" {
			root = i
			break
		}
	}
	if len(v.d.nodes) == 0 {
		return
	}
	r := &run{block: root}
	v.walk(root, r)
	v.flush(r)
}

// unread are elements whose text is for no reader.
var unread = map[string]bool{"script": true, "style": true, "template": true, "head": true, "title": true, "meta": true,
	"desc": true, "metadata": true, "object": false, "datalist": true}

// walk adds the text of node i to the run, and writes out blocks as they end.
func (v *view) walk(i int, r *run) {
	n := &v.d.nodes[i]
	switch {
	case n.kind == textNode:
		v.add(i, n.value, r)
	case n.pseudo:
		v.generated(i, r)
	case n.kind == elementNode && unread[n.name]:
	case n.kind == elementNode:
		v.element(i, r)
	case n.shadow && !transparent[v.d.nodes[max(n.parent, 0)].name]:
		// The browser's own inside of a text field or a video: what it shows is a value, not the page.
	default:
		v.children(i, r)
	}
}

// transparent are elements whose inside made by the browser holds what the page wrote.
var transparent = map[string]bool{"details": true, "marquee": true, "summary": true, "slot": true}

// element walks an element.
func (v *view) element(i int, r *run) {
	n := &v.d.nodes[i]
	switch n.name {
	case "br", "hr":
		r.space()
	case "input":
		if n.input != "" && v.button(i) {
			r.space()
			v.write(i, n.input, r)
		}
	case "noscript":
		v.noscript(i)
	case "iframe", "frame", "object", "embed":
		if n.frame > 0 {
			v.flush(r)
			v.enter(i)
			return
		}
		fallthrough
	default:
		if !v.d.blockLevel(i) {
			v.children(i, r)
			return
		}
		v.flush(r)
		inner := &run{block: i}
		v.children(i, inner)
		v.flush(inner)
	}
}

// children walks the children of node i.
func (v *view) children(i int, r *run) {
	for _, child := range v.d.nodes[i].children {
		v.walk(child, r)
	}
}

// generated adds the content of ::before and ::after: a defacement can consist of it alone.
func (v *view) generated(i int, r *run) {
	v.add(i, v.d.nodes[i].text, r)
	v.children(i, r)
}

// button reports whether the value of input i is a label that is shown.
func (v *view) button(i int) bool {
	switch v.d.word(i, "type") {
	case "submit", "button", "reset":
		return true
	}
	return false
}

// add adds the text of leaf i to a run.
func (v *view) add(i int, text string, r *run) {
	if blank(text) {
		if text != "" {
			r.space()
		}
		return
	}
	v.write(i, text, r)
}

// blank reports whether a text is white space. A very long one is never looked through.
func blank(text string) bool { return len(text) < maxAttribute && strings.TrimSpace(text) == "" }

// write adds text at leaf i to the part that is hidden for the same reason. Many nodes can share one long string, which
// costs a page nothing and us its length each time, so that what is read is limited and not only what is kept.
func (v *view) write(i int, text string, r *run) {
	if !v.x.afford(len(text)) {
		return
	}
	p := r.part(v.reason(i))
	p.text.WriteString(text)
	p.box = p.box.union(v.d.nodes[i].box)
	p.font = max(p.font, number(v.d.css(v.d.styled(i), styleFontSize), 0))
}

// reason is leafHidden, but for an option, which is laid out only when its list is open.
func (v *view) reason(i int) string {
	for at := i; at >= 0 && !v.d.nodes[i].laidOut; at = v.d.nodes[at].parent {
		if v.d.nodes[at].name == "select" {
			return v.leafHidden(at)
		}
	}
	return v.leafHidden(i)
}

// flush writes out what a run collected, and empties it.
func (v *view) flush(r *run) {
	for _, p := range r.parts {
		v.block(r.block, p)
	}
	r.parts = nil
}

// block appends one block to the page, within the limit of text.
func (v *view) block(element int, p *part) {
	text := strings.Join(strings.Fields(p.text.String()), " ")
	if text == "" {
		return
	}
	if v.x.text+len(text) > maxText {
		text = clip(text, max(0, maxText-v.x.text))
		v.x.page.Truncated = true
		if text == "" {
			return
		}
	}
	v.x.text += len(text)
	v.x.page.Blocks = append(v.x.page.Blocks, monitor.Block{
		Path: v.path(element), Tag: v.d.nodes[element].name, Text: text,
		Rect: v.place(p.box), Font: p.font, Hidden: p.hidden,
	})
}

// enter extracts the document in frame element i, as far as it lives in the same process.
func (v *view) enter(i int) {
	n := &v.d.nodes[i]
	inner := frame{
		path: v.frame.path + where(v.x.address(n.frame)),
		x:    v.frame.x + n.box.x, y: v.frame.y + n.box.y,
		hidden: v.leafHidden(i),
	}
	if inner.hidden == "" && (n.box.w < minFrame || n.box.h < minFrame) {
		inner.hidden = hiddenZeroHeight
	}
	v.x.document(n.frame, inner)
}

// address returns the address of a document of the snapshot.
func (x *extraction) address(at int) string {
	if at < len(x.docs) {
		return x.docs[at].address
	}
	return ""
}

// blockLevel reports whether element i begins a block of text of its own. A phrase such as span stays part of its line
// even as an inline-block: letters set one by one must still read as a word.
func (d *document) blockLevel(i int) bool {
	name := d.nodes[i].name
	switch d.css(i, styleDisplay) {
	case "":
		return blockTags[name] // not laid out: by what it usually is
	case "inline", "contents", "ruby", "none":
		return name == "option" || d.css(i, styleDisplay) == "none" && blockTags[name]
	case "inline-block", "inline-flex", "inline-grid", "inline-table":
		return blockTags[name] || name == "button"
	}
	return true
}

// blockTags are the elements that are blocks unless styled otherwise.
var blockTags = func() map[string]bool {
	tags := make(map[string]bool)
	for name := range strings.FieldsSeq("address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure " +
		"footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main marquee menu nav ol optgroup option p pre search " +
		"section select summary table tbody td tfoot th thead tr ul caption") {
		tags[name] = true
	}
	return tags
}()

// path returns the innermost part of the way from body to element i: "div.news/ul/li".
func (v *view) path(i int) string {
	var steps [pathDepth]string
	from := pathDepth
	for ; i >= 0 && from > 0; i = v.d.nodes[i].parent {
		n := &v.d.nodes[i]
		if n.kind != elementNode || n.name == "html" {
			continue
		}
		from--
		steps[from] = v.d.label(i)
	}
	return v.frame.path + strings.Join(steps[from:], "/")
}

// label names element i: its tag and its first class, without the digits that generated class names are made of.
func (d *document) label(i int) string {
	name := d.nodes[i].name
	class := d.attr(i, "class")
	class = clip(class, 200)
	for class := range strings.FieldsSeq(class) {
		class = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '/' {
				return -1
			}
			return r
		}, class)
		if class = clip(class, 32); class != "" {
			return name + "." + class
		}
		break
	}
	return name
}

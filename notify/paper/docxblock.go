package paper

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Kinds of elements. What is in neither set is a run of letters.
var (
	unseen     = []string{"head", "style", "script", "noscript", "template", "iframe", "object", "title", "meta", "link", "colgroup"}
	containers = []string{"html", "body", "div", "section", "article", "header", "footer", "main", "ul", "ol"}
	paragraphs = []string{"p", "h1", "h2", "h3", "h4", "li", "figcaption"}
)

// blocks writes what is in an element, block after block. Letters that stand beside blocks get a paragraph of their own.
func (d *document) blocks(n *html.Node, at place) {
	var loose []*html.Node
	flush := func() {
		if w := d.words(loose, shapeOf(n, at).face, at); w != "" {
			d.paragraph(shapeOf(n, at), w)
		}
		loose = nil
	}
	for c := range n.ChildNodes() {
		if c.Type == html.CommentNode || c.Type == html.DoctypeNode || c.Type == html.ElementNode && slices.Contains(unseen, c.Data) {
			continue
		}
		if c.Type == html.ElementNode && isBlock(c) {
			flush()
			d.block(c, at)
		} else {
			loose = append(loose, c)
		}
	}
	flush()
}

func isBlock(n *html.Node) bool {
	return slices.Contains(containers, n.Data) || slices.Contains(paragraphs, n.Data) || n.Data == "table" || n.Data == "hr" || n.Data == "figure"
}

// block writes one block.
func (d *document) block(n *html.Node, at place) {
	switch {
	case n.Data == "table":
		d.table(n, at)
	case n.Data == "hr":
		d.rule(n, at)
	case slices.Contains(paragraphs, n.Data):
		d.single(n, at)
	default:
		if slices.Contains(classes(n), "fresh") {
			d.paragraph(shape{align: "left", line: -20, fresh: true, keep: true, face: face{size: 2}}, "")
		}
		d.blocks(n, at)
	}
}

// single writes one paragraph.
func (d *document) single(n *html.Node, at place) {
	s := shapeOf(n, at)
	words := d.words(slices.Collect(n.ChildNodes()), s.face, at)
	if n.Data == "li" {
		words = d.run("- ", s.face) + words
	}
	d.paragraph(s, words)
}

func (d *document) paragraph(s shape, words string) {
	d.body.WriteString(`<w:p>` + s.properties() + words + `</w:p>`)
}

// rule writes a short line in the middle of its column.
func (d *document) rule(n *html.Node, at place) {
	share := 30
	if slices.Contains(classes(n), "wide") {
		share = 58
	}
	side := at.width * (100 - share) / 200
	d.paragraph(shape{align: "center", left: side, right: side, after: 113, line: -60, rule: "bottom", face: face{size: 4}}, "")
}

// words writes inline content as runs. As in HTML, any white space is one space, and none begins or ends a line.
func (d *document) words(nodes []*html.Node, f face, at place) string {
	l := line{d: d, at: at, fresh: true}
	for _, n := range nodes {
		l.take(n, f)
	}
	return l.out.String()
}

// line is inline content under way.
type line struct {
	d     *document
	at    place
	out   strings.Builder
	fresh bool // nothing stands in the line yet
	space bool // there is one to be written before the next word
}

func (l *line) take(n *html.Node, f face) {
	switch {
	case n.Type == html.TextNode:
		l.say(n.Data, f)
	case n.Type != html.ElementNode || slices.Contains(unseen, n.Data):
	case n.Data == "br":
		l.out.WriteString(`<w:r><w:br/></w:r>`)
		l.fresh, l.space = true, false
	case n.Data == "img":
		if p := l.d.picture(n, l.at); p != "" {
			l.out.WriteString(p)
			l.fresh, l.space = false, false
		}
	default:
		for c := range n.ChildNodes() {
			l.take(c, f.of(n, l.at))
		}
	}
}

// say writes words, with one space where there was any.
func (l *line) say(text string, f face) {
	words := strings.FieldsFunc(text, isSpace)
	if text != "" && isSpace(rune(text[0])) {
		l.space = true
	}
	if len(words) == 0 {
		return
	}
	said := strings.Join(words, " ")
	if l.space && !l.fresh {
		said = " " + said
	}
	l.out.WriteString(l.d.run(said, f))
	l.fresh, l.space = false, isSpace(rune(text[len(text)-1]))
}

// isSpace says what HTML takes for white space: no-break spaces are not.
func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

func (d *document) run(text string, f face) string {
	return `<w:r>` + f.properties() + `<w:t xml:space="preserve">` + escape(text) + `</w:t></w:r>`
}

// picture is a picture of a paper.
type picture struct {
	data []byte
	kind string // png or jpeg
}

func (p picture) part(n int) string { return fmt.Sprintf("media/picture%d.%s", n+1, p.kind) }
func (p picture) id(n int) string   { return fmt.Sprintf("picture%d", n+1) }

package paper

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// place is where a block stands, and what it inherits from there.
type place struct {
	width  int  // of the column, in twentieths of a point
	size   int  // of letters, in half points
	cell   bool // of a table
	head   bool // of its header
	small  int  // size of what is small here, 0 for 12 points
	center bool
}

// shape is how a paragraph is set.
type shape struct {
	style         string // named one, "" for the normal one
	align         string // both, left or center
	first, left   int    // indent of the first line, and of all
	right         int
	before, after int // space
	line          int // height, in 240ths of a line; negative is exact, in twentieths of a point
	keep          bool
	fresh         bool   // on a new page
	rule          string // "top" or "bottom": a line there
	face          face
}

// shapeOf is how the layout that papers share sets an element (its style sheet says the same in CSS).
func shapeOf(n *html.Node, at place) shape {
	s := shape{align: "both", first: indent, after: 120, line: 324, face: face{size: at.size}}
	if at.cell {
		s = shape{align: "left", line: 300, face: face{size: at.size, bold: at.head}}
	}
	switch n.Data {
	case "h1":
		s = shape{style: "Title", align: "center", line: 312, keep: true, face: face{size: at.size, bold: true}}
	case "h2":
		s = shape{style: "Heading1", align: "left", first: indent, before: 283, after: 113, line: 324, keep: true, face: face{size: at.size, bold: true}}
	case "h3":
		s = shape{style: "Heading2", align: "left", first: indent, before: 113, after: 113, line: 324, keep: true, face: face{size: at.size, bold: true, italic: true}}
	case "figcaption":
		s = shape{align: "center", after: 170, line: 300, face: face{size: 24, italic: true}}
	case "figure":
		s.align, s.first, s.keep = "center", 0, true
	}
	if at.center {
		s.align, s.first = "center", 0
	}
	s.dress(n)
	return s
}

// dress applies the classes of the layout.
func (s *shape) dress(n *html.Node) {
	for _, class := range classes(n) {
		switch class {
		case "center":
			s.align, s.first = "center", 0
		case "left":
			s.align, s.first = "left", 0
		case "gap":
			s.before = 1417
		case "fresh":
			s.fresh = true
		case "note":
			s.first, s.before, s.rule, s.line = 0, 454, "top", 300
			s.face.size, s.face.italic = 21, true
		}
	}
}

// properties writes a shape as the properties of a paragraph, in the order that the schema wants.
func (s shape) properties() string {
	var b strings.Builder
	if s.style != "" {
		fmt.Fprintf(&b, `<w:pStyle w:val="%s"/>`, s.style)
	}
	if s.keep {
		b.WriteString(`<w:keepNext/>`)
	}
	if s.fresh {
		b.WriteString(`<w:pageBreakBefore/>`)
	}
	if s.rule != "" {
		fmt.Fprintf(&b, `<w:pBdr><w:%s w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>`, s.rule)
	}
	rule := "auto"
	if s.line < 0 {
		rule, s.line = "exact", -s.line
	}
	fmt.Fprintf(&b, `<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="%s"/>`, s.before, s.after, s.line, rule)
	fmt.Fprintf(&b, `<w:ind w:left="%d" w:right="%d" w:firstLine="%d"/><w:jc w:val="%s"/>`, s.left, s.right, s.first, s.align)
	return `<w:pPr>` + b.String() + `</w:pPr>`
}

// face is how letters look.
type face struct {
	size                          int // in half points
	bold, italic, under, surround bool
}

// of is the face of an inline element in a paragraph.
func (f face) of(n *html.Node, at place) face {
	switch n.Data {
	case "b", "strong", "th":
		f.bold = true
	case "i", "em":
		f.italic = true
	case "u":
		f.under = true
	case "small":
		if f.size = at.small; f.size == 0 {
			f.size = 24
		}
	}
	if slices.Contains(classes(n), "draft") {
		f.size, f.bold, f.surround = 24, true, true
	}
	return f
}

// properties writes a face as the properties of a run, in the order that the schema wants.
func (f face) properties() string {
	var b strings.Builder
	for _, one := range []struct {
		on   bool
		name string
	}{{f.bold, "b"}, {f.italic, "i"}} {
		if one.on {
			b.WriteString(`<w:` + one.name + `/>`)
		}
	}
	fmt.Fprintf(&b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, f.size, f.size)
	if f.under {
		b.WriteString(`<w:u w:val="single"/>`)
	}
	if f.surround {
		b.WriteString(`<w:bdr w:val="single" w:sz="4" w:space="0" w:color="auto"/>`)
	}
	return `<w:rPr>` + b.String() + `</w:rPr>`
}

// classes are the classes of an element.
func classes(n *html.Node) []string { return strings.Fields(attribute(n, "class")) }

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

package chrome

import (
	"strings"

	"golang.org/x/net/html"

	"canhcong/monitor"
)

// maxLinkText is how many bytes of a link's text are kept.
const maxLinkText = 500

// link extracts an anchor. One that only moves within the page or runs a script leads nowhere.
func (v *view) link(i int) {
	reference := v.d.get(i, "href")
	if reference == "" || strings.HasPrefix(reference, "#") || strings.HasPrefix(v.d.word(i, "href"), "javascript:") {
		return
	}
	address := v.d.absolute(reference)
	text, hidden := v.label(i)
	v.addLink(monitor.Link{URL: short(address), Text: text, Path: v.path(i), Rect: v.place(v.extent(i)), Hidden: hidden}, address)
}

// addLink appends a link within the limit. Its host counts in any case.
func (v *view) addLink(l monitor.Link, address string) {
	v.x.hosts.add(monitor.RoleLink, address)
	if len(v.x.page.Links) >= maxLinks {
		v.x.page.Truncated = true
		return
	}
	v.x.page.Links = append(v.x.page.Links, l)
}

// label returns the text of link i, images by their alternative text, and why it cannot be seen. One visible leaf makes the
// link visible; one without any leaf is judged by its own box, since its background may be the picture.
func (v *view) label(i int) (text, hidden string) {
	l := linkLabel{v: v}
	l.read(i)
	switch {
	case l.visible:
	case l.reason != "":
		hidden = l.reason
	default:
		hidden = v.leafHidden(i)
	}
	return clip(strings.Join(strings.Fields(l.text.String()), " "), maxLinkText), hidden
}

// linkLabel collects the leaves of a link.
type linkLabel struct {
	v       *view
	text    strings.Builder
	visible bool
	reason  string // of the first leaf that is hidden
	nodes   int    // read so far
}

// read adds the leaves under node i.
func (l *linkLabel) read(i int) {
	n := &l.v.d.nodes[i]
	l.nodes++
	switch {
	case l.text.Len() > 4*maxLinkText, l.nodes > maxLinkNodes:
		return
	case n.kind == textNode && !blank(n.value):
		l.text.WriteString(clip(n.value, 4*maxLinkText))
		l.leaf(i)
	case n.kind == textNode:
		l.text.WriteByte(' ')
	case n.name == "img":
		l.text.WriteString(" " + clip(l.v.d.get(i, "alt"), maxLinkText) + " ")
		l.leaf(i)
	case n.name == "svg", n.pseudo && n.text != "":
		l.leaf(i)
	case unread[n.name]:
		return
	}
	if l.v.d.blockLevel(i) {
		l.text.WriteByte(' ')
	}
	for _, child := range n.children {
		l.read(child)
	}
}

// leaf notes whether leaf i can be seen.
func (l *linkLabel) leaf(i int) {
	switch reason := l.v.leafHidden(i); {
	case reason == "":
		l.visible = true
	case l.reason == "":
		l.reason = reason
	}
}

// extent is the place of element i with everything in it: an inline link has the box of its first line only.
func (v *view) extent(i int) box {
	b := v.d.nodes[i].box
	for _, child := range v.d.nodes[i].children {
		b = b.union(v.d.nodes[child].box)
	}
	return b
}

// noscript reads what browsers without scripts would show. The browser keeps it as one text, and search engines read it.
func (v *view) noscript(i int) {
	source := v.x.content(v.d, i)
	if blank(source) {
		return
	}
	p := &part{hidden: hiddenNoscript}
	var href string
	var label strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			v.block(i, p)
			return
		case html.TextToken:
			text := string(z.Text())
			p.text.WriteString(text)
			label.WriteString(text)
		default:
			p.text.WriteByte(' ')
			token := z.Token()
			if token.Data != "a" {
				continue
			}
			if href != "" {
				v.noscriptLink(i, href, label.String())
			}
			href = ""
			label.Reset()
			if kind == html.StartTagToken {
				href = attribute(token, "href")
			}
		}
	}
}

// noscriptLink adds a link found in noscript element i.
func (v *view) noscriptLink(i int, href, text string) {
	address := v.d.absolute(href)
	v.addLink(monitor.Link{
		URL: short(address), Text: clip(strings.Join(strings.Fields(text), " "), maxLinkText), Path: v.path(i), Hidden: hiddenNoscript,
	}, address)
}

// attribute returns an attribute of a token.
func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

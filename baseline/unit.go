package baseline

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"canhcong/monitor"
)

// kind is where on a page a text unit speaks from.
type kind string

const (
	inTitle   kind = "title"
	inMeta    kind = "meta"
	inDialog  kind = "dialog"
	inHeading kind = "heading"
	inBody    kind = "body"
	inLink    kind = "link"
	inAlt     kind = "alt"
)

// unit is one piece of text that is judged on its own.
type unit struct {
	kind   kind
	where  string // for people: the kind, or the tag path of a block
	path   string
	text   string
	normal string // its text, normalised
	mark   uint64 // of its normalised text
	chars  int    // of its normalised text
	rect   monitor.Rect
	font   float64
	hidden string
	away   []string // hosts outside government that its links lead to
	terms  []term   // of the lexicon, where its text is new
}

// metaNames are the descriptions that search engines and social networks show instead of the page.
var metaNames = []string{"description", "keywords", "og:title", "og:description", "og:site_name", "twitter:title", "twitter:description"}

func newUnit(k kind, where, text string) unit {
	normal := unitText(text)
	return unit{kind: k, where: where, text: text, normal: normal, mark: mark(normal), chars: utf8.RuneCountInString(normal)}
}

// unitsOf cuts a page into its text units, in document order. own tells the hosts that belong to the site.
func unitsOf(p *monitor.Page, own func(host string) bool) []unit {
	list := []unit{newUnit(inTitle, "title", p.Title)}
	for _, name := range metaNames {
		if text := p.Meta[name]; text != "" {
			list = append(list, newUnit(inMeta, "meta "+name, text))
		}
	}
	for _, d := range p.Dialogs {
		list = append(list, newUnit(inDialog, "dialog", d.Text))
	}
	out := outsideLinks(p.Links, own)
	for _, b := range p.Blocks {
		list = append(list, blockUnit(b, out))
	}
	list = append(list, out.units()...)
	for _, img := range p.Images {
		if img.Alt != "" {
			u := newUnit(inAlt, "alt", img.Alt)
			u.rect = img.Rect
			list = append(list, u)
		}
	}
	return list
}

func blockUnit(b monitor.Block, out *outside) unit {
	k := inBody
	if b.Tag == "h1" || b.Tag == "h2" || b.Tag == "h3" {
		k = inHeading
	}
	u := newUnit(k, b.Path, b.Text)
	u.path, u.rect, u.font, u.hidden = stablePath(b.Path), b.Rect, b.Font, b.Hidden
	u.away = out.within(b)
	return u
}

// stablePath is a tag path without digits, which templates number elements with.
func stablePath(p string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, p)
}

// outside are the links that leave the site and the government, and whether a block already speaks for them.
type outside struct {
	links []monitor.Link
	hosts []string
	told  []bool
	texts *automaton // which links have a text
	seen  []int      // by text: the last block that it was found in
	block int
}

// mostAway is how many links a block speaks for; those beyond it speak for themselves.
const mostAway = 200

func outsideLinks(links []monitor.Link, own func(string) bool) *outside {
	o := &outside{}
	texts := patterns{}
	for _, l := range links {
		h := hostOf(l.URL)
		if h == "" || own(h) || isPeer(h) {
			continue
		}
		if l.Text != "" {
			texts.add(l.Text, len(o.links))
		}
		o.links, o.hosts = append(o.links, l), append(o.hosts, h)
	}
	o.told = make([]bool, len(o.links))
	o.texts, o.seen = newAutomaton(texts, 1), make([]int, len(texts))
	return o
}

// within tells a path inside of another. Both may have been cut to their last steps, so the outer one may begin with steps
// that the inner one has lost.
func within(inner, outer string) bool {
	for {
		if strings.HasPrefix(inner, outer) {
			return true
		}
		_, rest, ok := strings.Cut(outer, "/")
		if !ok || !strings.Contains(rest, "/") {
			return false
		}
		outer = rest
	}
}

// within returns the hosts of the outside links whose text is part of a block, in the order of the page.
func (o *outside) within(b monitor.Block) (hosts []string) {
	o.block++
	var here []int
	o.texts.find([]byte(b.Text), func(text, _ int) bool {
		if o.seen[text] == o.block {
			return false
		}
		o.seen[text] = o.block
		for _, i := range o.texts.ids[text] {
			if p := o.links[i].Path; len(here) < mostAway && (within(p, b.Path) || within(b.Path, p)) {
				here = append(here, i)
			}
		}
		return true
	})
	slices.Sort(here)
	for _, i := range here {
		o.told[i] = true
		hosts = append(hosts, o.hosts[i])
	}
	return hosts
}

// units are the links that no block speaks for: without text, or hidden where blocks are not cut.
func (o *outside) units() (list []unit) {
	for i, l := range o.links {
		if o.told[i] {
			continue
		}
		text := strings.TrimSpace(l.Text + " " + slug(l.URL))
		if text == "" {
			text = o.hosts[i] // a picture that leads away
		}
		u := newUnit(inLink, "link", text)
		u.path, u.rect, u.hidden, u.away = stablePath(l.Path), l.Rect, l.Hidden, []string{o.hosts[i]}
		list = append(list, u)
	}
	return list
}

// slug is what the path of an address says in words.
func slug(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	base := path.Base(u.Path)
	if base == "/" || base == "." {
		return ""
	}
	return strings.NewReplacer("-", " ", "_", " ", "+", " ").Replace(strings.TrimSuffix(base, path.Ext(base)))
}

// visible tells units that a person reads on the page itself.
func (u unit) visible() bool {
	return u.hidden == "" && (u.kind == inHeading || u.kind == inBody) && u.chars > 0
}

// above tells units in the first viewport.
func (u unit) above() bool { return u.rect.Y < monitor.ViewportHeight && u.rect.H > 0 }

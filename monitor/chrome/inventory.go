package chrome

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"canhcong/monitor"
)

// head extracts title, language and meta data of the page.
func (x *extraction) head(d *document) {
	titled := false
	for i := range d.nodes {
		switch n := &d.nodes[i]; n.name {
		case "html":
			x.page.Lang = clip(d.get(i, "lang"), 35)
		case "title":
			if !titled && !d.inSVG(i) {
				titled = true
				x.page.Title = firstRunes(strings.Join(strings.Fields(x.content(d, i)), " "), maxTitle)
			}
		case "meta":
			x.meta(d, i)
		case "link":
			x.related(d, i)
		}
	}
}

// related keeps what a link element says of the page for others: which page is the original of it, which picture stands for
// it in a tab, and in which languages it is told elsewhere.
func (x *extraction) related(d *document, i int) {
	address := d.absolute(d.get(i, "href"))
	for rel := range strings.FieldsSeq(d.word(i, "rel")) {
		switch rel {
		case "canonical":
			x.page.Meta["canonical"] = clip(address, maxURL)
		case "icon":
			if x.page.Meta["icon"] == "" {
				x.page.Meta["icon"] = short(address)
			}
		case "alternate":
			language := clip(d.word(i, "hreflang"), 20)
			known := strings.Fields(x.page.Meta["hreflang"])
			if language != "" && len(known) < maxLanguages && !slices.Contains(known, language) {
				x.page.Meta["hreflang"] = strings.Join(append(known, language), " ")
			}
		}
	}
}

// inSVG reports whether element i is part of a drawing, whose title is a tooltip.
func (d *document) inSVG(i int) bool {
	for i = d.nodes[i].parent; i >= 0; i = d.nodes[i].parent {
		if d.nodes[i].name == "svg" {
			return true
		}
	}
	return false
}

// meta keeps a meta element by its name. The first of a name counts, as it does for search engines.
func (x *extraction) meta(d *document, i int) {
	for _, attribute := range []string{"name", "property", "http-equiv"} {
		name := strings.ToLower(clip(d.get(i, attribute), 64))
		if _, known := x.page.Meta[name]; name == "" || known || len(x.page.Meta) >= 60 {
			continue
		}
		x.page.Meta[name] = clip(d.get(i, "content"), 600)
	}
}

// content is the text directly in element i.
func (x *extraction) content(d *document, i int) string {
	var b strings.Builder
	for _, child := range d.nodes[i].children {
		if x.afford(len(d.nodes[child].value)) {
			b.WriteString(d.nodes[child].value)
		}
	}
	return b.String()
}

// absolute resolves an address as the browser does, "" for none.
func (d *document) absolute(reference string) string {
	if strings.HasPrefix(reference, "data:") {
		return reference
	}
	reference = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, strings.TrimSpace(clip(reference, 4*maxURL)))
	if reference == "" {
		return ""
	}
	base, err := url.Parse(d.base)
	if err != nil {
		return reference
	}
	u, err := base.Parse(reference)
	if err != nil {
		return reference
	}
	return u.String()
}

// inventory extracts links, scripts, forms, images, hosts and tag paths of the view's document.
func (v *view) inventory() {
	paths := make([]string, len(v.d.nodes))
	depths := make([]int, len(v.d.nodes))
	for i := range v.d.nodes {
		n := &v.d.nodes[i]
		if n.kind != elementNode || n.pseudo {
			if n.parent >= 0 {
				paths[i], depths[i] = paths[n.parent], depths[n.parent]
			}
			continue
		}
		v.tagPath(i, paths, depths)
		if take := collectors[n.name]; take != nil {
			take(v, i)
		}
	}
}

// tagPath counts the way from body to element i, down to the eighth level.
func (v *view) tagPath(i int, paths []string, depths []int) {
	n := &v.d.nodes[i]
	if n.parent >= 0 {
		paths[i], depths[i] = paths[n.parent], depths[n.parent]
	}
	switch n.name {
	case "html", "head", "script", "style", "link", "meta", "title", "noscript", "template", "br":
		return
	}
	depths[i]++
	if depths[i] > pathDepth || v.within("head", i) {
		return
	}
	if paths[i] != "" {
		paths[i] += "/"
	} else {
		paths[i] = v.frame.path
	}
	paths[i] += v.d.label(i)
	if _, known := v.x.page.TagPaths[paths[i]]; known || len(v.x.page.TagPaths) < maxPaths {
		v.x.page.TagPaths[paths[i]]++
	}
}

// within reports whether the parent of element i has the given name.
func (v *view) within(name string, i int) bool {
	p := v.d.nodes[i].parent
	return p >= 0 && v.d.nodes[p].name == name
}

// collectors say what is taken from which element.
var collectors map[string]func(*view, int)

func init() { // not in the declaration, which would refer to itself by way of noscript
	collectors = map[string]func(*view, int){
		"a": (*view).link, "area": (*view).link, "script": (*view).script, "form": (*view).form, "img": (*view).image,
		"input":  (*view).image,
		"iframe": hostIn("src", monitor.RoleFrame), "frame": hostIn("src", monitor.RoleFrame), "embed": hostIn("src", monitor.RoleFrame),
		"object": hostIn("data", monitor.RoleFrame), "video": hostIn("src", monitor.RoleMedia), "audio": hostIn("src", monitor.RoleMedia),
		"source": hostIn("src", monitor.RoleMedia), "link": (*view).sheet,
	}
}

// hostIn notes the host of an attribute.
func hostIn(attribute string, part monitor.Role) func(*view, int) {
	return func(v *view, i int) { v.x.hosts.add(part, v.d.absolute(v.d.get(i, attribute))) }
}

// sheet notes the host of a style sheet.
func (v *view) sheet(i int) {
	if strings.Contains(v.d.word(i, "rel"), "stylesheet") {
		v.x.hosts.add(monitor.RoleStyle, v.d.absolute(v.d.get(i, "href")))
	}
}

// script extracts a script element. Data blocks such as JSON-LD are no scripts.
func (v *view) script(i int) {
	switch kind := v.d.word(i, "type"); {
	case kind == "", kind == "module", strings.Contains(kind, "javascript"), strings.Contains(kind, "ecmascript"):
	default:
		return
	}
	if len(v.x.page.Scripts) >= maxOther {
		v.x.page.Truncated = true
		return
	}
	if src := v.d.get(i, "src"); src != "" {
		src = v.d.absolute(src)
		v.x.hosts.add(monitor.RoleScript, src)
		v.x.page.Scripts = append(v.x.page.Scripts, monitor.Script{Src: short(src)})
		return
	}
	body := v.x.content(v.d, i)
	sum := sha256.Sum256([]byte(body))
	script := monitor.Script{Hash: hex.EncodeToString(sum[:]), Size: len(body), Head: firstRunes(strings.TrimSpace(body), 200)}
	describe(&script, body)
	v.x.page.Scripts = append(v.x.page.Scripts, script)
}

// form extracts a form element.
func (v *view) form(i int) {
	action := v.d.absolute(v.d.get(i, "action"))
	if action == "" {
		action = v.d.address
	}
	v.x.hosts.add(monitor.RoleForm, action)
	if len(v.x.page.Forms) < maxOther {
		v.x.page.Forms = append(v.x.page.Forms, monitor.Form{Action: short(action), Method: v.d.word(i, "method")})
	}
}

// image extracts an image that can be seen.
func (v *view) image(i int) {
	n := &v.d.nodes[i]
	if n.name == "input" && !strings.EqualFold(v.d.get(i, "type"), "image") {
		return
	}
	src := n.source
	if src == "" {
		src = v.d.absolute(v.d.get(i, "src"))
	}
	v.x.hosts.add(monitor.RoleImage, src)
	if src == "" || len(v.x.page.Images) >= maxImages || v.leafHidden(i) != "" {
		return
	}
	v.x.page.Images = append(v.x.page.Images, monitor.Image{Src: short(src), Alt: clip(v.d.get(i, "alt"), 300), Rect: v.place(n.box)})
}

// short shortens an address for keeping. One that is the data itself is named by its length and the hash of its beginning.
func short(address string) string {
	if kind, data, ok := strings.Cut(address, ","); ok && strings.HasPrefix(kind, "data:") {
		sum := sha256.Sum256([]byte(data[:min(len(data), 64<<10)]))
		return fmt.Sprintf("%s,%d:sha256:%x", clip(kind, 64), len(data), sum)
	}
	return clip(address, maxURL)
}

// firstRunes returns the first n characters.
func firstRunes(s string, n int) string {
	for at := range s {
		if n == 0 {
			return s[:at]
		}
		n--
	}
	return s
}

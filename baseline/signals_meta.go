package baseline

import (
	"slices"
	"strings"

	"canhcong/monitor"
)

// declared reads what the page tells machines about itself, and its server (detection.md, B9 and B11): each little on its own.
func (c *comparison) declared() []Evidence {
	found := c.canonical()
	for _, judge := range []func() (Evidence, bool){c.icon, c.language, c.description, c.translations, c.server} {
		if e, ok := judge(); ok {
			found = append(found, e)
		}
	}
	return found
}

// canonical tells that the page names another site as the original of itself, which is how doorways steal search results.
func (c *comparison) canonical() []Evidence {
	for _, name := range []string{"canonical", "og:url"} {
		h := hostOf(c.page.Meta[name])
		if h == "" || c.own(h) || domainOf(h) == domainOf(hostOf(c.anchor.Meta[name])) {
			continue
		}
		e := evidence(SignalCanonical, 6)
		if isPeer(h) {
			e.Weight = 1
		}
		e.Where, e.Expected, e.Seen = name, hostOf(c.anchor.Meta[name]), h
		return []Evidence{e}
	}
	return nil
}

func meta1(where, expected, seen string) (Evidence, bool) {
	e := evidence(SignalMeta, 1)
	e.Where, e.Expected, e.Seen = where, clip(expected, 160), clip(seen, 160)
	return e, true
}

// icon tells that another picture stands for the page in a tab. What is in it is not looked at.
func (c *comparison) icon() (Evidence, bool) {
	was, is := c.anchor.Meta["icon"], c.page.Meta["icon"]
	if was == "" || is == "" || iconKey(was) == iconKey(is) {
		return Evidence{}, false
	}
	return meta1("icon", was, is)
}

func iconKey(address string) string {
	if strings.HasPrefix(address, "data:") {
		return address
	}
	return linkKey(address)
}

// language tells that the page declares another language than Vietnamese.
func (c *comparison) language() (Evidence, bool) {
	if !c.foreignLang() {
		return Evidence{}, false
	}
	return meta1("lang", c.anchor.Lang, c.page.Lang)
}

// description tells that search engines are given a text without a word of the approved one.
func (c *comparison) description() (Evidence, bool) {
	was, is := c.anchor.Meta["description"], c.page.Meta["description"]
	if was == "" || is == "" || c.profile.known(mark(unitText(is))) || wordsShared(was, is) {
		return Evidence{}, false
	}
	return meta1("meta description", was, is)
}

// translations tells that the page says it is told in a language in which it was not: spam for other countries does.
func (c *comparison) translations() (Evidence, bool) {
	if c.anchor.Version < 1 { // the approved look is older than what notes languages
		return Evidence{}, false
	}
	was := strings.Fields(c.anchor.Meta["hreflang"])
	var added []string
	for _, language := range strings.Fields(c.page.Meta["hreflang"]) {
		if language != "x-default" && !strings.HasPrefix(language, "vi") && !slices.Contains(was, language) {
			added = append(added, language)
		}
	}
	if len(added) == 0 {
		return Evidence{}, false
	}
	return meta1("hreflang", strings.Join(was, " "), strings.Join(added, " "))
}

// server tells that other software answers than on any look that was learnt. Versions come and go.
func (c *comparison) server() (Evidence, bool) {
	was, is := product(c.anchor.Server), product(c.page.Server)
	if was == "" || is == "" || was == is || slices.Contains(c.profile.Servers, is) {
		return Evidence{}, false
	}
	e := evidence(SignalServer, 1)
	e.Expected, e.Seen = c.anchor.Server, c.page.Server
	return e, true
}

// product is the name of a server's software without its version.
func product(server string) string {
	name, _, _ := strings.Cut(strings.TrimSpace(server), "/")
	name, _, _ = strings.Cut(name, " ")
	return strings.ToLower(name)
}

// learnDeclared keeps what a sample showed that tells a later look what is known here: overlays, servers and pictures.
func (p *Profile) learnDeclared(page *monitor.Page) {
	for _, o := range page.Overlays {
		p.Overlays = addMark(p.Overlays, overlayMark(o))
	}
	if s := product(page.Server); s != "" && !slices.Contains(p.Servers, s) {
		p.Servers = append(p.Servers, s)
	}
	for address := range picturesOf(page) {
		p.Pictures = addMark(p.Pictures, mark(iconKey(address)))
	}
}

// mostMarks is how many pictures of a page are remembered.
const mostMarks = 1000

func addMark(list []uint64, m uint64) []uint64 {
	at, known := slices.BinarySearch(list, m)
	if known || len(list) >= mostMarks {
		return list
	}
	return slices.Insert(list, at, m)
}

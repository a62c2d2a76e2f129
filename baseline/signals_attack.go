package baseline

import (
	"slices"
	"strings"

	"canhcong/monitor"
)

// attack reads the signals that need no baseline. An error page or an empty one is asked only for what is loudest.
func (c *comparison) attack() []Evidence {
	found := append(c.signature(), c.redirect()...)
	if !c.load.added {
		return append(found, c.promotion(func(u unit) bool { return u.kind == inTitle })...)
	}
	found = append(found, c.greetings()...)
	found = append(found, c.media()...)
	found = append(found, c.promotion(func(unit) bool { return true })...)
	found = append(found, c.hiddenLinks()...)
	found = append(found, c.overlay()...)
	found = append(found, c.downloads()...)
	return append(found, c.obfuscation()...)
}

const (
	shortPage  = 1500 // characters: on a shorter page every line is prominent
	firstLines = 300  // characters a visitor reads first
	shortUnit  = 80   // characters of a headline: a signature in it is the headline
)

// signature finds attack phrases that are new and prominent. Deep inside an article they are a quotation and weigh nothing.
func (c *comparison) signature() []Evidence {
	e := evidence(SignalSignature, 0)
	first := c.firstUnits()
	for _, u := range c.fresh {
		t, ok := strongTerm(u)
		if !ok || !c.prominent(u, first) {
			continue
		}
		weight := t.Weight
		if u.kind == inTitle || u.kind == inDialog || e.Count > 0 {
			weight += 2
		}
		if weight > e.Weight {
			e.Weight, e.Where, e.Seen = weight, u.where, clip(u.text, 160)
		}
		e.Count++
		e.Examples = addExample(e.Examples, u.text)
		e.Regions = addRegion(e.Regions, u)
	}
	if e.Count == 0 {
		return nil
	}
	return []Evidence{e}
}

// strongTerm is the signature a unit carries. Where police or press speak, it is a quotation; a title or a dialog is not
// where they speak.
func strongTerm(u unit) (term, bool) {
	terms := shippedLexicon.Find(u.text)
	announced := u.kind == inTitle || u.kind == inDialog
	if n, _ := in(terms, reportage); n > 0 && !announced {
		return term{}, false
	}
	var best term
	for _, t := range terms {
		if t.Title && !announced || t.Family != defacing && t.Family != ransom && t.Family != webshell {
			continue
		}
		if t.Weight > best.Weight {
			best = t
		}
	}
	return best, best.Weight > 0
}

func (c *comparison) prominent(u unit, first map[uint64]bool) bool {
	switch {
	case u.kind == inTitle, u.kind == inDialog, u.kind == inHeading:
		return true
	case u.hidden != "":
		return false
	case u.kind == inAlt, c.is.text < shortPage, first[u.mark], u.chars <= shortUnit:
		return true
	}
	return u.font >= 24 && u.above()
}

// firstUnits are the visible units that make up the first lines of the page.
func (c *comparison) firstUnits() map[uint64]bool {
	set, chars := map[uint64]bool{}, 0
	for _, u := range c.units {
		if !u.visible() {
			continue
		}
		if chars >= firstLines {
			break
		}
		chars += u.chars
		set[u.mark] = true
	}
	return set
}

func addRegion(list []monitor.Rect, u unit) []monitor.Rect {
	if u.hidden != "" || !u.above() || len(list) >= 8 {
		return list
	}
	return append(list, u.rect)
}

// greetings are weak phrases that come with defacements.
func (c *comparison) greetings() []Evidence {
	e := evidence(SignalGreeting, 0)
	seen := map[string]bool{}
	for _, u := range c.fresh {
		terms := shippedLexicon.Find(u.text)
		if n, _ := in(terms, reportage); n > 0 {
			continue
		}
		for _, t := range terms {
			if t.Family == greeting && !seen[t.ID] {
				seen[t.ID] = true
				e.Weight = min(4, e.Weight+t.Weight)
				e.Examples = addExample(e.Examples, u.text)
			}
		}
	}
	e.Count = len(seen)
	if e.Count == 0 {
		return nil
	}
	return []Evidence{e}
}

// media finds new hosts where defacements keep their pictures, music and contacts.
func (c *comparison) media() []Evidence {
	e := evidence(SignalMedia, 0)
	roles := []monitor.Role{monitor.RoleImage, monitor.RoleMedia, monitor.RoleLink, monitor.RoleScript}
	hosts := hostsOf(c.page)
	for _, role := range roles {
		for _, h := range hosts[role] {
			d := domainOf(h)
			if attackHosts[d] && !c.profile.trusts(d, roles...) && !slices.Contains(e.Examples, d) {
				e.Examples = append(e.Examples, d)
			}
		}
	}
	if e.Count = len(e.Examples); e.Count == 0 {
		return nil
	}
	e.Weight = float64(min(3, e.Count))
	e.Examples = e.Examples[:min(5, e.Count)]
	return []Evidence{e}
}

// redirect tells that the page leads to somebody else's site: it did, or it asks browsers to.
func (c *comparison) redirect() []Evidence {
	final, how := c.destination()
	d := domainOf(final)
	if final == "" || c.own(final) || d == domainOf(hostOf(c.before.FinalURL)) {
		return nil
	}
	e := evidence(SignalRedirect, 9)
	e.Expected, e.Seen, e.Where = hostOf(c.after.Site.URL), final, how
	switch {
	case isPeer(final):
		e.Weight = 4
	case brandHost(final), how != "meta" && c.anchor != nil && c.kept.text < 0.4:
		e.Weight = 12
	}
	return []Evidence{e}
}

// destination is the host where visitors end, and how they get there.
func (c *comparison) destination() (host, how string) {
	host, how = hostOf(c.after.FinalURL), "http"
	if n := len(c.page.Redirects); n > 0 {
		how = c.page.Redirects[n-1].How
	}
	if host != "" && !c.own(host) {
		return host, how
	}
	target := refreshTarget(c.page.Meta["refresh"])
	if target == "" || c.anchor != nil && target == refreshTarget(c.anchor.Meta["refresh"]) {
		return host, how
	}
	return target, "meta"
}

// refreshTarget is the host that a meta refresh leads to: "0; url=https://…".
func refreshTarget(content string) string {
	_, address, ok := strings.Cut(strings.ToLower(content), "url=")
	if !ok {
		return ""
	}
	return hostOf(strings.Trim(address, ` '"`))
}

// overlay finds something new with an attack's words that covers most of the first screen of a longer page.
func (c *comparison) overlay() []Evidence {
	const covering = monitor.ViewportWidth * monitor.ViewportHeight * 6 / 10
	for _, u := range c.fresh {
		if u.hidden != "" || !u.above() || u.rect.W*u.rect.H < covering {
			continue
		}
		if p := c.promotes(u); p.points == 0 {
			if _, strong := strongTerm(u); !strong {
				continue
			}
		}
		e := evidence(SignalOverlay, 9)
		e.Where, e.Seen, e.Regions = u.where, clip(u.text, 160), []monitor.Rect{u.rect}
		return []Evidence{e}
	}
	return nil
}

// downloads tells that the page started a download by itself.
func (c *comparison) downloads() []Evidence {
	if len(c.page.Downloads) == 0 || c.anchor != nil && len(c.anchor.Downloads) > 0 {
		return nil
	}
	e := evidence(SignalDownload, 5)
	e.Count = len(c.page.Downloads)
	for _, d := range c.page.Downloads {
		e.Examples = addExample(e.Examples, d)
	}
	e.Seen = e.Examples[0]
	return []Evidence{e}
}

// disguises are what scripts begin with that do not want to be read.
var disguises = []string{"eval(function(p,a,c,k", "eval(atob(", "eval(unescape(", "document.write(unescape(", "string.fromcharcode(",
	"document.documentelement.innerhtml", "_0x", "atob(\"", "atob('", "unescape(\"%", "unescape('%"}

// obfuscation finds new inline scripts that hide what they do. Old ones are nobody's attack: packers are in honest use.
func (c *comparison) obfuscation() []Evidence {
	if c.anchor == nil {
		return nil
	}
	e := evidence(SignalObfuscation, 0)
	for _, s := range c.page.Scripts {
		if s.Src != "" || slices.Contains(c.profile.Scripts, scriptMark(s)) || c.anchorHas(s) {
			continue
		}
		head := strings.ToLower(strings.ReplaceAll(s.Head, " ", ""))
		if slices.ContainsFunc(disguises, func(d string) bool { return strings.Contains(head, d) }) {
			e.Count++
			e.Weight = min(5, e.Weight+3)
			e.Examples = addExample(e.Examples, s.Head)
		}
	}
	if e.Count == 0 {
		return nil
	}
	return []Evidence{e}
}

func (c *comparison) anchorHas(s monitor.Script) bool {
	return slices.ContainsFunc(c.anchor.Scripts, func(a monitor.Script) bool { return a.Src == "" && scriptMark(a) == scriptMark(s) })
}

package baseline

import (
	"slices"
	"strings"

	"canhcong/monitor"
)

// pitch is how strongly one unit promotes.
type pitch struct {
	points float64
	terms  []string // the specific ones
	hidden bool     // hidden from people, and leads away
}

// promotion sums what new units promote: gambling, loans, forged papers and the like.
func (c *comparison) promotion(wanted func(unit) bool) []Evidence {
	e := evidence(SignalPromo, 0)
	best, terms := 0.0, map[string]bool{}
	seen := map[uint64]bool{}
	for i, u := range c.fresh {
		if !wanted(u) || seen[u.mark] && len(u.away) == 0 {
			continue
		}
		p := c.promotes(u)
		if p.points == 0 || c.inReport(i) && !p.hidden {
			continue
		}
		seen[u.mark] = true
		e.Weight += p.points
		e.Count++
		for _, t := range p.terms {
			terms[t] = true
		}
		if p.points > best {
			best, e.Where, e.Seen = p.points, u.where, clip(u.text, 160)
			e.Expected = strings.Join(p.terms, ", ")
		}
		if p.hidden {
			e.Where = "hidden"
		}
		e.Examples = addExample(e.Examples, u.text)
		e.Regions = addRegion(e.Regions, u)
	}
	if e.Count == 0 {
		return nil
	}
	e.Weight = min(12, e.Weight)
	c.pitched = len(terms)
	return []Evidence{e}
}

// Points of one unit that promotes. A promotion that leads to a stranger is enough by itself: no portal sends its visitors
// there.
const (
	pitchTerm    = 3.0 // for each specific term, up to three of them
	pitchLeaving = suspiciousScore
)

// promotes weighs one unit: how many specific terms, where, and whether it leads away. Where police, courts or prevention
// speak in the same unit it is news about gambling, unless that news leads to the house itself.
func (c *comparison) promotes(u unit) pitch {
	found, away := u.terms, c.strangers(u)
	p := pitch{hidden: u.hidden != "" && len(away) > 0}
	if n := in(found, reportage); n > 0 && u.kind != inTitle && !p.hidden && !slices.ContainsFunc(away, brandHost) {
		return pitch{}
	}
	weak := 0
	for _, t := range found {
		switch {
		case t.Family != gambling && t.Family != spam:
		case t.Company:
			weak++
		default:
			p.terms = append(p.terms, t.Pattern)
		}
	}
	p.terms = append(p.terms, brands(u, away)...)
	p.points = pitched(len(p.terms), weak, len(away) > 0 && c.anchor != nil && u.chars <= longestPitch)
	if p.points > 0 {
		p.points += placed(u, len(away) > 0)
	}
	return p
}

// longestPitch is how long, in characters, a text that sells may be: an article that mentions the trade and links to
// somebody is longer.
const longestPitch = 400

// pitched weighs specific and weak terms in one unit.
func pitched(specific, weak int, leaves bool) float64 {
	switch {
	case leaves && (specific > 0 || weak >= 3):
		return max(pitchLeaving, pitchTerm*float64(min(specific, 3)))
	case specific > 0:
		return pitchTerm * float64(min(specific, 3))
	case leaves && weak == 2:
		return 2 * pitchTerm
	case weak >= 3:
		return pitchTerm
	case leaves && weak == 1:
		return 2
	}
	return 0
}

// brands are gambling brands by their shape, in the title and in links that lead to strangers.
func brands(u unit, away []string) (list []string) {
	if u.kind == inTitle || len(away) > 0 {
		if b := houseIn(u.text, len(away) > 0); b != "" {
			list = append(list, b)
		}
	}
	for _, h := range away {
		if brandHost(h) && !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	return list
}

// placed is what the place of a unit adds.
func placed(u unit, leaves bool) (points float64) {
	switch {
	case u.kind == inTitle, u.kind == inMeta, u.kind == inDialog, u.path != "" && strings.HasSuffix(u.path, "h1"), u.hidden != "",
		u.font >= 20 && u.above():
		points = 3
	}
	if leaves {
		points += 2
	}
	return points
}

// strangers are the hosts a unit leads to that nobody approved.
func (c *comparison) strangers(u unit) (hosts []string) {
	for _, h := range u.away {
		if d := domainOf(h); !wellKnown[d] && !c.profile.trusts(d, monitor.RoleLink) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// inReport tells body text whose neighbours are a report by police or press.
func (c *comparison) inReport(i int) bool {
	u := c.fresh[i]
	if u.kind != inBody || len(c.strangers(u)) > 0 {
		return false
	}
	reports := 0
	for k := max(0, i-4); k < min(len(c.fresh), i+5); k++ {
		reports += in(c.fresh[k].terms, reportage)
	}
	return reports >= 3
}

// hiddenLinks finds new links to strangers that a person cannot see. display:none alone is how menus and tabs work, and so
// is whatever hid other links in the same place when the page was approved: it takes many of those.
func (c *comparison) hiddenLinks() []Evidence {
	known, places := c.knownLinks()
	e := evidence(SignalHiddenLinks, 0)
	folded, selling := 0, false
	for _, l := range c.page.Links {
		h := hostOf(l.URL)
		if l.Hidden == "" || h == "" || c.own(h) || isPeer(h) || known[linkKey(l.URL)] {
			continue
		}
		if d := domainOf(h); wellKnown[d] || c.profile.trusts(d, monitor.RoleLink) {
			continue
		}
		e.Count++
		e.Where = l.Hidden
		e.Examples = addExample(e.Examples, h)
		usual := strings.HasPrefix(l.Hidden, "display") || l.Hidden == "noscript" || places[hidingPlace(l)]
		if usual {
			folded++
		}
		selling = selling || brandHost(h) || sells(l.Text, !usual)
	}
	e.Weight = hiddenWeight(e.Count, folded, selling)
	if e.Weight == 0 {
		return nil
	}
	return []Evidence{e}
}

// knownLinks are the links of the approved page, and the places where it hid some.
func (c *comparison) knownLinks() (links, places map[string]bool) {
	links, places = map[string]bool{}, map[string]bool{}
	if c.anchor == nil {
		return links, places
	}
	for _, l := range c.anchor.Links {
		links[linkKey(l.URL)] = true
		if l.Hidden != "" {
			places[hidingPlace(l)] = true
		}
	}
	return links, places
}

// hidingPlace names where on a page a link is hidden, and how.
func hidingPlace(l monitor.Link) string { return stablePath(l.Path) + " " + l.Hidden }

func hiddenWeight(n, folded int, selling bool) float64 {
	switch real := n - folded; {
	case n > 0 && selling:
		return 12
	case real >= 2:
		return 9
	case real == 1, n >= 10:
		return 6
	}
	return 0
}

// sells tells a text that sells what hacked portals sell; weak words count too where nobody has to be given the benefit of
// the doubt.
func sells(text string, weak bool) bool {
	if slices.ContainsFunc(lexiconInUse.Find(text), func(t term) bool { return (weak || !t.Company) && (t.Family == gambling || t.Family == spam) }) {
		return true
	}
	return houseIn(text, true) != ""
}

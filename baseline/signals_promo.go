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

// promotes weighs one unit: how many specific terms, where, and whether it leads away. Where police, courts or prevention
// speak in the same unit it is news about gambling.
func (c *comparison) promotes(u unit) pitch {
	found := u.terms
	p := pitch{hidden: u.hidden != "" && len(c.strangers(u)) > 0}
	if n := in(found, reportage); n > 0 && u.kind != inTitle && !p.hidden {
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
	p.terms = append(p.terms, c.brands(u)...)
	switch n := len(p.terms); {
	case n > 0:
		p.points = float64(3 * min(n, 3))
	case weak >= 3:
		p.points = 3
	case weak > 0 && len(c.strangers(u)) > 0:
		p.points = 2
	default:
		return pitch{}
	}
	p.points += c.placed(u)
	return p
}

// brands are gambling brands by their shape, in the title and in links that lead to strangers.
func (c *comparison) brands(u unit) (list []string) {
	away := c.strangers(u)
	if u.kind == inTitle || len(away) > 0 {
		if b := brandIn(u.text); b != "" {
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
func (c *comparison) placed(u unit) (points float64) {
	switch {
	case u.kind == inTitle, u.kind == inMeta, u.kind == inDialog, u.path != "" && strings.HasSuffix(u.path, "h1"), u.hidden != "",
		u.font >= 20 && u.above():
		points = 3
	}
	if len(c.strangers(u)) > 0 {
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

// hiddenLinks finds new links to strangers that a person cannot see. display:none alone is how menus and tabs work, so it
// takes many.
func (c *comparison) hiddenLinks() []Evidence {
	known := map[string]bool{}
	if c.anchor != nil {
		for _, l := range c.anchor.Links {
			known[linkKey(l.URL)] = true
		}
	}
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
		if strings.HasPrefix(l.Hidden, "display") || l.Hidden == "noscript" {
			folded++
		}
		selling = selling || brandHost(h) || sells(l.Text)
	}
	e.Weight = hiddenWeight(e.Count, folded, selling)
	if e.Weight == 0 {
		return nil
	}
	return []Evidence{e}
}

func hiddenWeight(n, folded int, selling bool) float64 {
	real := n - folded
	switch {
	case n > 0 && selling:
		return 12
	case real >= 10:
		return 9
	case real >= 3, n >= 10:
		return 6
	}
	return 0
}

func sells(text string) bool {
	return slices.ContainsFunc(shippedLexicon.Find(text), func(t term) bool { return !t.Company && (t.Family == gambling || t.Family == spam) })
}

package baseline

import (
	"fmt"
	"slices"
	"unicode"

	"canhcong/monitor"
)

func isLetter(r rune) bool { return unicode.IsLetter(r) }

// trust reads who has a say in the page now and had none when it was approved.
func (c *comparison) trust() []Evidence {
	var found []Evidence
	found = append(found, c.origin(SignalScriptOrigin, monitor.RoleScript, 5)...)
	found = append(found, c.origin(SignalFrameOrigin, monitor.RoleFrame, 5)...)
	found = append(found, c.origin(SignalFormOrigin, monitor.RoleForm, 5)...)
	found = append(found, c.origin(SignalStyleOrigin, monitor.RoleStyle, 3)...)
	found = append(found, c.origin(SignalFetchOrigin, monitor.RoleFetch, 5)...)
	found = append(found, c.sharedScripts()...)
	found = append(found, c.messengers()...)
	found = append(found, c.declared()...)
	return append(found, c.region()...)
}

// origin weighs new hosts of one role. Agencies and the services that everybody embeds weigh little.
func (c *comparison) origin(s Signal, role monitor.Role, stranger float64) []Evidence {
	e := evidence(s, 0)
	var hosts []string
	for _, h := range c.hosts[role] {
		d := domainOf(h)
		if h == "" || c.own(h) || slices.Contains(hosts, d) || c.profile.trusts(d, role, monitor.RoleScript) {
			continue
		}
		hosts = append(hosts, d)
		if isPeer(h) || wellKnown[d] {
			e.Weight++
		} else {
			e.Weight += stranger
			e.Seen = h
		}
		e.Examples = addExample(e.Examples, h)
	}
	if e.Count = len(hosts); e.Count == 0 {
		return nil
	}
	if e.Seen == "" {
		e.Seen = e.Examples[0]
	}
	e.Weight = min(8, e.Weight)
	return []Evidence{e}
}

// sharedScripts finds new scripts from where anybody may put one, on a host that is well known for others.
func (c *comparison) sharedScripts() []Evidence {
	e := evidence(SignalScriptOrigin, 5)
	known := map[string]bool{}
	for _, s := range c.anchor.Scripts {
		known[linkKey(s.Src)] = true
	}
	for _, s := range c.page.Scripts {
		if isShared(s.Src) && !known[linkKey(s.Src)] {
			e.Count++
			e.Examples = addExample(e.Examples, s.Src)
		}
	}
	if e.Count == 0 {
		return nil
	}
	e.Seen = e.Examples[0]
	return []Evidence{e}
}

// notes says what changed without weighing it.
func (c *comparison) notes() []Evidence {
	var found []Evidence
	if share, examples, n := c.novelty(); share > 0.02 {
		e := evidence(SignalTextAdded, 0)
		e.Seen, e.Examples, e.Count = percent(share), examples, n
		found = append(found, e)
	}
	found = append(found, c.removed()...)
	if l := c.picture; l.judged && l.share > 0.05 {
		e := evidence(SignalAppearance, 0)
		e.Seen, e.Count, e.Regions = percent(l.share), l.bits, areas(l.moved)
		found = append(found, e)
	}
	found = append(found, c.outOfScale()...)
	found = append(found, c.colour()...)
	return append(found, c.explained()...)
}

// removed notes that stable text is gone for good.
func (c *comparison) removed() []Evidence {
	if c.kept.text >= 0.85 {
		return nil
	}
	lost, of := c.lost()
	if float64(lost) <= 0.15*float64(of) {
		return nil
	}
	e := evidence(SignalTextRemoved, 0)
	e.Seen, e.Expected, e.Count = percent(float64(lost)/float64(of)), fmt.Sprint(of), lost
	return []Evidence{e}
}

// colour notes a page that went grey, as all portals do in state mourning, or came back.
func (c *comparison) colour() []Evidence {
	if !c.load.looks || c.anchor.Visual == nil || c.page.Visual == nil || c.kept.text < 0.85 || c.titleLost() {
		return nil
	}
	was, is := c.anchor.Visual.Colour, c.page.Visual.Colour
	if max(was, is) < 0.03 || min(was, is) > 0.3*max(was, is) {
		return nil
	}
	e := evidence(SignalColour, 0)
	e.Expected, e.Seen = percent(was), percent(is)
	return []Evidence{e}
}

// explained names what stands in for the page, when the page says so itself: maintenance, a server's own page, a parked name.
func (c *comparison) explained() []Evidence {
	if c.kept.text >= 0.4 {
		return nil
	}
	named := map[family]Signal{repairing: SignalRepair, standIn: SignalStandIn}
	for _, u := range c.fresh {
		for _, t := range u.terms {
			if s := named[t.Family]; s != "" && (u.visible() || u.kind == inTitle) && c.is.text < shortPage {
				e := evidence(s, 0)
				e.Where, e.Seen, e.Expected = u.where, clip(u.text, 160), t.Pattern
				return []Evidence{e}
			}
		}
	}
	return nil
}

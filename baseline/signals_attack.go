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
	found = append(found, c.watched()...)
	found = append(found, c.media()...)
	found = append(found, c.promotion(func(unit) bool { return true })...)
	found = append(found, c.hiddenLinks()...)
	found = append(found, c.overlay()...)
	found = append(found, c.downloads()...)
	return append(found, c.obfuscation()...)
}

// redirect tells that the page leads to somebody else's site: it did, or it asks browsers to.
func (c *comparison) redirect() []Evidence {
	final, how := c.destination()
	if final == "" || c.own(final) || c.ledThere(domainOf(final)) {
		final, how = c.attempted(), "attempt"
	}
	if final == "" {
		return nil
	}
	e := evidence(SignalRedirect, 9)
	e.Expected, e.Seen, e.Where = hostOf(c.after.Site.URL), final, how
	switch {
	case isPeer(final), how == "attempt" && wellKnown[domainOf(final)]:
		e.Weight = 4
	case brandHost(final), (how == "http" || how == "client") && c.anchor != nil && c.kept.text < 0.4 && c.after.Outcome == monitor.OK:
		e.Weight = 12
	}
	return []Evidence{e}
}

// destination is the host where visitors end, and how they get there.
func (c *comparison) destination() (host, how string) {
	host, how = hostOf(c.after.FinalURL), "http"
	if n := len(c.page.Redirects); n > 0 {
		how = c.page.Redirects[n-1].How
		if c.after.Outcome != monitor.OK { // it may never have arrived
			host = hostOf(c.page.Redirects[n-1].URL)
		}
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

// attempted is the stranger's host that the page set out for before it went elsewhere: a redirect that was overtaken by
// another, or that sends its visitors back, is one all the same. Servers are not asked, since some guard doors in this way.
func (c *comparison) attempted() string {
	for _, r := range c.page.Redirects {
		if h := hostOf(r.URL); r.How == "client" && h != "" && !c.own(h) && !c.ledThere(domainOf(h)) {
			return h
		}
	}
	return ""
}

// ledThere tells that the approved page led its visitors to a domain as well.
func (c *comparison) ledThere(domain string) bool {
	if domain == domainOf(hostOf(c.before.FinalURL)) {
		return true
	}
	return c.anchor != nil && slices.ContainsFunc(c.anchor.Redirects, func(r monitor.Redirect) bool { return domainOf(hostOf(r.URL)) == domain })
}

// refreshTarget is the host that a meta refresh leads to: "0; url=https://…".
func refreshTarget(content string) string {
	_, address, ok := strings.Cut(strings.ToLower(content), "url=")
	if !ok {
		return ""
	}
	return hostOf(strings.Trim(address, ` '"`))
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

// disguises are the marks of scripts that do not want to be read.
var disguises = []string{monitor.ScriptPacked, monitor.ScriptDecodes, monitor.ScriptCharCodes, monitor.ScriptHexNames, monitor.ScriptRewrites}

// obfuscation finds new inline scripts that hide what they do. Old ones are nobody's attack: packers are in honest use.
func (c *comparison) obfuscation() []Evidence {
	e := evidence(SignalObfuscation, originPoints)
	for _, s := range c.newScripts() {
		if slices.ContainsFunc(s.Marks, func(m string) bool { return slices.Contains(disguises, m) }) {
			e.Count++
			e.Examples = addExample(e.Examples, s.Head)
		}
	}
	if e.Count == 0 {
		return nil
	}
	return []Evidence{e}
}

// messengers finds new inline scripts that can reach a stranger, even if they have not yet: who steals what people type waits
// until they do.
func (c *comparison) messengers() []Evidence {
	e := evidence(SignalFetchOrigin, originPoints)
	e.Where = "script"
	for _, s := range c.newScripts() {
		if !slices.Contains(s.Marks, monitor.ScriptSends) {
			continue
		}
		for _, h := range s.Hosts {
			if c.stranger(h, monitor.RoleScript, monitor.RoleFetch, monitor.RoleFrame, monitor.RoleLink, monitor.RoleImage) && !c.reached(h) {
				e.Count++
				e.Examples = addExample(e.Examples, h)
			}
		}
	}
	if e.Count == 0 {
		return nil
	}
	e.Seen = e.Examples[0]
	return []Evidence{e}
}

// reached tells a host that the page was in touch with: that is evidence of its own.
func (c *comparison) reached(host string) bool {
	return slices.ContainsFunc([]monitor.Role{monitor.RoleScript, monitor.RoleFetch, monitor.RoleFrame, monitor.RoleStyle}, func(r monitor.Role) bool {
		return slices.ContainsFunc(c.hosts[r], func(h string) bool { return domainOf(h) == domainOf(host) })
	})
}

// newScripts are the inline scripts that nobody approved; none without a baseline.
func (c *comparison) newScripts() (list []monitor.Script) {
	if c.anchor == nil {
		return nil
	}
	for _, s := range c.page.Scripts {
		if s.Src == "" && !slices.Contains(c.profile.Scripts, scriptMark(s)) && !c.anchorHas(s) {
			list = append(list, s)
		}
	}
	return list
}

func (c *comparison) anchorHas(s monitor.Script) bool {
	return slices.ContainsFunc(c.anchor.Scripts, func(a monitor.Script) bool { return a.Src == "" && scriptMark(a) == scriptMark(s) })
}

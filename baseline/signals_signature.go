package baseline

import (
	"slices"
	"strings"
	"unicode"

	"canhcong/monitor"
)

const (
	shortPage  = 1500 // characters: on a shorter page every line is prominent
	firstLines = 300  // characters a visitor reads first
	shortUnit  = 80   // characters of a headline: a signature in it is the headline
	unseen     = 9.0  // the most that a signature weighs which nobody sees yet: in a folded menu, in a hidden tab
)

// signature finds attack phrases that are new and prominent. Deep inside an article they are a quotation and weigh nothing.
func (c *comparison) signature() []Evidence {
	e := evidence(SignalSignature, 0)
	first := c.firstUnits()
	for _, u := range c.fresh {
		weight := c.signs(u, first)
		if weight == 0 {
			continue
		}
		if e.Count > 0 && u.hidden == "" {
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

// signs weighs the signature in one unit, 0 when there is none or somebody only speaks of one.
func (c *comparison) signs(u unit, first map[uint64]bool) float64 {
	t, ok := c.strongTerm(u)
	switch {
	case !ok && c.intact():
		return c.strangeVoice(u)
	case !ok:
		return 0
	case u.announced():
		return t.Weight + 2
	case c.bare():
		return t.Weight
	case c.intact() && tells(u.text, t.Pattern, c.itself()):
		return 0
	case u.hidden != "" && (u.kind == inHeading || u.chars <= shortUnit):
		return min(unseen, t.Weight)
	case c.prominent(u, first):
		return t.Weight
	}
	return 0
}

// strongTerm is the signature a unit carries. Where police or press speak, it is a quotation; a title or a dialog is not
// where they speak. Ordinary words sign only titles, dialogs and pages with nothing else on them.
func (c *comparison) strongTerm(u unit) (term, bool) {
	alone := (u.announced() || c.bare()) && !c.refused
	var best term
	for _, t := range u.terms {
		if t.Title && !alone || t.Family != defacing && t.Family != ransom && t.Family != webshell {
			continue
		}
		if t.Weight > best.Weight || t.Weight == best.Weight && earlier(u.text, t, best) {
			best = t
		}
	}
	if best.Weight == 0 && !c.refused && (u.kind == inTitle && c.titleLost() || u.kind != inTitle && alone) && signedLike(u) {
		best = term{Pattern: u.text, Family: defacing, Weight: 6}
	}
	if n := in(u.terms, reportage); n > 0 && !u.announced() && c.intact() && !boasts(u.text, best.Pattern) {
		return term{}, false
	}
	return best, best.Weight > 0
}

// boasts tells a text that begins with the phrase and goes on with who did it. Nobody reports like that; who quotes puts the
// phrase in quotation marks, or leaves the name out.
func boasts(text, pattern string) bool {
	phrase := fold(clean(pattern))
	last := phrase[strings.LastIndex(phrase, " ")+1:]
	rest, ok := strings.CutPrefix(strings.TrimLeft(fold(clean(text)), " -*•|»"), phrase+" ")
	return ok && namesNext[last] && strings.IndexFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) == 0
}

// namesNext end the phrases after which the doer is named, without diacritics.
var namesNext = map[string]bool{"by": true, "boi": true, "oleh": true, "sama": true, "por": true, "pela": true, "von": true, "durch": true, "door": true, "da": true,
	"par": true, "przez": true}

// earlier tells that one phrase begins before another: who is named before the first has not been spoken of by the second.
func earlier(text string, a, b term) bool {
	all := strings.Fields(fold(words(clean(text))))
	first := slices.Index(all, firstWord(a.Pattern))
	return first >= 0 && first < slices.Index(all, firstWord(b.Pattern))
}

// announced tells where only the owner of a page speaks: also in the title of a document that sends its visitors on.
func (u unit) announced() bool {
	return u.kind == inTitle || u.kind == inDialog || u.path == "passage/title"
}

func (c *comparison) prominent(u unit, first map[uint64]bool) bool {
	switch {
	case u.hidden != "":
		return false
	case u.kind == inHeading, u.kind == inAlt, c.is.text < shortPage, first[u.mark], u.chars <= shortUnit:
		return true
	}
	return u.font >= 24 && u.above()
}

// intact tells a page that is a page still: then a phrase may be a headline about somebody else.
func (c *comparison) intact() bool {
	if c.anchor == nil {
		return c.is.text >= shortPage
	}
	return c.kept.text >= 0.8 || c.is.text >= shortPage && c.kept.text >= 0.4 // a short page that kept its text is whole, too
}

// bare tells a page that has lost everything it had and says next to nothing instead.
func (c *comparison) bare() bool {
	return c.anchor != nil && c.kept.text < 0.15 && c.is.text <= shortPage && c.is.internal == 0
}

// itself are the words by which a page speaks of itself.
func (c *comparison) itself() map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(selfWords) {
		set[w] = true
	}
	titles := []string{c.before.Site.Name, c.page.Title}
	if c.anchor != nil {
		titles = append(titles, c.anchor.Title)
	}
	for _, t := range titles {
		for w := range strings.FieldsSeq(fold(words(clean(t)))) {
			set[w] = true
		}
	}
	return set
}

// selfWords are how a defacement names its victim, without diacritics.
const selfWords = "this your site website web page portal server system admin sorry hello hey oops has have been was is got the " +
	"trang cong thong tin dien tu cua ban nay he thong may chu da bi duoc situs ini telah el sitio o bu"

// tells is true of sentences about somebody: they name him before the phrase, or go on after it.
func tells(text, pattern string, itself map[string]bool) bool {
	const name, sentence = 2, 25 // words
	all := strings.Fields(fold(words(clean(text))))
	if len(all) > sentence && !boasts(text, pattern) {
		return true
	}
	start := slices.Index(all, firstWord(pattern))
	if start < 0 {
		return false // written so that machines do not read it
	}
	strangers := 0
	for _, w := range all[:start] {
		if !itself[w] {
			strangers++
		}
	}
	return strangers > name
}

func firstWord(pattern string) string {
	w, _, _ := strings.Cut(fold(words(clean(pattern))), " ")
	return w
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

// greetings are weak phrases that come with defacements, and on a bare page how their authors write.
func (c *comparison) greetings() []Evidence {
	e := evidence(SignalGreeting, 0)
	seen := map[string]bool{}
	add := func(id string, weight float64, text string) {
		if !seen[id] {
			seen[id] = true
			e.Weight = min(4, e.Weight+weight)
			e.Examples = addExample(e.Examples, text)
		}
	}
	for _, u := range c.fresh {
		if n := in(u.terms, reportage); n > 0 && c.intact() {
			continue
		}
		for _, t := range u.terms {
			if t.Family == greeting {
				add(t.ID, t.Weight, u.text)
			}
		}
		if c.bare() && (u.visible() || u.announced()) {
			for _, mark := range manners(u.text) {
				add(mark, 1.5, u.text)
			}
		}
	}
	e.Count = len(seen)
	if e.Count == 0 {
		return nil
	}
	return []Evidence{e}
}

// media finds new hosts where defacements keep their pictures, music and contacts. A page with nothing else on it has no
// business with music either.
func (c *comparison) media() []Evidence {
	e := evidence(SignalMedia, 0)
	roles := []monitor.Role{monitor.RoleImage, monitor.RoleMedia, monitor.RoleLink, monitor.RoleScript}
	for _, role := range roles {
		for _, h := range c.hosts[role] {
			d := domainOf(h)
			kept := role != monitor.RoleLink && attackHosts[d] || role == monitor.RoleMedia && c.bare() && !c.own(h) && !isPeer(h)
			if !kept && !attackHosts[d] || c.profile.trusts(d, roles...) || slices.Contains(e.Examples, d) {
				continue
			}
			e.Examples = append(e.Examples, d)
			if e.Weight++; kept && c.bare() {
				e.Weight++
			}
		}
	}
	if e.Count = len(e.Examples); e.Count == 0 {
		return nil
	}
	e.Weight = min(3, e.Weight)
	e.Examples = e.Examples[:min(5, e.Count)]
	return []Evidence{e}
}

package baseline

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"canhcong/monitor"
)

// dullMask is the share of moving tiles above which the picture says little: what it says counts half.
const dullMask = 0.60

// identity reads whether the approved page is still there.
func (c *comparison) identity() []Evidence {
	var found []Evidence
	found = append(found, c.retention()...)
	found = append(found, c.internalLinks()...)
	found = append(found, c.viness()...)
	found = append(found, c.structure()...)
	found = append(found, c.visual()...)
	found = append(found, c.darkness()...)
	return append(found, c.title()...)
}

func percent(share float64) string { return fmt.Sprintf("%d%%", int(share*100+0.5)) }

func (c *comparison) retention() []Evidence {
	e := evidence(SignalRetention, 0)
	switch {
	case c.kept.text < 0.15:
		e.Weight = 7
	case c.kept.text < 0.4:
		e.Weight = 3
	default:
		return nil
	}
	e.Seen, e.Expected, e.Count = percent(c.kept.text), fmt.Sprint(c.kept.shingles), c.kept.left
	return []Evidence{e}
}

func (c *comparison) internalLinks() []Evidence {
	if c.kept.links >= 0.1 {
		return nil
	}
	e := evidence(SignalLinks, 4)
	e.Expected, e.Seen, e.Count = fmt.Sprint(c.kept.linksWere), fmt.Sprint(c.kept.linksNow), c.kept.linksNow
	return []Evidence{e}
}

func (c *comparison) viness() []Evidence {
	if c.is.viness >= 0.10 || c.is.words < 8 {
		return nil
	}
	was := c.was().viness
	if was < 0.4 {
		return nil
	}
	e := evidence(SignalViness, 4)
	e.Expected, e.Seen = percent(was), percent(c.is.viness)
	if c.foreignLang() {
		e.Weight, e.Where = 6, "lang "+c.page.Lang
	}
	return []Evidence{e}
}

// foreignLang tells that the page declares another language than the approved one did.
func (c *comparison) foreignLang() bool {
	now, _, _ := strings.Cut(strings.ToLower(c.page.Lang), "-")
	was, _, _ := strings.Cut(strings.ToLower(c.anchor.Lang), "-")
	return was == "vi" && slices.Contains([]string{"en", "id", "zh", "ja", "th", "tr", "ru", "ar", "fa"}, now)
}

func (c *comparison) structure() []Evidence {
	if c.kept.paths >= 0.3 {
		return nil
	}
	e := evidence(SignalStructure, 3)
	e.Seen = percent(c.kept.paths)
	return []Evidence{e}
}

// look is what the pictures say.
type look struct {
	judged bool    // there were pictures, and samples enough to know what moves
	share  float64 // of tiles outside the mask that changed
	bits   int     // to the nearest picture learnt
	limits limits
	moved  []int
	mask   string
	after  *image.Gray
}

func (c *comparison) compareLooks() (l look) {
	if c.anchor == nil || !c.load.looks || c.profile.Samples < visualSamples {
		return look{}
	}
	before, after := thumbnail(c.anchor.Visual), thumbnail(c.page.Visual)
	if before == nil || after == nil {
		return look{}
	}
	l = look{judged: true, mask: c.profile.mask(), after: after, limits: c.profile.visualLimits()}
	l.share, l.moved = movedTiles(before, after, l.mask)
	l.bits = hashDistance(c.profile.prototypes(), c.page.Visual.DHash)
	if r := c.profile.Rolling; r != nil {
		if lately := thumbnail(&monitor.Visual{GrayPNG: r.Picture}); lately != nil {
			if share, moved := movedTiles(lately, after, l.mask); share < l.share {
				l.share, l.moved = share, moved
			}
		}
	}
	return l
}

func (c *comparison) visual() []Evidence {
	l := c.picture
	if !l.judged || l.limits.off || l.share < l.limits.share || float64(l.bits) < l.limits.bits {
		return nil
	}
	e := evidence(SignalVisual, 4)
	if coverage(l.mask) > dullMask {
		e.Weight = 2
	}
	e.Seen, e.Expected, e.Count, e.Regions = percent(l.share), percent(l.limits.share), l.bits, areas(l.moved)
	return []Evidence{e}
}

func (c *comparison) darkness() []Evidence {
	if !c.load.looks || c.profile.Samples < visualSamples || c.page.Visual == nil || c.page.Visual.Dark <= 0.6 || c.profile.Dark.Max >= 0.3 {
		return nil
	}
	e := evidence(SignalDark, 2)
	if coverage(c.profile.mask()) > dullMask {
		e.Weight = 1
	}
	e.Expected, e.Seen = percent(c.profile.Dark.Max), percent(c.page.Visual.Dark)
	return []Evidence{e}
}

// title tells that no word of the approved title is left, or notes that it changed.
func (c *comparison) title() []Evidence {
	if c.knownTitle(c.page.Title) {
		return nil
	}
	e := evidence(SignalTitle, 0)
	e.Where, e.Expected, e.Seen = "title", clip(c.anchor.Title, 160), clip(c.page.Title, 160)
	if c.titleLost() {
		e.Weight = 3
		if c.intact() && c.titleSaysOther() {
			e.Weight = suspiciousScore
		}
	}
	return []Evidence{e}
}

// titleSaysOther tells a title of some length that nothing on the page speaks of. An office that renames itself says so on
// its page as well; who only wants search engines to read it does not.
func (c *comparison) titleSaysOther() bool {
	said, runs := map[uint64]bool{}, 0
	for _, u := range c.units {
		if u.visible() {
			shingles(unitText(u.text), func(m uint64) { said[m] = true })
		}
	}
	known := false
	shingles(unitText(c.page.Title), func(m uint64) { runs++; known = known || said[m] })
	return runs >= 2 && !known
}

// titleLost tells that the page had a title and no word of it is left.
func (c *comparison) titleLost() bool {
	if c.anchor == nil || c.knownTitle(c.page.Title) {
		return false
	}
	return strings.TrimSpace(unitText(c.anchor.Title)) != "" && !wordsShared(c.anchor.Title, c.page.Title)
}

// wordsShared tells texts that have a word in common.
func wordsShared(a, b string) bool {
	was := strings.Fields(unitText(a))
	kept := func(w string) bool { return strings.ContainsFunc(w, isLetter) && slices.Contains(was, w) }
	return slices.ContainsFunc(strings.Fields(unitText(b)), kept)
}

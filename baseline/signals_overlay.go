package baseline

import (
	"slices"
	"strings"

	"canhcong/monitor"
)

// What an overlay must do to be more than a popup.
const (
	overlayShare  = 0.6  // of the first screen that it takes, or of what is there that it hides (detection.md, A9)
	overlayHides  = 0.9  // of what is there that it hides, to count although nothing in it speaks of an attack
	overlaySolid  = 0.85 // of the first screen where nothing shines through it
	overlayMoved  = 0.45 // of the tiles that changed: below, something is painted around the edges, or falls like snow (measured)
	wholePicture  = 0.5  // of the first screen, for the one picture that the overlay is
	noticeWords   = 4    // Vietnamese ones: somebody tells the citizens something
	foreignWords  = 3    // of other languages, and none of Vietnamese
	strangerFrame = 7.0  // weights
	coveringPage  = 9.0
)

// overlay finds something new that is laid over the page: with an attack's words, with a stranger's page in it, or with
// nothing to say and no way to close it while it hides the portal. Anything else is a popup, and nobody's business. What
// cannot be told apart from the popup of a feast is a picture of the own host that can be closed.
func (c *comparison) overlay() []Evidence {
	var worst *Evidence
	for _, o := range c.page.Overlays {
		if max(o.Share, o.Hides) < overlayShare || c.anchor != nil && c.knownOverlay(o) {
			continue
		}
		for _, judge := range []func(monitor.Overlay) (Evidence, bool){c.speaking, c.strange, c.covering} {
			if e, ok := judge(o); ok && (worst == nil || e.Weight > worst.Weight) {
				e.Regions = []monitor.Rect{o.Rect}
				worst = &e
			}
		}
	}
	if worst == nil {
		return c.loudText()
	}
	return []Evidence{*worst}
}

// knownOverlay tells that the approved page had an overlay in this place, as single-page portals do that lie over an empty
// body as a whole.
func (c *comparison) knownOverlay(o monitor.Overlay) bool {
	m := overlayMark(o)
	return slices.Contains(c.profile.Overlays, m) || slices.ContainsFunc(c.anchor.Overlays, func(a monitor.Overlay) bool { return overlayMark(a) == m })
}

func overlayMark(o monitor.Overlay) uint64 { return mark(stablePath(o.Path) + " " + o.Position) }

// attacks tells a unit with the words of an attack.
func (c *comparison) attacks(u unit) bool {
	if c.promotes(u).points > 0 {
		return true
	}
	_, strong := c.strongTerm(u)
	return strong
}

// speaking finds an attack's words in an overlay.
func (c *comparison) speaking(o monitor.Overlay) (Evidence, bool) {
	said := strings.Join(strings.Fields(o.Text), "")
	for _, u := range c.fresh {
		if !u.visible() || !u.above() {
			continue
		}
		framed := len(o.Frames) > 0 && strings.HasPrefix(u.path, "iframe") && rectangle(u.rect).Overlaps(rectangle(o.Rect))
		if (framed || strings.Contains(said, strings.Join(strings.Fields(u.text), ""))) && (c.attacks(u) || c.marksOf(u) > 0) {
			e := evidence(SignalOverlay, coveringPage)
			e.Where, e.Seen = u.where, clip(u.text, 160)
			return e, true
		}
	}
	return Evidence{}, false
}

// strange finds a frame of a host that nobody approved on most of the screen.
func (c *comparison) strange(o monitor.Overlay) (Evidence, bool) {
	if c.anchor == nil || max(o.Hides, o.Opaque) < overlayShare {
		return Evidence{}, false
	}
	for _, address := range o.Frames {
		if h := hostOf(address); c.stranger(h, monitor.RoleFrame, monitor.RoleScript) {
			e := evidence(SignalOverlay, strangerFrame)
			e.Where, e.Seen = "frame", h
			return e, true
		}
	}
	return Evidence{}, false
}

// stranger tells a host that is neither the site's own, nor an agency's, nor one that everybody uses, nor approved.
func (c *comparison) stranger(host string, roles ...monitor.Role) bool {
	d := domainOf(host)
	return host != "" && !c.own(host) && !isPeer(host) && !wellKnown[d] && !c.profile.trusts(d, roles...)
}

// covering finds an overlay that hides the portal and tells nobody anything. The pictures have to agree: the styles do not
// say which parts of a picture or a canvas are empty. A look at an approved page that noted no overlays proves nothing new.
func (c *comparison) covering(o monitor.Overlay) (Evidence, bool) {
	if c.anchor == nil || c.anchor.Version < 1 || !c.load.looks || !c.picture.judged || c.picture.share < overlayMoved ||
		o.Hides < overlayHides || o.Opaque < overlaySolid {
		return Evidence{}, false
	}
	vietnamese, words := vietnamese(o.Text)
	if vietnamese >= noticeWords {
		return Evidence{}, false
	}
	e := evidence(SignalOverlay, coveringPage)
	switch source := c.strangeSource(o); {
	case source != "":
		e.Where, e.Seen = "frame", source
	case c.closes(o):
		return Evidence{}, false
	case o.Picture >= wholePicture || len(o.Frames) > 0:
		e.Where, e.Seen = "picture", clip(strings.Join(slices.Concat(o.Pictures, o.Frames), ", "), 160)
	case vietnamese == 0 && words >= foreignWords:
		e.Where, e.Seen = "text", clip(o.Text, 160)
	case c.darkened():
		e.Where = "dark"
	default:
		return Evidence{}, false // a page that is still loading looks like this
	}
	return e, true
}

// doubtful tells an overlay that was found by what it does not say.
func (e Evidence) doubtful() bool {
	return e.Signal == SignalOverlay && (e.Where == "picture" || e.Where == "text" || e.Where == "dark")
}

// strangeSource is the host that nobody approved from which a frame or a picture of an overlay comes, or to which it leads.
func (c *comparison) strangeSource(o monitor.Overlay) string {
	for _, address := range o.Frames {
		if h := hostOf(address); c.stranger(h, monitor.RoleFrame, monitor.RoleScript) {
			return h
		}
	}
	for _, address := range o.Pictures {
		if h := hostOf(address); c.stranger(h, monitor.RoleImage, monitor.RoleScript) {
			return h
		}
	}
	for _, h := range o.Links {
		if c.stranger(h, monitor.RoleLink) {
			return h
		}
	}
	return ""
}

// closes tells an overlay that can be left: by a button, or by a link into the site or to an agency.
func (c *comparison) closes(o monitor.Overlay) bool {
	return o.Exits > 0 || slices.ContainsFunc(o.Links, func(h string) bool { return c.own(h) || isPeer(h) })
}

// darkened tells a screen that turned dark and never was.
func (c *comparison) darkened() bool {
	return c.page.Visual != nil && c.page.Visual.Dark > 0.6 && c.profile.Dark.Max < 0.3
}

// loudText finds a text with an attack's words that takes most of the first screen by itself.
func (c *comparison) loudText() []Evidence {
	const most = monitor.ViewportWidth * monitor.ViewportHeight * 6 / 10
	for _, u := range c.fresh {
		if u.hidden != "" || !u.above() || u.rect.W*u.rect.H < most || !c.attacks(u) {
			continue
		}
		e := evidence(SignalOverlay, coveringPage)
		e.Where, e.Seen, e.Regions = u.where, clip(u.text, 160), []monitor.Rect{u.rect}
		return []Evidence{e}
	}
	return nil
}

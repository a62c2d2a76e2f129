package baseline

import (
	"cmp"
	"iter"
	"slices"

	"canhcong/monitor"
)

// Limits of a moving tile: how far outside what was learnt it may go. The thumbnail is grey, so that saturation is not known
// by tile.
const (
	toneSlack   = 48 // of 255 mean grey
	darkSlack   = 96 // of 255 share of dark
	regionTiles = 8  // joined tiles, about 4 % of the viewport
)

// region tells that an area that always moves left its usual limits, and that a picture stands there which was never seen
// here or comes from a new source: the blind spot of the mask. It cannot tell a hacked slide from a photograph of the night,
// and so never speaks loudly.
func (c *comparison) region() []Evidence {
	out := c.strayTiles()
	if len(out) == 0 {
		return nil
	}
	stray := areas(out)
	seen, where := c.newImageHost(), "host"
	if seen == "" {
		seen, where = c.newPicture(stray), "own"
	}
	if seen == "" {
		return nil
	}
	e := evidence(SignalRegion, 3)
	e.Where, e.Seen, e.Count, e.Regions = where, seen, len(out), stray
	return []Evidence{e}
}

// strayTiles are the moving tiles outside of their limits, as far as enough of them lie together.
func (c *comparison) strayTiles() []int {
	l, env := c.picture, c.profile.Tiles.Envelope
	if !l.judged || len(env) != 4*tileCount {
		return nil
	}
	stray := map[int]bool{}
	for t := range tileCount {
		if !masked(l.mask, t) {
			continue
		}
		mean, dark := tileTone(l.after, t)
		low, high, _, darkHigh := int(env[4*t]), int(env[4*t+1]), env[4*t+2], int(env[4*t+3])
		if int(mean) < low-toneSlack || int(mean) > high+toneSlack || int(dark) > darkHigh+darkSlack {
			stray[t] = true
		}
	}
	var together []int
	for t := range tileCount {
		if !stray[t] {
			continue
		}
		if patch := touching(t, stray); len(patch) >= regionTiles {
			together = append(together, patch...)
		}
	}
	slices.Sort(together)
	return together
}

func (c *comparison) newImageHost() string {
	for _, h := range c.hosts[monitor.RoleImage] {
		if !c.own(h) && !isPeer(h) && !c.profile.trusts(domainOf(h), monitor.RoleImage, monitor.RoleScript) {
			return h
		}
	}
	return ""
}

// newPicture is the address of a picture that was never seen on this page and stands in one of some areas, or, for one that
// a style sheet puts there, may do so.
func (c *comparison) newPicture(places []monitor.Rect) string {
	known := map[string]bool{}
	for address := range picturesOf(c.anchor) {
		known[iconKey(address)] = true
	}
	fresh := func(address string) bool {
		k := iconKey(address)
		if known[k] {
			return false
		}
		_, learnt := slices.BinarySearch(c.profile.Pictures, mark(k))
		return !learnt
	}
	placed, background := map[string]bool{}, ""
	for _, img := range c.page.Images {
		placed[iconKey(img.Src)] = true
		if fresh(img.Src) && slices.ContainsFunc(places, func(r monitor.Rect) bool { return rectangle(r).Overlaps(rectangle(img.Rect)) }) {
			return img.Src
		}
	}
	for _, r := range c.page.Loaded {
		if r.Role == monitor.RoleImage && !placed[iconKey(r.URL)] && fresh(r.URL) {
			background = cmp.Or(background, r.URL)
		}
	}
	return background
}

// picturesOf are the addresses of the pictures of a page: in the document, or loaded by a style sheet.
func picturesOf(p *monitor.Page) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, img := range p.Images {
			if !yield(img.Src) {
				return
			}
		}
		for _, r := range p.Loaded {
			if r.Role == monitor.RoleImage && !yield(r.URL) {
				return
			}
		}
	}
}

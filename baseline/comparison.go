package baseline

import (
	"slices"

	"canhcong/monitor"
)

// comparison holds two looks side by side while the signals are read.
type comparison struct {
	profile Profile
	anchor  *monitor.Page // nil when there is no baseline: then everything is new
	before  monitor.Observation
	after   monitor.Observation
	page    *monitor.Page
	own     func(host string) bool
	load    load
	hosts   map[monitor.Role][]string
	units   []unit
	fresh   []unit // units whose text was never seen here, with their terms
	old     []unit // units of the anchor
	is      scalars
	kept    retained
	picture look
	pitched int  // distinct specific terms that are promoted
	refused bool // the page is a wall's, and only a plain signature is believed
}

func newComparison(p Profile, anchor, o monitor.Observation) *comparison {
	c := &comparison{profile: p, anchor: anchor.Page, before: anchor, after: o, page: o.Page, own: ownHosts(o), load: loadOf(p, o), hosts: hostsOf(o.Page)}
	c.units = unitsOf(c.page, c.own)
	c.is = measure(o)
	if c.anchor != nil {
		c.old = unitsOf(c.anchor, c.own)
	}
	c.fresh = c.freshUnits()
	c.kept = c.retained()
	c.load.text = c.load.text || c.load.cut && c.isAnother()
	c.picture = c.compareLooks()
	return c
}

// was measures the approved look; few pages need it.
func (c *comparison) was() scalars {
	if c.anchor == nil {
		return scalars{}
	}
	return measure(c.before)
}

// isAnother tells a page that is mostly made of text that was never here. Where loading was cut short, what is missing
// proves nothing; this does.
func (c *comparison) isAnother() bool {
	const enough = 30 // characters: more than "loading, please wait"
	var fresh, all int
	for _, u := range c.units {
		if u.visible() {
			all += u.chars
		}
	}
	for _, u := range c.fresh {
		if u.visible() {
			fresh += u.chars
		}
	}
	return c.anchor != nil && fresh >= enough && 2*fresh > all
}

func (c *comparison) freshUnits() []unit {
	known := make(map[uint64]bool, len(c.old))
	for _, u := range c.old {
		known[u.mark] = true
	}
	var out []unit
	for _, u := range c.units {
		if u.chars == 0 {
			continue
		}
		if u.kind == inTitle {
			if !c.knownTitle(u.text) {
				out = append(out, u)
			}
			continue
		}
		if !known[u.mark] && !c.profile.known(u.mark) {
			out = append(out, u)
		}
	}
	for i := range out {
		out[i].terms = lexiconInUse.Find(out[i].text)
	}
	return out
}

func (c *comparison) knownTitle(title string) bool {
	if c.anchor == nil {
		return false
	}
	t := unitText(title)
	return t == unitText(c.anchor.Title) || slices.Contains(c.profile.Titles, t)
}

// retained is how much of what stood still is still there.
type retained struct {
	text, links, paths  float64 // shares, 1 when there was nothing to lose
	shingles, left      int     // of stable text
	linksWere, linksNow int
}

func (c *comparison) retained() retained {
	r := retained{text: 1, links: 1, paths: 1}
	if c.anchor == nil {
		return r
	}
	stable := c.stableShingles()
	now := make(map[uint64]bool, len(stable))
	for _, u := range c.units {
		if u.visible() {
			shingles(u.normal, func(m uint64) { now[m] = true })
		}
	}
	for m := range stable {
		if now[m] {
			r.left++
		}
	}
	r.shingles = len(stable)
	if r.shingles >= 5 {
		r.text = float64(r.left) / float64(r.shingles)
	}
	r.links, r.linksWere = share(c.profile, c.profile.Links, c.linkMarks(c.page))
	r.linksNow = int(c.is.internal)
	r.paths, _ = share(c.profile, c.profile.Paths, pathMarks(c.page))
	return c.keptLately(r)
}

// lost counts the word runs of stable text that are gone, and all there were. The items of a list that still stands (news,
// notices, documents) are expected to be replaced, as in novelty.
func (c *comparison) lost() (gone, of int) {
	were, are := siblings(c.old), siblings(c.units)
	stable, now := map[uint64]bool{}, map[uint64]bool{}
	for _, u := range c.old {
		if u.visible() && c.profile.stable(c.profile.Units[u.mark]) && (were[u.path] < listItems || are[u.path] < listItems) {
			shingles(u.normal, func(m uint64) { stable[m] = true })
		}
	}
	for _, u := range c.units {
		if u.visible() {
			shingles(u.normal, func(m uint64) { now[m] = true })
		}
	}
	for m := range stable {
		if !now[m] {
			gone++
		}
	}
	return gone, len(stable)
}

// listItems is how many visible texts at one path make a list.
const listItems = 3

// siblings counts the visible units of each path.
func siblings(list []unit) map[string]int {
	at := map[string]int{}
	for _, u := range list {
		if u.visible() {
			at[u.path]++
		}
	}
	return at
}

// keptLately is what is retained of the approved look or of what stood here of late, whichever is more: a page that changes
// in small clean steps is still the page.
func (c *comparison) keptLately(r retained) retained {
	p := c.profile
	if p.Rolling == nil {
		return r
	}
	now := map[uint64]bool{}
	for _, u := range c.units {
		if u.visible() {
			now[u.mark] = true
		}
	}
	if kept, ok := p.Rolling.textKept(now); ok {
		r.text = max(r.text, kept)
	}
	if kept, ok := setKept(p.Rolling.Links, p.Rolling.Structure, c.linkMarks(c.page), len(p.Links)); ok {
		r.links = max(r.links, kept)
	}
	if kept, ok := setKept(p.Rolling.Paths, p.Rolling.Structure, pathMarks(c.page), len(p.Paths)); ok {
		r.paths = max(r.paths, kept)
	}
	return r
}

// standingNotes say what a person should know about the judge itself on this page. They are no finding about the look.
func (c *comparison) standingNotes() (notes []Evidence) {
	if d := c.profile.Rolling.drift(); d > driftLimit {
		e := evidence(SignalDrift, 0)
		e.Seen = percent(d)
		notes = append(notes, e)
	}
	if c.profile.lowCoverage() {
		e := evidence(SignalLowCoverage, 0)
		e.Seen = percent(coverage(c.profile.mask()))
		notes = append(notes, e)
	}
	return notes
}

// stableShingles are the word runs of text that stood still. Text at paths that an earlier version saw moving is left out,
// unless that would leave next to nothing.
func (c *comparison) stableShingles() map[uint64]bool {
	all, still := make(map[uint64]bool, len(c.old)), make(map[uint64]bool, len(c.old))
	for _, u := range c.old {
		if !u.visible() || !c.profile.stable(c.profile.Units[u.mark]) {
			continue
		}
		moving := c.profile.carriedVolatile(u.path)
		shingles(u.normal, func(m uint64) {
			all[m] = true
			if !moving {
				still[m] = true
			}
		})
	}
	if len(still)*3 < len(all) {
		return all
	}
	return still
}

func share(p Profile, counts map[uint64]int, now map[uint64]bool) (kept float64, were int) {
	left := 0
	for m, n := range counts {
		if !p.stable(n) {
			continue
		}
		were++
		if now[m] {
			left++
		}
	}
	if were < 5 {
		return 1, were
	}
	return float64(left) / float64(were), were
}

func (c *comparison) linkMarks(p *monitor.Page) map[uint64]bool {
	set := make(map[uint64]bool, len(p.Links))
	for _, l := range p.Links {
		if c.own(hostOf(l.URL)) {
			set[mark(linkKey(l.URL))] = true
		}
	}
	return set
}

func pathMarks(p *monitor.Page) map[uint64]bool {
	set := make(map[uint64]bool, len(p.TagPaths))
	for path := range p.TagPaths {
		set[mark(stablePath(path))] = true
	}
	return set
}

// novelty is the share of visible text that is new where text does not usually move, and samples of it. Items of a list
// (news, notices, documents) are expected to be replaced.
func (c *comparison) novelty() (share float64, examples []string, n int) {
	were := siblings(c.old)
	var fresh, all int
	for _, u := range c.units {
		if u.visible() {
			all += u.chars
		}
	}
	for _, u := range c.fresh {
		if !u.visible() || were[u.path] >= listItems || c.profile.volatile(u.path) {
			continue
		}
		fresh += u.chars
		n++
		examples = addExample(examples, u.text)
	}
	if all == 0 {
		return 0, nil, 0
	}
	return float64(fresh) / float64(all), examples, n
}

// addExample keeps at most five short samples.
func addExample(list []string, text string) []string {
	text = clip(text, 160)
	if len(list) >= 5 || slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

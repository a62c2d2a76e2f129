package baseline

import (
	"maps"
	"slices"
	"strings"

	"canhcong/monitor"
)

// Profile is what was learnt about a page: what stands still, what moves, and within what limits. Texts, links and
// resources are kept as marks (hashes); the words themselves are in the approved observation.
type Profile struct {
	Samples    int                       `json:"samples"`
	Units      map[uint64]int            `json:"units,omitempty"`    // text units: in how many samples each was visible
	Unseen     map[uint64]int            `json:"unseen,omitempty"`   // text units that were there and not visible
	Volatile   []string                  `json:"volatile,omitempty"` // paths whose text came and went
	Links      map[uint64]int            `json:"links,omitempty"`    // internal links
	Paths      map[uint64]int            `json:"paths,omitempty"`    // tag paths
	Hosts      map[monitor.Role][]string `json:"hosts,omitempty"`    // registrable domains by role
	Scripts    []uint64                  `json:"scripts,omitempty"`  // inline scripts, by what they begin with
	Core       []uint64                  `json:"core,omitempty"`     // first-party resources that arrived every time
	Overlays   []uint64                  `json:"overlays,omitempty"` // what lay over the first screen, by where
	Pictures   []uint64                  `json:"pictures,omitempty"` // addresses of pictures
	Servers    []string                  `json:"servers,omitempty"`  // software that answered
	Titles     []string                  `json:"titles,omitempty"`
	Text       Range                     `json:"text"`                 // visible characters
	Scales     []Scale                   `json:"scales,omitempty"`     // simple measures of every sample
	Dark       Range                     `json:"dark"`                 // share of dark pixels
	Colour     Range                     `json:"colour"`               // mean saturation
	Unsettled  bool                      `json:"unsettled,omitempty"`  // some sample never settled: that is how this page is
	Prototypes [][4]uint64               `json:"prototypes,omitempty"` // difference hashes of every sample
	Tiles      Tiles                     `json:"tiles"`
	History    history                   `json:"history"`           // how far the samples were from each other
	Carried    *Carried                  `json:"carried,omitempty"` // from the version before
	Rolling    *Rolling                  `json:"-"`                 // learnt since approval; kept and sealed on its own
}

// Range is the least and the greatest value a measure had.
type Range struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

// Carried is what an earlier approved version knew to move, so that a new version is not naive on its first day. It never
// makes anything trusted that was not approved.
type Carried struct {
	Volatile []string                  `json:"volatile,omitempty"`
	Mask     string                    `json:"mask,omitempty"`
	Hosts    map[monitor.Role][]string `json:"hosts,omitempty"`
}

// visualSamples is how many samples it takes before the picture of a page can be judged.
const visualSamples = 3

// Learn makes a profile of samples, oldest first. Samples without a page are passed over.
func Learn(samples []monitor.Observation) Profile {
	p := Profile{Units: map[uint64]int{}, Unseen: map[uint64]int{}, Links: map[uint64]int{}, Paths: map[uint64]int{}}
	loaded, failed := map[uint64]int{}, map[uint64]bool{}
	hosts := map[monitor.Role]map[string]bool{}
	seenAt := map[uint64]string{}
	var pictures []*monitor.Visual
	for _, o := range samples {
		if o.Page == nil {
			continue
		}
		p.Samples++
		p.learnTexts(o, seenAt)
		p.learnScalars(o)
		p.learnDeclared(o.Page)
		learnResources(o.Page, loaded, failed)
		learnHosts(o.Page, hosts)
		if v := o.Page.Visual; v != nil {
			pictures = append(pictures, v)
		}
	}
	p.Volatile = volatilePaths(seenAt, p.Units, p.Samples)
	p.Core = coreOf(loaded, failed, p.Samples)
	p.Hosts = sortedHosts(hosts)
	p.learnPictures(pictures)
	return p
}

// learnTexts counts what was there once per sample, however often it was repeated.
func (p *Profile) learnTexts(o monitor.Observation, seenAt map[uint64]string) {
	own := ownHosts(o)
	visible, unseen := make(map[uint64]bool, len(o.Page.Blocks)), map[uint64]bool{}
	links, paths := make(map[uint64]bool, len(o.Page.Links)), make(map[uint64]bool, len(o.Page.TagPaths))
	for _, u := range unitsOf(o.Page, own) {
		if u.visible() {
			visible[u.mark] = true
			seenAt[u.mark] = u.path
		} else {
			unseen[u.mark] = true
		}
	}
	for _, l := range o.Page.Links {
		if own(hostOf(l.URL)) {
			links[mark(linkKey(l.URL))] = true
		}
	}
	for path := range o.Page.TagPaths {
		paths[mark(stablePath(path))] = true
	}
	count(p.Units, visible)
	count(p.Unseen, unseen)
	count(p.Links, links)
	count(p.Paths, paths)
	if !slices.Contains(p.Titles, unitText(o.Page.Title)) {
		p.Titles = append(p.Titles, unitText(o.Page.Title))
	}
	for _, s := range o.Page.Scripts {
		if m := scriptMark(s); s.Src == "" && !slices.Contains(p.Scripts, m) {
			p.Scripts = append(p.Scripts, m)
		}
	}
	p.Unsettled = p.Unsettled || o.Page.Partial != ""
}

func count(totals map[uint64]int, once map[uint64]bool) {
	for m := range once {
		totals[m]++
	}
}

// scriptMark names an inline script by how it begins: tokens and times inside it change with every look.
func scriptMark(s monitor.Script) uint64 { return mark(unitText(s.Head)) }

func (p *Profile) learnScalars(o monitor.Observation) {
	first := p.Samples == 1
	p.Text.widen(measure(o).text, first)
	p.Scales = append(p.Scales, scaleOf(o))
	if v := o.Page.Visual; v != nil {
		p.Dark.widen(v.Dark, first)
		p.Colour.widen(v.Colour, first)
	}
}

func (r *Range) widen(v float64, first bool) {
	if first {
		*r = Range{Min: v, Max: v}
		return
	}
	r.Min, r.Max = min(r.Min, v), max(r.Max, v)
}

func learnResources(p *monitor.Page, loaded map[uint64]int, failed map[uint64]bool) {
	once := map[uint64]bool{}
	for _, r := range p.Loaded {
		once[mark(linkKey(r.URL))] = true
	}
	count(loaded, once)
	for _, r := range p.Failed {
		failed[mark(linkKey(r.URL))] = true
	}
}

// coreOf are the resources whose loss means that a page is not whole: they arrived every time and never failed.
func coreOf(loaded map[uint64]int, failed map[uint64]bool, samples int) []uint64 {
	var core []uint64
	for m, n := range loaded {
		if n == samples && !failed[m] {
			core = append(core, m)
		}
	}
	slices.Sort(core)
	return core
}

func learnHosts(p *monitor.Page, hosts map[monitor.Role]map[string]bool) {
	for role, list := range hostsOf(p) {
		if hosts[role] == nil {
			hosts[role] = map[string]bool{}
		}
		for _, h := range list {
			hosts[role][domainOf(h)] = true
		}
	}
}

// hostsOf is the hosts of a page by role, links and forms included whoever listed them.
func hostsOf(p *monitor.Page) map[monitor.Role][]string {
	type listed struct {
		role monitor.Role
		host string
	}
	all, known := map[monitor.Role][]string{}, map[listed]bool{}
	for role, list := range p.Hosts {
		all[role] = slices.Clip(list)
		for _, h := range list {
			known[listed{role, h}] = true
		}
	}
	add := func(role monitor.Role, address string) {
		if h := hostOf(address); h != "" && !known[listed{role, h}] {
			known[listed{role, h}] = true
			all[role] = append(all[role], h)
		}
	}
	for _, l := range p.Links {
		add(monitor.RoleLink, l.URL)
	}
	for _, f := range p.Forms {
		add(monitor.RoleForm, f.Action)
	}
	for _, s := range p.Scripts {
		add(monitor.RoleScript, s.Src)
	}
	return all
}

func sortedHosts(hosts map[monitor.Role]map[string]bool) map[monitor.Role][]string {
	out := map[monitor.Role][]string{}
	for role, set := range hosts {
		out[role] = slices.Sorted(maps.Keys(set))
	}
	return out
}

func volatilePaths(seenAt map[uint64]string, units map[uint64]int, samples int) []string {
	set := map[string]bool{}
	for m, path := range seenAt {
		if units[m] < samples {
			set[path] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func (p *Profile) learnPictures(pictures []*monitor.Visual) {
	for _, v := range pictures {
		if !slices.Contains(p.Prototypes, v.DHash) {
			p.Prototypes = append(p.Prototypes, v.DHash)
		}
	}
	p.Tiles = learnTiles(pictures)
	p.History = ownHistory(pictures)
}

// carry returns p with what an earlier version knew to move.
func (p Profile) carry(old Profile) Profile {
	c := Carried{Volatile: old.Volatile, Mask: old.Tiles.Mask, Hosts: old.Hosts}
	c.Mask = unite(c.Mask, old.Rolling.mask())
	if old.Carried != nil {
		c.Volatile = united(c.Volatile, old.Carried.Volatile)
		c.Mask = unite(c.Mask, old.Carried.Mask)
		c.Hosts = uniteHosts(c.Hosts, old.Carried.Hosts)
	}
	p.Carried = &c
	return p
}

// united is two lists as one, sorted, each value once.
func united(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(a), b...))))
}

func uniteHosts(a, b map[monitor.Role][]string) map[monitor.Role][]string {
	out := maps.Clone(a)
	if out == nil {
		out = map[monitor.Role][]string{}
	}
	for role, list := range b {
		out[role] = united(out[role], list)
	}
	return out
}

// stable tells counts that belong to nearly every sample.
func (p Profile) stable(n int) bool { return n*10 >= p.Samples*9 }

func (p Profile) known(m uint64) bool {
	return p.Units[m] > 0 || p.Unseen[m] > 0 || p.Rolling.knows(m)
}

func (p Profile) volatile(path string) bool {
	_, now := slices.BinarySearch(p.Volatile, path)
	return now || p.carriedVolatile(path)
}

func (p Profile) carriedVolatile(path string) bool {
	if p.Carried == nil {
		return false
	}
	_, before := slices.BinarySearch(p.Carried.Volatile, path)
	return before
}

// trusts tells whether a domain was approved in any of the given roles.
func (p Profile) trusts(domain string, roles ...monitor.Role) bool {
	for _, r := range roles {
		if slices.Contains(p.Hosts[r], domain) || p.Carried != nil && slices.Contains(p.Carried.Hosts[r], domain) {
			return true
		}
	}
	return false
}

// mask is the tiles that move, by this version, one before, or since it was approved.
func (p Profile) mask() string {
	mask := unite(p.Tiles.Mask, p.Rolling.mask())
	if p.Carried == nil {
		return mask
	}
	return unite(mask, p.Carried.Mask)
}

// prototypes are the pictures that the page is known to show.
func (p Profile) prototypes() [][4]uint64 {
	if p.Rolling == nil {
		return p.Prototypes
	}
	return append(slices.Clone(p.Prototypes), p.Rolling.Prototypes...)
}

// ownHosts tells the hosts that belong to the site of an observation: its own name with or without www, and names under
// it. Outside government the whole registrable domain is one owner; under a province's domain every agency has its own.
func ownHosts(o monitor.Observation) func(host string) bool {
	site := strings.TrimPrefix(hostOf(o.Site.URL), "www.")
	domain := domainOf(site)
	return func(host string) bool {
		host = strings.TrimPrefix(host, "www.")
		if host == "" {
			return false
		}
		return host == site || strings.HasSuffix(host, "."+site) || !isPeer(site) && domainOf(host) == domain
	}
}

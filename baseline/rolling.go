package baseline

import (
	"maps"
	"math"
	"time"

	"canhcong/monitor"
)

// Rolling is what was learnt around an approved look since it was approved, from clean looks that waited out their
// quarantine. It forgets: a sample weighs half after halfLife. It only ever says that something is known to stand here; it
// holds no hosts, titles or anything else that a person has to trust, and the approved look stays what counts beside it.
type Rolling struct {
	TextAt      time.Time          `json:"text_at"` // of the newest sample: the weights are of this instant
	StructureAt time.Time          `json:"structure_at"`
	Text        float64            `json:"text"` // weight of all samples
	Structure   float64            `json:"structure"`
	Units       map[uint64]Mass    `json:"units,omitempty"` // visible text units
	Links       map[uint64]float64 `json:"links,omitempty"`
	Paths       map[uint64]float64 `json:"paths,omitempty"`
	Scales      []Scale            `json:"scales,omitempty"`  // simple measures of the samples, oldest first
	Anchor      map[uint64]int     `json:"anchor,omitempty"`  // characters of the stable units of the approved look
	Moves       []float64          `json:"moves,omitempty"`   // per tile: weight of the samples in which it differed from the one before
	Picture     []byte             `json:"picture,omitempty"` // grey thumbnail of the newest sample, PNG
	Prototypes  [][4]uint64        `json:"prototypes,omitempty"`
	History     history            `json:"history"`
}

// Mass is how much a text unit was there.
type Mass struct {
	Weight float64 `json:"w"`
	Chars  int     `json:"n"`
}

const (
	halfLife       = 14 * 24 * time.Hour
	seedWeight     = 24.0  // samples that the warm-up counts for
	forgotten      = 0.005 // share of the whole below which something was never there
	standing       = 0.9   // share of the whole above which something stands still
	driftLimit     = 0.6   // share of the approved text that may go before a person is asked to approve again
	leastStanding  = 0.2   // share of the approved text that must still stand somewhere for Rolling to be heard at all
	moving         = 0.1   // share of the samples in which a tile moves that is masked
	mostPrototypes = 16
)

// newRolling begins with what the warm-up knew, so that the first clean look is not all there is.
func newRolling(p Profile, anchor monitor.Observation) *Rolling {
	r := &Rolling{TextAt: anchor.At, StructureAt: anchor.At, Text: seedWeight, Structure: seedWeight, Units: map[uint64]Mass{}, Anchor: map[uint64]int{},
		Moves: make([]float64, tileCount), Links: scaled(p.Links, p.Samples), Paths: scaled(p.Paths, p.Samples)}
	for _, u := range unitsOf(anchor.Page, ownHosts(anchor)) {
		n := p.Units[u.mark]
		if !u.visible() || n == 0 {
			continue
		}
		r.Units[u.mark] = Mass{seedWeight * float64(n) / float64(p.Samples), u.chars}
		if p.stable(n) && !p.carriedVolatile(u.path) {
			r.Anchor[u.mark] = u.chars
		}
	}
	if anchor.Page.Visual != nil {
		r.Picture = anchor.Page.Visual.GrayPNG
	}
	return r
}

func scaled(counts map[uint64]int, samples int) map[uint64]float64 {
	out := make(map[uint64]float64, len(counts))
	for m, n := range counts {
		out[m] = seedWeight * float64(n) / float64(max(samples, 1))
	}
	return out
}

// fading is what is left of a weight after some time.
func fading(from, to time.Time) float64 {
	return math.Exp2(-max(0, to.Sub(from).Hours()) / halfLife.Hours())
}

// learnText takes in the texts and the picture of a sample.
func (r *Rolling) learnText(p Profile, o monitor.Observation) {
	f := fading(r.TextAt, o.At)
	r.TextAt, r.Text = o.At, r.Text*f+1
	seen := map[uint64]int{}
	for _, u := range unitsOf(o.Page, ownHosts(o)) {
		if u.visible() {
			seen[u.mark] = u.chars
		}
	}
	for m, mass := range r.Units {
		r.Units[m] = Mass{mass.Weight * f, mass.Chars}
	}
	for m, chars := range seen {
		r.Units[m] = Mass{r.Units[m].Weight + 1, chars}
	}
	maps.DeleteFunc(r.Units, func(_ uint64, mass Mass) bool { return mass.Weight < forgotten*r.Text })
	r.learnPicture(p, o.Page.Visual, f)
}

// learnPicture notes which tiles moved since the sample before, and how far the picture was from those known.
func (r *Rolling) learnPicture(p Profile, v *monitor.Visual, f float64) {
	for i := range r.Moves {
		r.Moves[i] *= f
	}
	after := thumbnail(v)
	if after == nil {
		return
	}
	if before := thumbnail(&monitor.Visual{GrayPNG: r.Picture}); before != nil && len(r.Moves) == tileCount {
		p.Rolling = r
		share, moved := movedTiles(before, after, p.mask())
		for _, t := range moved {
			r.Moves[t]++
		}
		r.History.add(share, hashDistance(p.prototypes(), v.DHash))
	}
	r.Picture = v.GrayPNG
	if hashDistance(r.Prototypes, v.DHash) > 0 {
		r.Prototypes = append(r.Prototypes, v.DHash)
		r.Prototypes = r.Prototypes[max(0, len(r.Prototypes)-mostPrototypes):]
	}
}

// learnStructure takes in the links, tag paths and simple measures of a sample.
func (r *Rolling) learnStructure(o monitor.Observation) {
	f := fading(r.StructureAt, o.At)
	r.StructureAt, r.Structure = o.At, r.Structure*f+1
	own, links := ownHosts(o), map[uint64]bool{}
	for _, l := range o.Page.Links {
		if own(hostOf(l.URL)) {
			links[mark(linkKey(l.URL))] = true
		}
	}
	fade(r.Links, f, links, r.Structure)
	fade(r.Paths, f, pathMarks(o.Page), r.Structure)
	r.Scales = append(r.Scales, scaleOf(o))
	r.Scales = r.Scales[max(0, len(r.Scales)-longestScale):]
}

func fade(weights map[uint64]float64, f float64, once map[uint64]bool, total float64) {
	for m := range weights {
		weights[m] *= f
	}
	for m := range once {
		weights[m]++
	}
	maps.DeleteFunc(weights, func(_ uint64, w float64) bool { return w < forgotten*total })
}

// drift is the share of the approved stable text that does not stand any more.
func (r *Rolling) drift() float64 {
	if r == nil {
		return 0
	}
	var all, gone int
	for m, chars := range r.Anchor {
		all += chars
		if r.Units[m].Weight < standing*r.Text {
			gone += chars
		}
	}
	if all == 0 {
		return 0
	}
	return float64(gone) / float64(all)
}

// turnedOver are the paths at which approved stable text stands no more: news, notices, documents.
func (r *Rolling) turnedOver(anchor monitor.Observation) (paths []string) {
	if r == nil {
		return nil
	}
	for _, u := range unitsOf(anchor.Page, ownHosts(anchor)) {
		if r.Anchor[u.mark] > 0 && r.Units[u.mark].Weight < standing*r.Text {
			paths = append(paths, u.path)
		}
	}
	return paths
}

// knows tells text that was seen lately.
func (r *Rolling) knows(m uint64) bool { return r != nil && r.Units[m].Weight > 0 }

// textKept is the share of the text that stands still of late and is there now. ok is false when next to nothing stands
// still: a page that turns over all the time must not make its judge blind.
func (r *Rolling) textKept(now map[uint64]bool) (kept float64, ok bool) {
	var all, left, approved int
	for _, chars := range r.Anchor {
		approved += chars
	}
	for m, mass := range r.Units {
		if mass.Weight < standing*r.Text {
			continue
		}
		all += mass.Chars
		if now[m] {
			left += mass.Chars
		}
	}
	if all == 0 || float64(all) < leastStanding*float64(approved) {
		return 0, false
	}
	return float64(left) / float64(all), true
}

// setKept is textKept for links and tag paths; approved is how many stood still when the page was approved.
func setKept(weights map[uint64]float64, total float64, now map[uint64]bool, approved int) (kept float64, ok bool) {
	var all, left int
	for m, w := range weights {
		if w < standing*total {
			continue
		}
		all++
		if now[m] {
			left++
		}
	}
	if all < 5 || float64(all) < leastStanding*float64(approved) {
		return 0, false
	}
	return float64(left) / float64(all), true
}

// mask is the tiles that kept moving since approval.
func (r *Rolling) mask() string {
	if r == nil || len(r.Moves) != tileCount {
		return ""
	}
	out := make([]byte, tileCount)
	for i, w := range r.Moves {
		out[i] = '.'
		if w > moving*r.Text {
			out[i] = '#'
		}
	}
	return string(out)
}

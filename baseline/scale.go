package baseline

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"canhcong/monitor"
)

// scalars are the simple measures of a page.
type scalars struct{ text, links, internal, viness, words, height, nodes, files float64 }

// Scale is the simple measures of one look, as they are kept: in the order of measures.
type Scale struct {
	At     time.Time `json:"at"`
	Values []float64 `json:"v"`
}

// measures are the scalars that are learnt. least is how far from what is usual a value is at least allowed to be.
var measures = []struct {
	name  string
	of    func(scalars) float64
	least float64
}{
	{"text", func(s scalars) float64 { return s.text }, 300},
	{"links", func(s scalars) float64 { return s.links }, 15},
	{"internal", func(s scalars) float64 { return s.internal }, 15},
	{"viness", func(s scalars) float64 { return s.viness }, 0.25},
	{"height", func(s scalars) float64 { return s.height }, 600},
	{"nodes", func(s scalars) float64 { return s.nodes }, 150},
	{"files", func(s scalars) float64 { return s.files }, 15},
}

// longestScale is how many looks are kept: at one in three hours what fades away in about a half-life.
const longestScale = 120

func measure(o monitor.Observation) (s scalars) {
	own := ownHosts(o)
	var marked, all int
	for _, b := range o.Page.Blocks {
		if b.Hidden != "" {
			continue
		}
		s.text += float64(utf8.RuneCountInString(b.Text))
		m, a := vietnamese(b.Text)
		marked, all = marked+m, all+a
	}
	if all > 0 {
		s.viness = float64(marked) / float64(all)
	}
	s.words = float64(all)
	for _, l := range o.Page.Links {
		if own(hostOf(l.URL)) {
			s.internal++
		}
	}
	s.links, s.height, s.nodes = float64(len(o.Page.Links)), float64(o.Page.Height), float64(o.Page.Nodes)
	s.files = float64(len(o.Page.Loaded) + len(o.Page.Failed))
	return s
}

// scaleOf is the measures of a look as they are kept.
func scaleOf(o monitor.Observation) Scale {
	s := Scale{At: o.At}
	for is, m := measure(o), 0; m < len(measures); m++ {
		s.Values = append(s.Values, math.Round(measures[m].of(is)*1000)/1000)
	}
	return s
}

// beyond tells how far a value is from what is usual, in multiples of what is allowed: eight median deviations, half of the
// median, or the least. ok is false where too little is known.
func beyond(history []Scale, m int, value float64) (usual, times float64, ok bool) {
	list := slices.DeleteFunc(slices.Clone(history), func(s Scale) bool { return len(s.Values) <= m })
	if len(list) < visualSamples {
		return 0, 0, false
	}
	newest := list[len(list)-1].At
	weigh := func(of func(Scale) float64) (out []weighted) {
		for _, s := range list {
			out = append(out, weighted{of(s), fading(s.At, newest)})
		}
		return out
	}
	usual = weightedMedian(weigh(func(s Scale) float64 { return s.Values[m] }))
	spread := weightedMedian(weigh(func(s Scale) float64 { return math.Abs(s.Values[m] - usual) }))
	return usual, math.Abs(value-usual) / max(8*spread, usual/2, measures[m].least), true
}

// weighted is a value that counts as much as its weight.
type weighted struct{ value, weight float64 }

func weightedMedian(list []weighted) float64 {
	slices.SortFunc(list, func(a, b weighted) int { return cmp.Compare(a.value, b.value) })
	var all, below float64
	for _, w := range list {
		all += w.weight
	}
	for _, w := range list {
		if below += w.weight; 2*below >= all {
			return w.value
		}
	}
	return 0
}

// outOfScale notes the measure that is furthest from what it was when the page was approved and from what it has been since.
func (c *comparison) outOfScale() []Evidence {
	e, furthest := evidence(SignalScale, 0), 1.0
	lately := c.profile.Scales
	if r := c.profile.Rolling; r != nil {
		lately = slices.Concat(lately, r.Scales)
	}
	for m, one := range measures {
		usual, times, ok := beyond(c.profile.Scales, m, one.of(c.is))
		recent, since, _ := beyond(lately, m, one.of(c.is))
		if since < times {
			usual, times = recent, since
		}
		if ok && times > furthest {
			furthest = times
			e.Where, e.Expected, e.Seen = "scale "+one.name, amount(one.name, usual), amount(one.name, one.of(c.is))
		}
	}
	if e.Where == "" {
		return nil
	}
	return []Evidence{e}
}

func amount(measure string, v float64) string {
	if measure == "viness" {
		return percent(v)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

package baseline

import (
	"image"
	"math"
	"slices"

	"canhcong/monitor"
)

// The limits within which a page's own history moves the thresholds of its picture: shares of tiles, bits of a difference
// hash. The upper ends lie below every real replacement measured (detection.md section 6.3). A page that would need more
// than that has its picture left out of the judgement, and says so.
const (
	leastShare, mostShare = 0.30, 0.47
	leastBits, mostBits   = 60.0, 80.0
	enoughHistory         = 50   // distances, to speak of a tail
	someHistory           = 10   // distances, to speak of a spread
	allowedRate           = 1e-5 // of clean looks that may pass a threshold
	longestHistory        = 200  // distances kept, newest
)

// history is how far clean looks were from what was known of them.
type history struct {
	Shares []float64 `json:"shares,omitempty"`
	Bits   []float64 `json:"bits,omitempty"`
}

func (h *history) add(share float64, bits int) {
	h.Shares = append(h.Shares, math.Round(share*1000)/1000)
	h.Bits = append(h.Bits, float64(bits))
	h.Shares = h.Shares[max(0, len(h.Shares)-longestHistory):]
	h.Bits = h.Bits[max(0, len(h.Bits)-longestHistory):]
}

// limits are the thresholds of the picture of a page.
type limits struct {
	share, bits float64
	off         bool // the page moves so much that its picture says nothing
}

// visualLimits derives the thresholds from the looks that a page was learnt from.
func (p Profile) visualLimits() limits {
	shares, bits := slices.Clone(p.History.Shares), slices.Clone(p.History.Bits)
	if r := p.Rolling; r != nil {
		shares, bits = append(shares, r.History.Shares...), append(bits, r.History.Bits...)
	}
	l := limits{share: max(leastShare, tail(shares)), bits: max(leastBits, tail(bits))}
	l.off = l.share > mostShare || l.bits > mostBits
	return l
}

// lowCoverage tells a page whose picture counts half or not at all.
func (p Profile) lowCoverage() bool { return p.visualLimits().off || coverage(p.mask()) > dullMask }

// tail is the distance that a clean look passes once in 1/allowedRate looks, as far as a history can tell: with enough of
// it peaks over a threshold with an exponential tail, with less a margin on what was seen.
func tail(h []float64) float64 {
	if len(h) == 0 {
		return 0
	}
	slices.Sort(h)
	most := h[len(h)-1]
	switch {
	case len(h) < someHistory:
		return 1.25 * most // the spread of so few says nothing
	case len(h) < enoughHistory:
		return max(1.25*most, median(h)+8*medianDeviation(h))
	}
	q := h[(len(h)-1)*99/100]
	var excess float64
	n := 0
	for _, v := range h {
		if v > q {
			excess, n = excess+v-q, n+1
		}
	}
	if n == 0 {
		return q
	}
	return q + excess/float64(n)*math.Log(0.01/allowedRate)
}

func median(sorted []float64) float64 { return sorted[len(sorted)/2] }

func medianDeviation(sorted []float64) float64 {
	m, out := median(sorted), make([]float64, len(sorted))
	for i, v := range sorted {
		out[i] = math.Abs(v - m)
	}
	slices.Sort(out)
	return median(out)
}

// ownHistory is how far each picture of a warm-up is from the others, had it not been there.
func ownHistory(pictures []*monitor.Visual) (h history) {
	grays := make([]*image.Gray, 0, len(pictures))
	var whole []*monitor.Visual
	for _, v := range pictures {
		if g := thumbnail(v); g != nil {
			grays, whole = append(grays, g), append(whole, v)
		}
	}
	if len(grays) < visualSamples {
		return h
	}
	moved := pairwise(grays)
	for i := range grays {
		var others [][4]uint64
		mask := make([]bool, tileCount)
		for k := range grays {
			if k == i {
				continue
			}
			others = append(others, whole[k].DHash)
			for l := range k {
				if l != i {
					orInto(mask, moved[k][l])
				}
			}
		}
		h.add(nearestShare(moved, i, mask), hashDistance(others, whole[i].DHash))
	}
	return h
}

// pairwise is which tiles differ between any two pictures.
func pairwise(grays []*image.Gray) [][][]bool {
	moved := make([][][]bool, len(grays))
	for i := range grays {
		moved[i] = make([][]bool, len(grays))
	}
	for i, a := range grays {
		for k, b := range grays[:i] {
			tiles := make([]bool, tileCount)
			for t := range tiles {
				d, _ := tileDifference(a, b, t, 0)
				tiles[t] = d > tileMoved
			}
			moved[i][k], moved[k][i] = tiles, tiles
		}
	}
	return moved
}

func orInto(mask, more []bool) {
	for t, m := range more {
		mask[t] = mask[t] || m
	}
}

// nearestShare is the share of tiles outside a mask in which picture i differs from the one most like it.
func nearestShare(moved [][][]bool, i int, mask []bool) float64 {
	least := 1.0
	for k, tiles := range moved[i] {
		if k == i {
			continue
		}
		n, all := 0, 0
		for t := range tiles {
			if mask[t] {
				continue
			}
			all++
			if tiles[t] {
				n++
			}
		}
		least = min(least, float64(n)/float64(max(all, 1)))
	}
	return least
}

package baseline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"canhcong/monitor"
	"canhcong/targets"
)

// ContentHash names what an observation showed: the page as extracted, its address and its picture. A decision is bound to
// it. It is SHA-256 in hexadecimal, and "" when there is no page.
func ContentHash(o monitor.Observation) string {
	if o.Page == nil {
		return ""
	}
	page, err := json.Marshal(o.Page)
	if err != nil {
		return "" // a page is plain data that came from JSON; nothing can be bound to one that is not
	}
	h := sha256.New()
	fmt.Fprintf(h, "canhcong content 1\n%s\n%s\n", o.FinalURL, o.Screenshot)
	h.Write(page)
	return hex.EncodeToString(h.Sum(nil))
}

// Compare judges an observation against an approved baseline. anchor is the approved observation with its page; b.Profile
// is what was learnt around it; declared are appearance events, of which those count that hold for the site when it was looked
// at. It reads nothing else: the same input gives the same verdict, today and in a replay.
func Compare(b Baseline, anchor, o monitor.Observation, declared ...targets.AppearanceEvent) Verdict {
	return compare(b, anchor, o, declared, func(Evidence) bool { return true })
}

// compare is Compare with the evidence that is kept.
func compare(b Baseline, anchor, o monitor.Observation, declared []targets.AppearanceEvent, keep func(Evidence) bool) Verdict {
	v := judgeLook(o)
	v.BaselineID, v.AnchorID = b.ID, anchor.ID
	if anchor.Page == nil {
		return v
	}
	if !hasContent(v, o) {
		return accused(v, b.Profile, anchor, keep)
	}
	c := newComparison(b.Profile, anchor, o)
	v.Quality = c.load.quality
	found := append(c.attack(), c.blank()...)
	if c.load.added {
		found = append(found, c.trust()...)
	}
	if c.load.text {
		found = append(found, c.identity()...)
		found = append(found, c.notes()...)
	}
	found = slices.DeleteFunc(found, func(e Evidence) bool { return !keep(e) })
	v.Content, v.Score, found = fuse(c.excuse(found, declared), c)
	if c.load.quality == Degraded {
		v.Content, found = whenDegraded(v.Content, found, c.load)
	}
	v.Evidence = append(append(v.Evidence, strongest(found)...), c.standingNotes()...)
	return v
}

// accused keeps a signed attack from passing for a wall: defaced portals answer 403 too, or have a guard in front of them.
// Nothing else is concluded from a page that refuses us.
func accused(v Verdict, p Profile, anchor monitor.Observation, keep func(Evidence) bool) Verdict {
	o := v.Observation
	if v.Availability != IsBlocked || o.Depth != monitor.Render || o.Page == nil {
		return v
	}
	c := newComparison(p, anchor, o)
	c.refused = true
	found := slices.DeleteFunc(c.signature(), func(e Evidence) bool { return !keep(e) })
	content, score, found := fuse(found, c)
	if content == Suspicious || content == Defaced {
		v.Content, v.Score, v.Quality = content, score, Degraded
		v.Evidence = append(v.Evidence, strongest(found)...)
	}
	return v
}

// blank notes a page with nothing on it, which otherwise would be passed over look after look.
func (c *comparison) blank() []Evidence {
	if !c.load.blank {
		return nil
	}
	return []Evidence{evidence(SignalBlank, 0)}
}

// Absolute judges an observation without a baseline: only signals that speak for themselves, and no content state.
func Absolute(o monitor.Observation) Verdict {
	v := judgeLook(o)
	if !hasContent(v, o) {
		v = accused(v, Profile{}, monitor.Observation{}, func(Evidence) bool { return true })
		v.Content = Unjudged
		return v
	}
	c := newComparison(Profile{}, monitor.Observation{}, o)
	v.Quality = c.load.quality
	found := append(c.attack(), c.blank()...)
	_, v.Score, found = fuse(found, c)
	if c.load.quality == Degraded {
		_, found = whenDegraded(Unjudged, found, c.load)
	}
	v.Evidence = append(v.Evidence, strongest(found)...)
	return v
}

// judgeLook judges the two concerns that need no page.
func judgeLook(o monitor.Observation) Verdict {
	v := Verdict{Observation: o, At: o.At, Content: Unjudged, Quality: Complete}
	var a, c []Evidence
	v.Availability, a = judgeAvailability(o)
	v.Certificate, c = judgeCertificate(o)
	v.Evidence = slices.Concat(a, c)
	if e, led := ledInside(o); led {
		v.Content, v.Score, v.Evidence = Suspicious, e.Weight, append(v.Evidence, e)
	}
	if o.Depth == monitor.Render && (o.Page == nil || o.Outcome != monitor.OK) {
		v.Quality = Degraded
	}
	return v
}

// hasContent tells looks with a page of the site itself. An error page counts: a defaced portal may answer 404 or 500.
func hasContent(v Verdict, o monitor.Observation) bool {
	return o.Depth == monitor.Render && o.Page != nil && (o.Outcome == monitor.OK || o.Outcome == monitor.Down) && v.Availability != IsBlocked
}

// whenDegraded keeps what a half-loaded page may still prove: an attack that shows, never a look that is missing.
func whenDegraded(content Content, found []Evidence, l load) (Content, []Evidence) {
	e := evidence(SignalDegraded, 0)
	e.Seen, e.Count = l.reason, l.missing
	found = append(found, e)
	if content == Suspicious || content == Defaced {
		return content, found
	}
	return Unjudged, found
}

// strongest sorts evidence for people: weight first, then a fixed order so that verdicts can be compared byte by byte.
func strongest(list []Evidence) []Evidence {
	slices.SortStableFunc(list, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Where, b.Where), cmp.Compare(a.Seen, b.Seen))
	})
	return list
}

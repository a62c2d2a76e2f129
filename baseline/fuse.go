package baseline

import (
	"slices"

	"canhcong/monitor"
)

// Limits of the score, in nats, from detection.md section 6.5. They are priors: the evaluation decides.
const (
	suspiciousScore = 9.0
	defacedScore    = 16.0
	replacedPoints  = 10.0
	originPoints    = 5.0
	signaturePoints = 6.0 // a prominent signature is a question, whatever the rest of the page says
)

// fuse turns evidence into a content state: groups are capped and summed, hard rules come first. It adds the note that the
// whole page was replaced when that is the finding.
func fuse(found []Evidence, c *comparison) (Content, float64, []Evidence) {
	sums := groupSums(found)
	score := 0.0
	for _, g := range []group{identity, signature, promo, routing, code, meta, region} {
		score += sums[g]
	}
	if isDefaced(found, sums, score, c) {
		return Defaced, score, found
	}
	if sums[identity] >= replacedPoints && underRepair(found, sums, c) {
		return Changed, score, found
	}
	if sums[identity] >= replacedPoints {
		return Suspicious, score, append(found, evidence(SignalReplaced, 0))
	}
	if score >= suspiciousScore || hasOrigin(found) || weightOf(found, SignalSignature) >= signaturePoints {
		return Suspicious, score, found
	}
	if len(found) > 0 {
		return Changed, score, found
	}
	return Normal, score, found
}

func groupSums(found []Evidence) map[group]float64 {
	sums := map[group]float64{}
	for _, e := range found {
		g := groupOf[e.Signal]
		sums[g] = min(groupCap[g], sums[g]+e.Weight)
	}
	return sums
}

// hasOrigin tells that a stranger's script, frame or form, or a download, is enough on its own to be looked at.
func hasOrigin(found []Evidence) bool {
	for _, e := range found {
		switch e.Signal {
		case SignalScriptOrigin, SignalFrameOrigin, SignalFormOrigin, SignalFetchOrigin, SignalObfuscation, SignalDownload, SignalWatched:
			if e.Weight >= originPoints {
				return true
			}
		}
	}
	return false
}

func isDefaced(found []Evidence, sums map[group]float64, score float64, c *comparison) bool {
	return signed(found, c) || replacedByAttack(found, sums, c) || ledAway(found) || selling(found, sums, c) || agreed(found, sums, score)
}

func weightOf(found []Evidence, s Signal) (weight float64) {
	for _, e := range found {
		if e.Signal == s {
			weight += e.Weight
		}
	}
	return weight
}

// signed (R1): an attack signed in the title, a dialog or twice; or once where little else is left.
func signed(found []Evidence, c *comparison) bool {
	w := weightOf(found, SignalSignature)
	return w >= 14 || w >= 12 && (c.kept.text < 0.4 || c.is.text < shortPage || weightOf(found, SignalOverlay) > 0)
}

// replacedByAttack (R2): the page is gone and something says that no webmaster did it.
func replacedByAttack(found []Evidence, sums map[group]float64, c *comparison) bool {
	if sums[identity] < 12 {
		return false
	}
	return weightOf(found, SignalSignature) > 0 || weightOf(found, SignalGreeting) >= 3 || weightOf(found, SignalMedia) >= 2 ||
		weightOf(found, SignalViness) >= 6 || certain(found) >= 6 || blackened(found, c)
}

// blackened tells a page that turned dark and says nothing, least of all why. Servers and caches write their errors on black
// as well: words are read.
func blackened(found []Evidence, c *comparison) bool {
	return c.bare() && c.is.words == 0 && weightOf(found, SignalDark) > 0
}

// underRepair tells a page that says it is being worked on, and nothing that says otherwise.
func underRepair(found []Evidence, sums map[group]float64, c *comparison) bool {
	return has(found, SignalRepair) && c.is.text < shortPage && sums[signature]+sums[promo]+sums[routing]+sums[code] == 0 &&
		weightOf(found, SignalCanonical) == 0 && weightOf(found, SignalViness) < 6
}

func has(found []Evidence, s Signal) bool {
	return slices.ContainsFunc(found, func(e Evidence) bool { return e.Signal == s })
}

// ledAway (R3): visitors end on a stranger's site that is nothing like the portal.
func ledAway(found []Evidence) bool { return weightOf(found, SignalRedirect) >= 12 }

// selling (R4): promotion in force with two specific terms, or any where people do not see it and search engines do.
func selling(found []Evidence, sums map[group]float64, c *comparison) bool {
	if sums[promo] < 12 {
		return false
	}
	for _, e := range found {
		if e.Signal == SignalPromo && (c.pitched >= 2 || e.Where == "hidden") {
			return true
		}
	}
	return false
}

// agreed: two independent groups agree, one of them an attack in itself. Loss of identity with new scripts is a redesign.
func agreed(found []Evidence, sums map[group]float64, score float64) bool {
	groups := 0
	for _, g := range []group{identity, signature, promo, routing, code, meta} {
		if sums[g] >= 4 {
			groups++
		}
	}
	return score >= defacedScore && groups >= 2 && max(sums[signature], certain(found), sums[routing]) >= 4
}

// certain is the weight of promotion without a cover that only says nothing: what changed of the picture is the same
// finding once more, and it may yet be a clumsy greeting for a feast.
func certain(found []Evidence) (weight float64) {
	for _, e := range found {
		if groupOf[e.Signal] == promo && !e.doubtful() {
			weight += e.Weight
		}
	}
	return weight
}

// learnable tells a judged look without any sign of an attack: such a look may be learnt from.
func learnable(v Verdict) bool {
	if v.Quality != Complete || v.Observation.Outcome != monitor.OK || v.Content != Normal && v.Content != Changed {
		return false
	}
	for _, e := range v.Evidence {
		if absolute(e.Signal) || e.Excuse != nil && e.Excuse.Weight > 0 { // what is there for a while is not what the page is like
			return false
		}
	}
	return true
}

package monitor

import (
	"hash/fnv"
	"math/rand/v2"
	"time"

	"canhcong/targets"
)

// interval is the ordinary time between two looks of a depth.
func interval(p targets.Profile, d Depth) time.Duration {
	if d == Probe {
		return p.ProbeEvery
	}
	return p.RenderEvery
}

const (
	shortestDeadline = 10 * time.Second
	longestDeadline  = 30 * time.Second
)

// deadline is how long one look may take: 80 % of its interval, within what a page needs and what is worth waiting for.
func deadline(p targets.Profile, d Depth) time.Duration {
	return min(max(interval(p, d)*8/10, shortestDeadline), longestDeadline)
}

// handling is how long storing and judging a look may take, on a machine that has a lot else to do.
const handling = 2 * time.Minute

// giveUpAfter is when a look is given up on that keeps neither to its deadline nor to its context.
func giveUpAfter(p targets.Profile, d Depth) time.Duration {
	return deadline(p, d) + browserGrace + handling
}

// spread is the place of a site's look in a stretch of time, by a hash of the site: many sites that come at once, by an
// import, a start or a period that begins, do not ask for everything in the same second.
func spread(s targets.Site, d Depth, over time.Duration) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(s.Key + string(d)))
	return time.Duration(uint64(h.Sum32()) * uint64(max(over, time.Millisecond)) >> 32)
}

// firstLook is when a site is looked at first: within one probe interval, whatever the depth.
func firstLook(s targets.Site, d Depth, now time.Time) time.Time {
	return now.Add(spread(s, d, s.Profile.ProbeEvery))
}

// caughtUp is when a look should be made that is planned for due, where that plan was made at another pace or by a program
// that was not running since. What lies further ahead than the pace allows comes within one interval. After a start, what
// should have been made an interval ago is spread over a probe interval: a herd after a power cut would be slower for all.
func caughtUp(s targets.Site, d Depth, due time.Time, t trouble, starting bool, now time.Time) time.Time {
	every := interval(s.Profile, d)
	switch {
	case due.After(now.Add(patient(s.Profile, d, t)*11/10 + time.Second)):
		return now.Add(spread(s, d, every))
	case starting && due.Before(now.Add(-every)):
		return firstLook(s, d, now)
	default:
		return due
	}
}

// longestBackOff bounds how long our own faults keep us from looking again.
const longestBackOff = 5 * time.Minute

// nextLook is when to look again after a look that ended at now and is counted in d: when the rooms downstream asked for it,
// after a back-off when the look was our own fault, otherwise one interval later; give or take chance. A site in lasting
// trouble is left in peace even where the rooms downstream are curious, as they are while they learn.
func nextLook(p targets.Profile, d due, outcome Outcome, again time.Duration, now time.Time) time.Time {
	wait := patient(p, d.depth, d.trouble)
	if again > 0 && wait <= interval(p, d.depth) {
		return now.Add(jittered(again, againJitter))
	}
	if outcome == Fault {
		return now.Add(min(interval(p, d.depth), backOff(d.faults)))
	}
	return now.Add(jittered(wait, paceJitter))
}

// By how much waits are drawn out or cut short, so that what failed together is not looked at together again.
const (
	paceJitter  = 0.1
	againJitter = 0.2 // reliability.md section 4
)

// jittered returns a wait give or take a share of it.
func jittered(wait time.Duration, share float64) time.Duration {
	return wait + time.Duration((2*rand.Float64()-1)*share*float64(wait))
}

func backOff(faults int) time.Duration {
	return min(5*time.Second<<min(faults, 6), longestBackOff)
}

// trouble is how many looks of a depth in a row found a site down, and how many were refused.
type trouble struct{ downs, blocks int }

// after is the trouble after one more look. A render finds a site down only while the probes do too: otherwise nothing would
// say when it is worth rendering again. What says nothing about the site changes nothing.
func (t trouble) after(o Outcome, d Depth, probesAgree bool) trouble {
	switch {
	case o == Down && (d == Probe || probesAgree):
		return trouble{downs: t.downs + 1}
	case o == Blocked:
		return trouble{blocks: t.blocks + 1}
	case o == Down, o == OK:
		return trouble{}
	default:
		return t
	}
}

// The bounds of what lasting trouble does to the pace: no look becomes rarer than fourfold, a probe not rarer than every five
// minutes and a render not rarer than once an hour, unless its profile is that slow by itself.
const (
	rarest       = 2 // doublings
	rarestProbe  = 5 * time.Minute
	rarestRender = time.Hour
)

// patience is how many looks in a row may find a site in trouble before they become rarer: those that confirm it, and two.
func patience(p targets.Profile) int { return len(p.Recheck) + 2 }

// patient is the time between two looks at a site in trouble. Who refuses us is asked less often; of a site that is down only
// renders are, because a probe costs little and sees when it is back.
func patient(p targets.Profile, d Depth, t trouble) time.Duration {
	every, bound, looks := interval(p, d), rarestProbe, t.blocks
	if d == Render {
		bound, looks = rarestRender, t.blocks+t.downs
	}
	longer := every << min(max(looks-patience(p), 0), rarest)
	return max(every, min(longer, bound))
}

// inRealTime says whether a look lets the page's clock run: the second look of every site, so that learning sees what moves,
// and one in twenty after that, because a page can tell virtual time from real time.
func inRealTime(done int) bool { return done%20 == 1 }

// count takes the outcome of a look into its row.
func (d *due) count(o Outcome, p targets.Profile) {
	d.done++
	if o == Fault {
		d.faults++
	} else {
		d.faults = 0
	}
	d.trouble = d.after(o, d.depth, d.probeDowns > patience(p))
}

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

// firstLook spreads the first looks of many new sites over one probe interval by a hash of the site, so that a start or an
// import does not ask for everything in the same second.
func firstLook(s targets.Site, d Depth, now time.Time) time.Time {
	h := fnv.New32a()
	h.Write([]byte(s.Key + string(d)))
	return now.Add(time.Duration(h.Sum32()) % max(s.Profile.ProbeEvery, time.Millisecond))
}

// longestBackOff bounds how long our own faults keep us from looking again.
const longestBackOff = 5 * time.Minute

// nextLook is when to look again after a look that ended at now: when the rooms downstream asked for it, after a back-off
// when the look was our own fault, otherwise one interval later; give or take chance.
func nextLook(p targets.Profile, d due, outcome Outcome, again time.Duration, now time.Time) time.Time {
	if again > 0 {
		return now.Add(jittered(again, againJitter))
	}
	wait := interval(p, d.depth)
	if outcome == Fault {
		return now.Add(min(wait, backOff(d.faults)))
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

// inRealTime says whether a look lets the page's clock run: the second look of every site, so that learning sees what moves,
// and one in twenty after that, because a page can tell virtual time from real time.
func inRealTime(done int) bool { return done%20 == 1 }

package monitor

import (
	"reflect"
	"strings"
	"sync"
	"time"

	"canhcong/targets"
)

// Most probes say what the one before said. Such a probe is quiet: it is counted, and written down with others in one
// transaction, but is neither stored as an observation nor judged. Nothing hangs on it: what does not look exactly as it did
// is handed on at once, what was asked for is, and every site is handed on now and then, so that the rooms downstream go on
// hearing how it is (level, not edge).
const (
	// handedOnWithin is how long a site's probes may be quiet.
	handedOnWithin = 15 * time.Minute
	// calmAfter is how many good probes in a row are handed on before the next may be quiet: more than it takes to confirm
	// that a site is well again.
	calmAfter = 5
	// leisurely is how long a probe may take and still be called good; the judge calls slow what takes longer.
	leisurely = 5 * time.Second
	// closelyWatched is the pace at which every probe is handed on: whoever looks that often wants to know.
	closelyWatched = 10 * writeDownEvery
)

// lull is how quiet a site has been.
type lull struct {
	said     Observation // by the probe last handed on, without what differs from look to look
	handedOn time.Time   // when that was made
	good     int         // probes handed on in a row that left nothing to be wished for
	planned  time.Time   // when the next probe is due if nobody asks for one
}

// lulls knows how quiet each site has been.
type lulls struct {
	mu    sync.Mutex
	sites map[int64]*lull
}

func (l *lulls) of(siteID int64) *lull {
	if l.sites == nil {
		l.sites = map[int64]*lull{}
	}
	if l.sites[siteID] == nil {
		l.sites[siteID] = &lull{}
	}
	return l.sites[siteID]
}

// isQuiet tells whether a look that was due as d says leaves nothing to be handed on.
func (l *lulls) isQuiet(d due, s Sight) bool {
	o := s.Observation
	if o.Outcome == Blind && d.depth == Probe {
		return l.wasBlind(d.siteID)
	}
	pace := o.Site.Profile.ProbeEvery
	if !swift(o) || d.depth != Probe || s.Memory.Fingerprint != d.memory.Fingerprint || alarmed(o) || pace < closelyWatched {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.of(d.siteID)
	return was.good >= calmAfter && d.at.Equal(was.planned) && o.At.Before(was.handedOn.Add(handedOnWithin-pace)) && reflect.DeepEqual(steady(o), was.said)
}

// wasBlind says whether the rooms downstream know already that we see nothing of a site.
func (l *lulls) wasBlind(siteID int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of(siteID).said.Outcome == Blind
}

// handOn takes note of a look that was handed on. content says that nothing more was wanted of the site: no look soon, and
// no trouble on the way.
func (l *lulls) handOn(o Observation, content bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.of(o.Site.ID)
	if !content || o.Outcome != OK {
		was.good = 0
	}
	if o.Depth != Probe {
		return
	}
	if content && swift(o) {
		was.good++
	} else {
		was.good = 0
	}
	was.said, was.handedOn = steady(o), o.At
}

// plan takes note of when the next probe is due at the site's own pace.
func (l *lulls) plan(siteID int64, next time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(siteID).planned = targets.FromMillis(targets.Millis(next)) // as it will be read back
}

func (l *lulls) forget(siteID int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.sites, siteID)
}

// swift tells a look that found the site well, and not slow.
func swift(o Observation) bool { return o.Outcome == OK && o.Took < leisurely }

// steady is what two looks at a site that is as it was have in common. Names that have many addresses give out others every
// time, and some addresses end in a number of the visit.
func steady(o Observation) Observation {
	o.ID, o.At, o.Took, o.Timings = 0, time.Time{}, 0, nil
	o.FinalURL, _, _ = strings.Cut(o.FinalURL, "?")
	if o.Wire == nil {
		return o
	}
	w := *o.Wire
	w.Header, w.Servers, w.Redirects, w.Same = nil, nil, nil, false
	for _, s := range o.Wire.Servers {
		w.Servers = append(w.Servers, Server{Name: s.Name})
	}
	for _, r := range o.Wire.Redirects {
		r.URL, _, _ = strings.Cut(r.URL, "?")
		w.Redirects = append(w.Redirects, r)
	}
	o.Wire = &w
	return o
}

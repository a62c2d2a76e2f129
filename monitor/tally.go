package monitor

import "time"

// tally sums up what the probes of a site found in an hour. What is not in the three durations is time without data.
type tally struct {
	up, down, blocked time.Duration // for how long each outcome stood
	probes            int
	answers           int           // probes that the site answered
	took, slowest     time.Duration // by those: in all, and by the slowest
}

type tallyKey struct {
	siteID int64
	hour   int64 // its begin, unix milliseconds
}

type talliesByHour map[tallyKey]tally

// sighted is what a probe found, which stands until the next one.
type sighted struct {
	at      time.Time
	outcome Outcome
}

// standsFor is for how many intervals what a probe found may stand.
const standsFor = 2

// count adds a probe to the tallies of its site. What the one before found stood until this one, unless one of the two saw
// nothing: what was between a good look and a blind one, nobody knows.
func (l *ledger) count(o Observation) {
	if o.Depth != Probe {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tally == nil {
		l.tally = talliesByHour{}
	}
	if l.last == nil {
		l.last = map[int64]sighted{}
	}
	was, is := l.last[o.Site.ID], sighted{o.At.Round(0), o.Outcome} // by the wall clock, as hours are
	l.last[o.Site.ID] = is
	if informs(was.outcome) && informs(is.outcome) {
		l.tally.stood(o.Site.ID, was, earlier(is.at, was.at.Add(standsFor*o.Site.Profile.ProbeEvery)))
	}
	l.tally.probed(o)
}

// informs tells an outcome that says something about the site.
func informs(o Outcome) bool { return o == OK || o == Down || o == Blocked }

// stood adds the time from a look until another, hour by hour.
func (t talliesByHour) stood(siteID int64, s sighted, until time.Time) {
	for from := s.at; from.Before(until); {
		hour := from.Truncate(time.Hour)
		end := earlier(until, hour.Add(time.Hour))
		key := tallyKey{siteID, hour.UnixMilli()}
		sum := t[key]
		switch s.outcome {
		case OK:
			sum.up += end.Sub(from)
		case Down:
			sum.down += end.Sub(from)
		case Blocked:
			sum.blocked += end.Sub(from)
		}
		t[key] = sum
		from = end
	}
}

func (t talliesByHour) probed(o Observation) {
	key := tallyKey{o.Site.ID, o.At.Truncate(time.Hour).UnixMilli()}
	sum := t[key]
	sum.probes++
	if o.Outcome == OK {
		sum.answers++
		sum.took += o.Took
		sum.slowest = max(sum.slowest, o.Took)
	}
	t[key] = sum
}

// with adds other tallies.
func (t talliesByHour) with(other talliesByHour) talliesByHour {
	if t == nil {
		return other
	}
	for key, more := range other {
		t[key] = t[key].and(more)
	}
	return t
}

// and is the sum of two tallies.
func (t tally) and(more tally) tally {
	return tally{t.up + more.up, t.down + more.down, t.blocked + more.blocked, t.probes + more.probes, t.answers + more.answers,
		t.took + more.took, max(t.slowest, more.slowest)}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

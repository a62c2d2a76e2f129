package monitor

import (
	"slices"
	"time"
)

// queue holds the looks of each depth that are due and wait for a slot, in their turn.
type queue struct {
	waiting  map[Depth][]due
	read     time.Time // when it was filled
	outdated bool      // something was asked for since
}

// How often the looks that are due are read: 20,000 rows take a tenth of a second.
const (
	longQueue   = 500
	rereadLong  = 5 * time.Second        // a queue longer than that
	rereadAsked = 200 * time.Millisecond // because something was asked for; a long queue ten times less often
)

// stale says whether it is time to read again what is due.
func (q *queue) stale(now time.Time) bool {
	age, length := now.Sub(q.read), q.len()
	switch {
	case q.outdated && length < longQueue:
		return age >= rereadAsked
	case q.outdated:
		return age >= 10*rereadAsked
	case length < longQueue:
		return true
	default:
		return age >= rereadLong
	}
}

func (q *queue) len() (n int) {
	for _, list := range q.waiting {
		n += len(list)
	}
	return n
}

// fill replaces what waits.
func (q *queue) fill(list []due, turn func(due) time.Time, now time.Time) {
	for i := range list {
		list[i].turn = turn(list[i])
	}
	slices.SortStableFunc(list, func(a, b due) int { return a.turn.Compare(b.turn) })
	*q = queue{waiting: map[Depth][]due{}, read: now}
	for _, d := range list {
		q.waiting[d.depth] = append(q.waiting[d.depth], d)
	}
}

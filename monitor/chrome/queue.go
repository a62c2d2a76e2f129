package chrome

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// ErrBusy says that too many looks wait already, or that a look has waited too long for its turn.
var ErrBusy = errors.New("the browser is busy")

const (
	// waitLimit is how long a look waits for its turn. Whoever has more to look at does better to keep it in a plan of its own.
	waitLimit = 8 * time.Second
	// waitersPerLook bounds how many looks wait, for each that may run.
	waitersPerLook = 4
)

// queue lets so many looks run at once, and few others wait for their turn.
type queue struct {
	slots chan struct{}

	mu      sync.Mutex
	waiting []time.Time // since when, oldest first
}

func newQueue(looks int) *queue { return &queue{slots: make(chan struct{}, looks)} }

// enter waits for a turn. leave must be called when the look has ended.
func (q *queue) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-q.slots }
	select {
	case q.slots <- struct{}{}:
		return leave, nil
	default:
	}
	since, err := q.line()
	if err != nil {
		return nil, err
	}
	defer q.unline(since)
	patience := time.NewTimer(waitLimit)
	defer patience.Stop()
	select {
	case q.slots <- struct{}{}:
		return leave, nil
	case <-patience.C:
		return nil, fmt.Errorf("%w: waited %v for a turn", ErrBusy, waitLimit)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// line notes that a look waits, unless too many do.
func (q *queue) line() (time.Time, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) >= waitersPerLook*cap(q.slots) {
		return time.Time{}, fmt.Errorf("%w: %d looks wait already", ErrBusy, len(q.waiting))
	}
	now := time.Now()
	q.waiting = append(q.waiting, now)
	return now, nil
}

func (q *queue) unline(since time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if i := slices.Index(q.waiting, since); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
}

// length returns how many looks run and wait, and how long the oldest has waited.
func (q *queue) length(now time.Time) (running, waiting int, oldest time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		oldest = now.Sub(q.waiting[0])
	}
	return len(q.slots), len(q.waiting), oldest
}

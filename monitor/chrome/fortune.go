package chrome

import (
	"fmt"
	"time"

	"canhcong/monitor"
)

// Waits between tries to start a browser that cannot be started.
const (
	firstWait   = time.Second
	longestWait = time.Minute
)

// fortune is how the browsers of a Browser have fared. It is guarded by the Browser's lock.
type fortune struct {
	state    monitor.BrowserState // "" before the first start
	since    time.Time            // of the state
	reason   string               // why it fails
	failures int                  // to start, in a row
	retry    time.Time            // before which no start is tried again
	last     error                // of the latest start
	starts   int                  // that succeeded
	success  time.Time            // of the latest look
	stumbles int                  // looks that failed since then
}

// become changes the state, and notes since when.
func (f *fortune) become(s monitor.BrowserState, reason string, now time.Time) {
	if f.state != s {
		f.state, f.since = s, now
	}
	f.reason = reason
}

// begin notes that a browser is being started. Failing ends only when something succeeds.
func (f *fortune) begin(now time.Time, other bool) {
	if !other && f.state != monitor.BrowserFailing {
		f.become(monitor.BrowserStarting, "", now)
	}
}

// failed notes that a start failed. While another browser still runs, that one goes on looking.
func (f *fortune) failed(err error, now time.Time, other bool) {
	f.retry = now.Add(min(firstWait<<min(f.failures, 10), longestWait))
	f.failures++
	f.last = err
	if !other {
		f.become(monitor.BrowserFailing, err.Error(), now)
	}
}

// started notes that a start succeeded. That it can look as well, looks will tell.
func (f *fortune) started(now time.Time) {
	f.failures, f.retry, f.last = 0, time.Time{}, nil
	f.starts++
	if f.state != monitor.BrowserFailing {
		f.become(monitor.BrowserOK, "", now)
	}
}

// looked notes that a look succeeded.
func (f *fortune) looked(now time.Time) {
	f.success, f.stumbles = now, 0
	f.become(monitor.BrowserOK, "", now)
}

// stumbled notes that a look failed, which may be chance. Two browsers in which all looks fail are none.
func (f *fortune) stumbled(err error, now time.Time) {
	if f.stumbles++; f.stumbles >= 2*failuresInARow || f.state == monitor.BrowserFailing {
		f.become(monitor.BrowserFailing, err.Error(), now)
	}
}

// worrying tells whether the latest look failed.
func (f *fortune) worrying() bool { return f.stumbles > 0 || f.state == monitor.BrowserFailing }

// refuses says why no start is to be tried now, nil if one may.
func (f *fortune) refuses(now time.Time) error {
	if f.last == nil || !now.Before(f.retry) {
		return nil
	}
	return fmt.Errorf("%w since %s: %w", ErrUnavailable, f.since.Format(time.RFC3339), f.last)
}

// Health says how the browser is.
func (b *Browser) Health() monitor.BrowserHealth {
	b.mu.Lock()
	h := monitor.BrowserHealth{
		State: b.fortune.state, Since: b.fortune.since, Reason: b.fortune.reason, Success: b.fortune.success, Restarts: max(0, b.fortune.starts-1),
	}
	if h.State == "" {
		h.State = monitor.BrowserStarting
	}
	for p := range b.running {
		h.Memory += p.memory.Load()
	}
	b.mu.Unlock()
	h.Looks, h.Waiting, h.OldestWait = b.queue.length(time.Now())
	return h
}

package web

import (
	"net/netip"
	"sync"
	"time"
)

// throttle slows down guessing. Each failure of a key doubles the wait before the next try, up to longestWait, and a wait
// is never a lock: somebody who hammers an account from one network must not keep its owner out from another one.
type throttle struct {
	free  int // failures that cost nothing
	mu    sync.Mutex
	tries map[string]try
}

type try struct {
	failures int
	until    time.Time // no try before
	last     time.Time
}

const (
	longestWait  = 5 * time.Minute
	triesKept    = time.Hour // without a try, a key is forgotten
	mostTriesFor = 20000     // keys kept; when there are more, any go
)

func newThrottle(free int) *throttle { return &throttle{free: free, tries: map[string]try{}} }

// begin counts a try before it is made, so that tries made at the same time cannot overtake the count. It returns how long
// to wait instead when it is too early; such a try must not be made and is not counted.
func (t *throttle) begin(key string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.tries[key]
	if now.Sub(one.last) > triesKept {
		one = try{}
	}
	if now.Before(one.until) {
		return one.until.Sub(now)
	}
	one.failures++
	one.last = now
	if over := one.failures - t.free; over > 0 {
		one.until = now.Add(min(time.Second<<min(over, 20), longestWait))
	}
	t.makeRoom(now)
	t.tries[key] = one
	return 0
}

// succeeded takes back the tries of a key.
func (t *throttle) succeeded(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tries, key)
}

// undo takes back one try of a key, for keys that many people share.
func (t *throttle) undo(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.tries[key]
	if one.failures > 0 {
		one.failures--
		one.until = time.Time{}
		t.tries[key] = one
	}
}

func (t *throttle) makeRoom(now time.Time) {
	if len(t.tries) < mostTriesFor {
		return
	}
	for key, one := range t.tries {
		if now.Sub(one.last) > triesKept || len(t.tries) >= mostTriesFor {
			delete(t.tries, key)
		}
	}
}

// network is the part of an address that one guesser usually holds: /24 of IPv4, /56 of IPv6.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	bits := 56
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ip
	}
	return p.String()
}

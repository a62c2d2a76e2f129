package notify

import (
	"sync"
	"time"
)

// meter counts what accounts do that nobody vouches for, and forgets them after an hour. It is kept in memory: what it holds
// back is a nuisance, no danger.
type meter struct {
	most   int // that count, in an hour
	mu     sync.Mutex
	counts map[string]count
}

type count struct {
	n     int
	since time.Time
}

const (
	meterForgets = time.Hour
	meterHolds   = 10_000 // accounts; when there are more, any go
)

func newMeter(most int) *meter { return &meter{most: most, counts: map[string]count{}} }

// over says whether an account has done all that it may.
func (m *meter) over(account string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, known := m.counts[account]
	return known && now.Sub(c.since) < meterForgets && c.n >= m.most
}

// add counts one more.
func (m *meter) add(account string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.counts[account]
	if now.Sub(c.since) >= meterForgets {
		c = count{since: now}
	}
	for other := range m.counts {
		if len(m.counts) < meterHolds {
			break
		}
		delete(m.counts, other)
	}
	c.n++
	m.counts[account] = c
}

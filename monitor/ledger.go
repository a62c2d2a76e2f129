package monitor

import (
	"context"
	"sync"
	"time"
)

// writeDownEvery is how long the end of a quiet look may be known in memory only. After a crash such a look is due again.
const writeDownEvery = 3 * time.Second

// ended is a look that was made: how the plan goes on.
type ended struct {
	due
	at   time.Time // when it ended
	next time.Time // when the next one is due
	saw  bool      // it said something about the site
}

// ledger collects what is to be written about looks that ended, so that one transaction writes it for many: each commit
// waits for the disk, and a disk does a few hundred in a second at most.
type ledger struct {
	writing sync.Mutex // held through a transaction: who waits for it may find his look written

	mu      sync.Mutex
	ended   map[look]ended
	written map[look]ended // in the transaction under way
	tally   talliesByHour
	last    map[int64]sighted
}

// add takes note of a look that ended.
func (l *ledger) add(e ended) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended == nil {
		l.ended = map[look]ended{}
	}
	l.ended[look{e.siteID, e.depth}] = e
}

// resting returns the looks that are not due although the plan on disk may say so: their end is not written down yet.
func (l *ledger) resting(now time.Time) (list []look) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, some := range []map[look]ended{l.ended, l.written} {
		for key, e := range some {
			if now.Before(e.next) {
				list = append(list, key)
			}
		}
	}
	return list
}

// take moves what has collected into the transaction that begins.
func (l *ledger) take() (map[look]ended, talliesByHour) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written, l.ended = l.ended, nil
	tally := l.tally
	l.tally = nil
	return l.written, tally
}

// settle ends the transaction. What could not be written waits for the next one.
func (l *ledger) settle(tally talliesByHour, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		for key, e := range l.written {
			if _, newer := l.ended[key]; newer {
				continue
			}
			if l.ended == nil {
				l.ended = map[look]ended{}
			}
			l.ended[key] = e
		}
		l.tally = tally.with(l.tally)
	}
	l.written = nil
}

// writeDown writes what has collected.
func (m *Monitor) writeDown(ctx context.Context) error {
	m.ledger.writing.Lock()
	defer m.ledger.writing.Unlock()
	looks, tally := m.ledger.take()
	if len(looks)+len(tally) == 0 {
		return nil
	}
	err := m.archive.writeDown(ctx, looks, tally)
	m.ledger.settle(tally, err)
	return err
}

// keepBooks writes down what has collected every few seconds until ctx ends.
func (m *Monitor) keepBooks(ctx context.Context) {
	tick := time.NewTicker(writeDownEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := m.writeDown(ctx); err != nil && ctx.Err() == nil {
			m.log.Error("write down the looks that ended", "error", err)
		}
	}
}

// closeBooks writes down what is left when looking ends.
func (m *Monitor) closeBooks(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeDownEvery)
	defer cancel()
	if err := m.writeDown(ctx); err != nil {
		m.log.Error("write down the looks that ended", "error", err)
	}
}

package monitor

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	canaryEvery   = 15 * time.Second
	canaryHurry   = 5 * time.Second // between rounds while it is not certain how things stand
	canaryTimeout = 3 * time.Second
	certainRounds = 2 // rounds in a row that say the same
)

// Gap is a time in which our own network was away: there is no data about any site in it, good or bad.
type Gap struct {
	ID     int64
	From   time.Time
	To     time.Time // zero while it lasts
	Detail string    // how many canaries answered, of how many, and which did not
}

// uplink knows whether our own network is there, by the canaries. Nobody asks it in vain: a look that failed is believed
// only after a round of canaries that began later than the look ended, however many fail at once.
type uplink struct {
	canaries []Canary
	log      *slog.Logger
	store    func(ctx context.Context, g *Gap) error
	report   func(ctx context.Context, g Gap) error

	asking  sync.Mutex // held through a round: whoever waits for it gets its answer
	turned  time.Time  // begin of the first of the rounds in a row that disagree with the state
	against int        // how many of them
	owed    *Gap       // what could not be reported yet

	mu    sync.Mutex // of what a round has said
	begun time.Time  // of the last round
	alive bool       // what it said
	gap   *Gap       // the one that lasts, nil while we see
}

// vouch tells whether our own network was there at some time after since.
func (u *uplink) vouch(ctx context.Context, since time.Time) bool {
	if alive, known := u.said(since); known || len(u.canaries) == 0 {
		return alive || len(u.canaries) == 0
	}
	u.asking.Lock()
	defer u.asking.Unlock()
	if alive, known := u.said(since); known {
		return alive
	}
	u.round(ctx)
	alive, _ := u.said(time.Time{})
	return alive
}

// said returns what the last round found, and whether it began after an instant.
func (u *uplink) said(since time.Time) (alive, known bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.alive && u.gap == nil, u.begun.After(since)
}

// blind says whether it is certain that our own network is away.
func (u *uplink) blind() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.gap != nil
}

// recall takes up the gap that lasted when the monitor stopped.
func (u *uplink) recall(g *Gap) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.gap = g
}

// run keeps asking until ctx ends.
func (u *uplink) run(ctx context.Context) {
	for len(u.canaries) > 0 {
		u.asking.Lock()
		u.round(ctx)
		wait := canaryEvery
		if u.against > 0 || u.owed != nil {
			wait = canaryHurry
		}
		u.asking.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// round asks the canaries and draws the conclusion.
func (u *uplink) round(ctx context.Context) {
	begun := time.Now()
	v := u.ask(ctx)
	if ctx.Err() != nil {
		return
	}
	u.mu.Lock()
	u.begun, u.alive = begun, v.alive()
	switch {
	case u.alive == (u.gap == nil):
		u.against = 0
	case u.against == 0:
		u.against, u.turned = 1, begun
	case begun.Sub(u.turned) >= time.Duration(u.against)*canaryHurry:
		u.against++
	}
	if u.against >= certainRounds {
		u.against = 0
		u.turn(ctx, v)
	}
	u.mu.Unlock()
	u.settle(ctx)
}

// turn opens a gap where we saw, and closes it where we did not.
func (u *uplink) turn(ctx context.Context, v votes) {
	if u.gap == nil {
		u.gap = &Gap{From: u.turned, Detail: v.String()}
		u.owed = u.gap
		u.log.ErrorContext(ctx, "our own network is away: nothing is concluded about any site", "detail", u.gap.Detail)
		return
	}
	u.gap.To = u.turned
	u.owed, u.gap = u.gap, nil
	u.log.InfoContext(ctx, "our own network is back", "away", u.owed.To.Sub(u.owed.From))
}

// settle writes down and reports what is owed. What fails is tried again with the next round.
func (u *uplink) settle(ctx context.Context) {
	if u.owed == nil {
		return
	}
	if err := u.store(ctx, u.owed); err != nil {
		u.log.ErrorContext(ctx, "write down that our own network is away", "error", err)
	}
	if err := u.report(ctx, *u.owed); err != nil {
		u.log.ErrorContext(ctx, "report that our own network is away", "error", err)
		return
	}
	if u.owed.ID != 0 {
		u.owed = nil
	}
}

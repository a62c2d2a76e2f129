package monitor

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
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
// only after a round of canaries that began later than the look did.
type uplink struct {
	canaries []Canary
	log      *slog.Logger
	store    func(ctx context.Context, g *Gap) error
	report   func(ctx context.Context, g Gap) error

	mu      sync.Mutex // held through a round: whoever waits for it gets its answer
	begun   time.Time  // of the last round
	alive   bool       // what it said
	turned  time.Time  // begin of the first of the rounds in a row that disagree with the state
	against int        // how many of them
	gap     *Gap       // the one that lasts, nil while we see
	owed    *Gap       // what could not be reported yet
}

// quorum is how many canaries must answer: two, since one may be a cache or a captive portal; all there are if fewer.
func (u *uplink) quorum() int { return min(2, len(u.canaries)) }

// vouch tells whether our own network was there at some time after since.
func (u *uplink) vouch(ctx context.Context, since time.Time) bool {
	if len(u.canaries) == 0 {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.begun.After(since) {
		u.round(ctx)
	}
	return u.alive && u.gap == nil
}

// run keeps asking until ctx ends.
func (u *uplink) run(ctx context.Context) {
	for len(u.canaries) > 0 {
		u.mu.Lock()
		u.round(ctx)
		wait := canaryEvery
		if u.against > 0 || u.owed != nil {
			wait = canaryHurry
		}
		u.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// round asks all canaries at once and draws the conclusion.
func (u *uplink) round(ctx context.Context) {
	begun := time.Now()
	silent := u.silent(ctx)
	if ctx.Err() != nil {
		return
	}
	u.begun, u.alive = begun, len(u.canaries)-len(silent) >= u.quorum()
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
		u.turn(ctx, silent)
	}
	u.settle(ctx)
}

// silent returns the names of the canaries that do not answer.
func (u *uplink) silent(ctx context.Context) (names []string) {
	ctx, cancel := context.WithTimeout(ctx, canaryTimeout)
	defer cancel()
	failed := make([]error, len(u.canaries))
	var asked sync.WaitGroup
	for i, c := range u.canaries {
		asked.Go(func() { failed[i] = c.ask(ctx) })
	}
	asked.Wait()
	for i, c := range u.canaries {
		if failed[i] != nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// turn opens a gap where we saw, and closes it where we did not.
func (u *uplink) turn(ctx context.Context, silent []string) {
	if u.gap == nil {
		u.gap = &Gap{From: u.turned, Detail: fmt.Sprintf("%d/%d (%s)", len(u.canaries)-len(silent), len(u.canaries), strings.Join(silent, ", "))}
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

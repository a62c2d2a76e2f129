package telegram

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace is the shortest time between two messages, in the long run.
type Pace struct {
	InChat  time.Duration // to one chat
	InGroup time.Duration // to one group
	Overall time.Duration
}

// DefaultPace stays below what Telegram allows: about one message a second in a chat, 20 a minute in a group, 30 a second in
// all. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
var DefaultPace = Pace{InChat: time.Second, InGroup: 4 * time.Second, Overall: 40 * time.Millisecond}

// How many may leave at once after a quiet time: with 15 more in the minute, 5 are the 20 that a group may get.
const (
	burstInChat  = 3
	burstInGroup = 5
	burstOverall = 5
)

// longestTurn is how long a message waits for its turn here; what has to wait longer is given back to the outbox.
const longestTurn = 10 * time.Second

// pace keeps the bot below Telegram's limits, and remembers what Telegram asked to wait for.
type pace struct {
	limits  Pace
	overall *rate.Limiter
	mu      sync.Mutex
	chats   map[string][]*rate.Limiter
	held    map[held]time.Time // until when
}

// held is what Telegram asks to wait with: one method in one chat.
type held struct{ chat, method string }

func newPace(p Pace) *pace {
	return &pace{limits: p, overall: rate.NewLimiter(rate.Every(p.Overall), burstOverall),
		chats: map[string][]*rate.Limiter{}, held: map[held]time.Time{}}
}

// wait returns when it is the turn of a call; with a refusal at once if that is too long to wait for.
func (p *pace) wait(ctx context.Context, c call) error {
	now := time.Now()
	left, turns := p.turns(c, now)
	if left <= 0 {
		for _, t := range turns {
			left = max(left, t.DelayFrom(now))
		}
		if left <= longestTurn {
			return sleep(ctx, left)
		}
	}
	for _, t := range turns {
		t.CancelAt(now)
	}
	return &refusal{method: c.method, code: http.StatusTooManyRequests, description: "not sent before its turn", after: left}
}

// turns returns how long Telegram asked to wait with a call, or takes its turns.
func (p *pace) turns(c call, now time.Time) (left time.Duration, turns []*rate.Reservation) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left = p.held[held{c.to.chat, c.method}].Sub(now); left > 0 {
		return left, nil
	}
	delete(p.held, held{c.to.chat, c.method})
	limiters, ok := p.chats[c.to.chat]
	if !ok {
		limiters = []*rate.Limiter{p.overall, rate.NewLimiter(rate.Every(p.limits.InChat), burstInChat)}
		if strings.HasPrefix(c.to.chat, "-") {
			limiters = append(limiters, rate.NewLimiter(rate.Every(p.limits.InGroup), burstInGroup))
		}
		p.chats[c.to.chat] = limiters
	}
	for _, l := range limiters {
		turns = append(turns, l.ReserveN(now, 1))
	}
	return 0, turns
}

// heed remembers what an answer asks to wait for.
func (p *pace) heed(c call, err error) {
	if after, ok := waits(err); ok {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.held[held{c.to.chat, c.method}] = time.Now().Add(after)
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return &opaque{"telegram: stopped while waiting for the turn of a message", errNotSentFor(ctx)}
	case <-timer.C:
		return nil
	}
}

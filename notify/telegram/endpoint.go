package telegram

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// How long an endpoint that failed rests, twice as long each time; and how long it may take to show that it is well.
const (
	firstRest    = 30 * time.Second
	lastRest     = 5 * time.Minute
	probeTimeout = 3 * time.Second
)

// endpoint is one Bot API base, and how well it is. One that failed is used only where no other is well, until it answers
// getMe after a rest: what it does to a message may never be known.
type endpoint struct {
	host   string // for the log
	format string // of addresses

	mu       sync.Mutex
	failures int       // in a row; 0 when it is well
	rest     time.Time // zero when it is well
}

// newEndpoint checks an address.
func newEndpoint(address string) (*endpoint, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("telegram: an API base is not an http or https address")
	}
	return &endpoint{host: u.Host, format: strings.ReplaceAll(strings.TrimRight(address, "/"), "%", "%%") + "/bot%s/%s"}, nil
}

// order returns the endpoints as they are to be tried: those that are well as they are preferred, then those that have
// rested longest. One that is preferred to the best that is well, and has rested, is asked first how it is.
func (l *line) order(ctx context.Context) []*endpoint {
	if len(l.endpoints) == 1 {
		return l.endpoints
	}
	for _, e := range l.endpoints {
		if e.restUntil().IsZero() {
			break
		}
		if e.takeProbe(time.Now()) {
			_, err := l.try(ctx, e, call{method: "getMe", timeout: probeTimeout})
			l.judge(ctx, e, err)
		}
	}
	rests := map[*endpoint]time.Time{}
	for _, e := range l.endpoints {
		rests[e] = e.restUntil()
	}
	return slices.SortedStableFunc(slices.Values(l.endpoints), func(a, b *endpoint) int { return rests[a].Compare(rests[b]) })
}

// restUntil returns until when an endpoint rests, which may be past; the zero time when it is well.
func (e *endpoint) restUntil() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.rest
}

// takeProbe says whether an endpoint has rested and is to be asked how it is, by whoever asks this first.
func (e *endpoint) takeProbe(now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Before(e.rest) {
		return false
	}
	e.rest = now.Add(probeTimeout)
	return true
}

// judge learns how an endpoint is from how a call over it ended. An answer of the Bot API is a good sign, whatever it says
// of the message.
func (l *line) judge(ctx context.Context, e *endpoint, err error) {
	if errors.Is(err, context.Canceled) { // we stop
		return
	}
	well := err == nil
	switch means(err) {
	case nothing, trouble, tokenGone:
	default:
		well = true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case !well:
		if e.failures == 0 && len(l.endpoints) > 1 {
			l.log.WarnContext(ctx, "a way to telegram fails, the next one is used", "endpoint", e.host, "error", err)
		}
		e.rest = time.Now().Add(min(firstRest<<min(e.failures, 10), lastRest))
		e.failures++
	case e.failures > 0:
		l.log.InfoContext(ctx, "a way to telegram works again", "endpoint", e.host)
		e.failures, e.rest = 0, time.Time{}
	}
}

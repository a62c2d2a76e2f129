package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"canhcong/monitor"
)

const (
	heartbeatEvery   = time.Minute
	heartbeatTimeout = 15 * time.Second
	// longestWaiting is how long an alert may wait before the outside hears that we are not well: somebody has to notice within
	// ten minutes (promise P13 of reliability.md), of which the next heartbeat takes one.
	longestWaiting = 8 * time.Minute
)

// heartbeat tells somebody outside every minute that all is well, or what is not: when we fall silent, they call. It speaks as
// healthchecks.io and its like understand: the address is asked for, or the address with /fail at its end is sent the reason.
type heartbeat struct {
	well   string // the addresses are secrets
	unwell string
	client *http.Client
	ailing func(ctx context.Context) string // what is not well, "" when all is
	log    *slog.Logger

	lost bool // the last one did not arrive
}

func newHeartbeat(address string, log *slog.Logger) (*heartbeat, error) {
	// A redirect would hand the address to somebody else, and an answer that is one is no receipt.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	h := &heartbeat{client: &http.Client{Timeout: heartbeatTimeout, CheckRedirect: stay}, log: log}
	if address == "" {
		return h, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("read the configuration: heartbeat.url is not an http or https address")
	}
	h.well, h.unwell = u.String(), u.JoinPath("fail").String()
	return h, nil
}

// run sends a heartbeat every minute until ctx ends; none when there is no address.
func (h *heartbeat) run(ctx context.Context) error {
	if h.well == "" {
		return nil
	}
	tick := time.NewTicker(heartbeatEvery)
	defer tick.Stop()
	for {
		err := h.send(ctx, h.ailing(ctx))
		if lost := err != nil; lost != h.lost && ctx.Err() == nil {
			h.lost = lost
			h.log.WarnContext(ctx, "whether the heartbeat arrives has changed", "arrives", !lost, "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// send sends one heartbeat. The error does not hold the address.
func (h *heartbeat) send(ctx context.Context, ailing string) error {
	method, address := http.MethodGet, h.well
	if ailing != "" {
		method, address = http.MethodPost, h.unwell
	}
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(ailing))
	if err != nil {
		return errors.New("send the heartbeat: the address cannot be used")
	}
	answer, err := h.client.Do(r)
	var asked *url.Error // holds the address
	if errors.As(err, &asked) {
		err = asked.Err
	}
	if err != nil {
		return fmt.Errorf("send the heartbeat: %w", err)
	}
	answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("send the heartbeat: the answer is %s", answer.Status)
	}
	return nil
}

// ailing says what those outside have to know: a part that does not work, looks that are overdue, alerts that do not leave.
func (h *house) ailing(ctx context.Context, l *life, pulse func(context.Context) (monitor.Pulse, error)) string {
	if why := l.ailing(time.Now()); why != "" {
		return why
	}
	p, err := pulse(ctx)
	if err != nil {
		return "the plan of looks cannot be read"
	}
	if late := p.Alarming().Overdue; late > 0 {
		return fmt.Sprintf("%d portals are overdue", late)
	}
	out, err := h.desk.Outbox(ctx)
	if err != nil {
		return "the outbox cannot be read"
	}
	if waited := time.Since(out.OldestPending); !out.OldestPending.IsZero() && waited > longestWaiting {
		return fmt.Sprintf("%d alerts wait, the oldest for %s", out.Pending, waited.Round(time.Minute))
	}
	return ""
}

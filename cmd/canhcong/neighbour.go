package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"canhcong/notify"
	"canhcong/web"
)

const (
	neighbourEvery   = time.Minute
	neighbourTimeout = 15 * time.Second
	// neighbourPatience is how long a neighbour may not answer that all is well before people are told: longer than a restart takes,
	// and within the ten minutes in which somebody has to notice a dead monitor.
	neighbourPatience = 8 * time.Minute
	longestCycleReply = 4 << 10
	shortestKey       = 16
)

// neighbour asks the installation of a neighbour every minute whether looks go the whole way there, and tells our people when it
// does not answer that they do.
type neighbour struct {
	address string
	host    string
	key     []byte
	client  *http.Client
	blind   func(ctx context.Context) (bool, error) // whether our own network is away
	declare func(ctx context.Context, n notify.Notice) error
	log     *slog.Logger

	well time.Time // when it last was, or when we began to ask
}

// newNeighbour reads whom to watch; one without an address is not watched, but may watch us with the key.
func newNeighbour(c neighbourConfig, log *slog.Logger) (*neighbour, error) {
	key, err := secret(c.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: neighbour.secret_file: %w", err)
	}
	n := &neighbour{key: []byte(key), log: log, client: &http.Client{Timeout: neighbourTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if c.SecretFile != "" && len(key) < shortestKey {
		return nil, fmt.Errorf("read the configuration: the key in neighbour.secret_file has fewer than %d characters", shortestKey)
	}
	if c.URL == "" {
		return n, nil
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("read the configuration: neighbour.url is not an http or https address")
	case key == "":
		return nil, errors.New("read the configuration: to watch a neighbour (neighbour.url), set the key that both share (neighbour.secret_file)")
	}
	n.address, n.host = u.String(), u.Host
	return n, nil
}

// run asks every minute until ctx ends.
func (n *neighbour) run(ctx context.Context) error {
	tick := time.NewTicker(neighbourEvery)
	defer tick.Stop()
	for n.well = time.Now(); ; {
		if err := n.round(ctx); err != nil && ctx.Err() == nil {
			n.log.ErrorContext(ctx, "tell how the neighbour is", "error", err)
		}
		if n.address == "" {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// round asks once, and tells what that means. Whoever is blind cannot say of others that they are silent.
func (n *neighbour) round(ctx context.Context) error {
	var why error
	if n.address != "" { // otherwise the one that was watched before is not missed any more
		why = n.ask(ctx)
	}
	if why == nil {
		n.well = time.Now()
		return n.tell(ctx, notify.Notice{Kind: notify.NoticeNeighbour, Until: n.well})
	}
	n.log.WarnContext(ctx, "the neighbour's monitor does not say that all is well", "neighbour", n.host, "error", why)
	blind, err := n.blind(ctx)
	if err != nil {
		return err
	}
	if blind {
		n.well = time.Now()
	}
	if time.Since(n.well) < neighbourPatience {
		return nil
	}
	return n.tell(ctx, notify.Notice{Kind: notify.NoticeNeighbour, Since: n.well, Detail: n.host + ": " + why.Error()})
}

func (n *neighbour) tell(ctx context.Context, what notify.Notice) error {
	if err := n.declare(ctx, what); err != nil {
		return fmt.Errorf("declare how the neighbour is: %w", err)
	}
	return nil
}

// ask returns why the neighbour cannot be said to be well, nil when it is: it answers, that looks go the whole way, and the answer is
// signed for this question.
func (n *neighbour) ask(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, n.address, nil)
	if err != nil {
		return errors.New("the address cannot be used")
	}
	nonce := rand.Text()
	r.Header.Set(web.NonceHeader, nonce)
	answer, err := n.client.Do(r)
	var asked *url.Error
	if errors.As(err, &asked) {
		err = asked.Err // the address is known
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, longestCycleReply))
	switch {
	case err != nil:
		return err
	case !hmac.Equal([]byte(answer.Header.Get(web.SignatureHeader)), []byte(web.SignCycle(n.key, nonce, body))):
		return fmt.Errorf("the answer %s is not signed with the key that we share", answer.Status)
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("looks do not go the whole way there: %s", answer.Status)
	}
	return nil
}

// blind says whether our own network is away.
func (h *house) blind(ctx context.Context) (bool, error) {
	live, err := h.desk.LiveNotices(ctx)
	for _, n := range live {
		if n.Kind == notify.NoticeBlind {
			return true, err
		}
	}
	return false, err
}

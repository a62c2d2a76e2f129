package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

// largestAnswer is how much of an answer is read: the Bot API's are small, a captive portal's page may be anything.
const largestAnswer = 4 << 20

// line is the way to the Bot API. Nothing that comes back from it holds the token.
type line struct {
	token     string
	endpoints []*endpoint
	client    *http.Client
	log       *slog.Logger
}

func newLine(token string, c Config) (*line, error) {
	l := &line{token: token, log: c.Log}
	if len(c.APIBases) == 0 {
		c.APIBases = []string{DefaultAPIBase}
	}
	for _, address := range c.APIBases {
		e, err := newEndpoint(address)
		if err != nil {
			return nil, err
		}
		l.endpoints = append(l.endpoints, e)
	}
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     time.Minute,
		ForceAttemptHTTP2:   true,
	}
	if c.Proxy != "" {
		u, err := url.Parse(c.Proxy)
		if err != nil || u.Host == "" || !proxySchemes[u.Scheme] {
			return nil, errors.New("telegram: the proxy is not an http, https, socks5 or socks5h address")
		}
		transport.Proxy = http.ProxyURL(u)
	}
	// Following a redirect would hand the token to wherever a captive portal points, in the Referer.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	l.client = &http.Client{Transport: transport, CheckRedirect: stay}
	return l, nil
}

var proxySchemes = map[string]bool{"http": true, "https": true, "socks5": true, "socks5h": true}

// ask makes a call over the endpoint that is best, and at once over the next when it certainly did not arrive there. The
// token is worth nothing only when no endpoint knows it.
func (l *line) ask(ctx context.Context, c call) (json.RawMessage, error) {
	var failure error
	for _, e := range l.order(ctx) {
		answer, err := l.try(ctx, e, c)
		l.judge(ctx, e, err)
		if err == nil {
			return answer.Result, nil
		}
		unknown := means(err) == tokenGone
		if !unknown && !errors.Is(err, notify.ErrNotSent) {
			return nil, err
		}
		if failure == nil || !unknown {
			failure = err
		}
	}
	return nil, failure
}

// try makes a call over one endpoint.
func (l *line) try(ctx context.Context, e *endpoint, c call) (*tgbotapi.APIResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	calling := &calling{ctx: ctx, client: l.client}
	bot := tgbotapi.BotAPI{Token: l.token, Client: calling}
	bot.SetAPIEndpoint(e.format)
	var answer *tgbotapi.APIResponse
	var err error
	if c.file == nil {
		answer, err = bot.MakeRequest(c.method, c.fields())
	} else {
		answer, err = bot.UploadFiles(c.method, c.fields(), []tgbotapi.RequestFile{
			{Name: c.file.field, Data: tgbotapi.FileBytes{Name: c.file.name, Bytes: c.file.content}}})
	}
	var no *tgbotapi.Error
	switch {
	case err == nil:
		return answer, nil
	case errors.As(err, &no):
		no.Message = l.redact(no.Message)
		return nil, refusalOf(c.method, answer, no)
	default:
		return nil, l.broken(ctx, c.method, err, calling.connected.Load())
	}
}

// calling is the HTTP client of one call: the library knows no context.
type calling struct {
	ctx       context.Context
	client    *http.Client
	connected atomic.Bool // there was a connection over which the call may have left
}

// Do implements tgbotapi.HTTPClient. An upload, which the library streams, is sent with its length: some proxies refuse a
// request without. The answer comes whole, and from a Bot API.
func (c *calling) Do(r *http.Request) (*http.Response, error) {
	r = r.WithContext(httptrace.WithClientTrace(c.ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { c.connected.Store(true) }}))
	if r.ContentLength <= 0 && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, largestAnswer))
	var head struct{ OK *bool }
	other := &stranger{answer.StatusCode}
	switch {
	case err != nil && other.passedOn():
		return nil, err
	case err != nil, json.Unmarshal(body, &head) != nil, head.OK == nil:
		return nil, other
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// stranger is an answer that is not the Bot API's: a captive portal's, a gateway's.
type stranger struct{ status int }

func (s *stranger) Error() string {
	return fmt.Sprintf("HTTP %d that is no answer of the Bot API", s.status)
}

// passedOn says whether the Bot API may have got the call all the same. Who sends us elsewhere, or finds fault with the
// request, has not passed it on; who shows a page instead may have, and so may a gateway that waited in vain.
func (s *stranger) passedOn() bool {
	return s.status < http.StatusMultipleChoices || s.status >= http.StatusInternalServerError
}

// broken explains a call that brought no answer of the Bot API at all. Without a connection it has not arrived.
func (l *line) broken(ctx context.Context, method string, err error, connected bool) error {
	var asked *url.Error // holds the address, and with it the token
	if errors.As(err, &asked) {
		err = asked.Err
	}
	text := "telegram " + method + ": " + l.redact(err.Error())
	var other *stranger
	if !connected || errors.As(err, &other) && !other.passedOn() {
		return &opaque{text, errNotSentFor(ctx)}
	}
	return &opaque{text, context.Cause(ctx)}
}

// errNotSentFor is why a call did not leave: also that ctx has ended, if it has.
func errNotSentFor(ctx context.Context) error {
	return errors.Join(notify.ErrNotSent, context.Cause(ctx))
}

// opaque is an error of which only a safe text and a known cause are left.
type opaque struct {
	text  string
	cause error
}

func (e *opaque) Error() string { return e.text }
func (e *opaque) Unwrap() error { return e.cause }

// redact removes the token, plain or escaped.
func (l *line) redact(s string) string {
	for _, token := range []string{l.token, url.QueryEscape(l.token), url.PathEscape(l.token)} {
		s = strings.ReplaceAll(s, token, "<token>")
	}
	return s
}

package telegram

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

// largestAnswer is how much of an answer is read: the Bot API's are small, a captive portal's page may be anything.
const largestAnswer = 1 << 20

// patience is how long to wait when Telegram asks for it without saying how long.
const patience = 30 * time.Second

// line is the way to the Bot API. Nothing that comes back from it holds the token.
type line struct {
	token  string
	client *http.Client
}

func newLine(token, proxy string) (*line, error) {
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: textTimeout,
		IdleConnTimeout:       time.Minute,
		ForceAttemptHTTP2:     true,
	}
	if proxy != "" {
		u, err := url.Parse(proxy)
		if err != nil || u.Host == "" || !proxySchemes[u.Scheme] {
			return nil, errors.New("telegram: the proxy is not an http, https, socks5 or socks5h address")
		}
		transport.Proxy = http.ProxyURL(u)
	}
	// Following a redirect would hand the token to wherever a captive portal points, in the Referer.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &line{token: token, client: &http.Client{Transport: transport, CheckRedirect: stay}}, nil
}

var proxySchemes = map[string]bool{"http": true, "https": true, "socks5": true, "socks5h": true}

// calling is the HTTP client of one call: the library knows no context.
type calling struct {
	ctx  context.Context
	line *line
}

// Do implements tgbotapi.HTTPClient. An upload, which the library streams, is sent with its length: some proxies refuse
// a request without.
func (c calling) Do(r *http.Request) (*http.Response, error) {
	r = r.WithContext(c.ctx)
	if r.ContentLength <= 0 && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	}
	answer, err := c.line.client.Do(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, largestAnswer), answer.Body}
	return answer, nil
}

// refused is an answer of the Bot API that says no to this message.
type refused struct {
	description string
	movedTo     int64
}

func (r *refused) Error() string { return r.description }

// about says whether the description contains one of the words, in any case.
func (r *refused) about(words ...string) bool {
	for _, w := range words {
		if strings.Contains(strings.ToLower(r.description), w) {
			return true
		}
	}
	return false
}

// explain turns what the library returned into an error that says what it means for the message: refused, to be sent
// later, certainly not sent, or unknown.
func (l *line) explain(method string, answer *tgbotapi.APIResponse, err error) error {
	var api *tgbotapi.Error
	if !errors.As(err, &api) {
		return l.broken(method, err)
	}
	code := api.Code
	if code == 0 && answer != nil {
		code = answer.ErrorCode // the library forgets it for uploads
	}
	text := l.redact(api.Message)
	switch wait, ok := retryAfter(code, api); {
	case ok:
		return &notify.RetryAfterError{After: wait}
	case api.MigrateToChatID != 0:
		return &refused{description: text, movedTo: api.MigrateToChatID}
	case code >= 500 || code == 0:
		return fmt.Errorf("telegram %s: %d %s", method, code, text)
	case code == http.StatusRequestEntityTooLarge, code == http.StatusBadRequest && !strings.Contains(text, "chat not found"):
		return &refused{description: text}
	default: // the token or the chat, not the message: 401, 403, 404, 409
		return fmt.Errorf("telegram %s: %w: %d %s", method, notify.ErrNotSent, code, text)
	}
}

var waitText = regexp.MustCompile(`(?i)retry after (\d+)`)

// retryAfter returns how long Telegram wants to be left alone. It says so in the parameters of a 429, and sometimes only
// in the text of a 400.
func retryAfter(code int, e *tgbotapi.Error) (time.Duration, bool) {
	if e.RetryAfter > 0 {
		return time.Duration(e.RetryAfter) * time.Second, true
	}
	if m := waitText.FindStringSubmatch(e.Message); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n < 24*60*60 {
			return time.Duration(n) * time.Second, true
		}
	}
	return patience, code == http.StatusTooManyRequests || strings.Contains(strings.ToLower(e.Message), "too many requests")
}

// broken explains a call that brought no answer of the Bot API at all.
func (l *line) broken(method string, err error) error {
	var asked *url.Error // holds the address, and with it the token
	if errors.As(err, &asked) {
		err = asked.Err
	}
	text := "telegram " + method + ": " + l.redact(err.Error())
	var dial *net.OpError
	var stranger *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &opaque{text, context.DeadlineExceeded}
	case errors.Is(err, context.Canceled):
		return &opaque{text, context.Canceled}
	case errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect" || dial.Op == "socks connect"),
		errors.As(err, &stranger):
		return &opaque{text, notify.ErrNotSent}
	default:
		return &opaque{text, nil}
	}
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

// final is what the outbox is told: a refusal in its words.
func final(err error) error {
	var refusal *refused
	if errors.As(err, &refusal) {
		return &notify.RefusedError{Reason: "telegram: " + refusal.description}
	}
	return err
}

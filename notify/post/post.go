// Package post speaks HTTP for the channels that are reached by it.
//
// A Line is the way to one server, directly or through a proxy. It sends a request once, follows no redirect (it would hand
// the secrets of the request to wherever a captive portal points), reads a bounded answer, and says in the words of the outbox
// what the answer means for the message. Nothing that comes back from it holds a secret.
package post

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"canhcong/notify"
)

const (
	dialTimeout   = 10 * time.Second
	answerTimeout = 20 * time.Second
	callTimeout   = 60 * time.Second // of a whole call, with a picture over a poor line
	largestAnswer = 64 << 10         // those of channels are small, a captive portal's page may be anything
	longestReason = 200              // characters of an answer that an error quotes
)

// Patience of a channel that asks for some: what it names, within these limits, and the first where it names nothing.
const (
	leastPatience = 30 * time.Second
	mostPatience  = 15 * time.Minute
)

// Config says which way a line goes.
type Config struct {
	Name    string   // of the channel, which begins every error: "ntfy"
	Proxy   string   // http, https, socks5 or socks5h address; "" connects directly
	Secrets []string // taken out of every error
}

// Line sends requests to one channel. It is safe for concurrent use.
type Line struct {
	name    string
	client  *http.Client
	secrets *strings.Replacer
}

// New returns a line. It connects to nothing.
func New(c Config) (*Line, error) {
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSHandshakeTimeout:   dialTimeout,
		ResponseHeaderTimeout: answerTimeout,
		IdleConnTimeout:       time.Minute,
		ForceAttemptHTTP2:     true,
	}
	secrets := c.Secrets
	if c.Proxy != "" {
		u, err := ParseProxy(c.Proxy)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		transport.Proxy = http.ProxyURL(u)
		if password, ok := u.User.Password(); ok {
			secrets = append(secrets, password)
		}
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Line{name: c.Name, client: &http.Client{Transport: transport, CheckRedirect: stay, Timeout: callTimeout}, secrets: redactor(secrets)}, nil
}

// ParseProxy reads the address of a proxy. The error does not repeat it: it may hold a password.
func ParseProxy(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !proxySchemes[u.Scheme] {
		return nil, errors.New("the proxy is not an http, https, socks5 or socks5h address")
	}
	return u, nil
}

var proxySchemes = map[string]bool{"http": true, "https": true, "socks5": true, "socks5h": true}

// ParseAddress reads the address of a server. The error does not repeat it: it may hold a token.
func ParseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Fragment != "" {
		return nil, errors.New("the address is not an http or https address")
	}
	return u, nil
}

// Send sends a request and returns what was answered. Any answer but a success is an error: a *notify.RefusedError for a
// message that is not taken, a *notify.UnreachableError where a person has to mend something, a *notify.RetryAfterError where
// the channel asks for patience, and one that wraps notify.ErrNotSent where nothing has arrived. After any other error nobody
// knows.
func (l *Line) Send(r *http.Request) (answer []byte, err error) {
	response, err := l.client.Do(r)
	if err != nil {
		return nil, l.broken(err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, largestAnswer))
	if response.StatusCode/100 == 2 {
		if err != nil {
			return nil, l.broken(err)
		}
		return answer, nil
	}
	return nil, l.declined(response, answer)
}

// declined says what an answer means that is no success. https://www.rfc-editor.org/rfc/rfc9110#name-status-codes
func (l *Line) declined(r *http.Response, answer []byte) error {
	reason := l.Quote(fmt.Sprintf("%s: HTTP %d", l.name, r.StatusCode), answer)
	wait, named := retryAfter(r.Header.Get("Retry-After"))
	switch code := r.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable && named:
		return &notify.RetryAfterError{After: wait}
	case code >= 500 && code != http.StatusInsufficientStorage:
		return errors.New(reason)
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		return fmt.Errorf("%s: %w", reason, notify.ErrNotSent)
	case aboutTheMessage[code]:
		return &notify.RefusedError{Reason: reason}
	default: // the address, the login, or a captive portal that wants to lead elsewhere
		return &notify.UnreachableError{Reason: reason, Whole: code != http.StatusForbidden}
	}
}

// aboutTheMessage are the answers that another message need not get.
var aboutTheMessage = map[int]bool{
	http.StatusBadRequest: true, http.StatusRequestEntityTooLarge: true, http.StatusRequestHeaderFieldsTooLarge: true,
	http.StatusUnsupportedMediaType: true, http.StatusUnprocessableEntity: true, http.StatusInsufficientStorage: true,
}

// retryAfter reads seconds or a date, as the header may hold either.
func retryAfter(header string) (wait time.Duration, named bool) {
	if seconds, err := strconv.Atoi(header); err == nil {
		wait, named = time.Duration(seconds)*time.Second, true
	} else if at, err := http.ParseTime(header); err == nil {
		wait, named = time.Until(at), true
	}
	if !named {
		return leastPatience, false
	}
	return min(max(wait, time.Second), mostPatience), true
}

// broken explains a call that brought no answer.
func (l *Line) broken(err error) error {
	var asked *url.Error // holds the address, and with it perhaps a token
	if errors.As(err, &asked) {
		err = asked.Err
	}
	text := l.name + ": " + l.secrets.Replace(err.Error())
	var dial *net.OpError
	var stranger *tls.CertificateVerificationError
	switch {
	case errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect" || dial.Op == "socks connect"), errors.As(err, &stranger):
		return &opaque{text, notify.ErrNotSent}
	case errors.Is(err, context.Canceled):
		return &opaque{text, context.Canceled}
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

// Quote puts the beginning of an answer behind a reason, as one line without secrets.
func (l *Line) Quote(reason string, answer []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(answer), "?")), " ")
	text = l.secrets.Replace(text)
	if runes := []rune(text); len(runes) > longestReason {
		text = string(runes[:longestReason]) + "…"
	}
	if text == "" {
		return reason
	}
	return reason + ": " + text
}

// redactor takes secrets out of texts, plain or as they stand in an address.
func redactor(secrets []string) *strings.Replacer {
	var pairs []string
	for _, s := range secrets {
		if s == "" {
			continue
		}
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			pairs = append(pairs, form, "[secret]")
		}
	}
	return strings.NewReplacer(pairs...)
}

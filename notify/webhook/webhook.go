// Package webhook carries messages to whatever takes JSON over HTTP: gateways for SMS, Zalo, Mattermost.
//
// A Sender posts one JSON text per message, made from a template, to one address. It signs the text, so that the receiver can
// tell who sent it and when: X-Canhcong-Timestamp holds seconds since 1970, and X-Canhcong-Signature "sha256=" and in
// hexadecimal the HMAC-SHA-256 of the timestamp, a dot, and the body.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"canhcong/notify"
	"canhcong/notify/post"
)

// Names of the headers that a signed message has.
const (
	TimestampHeader = "X-Canhcong-Timestamp"
	SignatureHeader = "X-Canhcong-Signature"
)

// Config says where messages go and what they look like. Only URL is required.
type Config struct {
	Name     string            // begins every error; "webhook" when empty
	URL      string            // http or https; may hold a token, and never appears in an error
	Template string            // text/template of the JSON text, see Letter; DefaultTemplate when empty
	Expect   string            // what the answer to a message that was taken contains, for gateways that answer 200 to anything; "" for any
	Secret   string            // signs; "" leaves messages unsigned
	Headers  map[string]string // sent along
	Secrets  map[string]string // by name, for templates: {{json .Secrets.api_key}}
	Proxy    string            // http, https, socks5 or socks5h address; "" connects directly
}

// Sender is a notify.Sender for one address. It is safe for concurrent use.
type Sender struct {
	c      Config
	form   *form
	line   *post.Line
	header http.Header
}

// New returns a Sender. It connects to nothing; the error says what is wrong with the configuration, without secrets.
func New(c Config) (*Sender, error) {
	if c.Name == "" {
		c.Name = "webhook"
	}
	u, err := post.ParseAddress(c.URL)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	s := &Sender{c: c, header: http.Header{"Content-Type": {"application/json; charset=utf-8"}, "User-Agent": {"canhcong"}}}
	for name, value := range c.Headers {
		s.header.Set(name, value)
	}
	if s.form, err = newForm(c.Template, c.Secrets); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	if s.line, err = post.New(post.Config{Name: c.Name, Proxy: c.Proxy, Secrets: c.hidden(u)}); err != nil {
		return nil, err
	}
	return s, nil
}

// hidden is everything that must not appear in an error.
func (c Config) hidden(u *url.URL) []string {
	all := slices.Concat([]string{c.URL, c.Secret}, slices.Collect(maps.Values(c.Headers)), slices.Collect(maps.Values(c.Secrets)))
	if path := u.EscapedPath(); len(path) > 1 {
		all = append(all, path)
	}
	if u.RawQuery != "" {
		all = append(all, u.RawQuery)
	}
	return all
}

// Send implements notify.Sender. A picture that the template has no place for is not sent: its text went before it. There is
// no receipt that later messages could refer to.
func (s *Sender) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	if len(m.Picture) > 0 && !s.form.pictures {
		return notify.Receipt{}, nil
	}
	body, err := s.form.fill(m)
	if err != nil {
		return notify.Receipt{}, &notify.RefusedError{Reason: s.c.Name + ": " + err.Error()}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.c.URL, bytes.NewReader(body))
	if err != nil {
		return notify.Receipt{}, errors.New(s.c.Name + ": the address cannot be asked")
	}
	r.Header = s.header.Clone()
	s.sign(r, body, time.Now())
	answer, err := s.line.Send(r)
	if err != nil {
		return notify.Receipt{}, err
	}
	if !bytes.Contains(answer, []byte(s.c.Expect)) {
		return notify.Receipt{}, fmt.Errorf("%s: %w", s.line.Quote(s.c.Name+": not the answer to a message that was taken", answer), notify.ErrNotSent)
	}
	return notify.Receipt{}, nil
}

// sign says when the message was sent, and proves that whoever knows the secret did.
func (s *Sender) sign(r *http.Request, body []byte, now time.Time) {
	if s.c.Secret == "" {
		return
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	r.Header.Set(TimestampHeader, stamp)
	r.Header.Set(SignatureHeader, "sha256="+signature(s.c.Secret, stamp, body))
}

func signature(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Package ntfy carries messages to topics of an ntfy server, the public one or one in the province's own network.
//
// The recipient is the name of a topic: whoever knows it can read along, so it is chosen like a password, or guarded by the
// server's access list. Texts are published as JSON; a picture or a file is uploaded as an attachment.
// https://docs.ntfy.sh/publish/
package ntfy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"canhcong/notify"
	"canhcong/notify/post"
)

// DefaultServer is the public one.
const DefaultServer = "https://ntfy.sh"

// messageLimit is how many bytes of text the server shows as such; more becomes an attachment.
// https://docs.ntfy.sh/publish/#limitations
const messageLimit = 4096

// Config says which server, and who publishes there.
type Config struct {
	Server string // http or https address; DefaultServer when empty
	Token  string // access token; "" where topics are open
	Proxy  string // http, https, socks5 or socks5h address; "" connects directly
}

// Sender is a notify.Sender for one server. It is safe for concurrent use.
type Sender struct {
	server string
	token  string
	line   *post.Line
}

// New returns a Sender. It connects to nothing; the error says what is wrong with the configuration, without secrets.
func New(c Config) (*Sender, error) {
	if c.Server == "" {
		c.Server = DefaultServer
	}
	if u, err := post.ParseAddress(c.Server); err != nil || u.RawQuery != "" || u.User != nil {
		return nil, errors.New("ntfy: the server is not an http or https address")
	}
	line, err := post.New(post.Config{Name: "ntfy", Proxy: c.Proxy, Secrets: []string{c.Token}})
	if err != nil {
		return nil, err
	}
	return &Sender{server: strings.TrimRight(c.Server, "/"), token: c.Token, line: line}, nil
}

// topics is what the server takes as the name of one.
var topics = regexp.MustCompile(`^[-_A-Za-z0-9]{1,64}$`)

// Send implements notify.Sender. Where the server takes no attachment, as long as it is given no room for them, a file comes as text.
func (s *Sender) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	if !topics.MatchString(m.Recipient) {
		return notify.Receipt{}, &notify.UnreachableError{Reason: "ntfy: the topic may hold letters, digits, - and _ only, at most 64"}
	}
	receipt, err := s.publish(ctx, m)
	var refused *notify.RefusedError
	if m.File == nil || !errors.As(err, &refused) {
		return receipt, err
	}
	if strings.HasPrefix(m.File.Type, "text/") {
		m.Body += "\n\n" + string(m.File.Content)
	}
	m.File = nil
	return s.publish(ctx, m)
}

// publish makes one request.
func (s *Sender) publish(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	r, err := s.request(ctx, m)
	if err != nil {
		return notify.Receipt{}, fmt.Errorf("ntfy: make the request: %w", err)
	}
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	answer, err := s.line.Send(r)
	if err != nil {
		return notify.Receipt{}, err
	}
	var published struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(answer, &published); err != nil || published.ID == "" {
		return notify.Receipt{}, errors.New(s.line.Quote("ntfy: the answer names no message", answer))
	}
	return notify.Receipt{ID: published.ID}, nil
}

// request publishes a text as JSON, and whatever comes with it as the content of an upload.
func (s *Sender) request(ctx context.Context, m notify.Message) (*http.Request, error) {
	switch {
	case len(m.Picture) > 0:
		return s.upload(ctx, m, notify.File{Name: "canhcong.png", Type: "image/png", Content: m.Picture})
	case m.File != nil:
		return s.upload(ctx, m, *m.File)
	}
	text, err := json.Marshal(map[string]any{
		"topic": m.Recipient, "title": m.Title, "message": cut(body(m)), "priority": priority(m), "tags": tags(m), "click": m.Link,
	})
	if err != nil {
		return nil, err
	}
	return http.NewRequestWithContext(ctx, http.MethodPost, s.server, bytes.NewReader(text))
}

// upload says in headers what a text would say; they hold words encoded as in RFC 2047.
func (s *Sender) upload(ctx context.Context, m notify.Message, f notify.File) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, s.server+"/"+m.Recipient, bytes.NewReader(f.Content))
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"Content-Type": f.Type, "Filename": f.Name, "Title": m.Title, "Message": cut(body(m)),
		"Priority": strconv.Itoa(priority(m)), "Tags": strings.Join(tags(m), ","), "Click": m.Link,
	} {
		if value != "" {
			r.Header.Set(name, mime.BEncoding.Encode("utf-8", value))
		}
	}
	return r, nil
}

// body is never empty: the server would put words of its own in its place.
func body(m notify.Message) string {
	if m.Body == "" {
		return m.Title
	}
	return m.Body
}

// priorities are those of the server: 5 rings until it is seen, 2 and less make no sound.
var priorities = map[notify.Severity]int{notify.Critical: 5, notify.Major: 4, notify.Warning: 3, notify.Info: 2}

func priority(m notify.Message) int {
	p, ok := priorities[m.Severity]
	switch {
	case m.Quiet:
		return 2
	case !ok:
		return 3
	default:
		return p
	}
}

func tags(m notify.Message) []string {
	if m.Severity == "" {
		return nil
	}
	return []string{string(m.Severity)}
}

// cut shortens text to what the server shows, between characters.
func cut(s string) string {
	const mark = "…"
	if len(s) <= messageLimit {
		return s
	}
	at := messageLimit - len(mark)
	for !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at] + mark
}

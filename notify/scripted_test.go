package notify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// The numbers of the two incidents that each chat is told of.
var (
	firstNumber  = fmt.Sprintf("SC-%d-0001", time.Now().In(targets.Vietnam).Year())
	secondNumber = strings.TrimSuffix(firstNumber, "1") + "2"
)

// TestScriptedTexts has Telegram misbehave in every way that is known, in a chat of its own each, while two incidents are told.
func TestScriptedTexts(t *testing.T) {
	t.Parallel() // it waits more than it works
	cases := scriptedTexts
	if !testing.Short() {
		cases = append(cases, scriptedSlow...)
	}
	runScripted(t, cases, false)
}

// TestScriptedPictures does the same to the picture that belongs to an incident.
func TestScriptedPictures(t *testing.T) {
	t.Parallel()
	runScripted(t, scriptedPictures, true)
}

// together is how many chats one desk tells: each is told what is wrong with the others, too.
const together = 6

// runScripted tells all chats of one incident, then of another behind it, and looks at what became of both: nothing may be
// dropped, and the second may not wait for the first where only the first is refused.
func runScripted(t *testing.T, cases []scripted, defaced bool) {
	var posts []*post
	var logged bytes.Buffer // by one handler, which takes turns
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for group := range slices.Chunk(cases, together) {
		posts = append(posts, newPost(t, group, log))
	}
	for _, p := range posts {
		p.incident("https://phuongvidu.tinhmau.gov.vn/", defaced)
	}
	for _, p := range posts {
		for _, chat := range p.chats {
			chat.waitTried(t)
		}
		p.incident("https://xavidu.tinhmau.gov.vn/", false)
	}
	for _, p := range posts {
		p.waitPending(t)
		p.stop()
	}
	for _, p := range posts {
		for _, chat := range p.chats {
			chat.check(t, defaced)
			logged.WriteString(strings.Join(chat.said, "\n"))
		}
	}
	if lines := strings.Count(logged.String(), "\n"); strings.Contains(logged.String(), telegramtest.Token) || lines < len(cases) {
		t.Errorf("the token is in what is logged and said in errors, or there is too little of it: %d lines", lines)
	}
}

// scriptedChat is a chat, the way to it, and what became of each try.
type scriptedChat struct {
	scripted
	recipient string
	sender    *telegram.Sender
	servers   []*telegramtest.Server

	mu    sync.Mutex
	tried map[string][]string // by number of the incident, and whether it was its picture
	said  []string            // in errors
}

func newScriptedChat(t *testing.T, n int, c scripted, log *slog.Logger) *scriptedChat {
	t.Helper()
	chat := &scriptedChat{scripted: c, recipient: fmt.Sprint(-1001000000001 - n), tried: map[string][]string{}}
	if strings.HasPrefix(c.name, "topic") {
		chat.recipient += ":7"
	}
	server := telegramtest.New(t)
	chat.servers = []*telegramtest.Server{server}
	bases := []string{server.URL}
	script := server
	if c.ahead == "%s" {
		script = telegramtest.New(t)
		chat.servers = []*telegramtest.Server{script, server}
		bases = []string{script.URL, server.URL}
	} else if c.ahead != "" {
		bases = []string{c.ahead, server.URL}
	}
	server.Topic(strings.TrimSuffix(chat.recipient, ":7"), 7, true)
	script.Script(c.script...)
	var err error
	if chat.sender, err = telegram.New(telegram.Config{Token: telegramtest.Token, APIBases: bases, Pace: telegram.Pace{InChat: 1, InGroup: 1, Overall: 1}, Log: log}); err != nil {
		t.Fatal(err)
	}
	return chat
}

// Send implements notify.Sender.
func (c *scriptedChat) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	receipt, err := c.sender.Send(ctx, m)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, fmt.Sprintf("%v %#v", err, err))
	for _, number := range []string{firstNumber, secondNumber} {
		if said := m.Title + m.Body; strings.Contains(said, number) {
			if len(m.Picture) > 0 {
				number += " picture"
			}
			c.tried[number] = append(c.tried[number], meaning(err))
		}
	}
	return receipt, err
}

// meaning is what the end of a try means to the outbox.
func meaning(err error) string {
	var wait *notify.RetryAfterError
	var refused *notify.RefusedError
	var gone *notify.UnreachableError
	switch {
	case err == nil:
		return "sent"
	case errors.As(err, &wait):
		return "wait " + wait.After.String()
	case errors.As(err, &refused):
		return "refused"
	case errors.As(err, &gone) && gone.Whole:
		return "nobody reachable"
	case errors.As(err, &gone):
		return "unreachable"
	case errors.Is(err, notify.ErrNotSent):
		return "not sent"
	}
	return "unknown"
}

// waitTried waits until the first incident was tried to be told.
func (c *scriptedChat) waitTried(t *testing.T) {
	t.Helper()
	eventually(t, func() string { return c.name + ": " + firstNumber + " is tried" }, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.tried[firstNumber]) > 0
	})
}

// eventually waits for something to be so, for as long as a slow machine may need.
func eventually(t *testing.T, what func() string, so func() bool) {
	t.Helper()
	for start := time.Now(); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > 3*time.Minute {
			t.Fatalf("want, and have not after three minutes: %s", what())
		}
	}
}

// check compares what was tried and what arrived with what should have.
func (c *scriptedChat) check(t *testing.T, defaced bool) {
	t.Helper()
	number := firstNumber
	if defaced {
		number += " picture"
	}
	tried := c.tried[number]
	if c.told == "" { // poison is tried for as long as it takes
		tried = tried[:1]
	}
	if have := strings.Join(tried, ", "); have != c.tries {
		t.Errorf("%s: have %s, want %s", c.name, have, c.tries)
	}
	if have := c.arrived(firstNumber, defaced); have != c.told {
		t.Errorf("%s: have %s, want %s", c.name, have, c.told)
	}
	if have := c.arrived(secondNumber, false); !strings.HasPrefix(have, "marked up") {
		t.Errorf("%s: the one behind it: have %q, want it told", c.name, have)
	}
}

// arrived describes the messages that told of an incident; without the text before it when there is a picture.
func (c *scriptedChat) arrived(number string, picture bool) string {
	var all []string
	for _, s := range c.servers {
		for _, m := range s.Messages() {
			if strings.Contains(m.Text, number) {
				all = append(all, c.describe(m))
			}
		}
	}
	if picture && len(all) > 0 {
		all = all[1:]
	}
	return strings.Join(all, ", ")
}

func (c *scriptedChat) describe(m telegramtest.Message) string {
	kind := map[string]string{"sendPhoto": "photo", "sendDocument": "document"}[m.Method]
	switch {
	case kind == "" && m.HTML == "":
		kind = "plain"
	case kind == "":
		kind = "marked up"
	}
	if m.Chat != strings.TrimSuffix(c.recipient, ":7") {
		kind += " to " + m.Chat
	}
	if strings.HasSuffix(c.recipient, ":7") && m.Thread == 0 && strings.Contains(m.Text, "gửi vào mục chung") {
		kind += " in General"
	}
	if strings.Contains(m.Text, "(gửi lại)") {
		kind += " again"
	}
	return kind
}

// post is a desk with a real database and archive around it, and the chats that it tells.
type post struct {
	t        *testing.T
	chats    []*scriptedChat
	desk     *notify.Desk
	registry *targets.Registry
	archive  *monitor.Archive
	stop     func() // its outbox
}

// newPost opens a desk and its outbox.
func newPost(t *testing.T, cases []scripted, log *slog.Logger) *post {
	t.Helper()
	p := &post{t: t, registry: targets.New(targetstest.DB(t))}
	o := notify.Options{ConsoleURL: "https://canhcong.example", Log: log}
	for n, c := range cases {
		chat := newScriptedChat(t, n, c, log)
		p.chats = append(p.chats, chat)
		o.Channels = append(o.Channels, notify.Channel{Name: "telegram", Recipient: chat.recipient, Sender: chat, Language: targets.Vietnamese})
	}
	var err error
	if p.archive, err = monitor.NewArchive(p.registry.DB(), t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.archive.Close() })
	p.desk = notify.New(p.registry, p.archive, baseline.New(p.registry, p.archive, []byte("key"), nil), o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.desk.Run(ctx) }()
	p.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the outbox ended with %v", err)
		}
	}
	return p
}

// incident hands over looks that find a site down, or defaced: as many as it takes until that is told.
func (p *post) incident(url string, defaced bool) {
	p.t.Helper()
	site := targetstest.Site(p.t, p.registry, url, "")
	site.Profile.Recheck, site.Profile.Confirm = []time.Duration{0, 0, 0}, []time.Duration{0}
	v := baseline.Verdict{Availability: baseline.IsDown, Content: baseline.Unjudged, Certificate: baseline.CertificateUnknown}
	o := monitor.Observation{Site: site, Depth: monitor.Render, Outcome: monitor.Down, Cause: monitor.CauseTCP}
	var shot bytes.Buffer
	times := 4
	if defaced {
		v.Availability, v.Content, o.Outcome, o.Cause, times = baseline.Up, baseline.Defaced, monitor.OK, "", 2
		o.Page = &monitor.Page{Width: monitor.ViewportWidth, Height: monitor.ViewportHeight}
		if err := png.Encode(&shot, image.NewGray(image.Rect(0, 0, monitor.ViewportWidth, monitor.ViewportHeight))); err != nil {
			p.t.Fatal(err)
		}
	}
	for range times {
		v.Observation = o
		p.look(v, shot.Bytes())
	}
}

// look hands over one look and its verdict, as monitor and baseline do.
func (p *post) look(v baseline.Verdict, shot []byte) {
	p.t.Helper()
	v.At = time.Now()
	v.Observation.At = v.At
	if err := p.archive.Save(p.t.Context(), &v.Observation, monitor.Rendering{Screenshot: shot}); err != nil {
		p.t.Fatal(err)
	}
	err := p.registry.DB().Write.QueryRowContext(p.t.Context(), `INSERT INTO verdicts (site_id, observation_id, at, availability, content, quality,
		certificate, score, evidence) VALUES (?, ?, ?, ?, ?, 'complete', ?, 0, '[]') RETURNING id`, v.Observation.Site.ID, v.Observation.ID,
		targets.Millis(v.At), v.Availability, v.Content, v.Certificate).Scan(&v.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.desk.Handle(p.t.Context(), v); err != nil {
		p.t.Fatal(err)
	}
}

// waitPending waits until nothing is left but what is refused for ever.
func (p *post) waitPending(t *testing.T) {
	t.Helper()
	want, have := 0, notify.OutboxState{}
	for _, chat := range p.chats {
		if chat.told == "" {
			want++
		}
	}
	eventually(t, func() string { return fmt.Sprintf("%d alerts wait: have %d, %s", want, have.Pending, have.LastError) }, func() bool {
		var err error
		if have, err = p.desk.Outbox(t.Context()); err != nil {
			t.Fatal(err)
		}
		return have.Pending == want
	})
}

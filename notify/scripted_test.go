package notify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log/slog"
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

// runScripted tells all chats of one incident, then of another behind it, and looks at what became of both: nothing may be
// dropped, and the second may not wait for the first where only the first is refused.
func runScripted(t *testing.T, cases []scripted, defaced bool) {
	var channels []notify.Channel
	var chats []*scriptedChat
	var logged bytes.Buffer // by one handler, which takes turns
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for n, c := range cases {
		chat := newScriptedChat(t, n, c, log)
		chats = append(chats, chat)
		channels = append(channels, notify.Channel{Name: "telegram", Recipient: chat.recipient, Sender: chat, Language: targets.Vietnamese})
	}
	p := newPost(t, channels, log)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.desk.Run(ctx) }()
	p.incident("https://phuongvidu.tinhmau.gov.vn/", defaced)
	for _, chat := range chats {
		chat.waitTried(t)
	}
	p.incident("https://xavidu.tinhmau.gov.vn/", false)
	p.waitPending(t, poisoned(cases))
	stop()
	if err := <-done; err != nil {
		t.Errorf("the outbox ended with %v", err)
	}
	for _, chat := range chats {
		chat.check(t, defaced)
		logged.WriteString(strings.Join(chat.said, "\n"))
	}
	if lines := strings.Count(logged.String(), "\n"); strings.Contains(logged.String(), telegramtest.Token) || lines < len(cases) {
		t.Errorf("the token is in what is logged and said in errors, or there is too little of it: %d lines", lines)
	}
}

// poisoned counts the alerts that wait for ever.
func poisoned(cases []scripted) (n int) {
	for _, c := range cases {
		if c.told == "" {
			n++
		}
	}
	return n
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
	eventually(t, c.name+": "+firstNumber+" is tried", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.tried[firstNumber]) > 0
	})
}

// eventually waits for something to be so, for as long as a slow machine may need.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for start := time.Now(); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > 2*time.Minute {
			t.Fatalf("want, and have not after two minutes: %s", what)
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

// post is a desk with a real database and archive around it.
type post struct {
	t        *testing.T
	desk     *notify.Desk
	registry *targets.Registry
	archive  *monitor.Archive
}

func newPost(t *testing.T, channels []notify.Channel, log *slog.Logger) *post {
	t.Helper()
	registry := targets.New(targetstest.DB(t))
	archive, err := monitor.NewArchive(registry.DB(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archive.Close() })
	judge := baseline.New(registry, archive, []byte("key"), nil)
	return &post{t, notify.New(registry, archive, judge, notify.Options{Channels: channels, ConsoleURL: "https://canhcong.example", Log: log}), registry, archive}
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

// waitPending waits until so many alerts are left.
func (p *post) waitPending(t *testing.T, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d alerts wait", n), func() bool {
		s, err := p.desk.Outbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Pending == n
	})
}

package notify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
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

// scripted is one way in which Telegram, or what lies before it, misbehaves when the first incident is told.
type scripted struct {
	name   string
	script []telegramtest.Answer
	tries  string // what each try meant to the outbox
	told   string // the messages that arrived
	ahead  string // an API base before the server's, "" for none; %s is another server, which follows the script instead
}

// always is a scripted answer to every call that tells of the first incident.
func always(a telegramtest.Answer) []telegramtest.Answer {
	a.Times, a.Text = -1, firstNumber
	return []telegramtest.Answer{a}
}

// says are scripted answers with the same description, one for each code.
func says(description string, codes ...int) (script []telegramtest.Answer) {
	for _, code := range codes {
		script = append(script, telegramtest.Answer{Code: code, Description: description})
	}
	return script
}

// pages are scripted answers of somebody who is no Bot API.
func pages(codes ...int) (script []telegramtest.Answer) {
	for _, code := range codes {
		script = append(script, telegramtest.Answer{Code: code, Body: "<html><h1>Vui lòng đăng nhập</h1></html>"})
	}
	return script
}

func one(a telegramtest.Answer) []telegramtest.Answer { return []telegramtest.Answer{a} }

// Of a text: what is wrong with the message, the chat, the token, the pace, Telegram, and what lies before it.
var scriptedTexts = []scripted{
	{"nothing", nil, "sent", "marked up", ""},
	{"too long", says("Bad Request: message is too long", 400), "sent", "plain", ""},
	{"bad entities", says("Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 3", 400), "sent", "plain", ""},
	{"bad button", says("Bad Request: BUTTON_DATA_INVALID", 400), "sent", "plain", ""},
	{"unknown complaint", says("Bad Request: SOMETHING_INVALID", 400), "sent", "plain", ""},
	{"request too large", says("Request Entity Too Large", 413), "sent", "plain", ""},
	{"refused, also as plain text", says("Bad Request: can't parse entities", 400, 400), "refused, sent", "marked up", ""},
	{"poison", always(telegramtest.Answer{Code: 400, Description: "Bad Request: SOMETHING_INVALID"}), "refused", "", ""},

	{"token revoked", says("Unauthorized", 401), "nobody reachable, sent", "marked up", ""},
	{"token unknown", says("Not Found", 404, 404), "nobody reachable, nobody reachable, sent", "marked up", ""},
	{"kicked", says("Forbidden: bot was kicked from the supergroup chat", 403), "unreachable, sent", "marked up", ""},
	{"blocked", says("Forbidden: bot was blocked by the user", 403), "unreachable, sent", "marked up", ""},
	{"user deactivated", says("Forbidden: user is deactivated", 403), "unreachable, sent", "marked up", ""},
	{"never started", says("Forbidden: bot can't initiate conversation with a user", 403), "unreachable, sent", "marked up", ""},
	{"not a member", says("Forbidden: bot is not a member of the channel chat", 403), "unreachable, sent", "marked up", ""},
	{"no such chat", says("Bad Request: chat not found", 400), "unreachable, sent", "marked up", ""},
	{"no right to texts", says("Bad Request: not enough rights to send text messages to the chat", 400), "unreachable, sent", "marked up", ""},
	{"no rights", says("Bad Request: have no rights to send a message", 400), "unreachable, sent", "marked up", ""},
	{"may not write", says("Bad Request: CHAT_WRITE_FORBIDDEN", 400), "unreachable, sent", "marked up", ""},
	{"no such peer", says("Bad Request: PEER_ID_INVALID", 400), "unreachable, sent", "marked up", ""},
	{"second poller", says("Conflict: terminated by other getUpdates request", 409), "not sent, sent", "marked up", ""},

	{"moved", one(telegramtest.Answer{Code: 400, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: -1009}), "sent", "marked up to -1009", ""},
	{"topic closed", says("Bad Request: TOPIC_CLOSED", 400), "sent", "marked up in General", ""},
	{"topic gone", says("Bad Request: message thread not found", 400), "sent", "marked up in General", ""},
	{"reply gone", says("Bad Request: message to be replied not found", 400), "refused, sent", "marked up", ""},

	{"429", one(telegramtest.Answer{Code: 429, Description: "Too Many Requests: retry after 2", RetryAfter: 2}), "wait 2s, sent", "marked up", ""},
	{"429 without parameters", says("Too Many Requests: retry after 1", 429), "wait 1s, sent", "marked up", ""},
	{"400 that is a 429", says("Bad Request: Too Many Requests: retry after 1", 400), "wait 1s, sent", "marked up", ""},

	{"500", says("Internal Server Error", 500), "unknown, sent", "marked up again", ""},
	{"502", pages(502), "unknown, sent", "marked up again", ""},
	{"503", pages(503), "unknown, sent", "marked up again", ""},
	{"504 twice", pages(504, 504), "unknown, unknown, sent", "marked up again", ""},
	{"captive portal", pages(200), "unknown, sent", "marked up again", ""},
	{"redirect", pages(302), "not sent, sent", "marked up", ""},
	{"firewall", pages(403), "not sent, sent", "marked up", ""},
	{"proxy wants a password", pages(407), "not sent, sent", "marked up", ""},
	{"other web server", pages(404), "not sent, sent", "marked up", ""},
	{"truncated JSON", one(telegramtest.Answer{Body: `{"ok":tr`}), "unknown, sent", "marked up again", ""},
	{"JSON of somebody else", one(telegramtest.Answer{Body: `{"error":"quota"}`}), "unknown, sent", "marked up again", ""},
	{"answer that names no message", one(telegramtest.Answer{Body: `{"ok":true,"result":true}`}), "unknown, sent", "marked up again", ""},
	{"reset", one(telegramtest.Answer{Reset: true}), "unknown, sent", "marked up again", ""},
	{"answer lost", one(telegramtest.Answer{Lose: true}), "unknown, sent", "marked up, marked up again", ""},
	{"answer cut", one(telegramtest.Answer{Cut: true}), "unknown, sent", "marked up, marked up again", ""},

	{"API base away", nil, "sent", "marked up", "http://127.0.0.1:1"},
	{"API base behind a firewall", pages(403), "sent", "marked up", "%s"},
	{"API base of another bot", says("Unauthorized", 401), "sent", "marked up", "%s"},
	{"API base in trouble", pages(502), "unknown, sent", "marked up again", "%s"},
	{"API base that loses answers", one(telegramtest.Answer{Lose: true}), "unknown, sent", "marked up, marked up again", "%s"},
}

// Of a picture, whose text has arrived before.
var scriptedPictures = []scripted{
	{"nothing", nil, "sent", "photo", ""},
	{"photo unreadable", photo(says("Bad Request: IMAGE_PROCESS_FAILED", 400)), "sent", "document", ""},
	{"odd dimensions", photo(says("Bad Request: PHOTO_INVALID_DIMENSIONS", 400)), "sent", "document", ""},
	{"photo too large", photo(says("Request Entity Too Large", 413)), "sent", "document", ""},
	{"no right to photos", photo(says("Bad Request: not enough rights to send photos to the chat", 400)), "sent", "document", ""},
	{"no right to files", append(photo(says("Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", 400)), telegramtest.Answer{Method: "sendDocument", Code: 400,
		Description: "Bad Request: not enough rights to send documents to the chat"}), "sent", "marked up", ""},
	{"caption too long", append(photo(says("Bad Request: MEDIA_CAPTION_TOO_LONG", 400)), telegramtest.Answer{Method: "sendDocument", Code: 400,
		Description: "Bad Request: message caption is too long"}), "sent", "marked up", ""},
	{"429", photo(one(telegramtest.Answer{Code: 429, Description: "Too Many Requests: retry after 1", RetryAfter: 1})), "wait 1s, sent", "photo", ""},
	{"reset", photo(one(telegramtest.Answer{Reset: true})), "unknown, sent", "photo again", ""},
	{"gateway", photo(pages(502)), "unknown, sent", "photo again", ""},
	{"kicked in between", photo(says("Forbidden: bot was kicked from the supergroup chat", 403)), "unreachable, sent", "photo", ""},
}

func photo(script []telegramtest.Answer) []telegramtest.Answer {
	for n := range script {
		script[n].Method = "sendPhoto"
	}
	return script
}

// Slow ones: a call is given up after 20 seconds.
var scriptedSlow = []scripted{
	{"hang", one(telegramtest.Answer{Hang: true}), "unknown, sent", "marked up again", ""},
	{"slow body", one(telegramtest.Answer{Stall: true}), "unknown, sent", "marked up, marked up again", ""},
}

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
	for n, c := range cases {
		chat := newScriptedChat(t, n, c)
		chats = append(chats, chat)
		channels = append(channels, notify.Channel{Name: "telegram", Recipient: chat.recipient, Sender: chat, Language: targets.Vietnamese})
	}
	p := newPost(t, channels)
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
}

func newScriptedChat(t *testing.T, n int, c scripted) *scriptedChat {
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
	if chat.sender, err = telegram.New(telegram.Config{Token: telegramtest.Token, APIBases: bases, Pace: telegram.Pace{InChat: 1, InGroup: 1, Overall: 1}}); err != nil {
		t.Fatal(err)
	}
	return chat
}

// Send implements notify.Sender.
func (c *scriptedChat) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	receipt, err := c.sender.Send(ctx, m)
	c.mu.Lock()
	defer c.mu.Unlock()
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

func newPost(t *testing.T, channels []notify.Channel) *post {
	t.Helper()
	registry := targets.New(targetstest.DB(t))
	archive, err := monitor.NewArchive(registry.DB(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { archive.Close() })
	judge := baseline.New(registry, archive, []byte("key"), nil)
	return &post{t, notify.New(registry, archive, judge, notify.Options{Channels: channels, ConsoleURL: "https://canhcong.example"}), registry, archive}
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

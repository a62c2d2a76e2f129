package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"log"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
)

const group = "-1001234567890"

func sender(t *testing.T, c telegram.Config) *telegram.Sender {
	t.Helper()
	if c.Token == "" {
		c.Token = telegramtest.Token
	}
	if c.Pace == (telegram.Pace{}) {
		c.Pace = atOnce
	}
	s, err := telegram.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// atOnce is the pace of a Bot API that knows no limits.
var atOnce = telegram.Pace{InChat: 1, InGroup: 1, Overall: 1}

func blank(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	text = notify.Message{Recipient: group, Title: "🔴 KHẨN: Nghi bị thay đổi giao diện", Body: "UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn"}
	said = text.Title + "\n" + text.Body
)

// outcome is what an error means to the outbox.
func outcome(err error) string {
	var wait *notify.RetryAfterError
	var refused *notify.RefusedError
	var unreachable *notify.UnreachableError
	switch {
	case errors.As(err, &unreachable) && unreachable.Whole:
		return "nobody reachable"
	case errors.As(err, &unreachable):
		return "unreachable"
	case err == nil:
		return "sent"
	case errors.As(err, &wait):
		return "wait " + wait.After.String()
	case errors.As(err, &refused):
		return "refused"
	case errors.Is(err, notify.ErrNotSent):
		return "not sent"
	default:
		return "unknown"
	}
}

func TestSend(t *testing.T) {
	photo := func(w, h int) notify.Message {
		return notify.Message{Recipient: group, Title: "Đã duyệt | Hiện tại", Picture: blank(t, w, h)}
	}
	with := func(change func(*notify.Message)) notify.Message {
		m := text
		change(&m)
		return m
	}
	const badMarkup = "Bad Request: can't parse entities: Unsupported start tag \"marquee\" at byte offset 12"
	tests := []struct {
		name    string
		message notify.Message
		script  []telegramtest.Answer
		want    string   // outcome
		arrived []string // methods of the messages in the chat
		text    string   // of the last one
		chat    string   // of the last one, group when ""
	}{
		{"text", text, nil, "sent", []string{"sendMessage"}, said, ""},
		{"hostile text", with(func(m *notify.Message) { m.Body = "<script>a&b</script> &lt; </b>\x00\xff\u202e" }), nil,
			"sent", []string{"sendMessage"}, text.Title + "\n<script>a&b</script> &lt; </b>\uFFFD\u202e", ""},
		{"endless body", with(func(m *notify.Message) { m.Body = strings.Repeat("<&🔴ế", 4000) }), nil, "sent", []string{"sendMessage"}, "", ""},
		{"endless title", with(func(m *notify.Message) { m.Title = strings.Repeat("<🔴>", 4000) }), nil, "sent", []string{"sendMessage"}, "", ""},
		{"markup refused", text, []telegramtest.Answer{{Code: 400, Description: badMarkup}}, "sent", []string{"sendMessage"}, said, ""},
		{"too long after all", with(func(m *notify.Message) { m.Body = strings.Repeat("a", 3000) }),
			[]telegramtest.Answer{{Code: 400, Description: "Bad Request: message is too long"}}, "sent", []string{"sendMessage"}, "", ""},
		{"refused for good", text, []telegramtest.Answer{{Code: 400, Description: "Bad Request: can't parse entities", Times: -1}}, "refused", nil, "", ""},
		{"429", text, []telegramtest.Answer{{Code: 429, Description: "Too Many Requests: retry after 17", RetryAfter: 17}}, "wait 17s", nil, "", ""},
		{"429 without a number", text, []telegramtest.Answer{{Code: 429, Description: "Too Many Requests"}}, "wait 30s", nil, "", ""},
		{"400 that is a 429", text, []telegramtest.Answer{{Code: 400, Description: "Bad Request: Too Many Requests: retry after 8"}}, "wait 8s", nil, "", ""},
		{"429 of an upload", photo(100, 50), []telegramtest.Answer{{Code: 429, Description: "Too Many Requests: retry after 3", RetryAfter: 3}}, "wait 3s", nil, "", ""},
		{"kicked", text, []telegramtest.Answer{{Code: 403, Description: "Forbidden: bot was kicked from the supergroup chat"}}, "unreachable", nil, "", ""},
		{"kicked, upload", photo(100, 50), []telegramtest.Answer{{Code: 403, Description: "Forbidden: bot was kicked"}}, "unreachable", nil, "", ""},
		{"no such chat", with(func(m *notify.Message) { m.Recipient = "@" }), nil, "unreachable", nil, "", ""},
		{"supergroup", text, []telegramtest.Answer{{Code: 400, Chat: group, Description: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: -100777}},
			"sent", []string{"sendMessage"}, said, "-100777"},
		{"supergroup, upload", photo(100, 50), []telegramtest.Answer{{Code: 400, Chat: group, Description: "Bad Request: group chat was upgraded", MigrateTo: -100777}},
			"sent", []string{"sendPhoto"}, "Đã duyệt | Hiện tại", "-100777"},
		{"server error", text, []telegramtest.Answer{{Code: 500, Description: "Internal Server Error"}}, "unknown", nil, "", ""},
		{"bad gateway", text, []telegramtest.Answer{{Code: 502, Body: "<html><h1>502 Bad Gateway</h1></html>"}}, "unknown", nil, "", ""},
		{"captive portal", text, []telegramtest.Answer{{Code: 200, Body: "<html>Xin chào! Vui lòng đăng nhập Wi-Fi</html>"}}, "unknown", nil, "", ""},
		{"reset", text, []telegramtest.Answer{{Reset: true}}, "unknown", nil, "", ""},
		{"answer lost", text, []telegramtest.Answer{{Lose: true}}, "unknown", []string{"sendMessage"}, said, ""},
		{"photo", photo(1280, 400), nil, "sent", []string{"sendPhoto"}, "Đã duyệt | Hiện tại", ""},
		{"photo too tall", photo(20, 9000), nil, "sent", []string{"sendDocument"}, "Đã duyệt | Hiện tại", ""},
		{"photo refused", photo(100, 50), []telegramtest.Answer{{Method: "sendPhoto", Code: 400, Description: "Bad Request: IMAGE_PROCESS_FAILED"}},
			"sent", []string{"sendDocument"}, "Đã duyệt | Hiện tại", ""},
		{"photo and document refused", photo(100, 50), []telegramtest.Answer{{Method: "sendPhoto", Code: 400, Description: "Bad Request: PHOTO_SAVE_FILE_INVALID"},
			{Method: "sendDocument", Code: 413, Description: "Request Entity Too Large"}}, "sent", []string{"sendMessage"}, "Đã duyệt | Hiện tại", ""},
		{"not a picture", notify.Message{Recipient: group, Title: "Ảnh", Picture: []byte("GIF89a")}, nil, "sent", []string{"sendDocument"}, "Ảnh", ""},
		{"caption too long", notify.Message{Recipient: group, Title: strings.Repeat("🔴", 900), Picture: blank(t, 9, 9)}, nil, "sent", []string{"sendPhoto"}, "", ""},
		{"reply to what is gone", with(func(m *notify.Message) { m.ReplyTo = "4711" }), nil, "sent", []string{"sendMessage"}, said, ""},
		{"reply refused", with(func(m *notify.Message) { m.ReplyTo = "4711" }),
			[]telegramtest.Answer{{Code: 400, Description: "Bad Request: message to be replied not found"}}, "sent", []string{"sendMessage"}, said, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := telegramtest.New(t)
			server.Script(test.script...)
			_, err := sender(t, telegram.Config{APIBases: []string{server.URL}}).Send(t.Context(), test.message)
			if have := outcome(err); have != test.want {
				t.Errorf("have %s (%v), want %s", have, err, test.want)
			}
			messages := server.Messages()
			if len(messages) != len(test.arrived) {
				t.Fatalf("have %v, want %v", messages, test.arrived)
			}
			for n, m := range messages {
				want := test.chat
				if want == "" {
					want = group
				}
				if m.Method != test.arrived[n] || m.Chat != want || test.text != "" && m.Text != test.text {
					t.Errorf("have %s %s, want %s to %s: %q", m.Method, m, test.arrived[n], want, test.text)
				}
			}
		})
	}
}

// TestAnyTextArrives sends what pages may contain: pieces of markup, invalid UTF-8, characters of two units, of any length.
func TestAnyTextArrives(t *testing.T) {
	server := telegramtest.New(t)
	s := sender(t, telegram.Config{APIBases: []string{server.URL}})
	pieces := []string{"<b>", "</b>", "<", ">", "&", "&lt;", "&#0;", "&nbsp;", "\xff", "\x00", "\n", "🔴", "\u202e", "ế", "a", " ", "\u0301", "<a href='x'>", "\ud7ff", "\ufffe"}
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 400 {
		var b strings.Builder
		for range random.IntN(3000) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		if _, err := s.Send(t.Context(), notify.Message{Recipient: group, Title: "x" + b.String(), Body: b.String()}); err != nil {
			t.Fatalf("text %d: %v: %q", n, err, b.String())
		}
	}
	if calls := server.Calls(); len(calls) != 400 {
		t.Errorf("have %d calls for 400 texts: some were refused at first", len(calls))
	}
}

func TestPictureRepliesToItsText(t *testing.T) {
	server := telegramtest.New(t)
	s := sender(t, telegram.Config{APIBases: []string{server.URL + "/"}})
	first, err := s.Send(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Send(t.Context(), notify.Message{Recipient: group, Title: "Ảnh", Picture: blank(t, 1280, 400), ReplyTo: first.ID}); err != nil {
		t.Fatal(err)
	}
	have := server.Messages()
	if len(have) != 2 || have[1].ReplyTo != have[0].ID || have[0].HTML == "" {
		t.Errorf("have %v, want a marked-up text and a photo replying to it", have)
	}
	for _, c := range server.Calls() {
		if c.Length <= 0 {
			t.Errorf("%s came without a length, which some proxies refuse", c.Method)
		}
	}
	if preview := server.Calls()[0].Fields["link_preview_options"]; preview != `{"is_disabled":true}` {
		t.Errorf("link previews are not switched off: %q", preview)
	}
}

func TestSupergroupIsRemembered(t *testing.T) {
	server := telegramtest.New(t)
	server.Script(telegramtest.Answer{Code: 400, Description: "Bad Request: group chat was upgraded", MigrateTo: -100777})
	s := sender(t, telegram.Config{APIBases: []string{server.URL}})
	for range 2 {
		if _, err := s.Send(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	if calls := server.Calls(); len(calls) != 3 || calls[2].Fields["chat_id"] != "-100777" {
		t.Errorf("have %v, want the old chat asked once only", calls)
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	server := telegramtest.New(t)
	server.Script(telegramtest.Answer{Hang: true, Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := sender(t, telegram.Config{APIBases: []string{server.URL}}).Send(ctx, text)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 5*time.Second {
		t.Errorf("have %v after %v, want the deadline of the caller", err, time.Since(start))
	}
}

func TestNewNeedsNoTelegram(t *testing.T) {
	sender(t, telegram.Config{APIBases: []string{"http://127.0.0.1:1"}})
	sender(t, telegram.Config{})
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]telegram.Config{
		"no token":       {},
		"odd token":      {Token: "123:abc/../" + "x"},
		"format token":   {Token: "123:%s"},
		"bad base":       {Token: telegramtest.Token, APIBases: []string{"api.telegram.org"}},
		"ftp base":       {Token: telegramtest.Token, APIBases: []string{"ftp://user:secret@host"}},
		"unparsed base":  {Token: telegramtest.Token, APIBases: []string{"http://user:secret@ho st/" + telegramtest.Token}},
		"bad proxy":      {Token: telegramtest.Token, Proxy: "user:secret@proxy:1080"},
		"unparsed proxy": {Token: telegramtest.Token, Proxy: "socks5://user:secret@pro xy:1080"},
	} {
		_, err := telegram.New(c)
		if err == nil {
			t.Errorf("%s: have no error", name)
		} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "AAtest") {
			t.Errorf("%s: the error holds a secret: %v", name, err)
		}
	}
}

// TestTokenNeverLeaks fails in every way there is, and looks for the token in all that is said about it.
func TestTokenNeverLeaks(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	logger := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))

	server := telegramtest.New(t)
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Referer"), "AAtest") {
			t.Error("the token was sent on in the Referer")
		}
		http.Redirect(w, r, "/login", http.StatusFound)
	}))
	defer elsewhere.Close()

	tests := []struct {
		name, base, proxy string
		script            telegramtest.Answer
		want              string
	}{
		{"refused", "http://127.0.0.1:1", "", telegramtest.Answer{}, "not sent"},
		{"control character in the base", "http://127.0.0.1\x7f", "", telegramtest.Answer{}, "config"},
		{"bad port", "http://127.0.0.1:99999", "", telegramtest.Answer{}, "not sent"},
		{"proxy refused", "https://api.telegram.test", "http://127.0.0.1:1", telegramtest.Answer{}, "not sent"},
		{"socks refused", "https://api.telegram.test", "socks5://127.0.0.1:1", telegramtest.Answer{}, "not sent"},
		{"untrusted certificate", untrusted.URL, "", telegramtest.Answer{}, "not sent"},
		{"not TLS", strings.Replace(server.URL, "http:", "https:", 1), "", telegramtest.Answer{}, "not sent"},
		{"redirect", elsewhere.URL, "", telegramtest.Answer{}, "not sent"},
		{"timeout", server.URL, "", telegramtest.Answer{Hang: true, Times: -1}, "unknown"},
		{"reset", server.URL, "", telegramtest.Answer{Reset: true, Times: -1}, "unknown"},
		{"empty answer", server.URL, "", telegramtest.Answer{Body: " ", Times: -1}, "unknown"},
		{"cut answer", server.URL, "", telegramtest.Answer{Body: `{"ok":tr`, Times: -1}, "unknown"},
		{"answer without a message", server.URL, "", telegramtest.Answer{Body: `{"ok":true,"result":true}`, Times: -1}, "unknown"},
		{"token in the answer", server.URL, "", telegramtest.Answer{Code: 400, Description: "bad path /bot" + telegramtest.Token, Times: -1}, "refused"},
		{"unauthorised", server.URL, "", telegramtest.Answer{Code: 401, Description: "Unauthorized", Times: -1}, "nobody reachable"},
	}
	for _, test := range tests {
		server.Forget()
		server.Script(test.script)
		s, err := telegram.New(telegram.Config{Token: telegramtest.Token, APIBases: []string{test.base}, Proxy: test.proxy, Log: logger})
		if err != nil && test.want == "config" {
			check(t, test.name, err.Error())
			continue
		}
		for _, m := range []notify.Message{text, {Recipient: group, Title: "Ảnh", Picture: blank(t, 8, 8)}} {
			patience := 20 * time.Second
			if test.script.Hang {
				patience = 200 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			_, err := s.Send(ctx, m)
			cancel()
			if have := outcome(err); have != test.want {
				t.Errorf("%s: have %s (%v), want %s", test.name, have, err, test.want)
			}
			for ; err != nil; err = errors.Unwrap(err) {
				check(t, test.name, err.Error())
			}
		}
	}
	check(t, "log", logged.String())
}

func check(t *testing.T, name, said string) {
	t.Helper()
	if strings.Contains(said, "AAtest") {
		t.Errorf("%s: the token leaks: %s", name, said)
	}
}

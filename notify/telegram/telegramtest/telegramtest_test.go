package telegramtest_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify/telegram/telegramtest"
)

// TestRefusals posts forms, and reads what the server says.
func TestRefusals(t *testing.T) {
	complaints := &listener{TB: t}
	server := telegramtest.New(complaints)
	const chat = "chat_id=-1001"
	server.Topic("-1001", 7, true)
	server.Topic("-1001", 8, false)
	keyboard := func(data string) string {
		return "&text=a&reply_markup=" + url.QueryEscape(`{"inline_keyboard":[[{"text":"Tôi nhận","callback_data":"`+data+`"}]]}`)
	}
	markedUp := func(text string) string { return chat + "&parse_mode=HTML&text=" + url.QueryEscape(text) }
	tests := []struct{ name, path, form, want string }{
		{"accepted", "sendMessage", chat + "&text=a", `"ok":true`},
		{"getMe", "getMe", "", "canhcong_bot"},
		{"another path", "/botapi", "", "Not Found"},
		{"another bot", "/bot1:x/getMe", "", "Unauthorized"},
		{"another method", "sendPigeon", chat, "method not found"},
		{"no chat", "sendMessage", "text=a", "chat_id is empty"},
		{"odd chat", "sendMessage", "chat_id=x&text=a", "chat not found"},
		{"no text", "sendMessage", chat + "&text=+", "message text is empty"},
		{"only markup", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("<b> </b>"), "message text is empty"},
		{"odd mode", "sendMessage", chat + "&parse_mode=Wiki&text=a", "unsupported parse_mode"},
		{"invalid UTF-8", "sendMessage", chat + "&text=%ff", "must be encoded in UTF-8"},
		{"4096 units", "sendMessage", chat + "&text=" + strings.Repeat("a", 4096), `"ok":true`},
		{"4097 units", "sendMessage", chat + "&text=" + strings.Repeat("a", 4097), "message is too long"},
		{"4096 units of two", "sendMessage", chat + "&text=" + strings.Repeat("🔴", 2048), `"ok":true`},
		{"4098 units of two", "sendMessage", chat + "&text=" + strings.Repeat("🔴", 2049), "message is too long"},
		{"4096 units and markup", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("<b>"+strings.Repeat("&lt;", 4096)+"</b>"), `"ok":true`},
		{"unknown tag", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("a <script>"), `Unsupported start tag \"script\" at byte offset 2`},
		{"bare less-than", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("a < b >"), "Unsupported start tag"},
		{"unclosed tag", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("<b>a"), "Can't find end tag"},
		{"cut tag", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("a<b"), "Unclosed start tag"},
		{"crossed tags", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("<b><i>a</b></i>"), "Unmatched end tag"},
		{"stray end tag", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("a</b>"), "Unexpected end tag"},
		{"other entities stay", "sendMessage", chat + "&parse_mode=HTML&text=" + url.QueryEscape("&nbsp;&lt;&#65;"), `\u0026nbsp;\u003cA`},
		{"no such reply", "sendMessage", chat + "&text=a&reply_parameters=" + url.QueryEscape(`{"message_id":9}`), "message to be replied not found"},
		{"no such reply, allowed", "sendMessage", chat + "&text=a&reply_parameters=" + url.QueryEscape(`{"message_id":9,"allow_sending_without_reply":true}`), `"ok":true`},
		{"unclosed end tag", "sendMessage", markedUp("<b>a</b"), "Unclosed end tag at byte offset 4"},
		{"attributes", "sendMessage", markedUp(`<a href="https://a.example/?x>y">a</a><span class='tg-spoiler'>b</span><blockquote expandable>c</blockquote>`), `"text":"abc"`},
		{"odd attribute", "sendMessage", markedUp("<b hidden>a</b>"), "Expected equal sign"},
		{"span without a class", "sendMessage", markedUp("<span>a</span>"), `Tag \"span\" must have class`},
		{"references", "sendMessage", markedUp("&lt &LT; &#x41;&#0;&amp;lt;"), `"text":"\u003c \u0026LT; A\u0026#0;\u0026lt;"`},
		{"button", "sendMessage", chat + keyboard(strings.Repeat("x", 64)), `"ok":true`},
		{"too much in a button", "sendMessage", chat + keyboard(strings.Repeat("x", 65)), "BUTTON_DATA_INVALID"},
		{"nothing in a button", "sendMessage", chat + keyboard(""), "Text buttons are unallowed"},
		{"no keyboard", "sendMessage", chat + "&text=a&reply_markup=x", "can't parse reply keyboard"},
		{"open topic", "sendMessage", chat + "&text=a&message_thread_id=7", `"message_thread_id":7`},
		{"closed topic", "sendMessage", chat + "&text=a&message_thread_id=8", "TOPIC_CLOSED"},
		{"no topic", "sendMessage", chat + "&text=a&message_thread_id=9", "message thread not found"},
		{"edit of nothing", "editMessageText", chat + "&text=a&message_id=9", "message to edit not found"},
		{"pin of nothing", "pinChatMessage", chat + "&message_id=9", "message to pin not found"},
		{"no photo", "sendPhoto", chat + "&caption=a", "there is no photo"},
	}
	for _, test := range tests {
		address := server.URL + "/bot" + telegramtest.Token + "/" + test.path
		if strings.HasPrefix(test.path, "/") {
			address = server.URL + test.path
		}
		answer, err := http.Post(address, "application/x-www-form-urlencoded", strings.NewReader(test.form))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !strings.Contains(string(body), test.want) {
			t.Errorf("%s: have %s (%v), want %s", test.name, body, err, test.want)
		}
	}
	// What is no call as the Bot API describes it is a mistake of whoever makes it, whatever the answer.
	want := []string{"method is not described", "lacks chat_id", `parse_mode is Wiki, not "HTML"`, "reply_markup is x, not ", "lacks photo"}
	have := strings.Join(complaints.said, "\n")
	for _, w := range want {
		if !strings.Contains(have, w) {
			t.Errorf("have complaints %s, want %q too", have, w)
		}
	}
	if len(complaints.said) != len(want) {
		t.Errorf("have complaints %s, want %d", have, len(want))
	}
}

// listener keeps what a server complains of.
type listener struct {
	testing.TB
	mu   sync.Mutex
	said []string
}

func (l *listener) Errorf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, fmt.Sprintf(format, args...))
}

// TestAnotherClient drives the server with the library as its authors meant it.
func TestAnotherClient(t *testing.T) {
	server := telegramtest.New(t)
	bot, err := tgbotapi.NewBotAPIWithAPIEndpoint(telegramtest.Token, server.URL+"/bot%s/%s")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bot.Send(tgbotapi.NewMessage(-1001, "xin chào")); err != nil {
		t.Error(err)
	}
	if _, err := bot.Send(tgbotapi.NewPhoto(-1001, tgbotapi.FileBytes{Name: "a.png", Bytes: blank(t, 30, 20)})); err != nil {
		t.Error(err)
	}
	for _, size := range [][2]int{{9000, 1001}, {21, 1}} {
		if _, err := bot.Send(tgbotapi.NewPhoto(-1001, tgbotapi.FileBytes{Name: "a.png", Bytes: blank(t, size[0], size[1])})); err == nil || !strings.Contains(err.Error(), "PHOTO_INVALID_DIMENSIONS") {
			t.Errorf("a photo of %v: have %v", size, err)
		}
	}
	messages := server.Wait(2, time.Second)
	if len(messages) != 2 || messages[0].Text != "xin chào" || messages[1].Picture == nil || messages[1].ID != messages[0].ID+1 {
		t.Errorf("have %v", messages)
	}
}

func blank(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

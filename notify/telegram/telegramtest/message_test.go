package telegramtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"canhcong/notify/telegram/telegramtest"
)

// TestChanges edits, pins and removes a message.
func TestChanges(t *testing.T) {
	server := telegramtest.New(t)
	buttons := "&reply_markup=" + url.QueryEscape(`{"inline_keyboard":[[{"text":"Tôi nhận","callback_data":"x"}]]}`)
	call(t, server, "sendMessage", chatIs+"text=a"+buttons)
	first := server.Messages()[0]
	of := chatIs + "message_id=" + fmt.Sprint(first.ID)
	for _, step := range []struct{ method, form, want string }{
		{"editMessageText", of + "&text=a" + buttons, "message is not modified"},
		{"editMessageText", of + "&text=b" + buttons, `"callback_data":"x"`},
		{"editMessageReplyMarkup", of, `"text":"b"`},
		{"editMessageReplyMarkup", of, "message is not modified"},
		{"pinChatMessage", of, `"result":true`},
	} {
		if have := call(t, server, step.method, step.form); !strings.Contains(have, step.want) {
			t.Errorf("%s %s: have %s, want %s", step.method, step.form, have, step.want)
		}
	}
	if have := server.Messages()[0]; have.Text != "b" || have.Buttons != nil || have.Edits != 2 || server.Pinned("-1001") != first.ID {
		t.Errorf("have %+v, want it edited twice, without buttons, and pinned", have)
	}
	server.Remove("-1001", first.ID)
	if have := call(t, server, "editMessageText", of+"&text=c"); !strings.Contains(have, "message to edit not found") {
		t.Errorf("have %s, want it gone", have)
	}
}

// TestLimit sends faster than Telegram allows.
func TestLimit(t *testing.T) {
	server := telegramtest.New(t)
	server.Limit()
	refused := 0
	for range 10 {
		if strings.Contains(call(t, server, "sendMessage", chatIs+"text=a"), `"retry_after":1`) {
			refused++
		}
	}
	if accepted := len(server.Messages()); refused == 0 || accepted+refused != 10 {
		t.Errorf("have %d accepted and %d refused of ten at once", accepted, refused)
	}
}

// TestLostAnswers does what it is asked, and does not say so.
func TestLostAnswers(t *testing.T) {
	for n, a := range []telegramtest.Answer{{Reset: true}, {Lose: true}, {Cut: true}, {Stall: true}, {Hang: true}} {
		server := telegramtest.New(t)
		server.Script(a)
		client := http.Client{Timeout: 200 * time.Millisecond}
		answer, err := client.PostForm(server.URL+"/bot"+telegramtest.Token+"/sendMessage", url.Values{"chat_id": {"-1"}, "text": {"a"}})
		if err == nil {
			answer.Body.Close()
		}
		done := a.Lose || a.Cut || a.Stall
		if have := server.Messages(); len(have) == 1 != done || done && have[0].Answered {
			t.Errorf("%d: have %v, want it done: %v", n, have, done)
		}
		if headed := a.Cut || a.Stall; (err == nil) != headed {
			t.Errorf("%d: have %v, want the head of an answer: %v", n, err, headed)
		}
	}
}

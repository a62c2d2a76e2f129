package telegram_test

import (
	"testing"

	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
)

// A message that says more surely what another said takes its place; where Telegram does not let us, it follows it.
func TestReplace(t *testing.T) {
	server := telegramtest.New(t)
	s := sender(t, telegram.Config{APIBases: []string{server.URL}})
	first, err := s.Send(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	surer := notify.Message{Recipient: group, Title: "Xác nhận", Body: "ba lần nhìn", ReplyTo: first.ID, Replaces: true}
	for range 2 { // the second time Telegram says that nothing is modified
		if again, err := s.Send(t.Context(), surer); err != nil || again.ID != first.ID {
			t.Fatalf("have %v (%v), want the receipt of the first message, %v", again, err, first)
		}
	}
	if have := server.Messages(); len(have) != 1 || have[0].Text == "" || have[0].Text == text.Title || have[0].HTML == "" {
		t.Errorf("have %v, want one message, with the new text", have)
	}
	surer.ReplyTo = "7"
	if sent, err := s.Send(t.Context(), surer); err != nil || sent.ID == first.ID {
		t.Errorf("have %v (%v), want a message of its own where there is none to edit", sent, err)
	}
	server.Script(telegramtest.Answer{Method: "editMessageText", Code: 429, RetryAfter: 5})
	surer.ReplyTo = first.ID
	if _, err := s.Send(t.Context(), surer); outcome(err) != "wait 5s" {
		t.Errorf("have %v, want to wait as Telegram asks", err)
	}
}

// What nobody has to be disturbed for stays quiet when Telegram wants it plainer.
func TestQuietStaysQuiet(t *testing.T) {
	refused := []telegramtest.Answer{{Code: 400, Description: "Bad Request: can't parse entities"}}
	for name, c := range map[string]struct {
		message notify.Message
		script  []telegramtest.Answer
	}{
		"text":    {notify.Message{Recipient: group, Title: "Sổ trực", Body: "yên", Quiet: true}, refused},
		"picture": {notify.Message{Recipient: group, Title: "Đã duyệt | Hiện tại", Picture: []byte("no PNG"), Quiet: true}, refused},
	} {
		server := telegramtest.New(t)
		server.Script(c.script...)
		s := sender(t, telegram.Config{APIBases: []string{server.URL}})
		if _, err := s.Send(t.Context(), c.message); err != nil {
			t.Fatal(err)
		}
		if have := server.Messages(); len(have) != 1 || !have[0].Quiet {
			t.Errorf("%s: have %+v, want one message without a sound", name, have)
		}
	}
}

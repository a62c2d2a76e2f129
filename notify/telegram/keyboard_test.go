package telegram_test

import (
	"errors"
	"strings"
	"testing"

	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
)

// labels shows a keyboard, row by row.
func labels(rows [][]telegramtest.Button) string {
	var lines []string
	for _, row := range rows {
		var names []string
		for _, b := range row {
			names = append(names, b.Text+"="+b.Data)
		}
		lines = append(lines, strings.Join(names, " "))
	}
	return strings.Join(lines, "|")
}

// TestButtons sends a message with buttons, edits it, and sends one whose buttons are refused.
func TestButtons(t *testing.T) {
	server := telegramtest.New(t)
	s := sender(t, telegram.Config{APIBases: []string{server.URL}})
	m := text
	m.Actions = []notify.Action{{ID: "a1", Label: "Tôi nhận"}, {ID: "a2", Label: "Sự cố thật"}, {ID: strings.Repeat("x", 65), Label: "quá dài"},
		{ID: "a3", Label: "Báo\nsai\x00"}, {ID: "", Label: "không gì"}, {ID: "a4", Label: " "}}
	first, err := s.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if have, want := labels(server.Messages()[0].Buttons), "Tôi nhận=a1 Sự cố thật=a2|Báo sai=a3"; have != want {
		t.Errorf("have %s, want %s", have, want)
	}
	m.ReplyTo, m.Replaces, m.Title = first.ID, true, "Xác nhận"
	for _, step := range []struct {
		actions []notify.Action
		want    string
	}{{m.Actions[:2], "Tôi nhận=a1 Sự cố thật=a2"}, {m.Actions[1:2], "Sự cố thật=a2"}, {nil, ""}} {
		m.Actions = step.actions
		if _, err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if have := server.Messages(); len(have) != 1 || labels(have[0].Buttons) != step.want {
			t.Errorf("have %s, want one message with %s", labels(have[0].Buttons), step.want)
		}
	}
	server.Script(telegramtest.Answer{Code: 400, Description: "Bad Request: BUTTON_DATA_INVALID"})
	m.Replaces, m.Actions = false, []notify.Action{{ID: "a1", Label: "Tôi nhận"}}
	m.Body = strings.Repeat("dài ", 600) + "\nMở: https://canhcong.example/incidents/7"
	if _, err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if have := server.Messages()[1]; have.Buttons != nil || have.HTML != "" || len([]rune(have.Text)) > 1100 || !strings.HasSuffix(have.Text, "…\nMở: https://canhcong.example/incidents/7") {
		t.Errorf("have %s, want plain text, cut, with its link", have)
	}
}

// TestFile sends a list with a message, over a server that takes it, and over some that do not.
func TestFile(t *testing.T) {
	m := text
	m.File = &notify.File{Name: "danh-sach.txt", Type: "text/plain; charset=utf-8", Content: []byte("phuongvidu.tinhmau.gov.vn\nxavidu.tinhmau.gov.vn\n")}
	const document = "sendDocument"
	for _, test := range []struct {
		name   string
		script []telegramtest.Answer
		second string // method of what follows the text
	}{
		{"taken", nil, document},
		{"refused", []telegramtest.Answer{{Method: document, Code: 400, Description: "Bad Request: DOCUMENT_INVALID"}}, "sendMessage"},
		{"too large", []telegramtest.Answer{{Method: document, Code: 413, Description: "Request Entity Too Large"}}, "sendMessage"},
		{"no right to files", []telegramtest.Answer{{Method: document, Code: 400, Description: "Bad Request: not enough rights to send documents to the chat"}}, "sendMessage"},
		{"later", []telegramtest.Answer{{Method: document, Code: 429, RetryAfter: 60}}, "sendMessage"},
		{"reset", []telegramtest.Answer{{Method: document, Reset: true}}, "sendMessage"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := telegramtest.New(t)
			s := sender(t, telegram.Config{APIBases: []string{server.URL}})
			server.Script(test.script...)
			if _, err := s.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			have := server.Messages()
			if len(have) < 2 || have[1].ReplyTo != have[0].ID || !have[1].Quiet {
				t.Fatalf("have %v, want a text and what belongs to it, quietly", have)
			}
			if test.second == document && (have[1].Name != "danh-sach.txt" || string(have[1].Picture) != string(m.File.Content)) {
				t.Errorf("have %s with %q", have[1].Name, have[1].Picture)
			}
			if test.second == "sendMessage" && !strings.Contains(have[1].Text, "xavidu.tinhmau.gov.vn") {
				t.Errorf("have %s, want the list as a text", have[1])
			}
		})
	}
}

// TestFileAfterText sends a list whose message arrives, and nothing after it: what that means is not that nothing has arrived.
func TestFileAfterText(t *testing.T) {
	m := text
	m.Recipient += ":7"
	m.File = &notify.File{Name: "danh-sach.txt", Type: "text/plain; charset=utf-8", Content: []byte("phuongvidu.tinhmau.gov.vn\n")}
	for _, test := range []struct {
		name   string
		answer telegramtest.Answer
		want   string
	}{
		{"patience", telegramtest.Answer{Code: 429, RetryAfter: 60}, "wait 1m0s"},
		{"kicked", telegramtest.Answer{Code: 403, Description: "Forbidden: bot was kicked from the supergroup chat"}, "unreachable"},
		{"topic closed", telegramtest.Answer{Code: 400, Description: "Bad Request: TOPIC_CLOSED"}, "refused"},
		{"reset", telegramtest.Answer{Reset: true}, "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := telegramtest.New(t)
			server.Topic(group, 7, true)
			file, instead := test.answer, test.answer
			file.Method, instead.Text = "sendDocument", m.File.Name
			server.Script(file, instead)
			_, err := sender(t, telegram.Config{APIBases: []string{server.URL}}).Send(t.Context(), m)
			if have := outcome(err); have != test.want || !errors.Is(err, notify.ErrPartSent) {
				t.Errorf("have %s (%v), want %s, and that a part was sent", have, err, test.want)
			}
			if have := server.Messages(); len(have) != 1 || have[0].Text != said {
				t.Errorf("have %v, want the text once", have)
			}
		})
	}
}

package telegram_test

import (
	"strings"
	"testing"

	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
)

// TestTopics sends to topics of a forum: one is open, one was closed, one is gone.
func TestTopics(t *testing.T) {
	server := telegramtest.New(t)
	server.Topic(group, 7, true)
	server.Topic(group, 8, false)
	s := sender(t, telegram.Config{APIBases: []string{server.URL}})
	for _, test := range []struct {
		recipient string
		picture   []byte
		thread    int
		note      string
	}{
		{group + ":7", nil, 7, ""},
		{group + "/7", nil, 7, ""},
		{group + ":7", blank(t, 9, 9), 7, ""},
		{group + ":8", nil, 0, "(Chủ đề 8 đã đóng hoặc không còn: gửi vào mục chung"},
		{group + ":9", nil, 0, "(Chủ đề 9 đã đóng"},
		{group + ":8", blank(t, 9, 9), 0, ""},
	} {
		m := notify.Message{Recipient: test.recipient, Title: "Ngừng", Body: strings.Repeat("dài ", 2000), Picture: test.picture}
		receipt, err := s.Send(t.Context(), m)
		if err != nil {
			t.Errorf("%s: %v", test.recipient, err)
			continue
		}
		all := server.Messages()
		have := all[len(all)-1]
		if have.Chat != group || have.Thread != test.thread || !strings.Contains(have.Text, test.note) || receipt.MovedTo != "" {
			t.Errorf("%s: have topic %d, …%.80s, moved to %q; want topic %d, %q", test.recipient, have.Thread,
				have.Text[max(0, len(have.Text)-120):], receipt.MovedTo, test.thread, test.note)
		}
	}
}

// TestMoved sends to a group that has become a supergroup: the first receipt says so, and every one after it.
func TestMoved(t *testing.T) {
	server := telegramtest.New(t)
	server.Topic("-100777", 7, true)
	server.Migrate(-55, -100777, telegramtest.User{ID: 1})
	s := sender(t, telegram.Config{APIBases: []string{server.URL}})
	for _, test := range []struct{ recipient, want string }{
		{"-55", "-100777"}, {"-55", "-100777"}, {"-55:7", "-100777:7"}, {"-100777", ""}, {"-56", ""},
	} {
		receipt, err := s.Send(t.Context(), notify.Message{Recipient: test.recipient, Title: "Ngừng"})
		if err != nil || receipt.MovedTo != test.want {
			t.Errorf("%s: have %+v (%v), want it moved to %q", test.recipient, receipt, err, test.want)
		}
	}
	if calls := server.Calls(); len(calls) != 6 {
		t.Errorf("have %v, want the old chat asked once only", calls)
	}
}

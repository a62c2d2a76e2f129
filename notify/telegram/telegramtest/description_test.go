package telegramtest

import (
	"strings"
	"testing"
)

// TestComplaints makes calls and answers that the description does not know, one mistake each.
func TestComplaints(t *testing.T) {
	button := func(fields string) map[string]string {
		return map[string]string{"chat_id": "-1", "text": "a", "reply_markup": `{"inline_keyboard":[[{"text":"a",` + fields + `}]]}`}
	}
	for _, test := range []struct {
		method string
		fields map[string]string
		want   string
	}{
		{"sendMessage", button(`"callback_data":"x"`), ""},
		{"sendMessage", button(`"callback":"x"`), "sendMessage.reply_markup.inline_keyboard[0][0] has no field callback"},
		{"sendMessage", button(`"callback_data":7`), "callback_data is 7, not string"},
		{"sendMessage", map[string]string{"chat_id": "-1", "text": "a", "reply_parameters": `{"message":5}`}, "reply_parameters has no field message"},
		{"sendMessage", map[string]string{"chat_id": "-1", "text": "a", "disable_notification": "yes"}, "disable_notification is yes, not boolean"},
		{"sendMessage", map[string]string{"chat_id": "-1", "text": "5", "message_thread_id": "a"}, "message_thread_id is a, not number"},
		{"sendMessage", map[string]string{"chat_id": "-1", "text": "a", "disable_web_page_preview": "true"}, "has no field disable_web_page_preview"},
		{"sendPhoto", map[string]string{"chat_id": "-1"}, "sendPhoto lacks photo"},
		{"getUpdates", map[string]string{"allowed_updates": `["message",5]`}, "allowed_updates[1] is 5, not string"},
		{"sendPigeon", nil, "not described"},
	} {
		if have := complainCall(test.method, form{fields: test.fields}); !strings.Contains(have, test.want) || (have == "") != (test.want == "") {
			t.Errorf("%s %v: have %q, want %q", test.method, test.fields, have, test.want)
		}
	}
	chat := map[string]any{"id": 1, "type": "private"}
	for want, answer := range map[string]any{
		"":                                map[string]any{"message_id": 1, "date": 2, "chat": chat},
		"lacks date":                      map[string]any{"message_id": 1, "chat": chat},
		"has no field buttons":            map[string]any{"message_id": 1, "date": 2, "chat": chat, "buttons": 1},
		`chat.type is odd, not "private"`: map[string]any{"message_id": 1, "date": 2, "chat": map[string]any{"id": 1, "type": "odd"}},
		"is true, not Message":            true,
	} {
		if have := complainAnswer("sendMessage", answer); !strings.Contains(have, want) || (have == "") != (want == "") {
			t.Errorf("have %q, want %q", have, want)
		}
	}
	if have := complainUpdate(map[string]any{"update_id": 1, "call": 1}); !strings.Contains(have, "has no field call") {
		t.Errorf("have %q", have)
	}
}

package telegramtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"canhcong/notify/telegram/telegramtest"
)

// call calls a method with the fields of a form, and returns the answer.
func call(t *testing.T, server *telegramtest.Server, method, form string) string {
	t.Helper()
	answer, err := http.Post(server.URL+"/bot"+telegramtest.Token+"/"+method, "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

const chatIs = "chat_id=-1001&"

// heard returns the numbers and kinds of updates in an answer.
func heard(t *testing.T, body string) (ids []int, kinds []string) {
	t.Helper()
	var answer struct{ Result []map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	for _, u := range answer.Result {
		var id int
		if err := json.Unmarshal(u["update_id"], &id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
		for kind := range u {
			if kind != "update_id" {
				kinds = append(kinds, kind)
			}
		}
	}
	return ids, kinds
}

var duty = telegramtest.User{ID: 4711, Name: "Trực A", Language: "vi"}

func TestUpdates(t *testing.T) {
	server := telegramtest.New(t)
	call(t, server, "sendMessage", chatIs+"text=a")
	server.Say(duty.ID, duty, "/start ABCD2345")
	press := server.Press(server.Messages()[0], duty, "tôi nhận")
	server.Member(-1001, duty, "member", "kicked")
	ids, kinds := heard(t, call(t, server, "getUpdates", "limit=2"))
	if len(ids) != 2 || ids[1] != ids[0]+1 || strings.Join(kinds, " ") != "message callback_query" {
		t.Errorf("have %v %v, want the first two, in order", ids, kinds)
	}
	if again, _ := heard(t, call(t, server, "getUpdates", "")); len(again) != 3 || again[0] != ids[0] {
		t.Errorf("have %v, want all three: nothing was confirmed", again)
	}
	if rest, kinds := heard(t, call(t, server, "getUpdates", "offset="+jsonOf(ids[1]+1))); len(rest) != 1 || kinds[0] != "my_chat_member" {
		t.Errorf("have %v %v, want what was not confirmed", rest, kinds)
	}
	call(t, server, "getUpdates", "offset=-1&allowed_updates="+url.QueryEscape(`["callback_query"]`))
	server.Say(duty.ID, duty, "nobody wants to hear this")
	if ids, _ := heard(t, call(t, server, "getUpdates", "offset=900000000")); len(ids) != 0 {
		t.Errorf("have %v, want nothing", ids)
	}
	for form, want := range map[string]string{"callback_query_id=" + press + "&text=" + url.QueryEscape("Trực A đã nhận"): `"result":true`,
		"callback_query_id=1": "query is too old", "callback_query_id=" + press + "&text=" + strings.Repeat("a", 201): "MESSAGE_TOO_LONG"} {
		if have := call(t, server, "answerCallbackQuery", form); !strings.Contains(have, want) {
			t.Errorf("%.40s: have %s, want %s", form, have, want)
		}
	}
	if have := server.WaitAnswers(1, time.Second); len(have) != 1 || have[0].ID != press || have[0].Text != "Trực A đã nhận" {
		t.Errorf("have %v", have)
	}
}

// TestPoll waits for an update, and meets another who waits.
func TestPoll(t *testing.T) {
	server := telegramtest.New(t)
	first, second := make(chan string, 1), make(chan string, 1)
	go func() { first <- call(t, server, "getUpdates", "timeout=50") }()
	for len(server.Calls()) < 1 {
		time.Sleep(time.Millisecond)
	}
	go func() { second <- call(t, server, "getUpdates", "timeout=50") }()
	if have := <-first; !strings.Contains(have, `"error_code":409`) {
		t.Errorf("have %s, want a conflict", have)
	}
	server.Migrate(-55, -1000000000055, duty)
	body := <-second
	if !strings.Contains(body, `"migrate_to_chat_id":-1000000000055`) {
		t.Errorf("have %s, want the group to say where it has gone", body)
	}
	if have := call(t, server, "sendMessage", "chat_id=-55&text=a"); !strings.Contains(have, `"migrate_to_chat_id":-1000000000055`) {
		t.Errorf("have %s, want the new number of the group", have)
	}
	ids, _ := heard(t, call(t, server, "getUpdates", ""))
	if len(ids) != 2 {
		t.Fatalf("have %v, want both service messages", ids)
	}
	call(t, server, "getUpdates", "offset="+jsonOf(ids[1]+1))
	server.WaitHeard(time.Second)
}

func jsonOf(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

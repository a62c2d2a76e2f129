package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/notify"
	"canhcong/notify/telegram/telegramtest"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// listening is an ear of a desk that knows one person, at 4711.
func listening(t testing.TB, server *telegramtest.Server) (*ear, *targets.DB) {
	t.Helper()
	base := "http://127.0.0.1:1"
	if server != nil {
		base = server.URL
	}
	s, err := New(Config{Token: telegramtest.Token, APIBases: []string{base}, Pace: Pace{InChat: 1, InGroup: 1, Overall: 1}})
	if err != nil {
		t.Fatal(err)
	}
	db := targetstest.DB(t)
	desk := notify.New(targets.New(db), nil, nil, notify.Options{Carriers: map[string]notify.Sender{"telegram": s}, Heard: []string{"telegram"}})
	p, err := desk.AddPerson(t.Context(), notify.Person{Login: "truca", Name: "Trực A", Role: notify.Duty})
	if err == nil {
		_, err = desk.AddAddress(t.Context(), notify.Address{PersonID: p.ID, Channel: "telegram", Recipient: "4711"})
	}
	if err != nil {
		t.Fatal(err)
	}
	return &ear{sender: s, desk: desk, channel: "telegram", log: s.log, me: "canhcong_bot"}, db
}

// TestUnknownUpdates reads what Telegram may say one day. Whatever has a number is passed over, and nothing after it is lost.
func TestUnknownUpdates(t *testing.T) {
	for _, c := range []struct {
		body string
		want string
	}{
		{`[]`, "[]"},
		{`[{"update_id":7,"message":{"message_id":1,"chat":{"id":5,"type":"private"},"from":{"id":4711},"text":"/truc"}}]`, "[7 /truc]"},
		{`[{"update_id":7,"message":"a string"},{"update_id":8,"message":{"text":"x"}}]`, "[7] [8 x]"},
		{`[{"update_id":7,"poll_answer":{"x":[1,2]}},{"update_id":9}]`, "[7] [9]"},
		{`[{"no":"number"},{"update_id":9}]`, "[9]"},
		{`[{"update_id":"9"}]`, "error"},
		{`[{"update_id":-9}]`, "error"},
		{`[null]`, "error"},
		{`{"a":1}`, "error"},
		{`null`, "[]"},
	} {
		list, err := readUpdates(json.RawMessage(c.body))
		var have []string
		for _, u := range list {
			line := fmt.Sprint(u.ID)
			if u.Message != nil && u.Message.Text != "" {
				line += " " + u.Message.Text
			}
			have = append(have, "["+line+"]")
		}
		text := strings.Join(have, " ")
		if err != nil {
			text = "error"
		} else if text == "" {
			text = "[]"
		}
		if text != c.want {
			t.Errorf("%s: have %s (%v), want %s", c.body, text, err, c.want)
		}
	}
}

// TestRandomUpdates hears ten thousand updates of any shape.
func TestRandomUpdates(t *testing.T) {
	e, _ := listening(t, telegramtest.New(t))
	dice := rand.New(rand.NewPCG(1, 2))
	handled := 0
	for n := range 10_000 {
		body, err := json.Marshal([]any{randomUpdate(dice, n+1)})
		if err != nil {
			t.Fatal(err)
		}
		list, err := readUpdates(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		for _, u := range list {
			if err := e.handle(t.Context(), u); err != nil {
				t.Fatalf("%s: %v", body, err)
			}
			if u.Message != nil || u.Press != nil || u.Member != nil {
				handled++
			}
		}
	}
	if handled < 1000 {
		t.Errorf("only %d updates had anything in them", handled)
	}
}

// randomUpdate has fields of all kinds, some of which are what they should be.
func randomUpdate(dice *rand.Rand, id int) map[string]any {
	u := map[string]any{"update_id": id}
	for range 1 + dice.IntN(2) {
		kind := []string{"message", "callback_query", "my_chat_member", "edited_message", "poll"}[dice.IntN(5)]
		u[kind] = randomValue(dice, 3)
	}
	return u
}

var randomFields = []string{"message_id", "from", "chat", "id", "type", "date", "text", "data", "message", "reply_to_message", "migrate_to_chat_id",
	"is_bot", "message_thread_id", "is_topic_message", "new_chat_member", "status"}

func randomValue(dice *rand.Rand, depth int) any {
	if depth > 0 && dice.IntN(4) > 0 {
		object := map[string]any{}
		for range 2 + dice.IntN(len(randomFields)) {
			field := randomFields[dice.IntN(len(randomFields))]
			object[field] = likely(dice, field, depth)
		}
		return object
	}
	return []any{nil, true, "", "x", "\u202e\x00", -1, 4711, 1e300, []any{}, strings.Repeat("/", 50)}[dice.IntN(10)]
}

// likely is mostly what a field holds.
func likely(dice *rand.Rand, field string, depth int) any {
	if dice.IntN(20) == 0 {
		return randomValue(dice, depth-1)
	}
	switch field {
	case "from", "chat", "message", "reply_to_message", "new_chat_member":
		return randomValue(dice, depth-1)
	case "is_bot", "is_topic_message":
		return dice.IntN(4) == 0
	case "text":
		return []string{"/truc", "/start AAAA2222", "/xacnhan 1", "/trangthai@canhcong_bot", "chào", ""}[dice.IntN(6)]
	case "data", "status", "type":
		return []string{"private", "group", "AAAAAAAAAAAAAAAAAAAAAA", "kicked"}[dice.IntN(4)]
	case "migrate_to_chat_id":
		return 0
	default:
		return []int64{4711, 66, -1001234567890, 5}[dice.IntN(4)]
	}
}

func FuzzUpdates(f *testing.F) {
	f.Add([]byte(`[{"update_id":7,"callback_query":{"id":"1","from":{"id":4711},"message":{"message_id":1,"chat":{"id":5}},"data":"x"}}]`))
	f.Add([]byte(`[{"update_id":9223372036854775807,"message":{"date":-1}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := readUpdates(body)
		for _, u := range list {
			if u.ID <= 0 || err != nil {
				t.Errorf("have update %d (%v)", u.ID, err)
			}
		}
	})
}

// TestStumble passes over an update that cannot be handled, after some tries.
func TestStumble(t *testing.T) {
	e, db := listening(t, nil)
	if _, err := db.Write.Exec(`ALTER TABLE addresses RENAME TO hidden`); err != nil {
		t.Fatal(err)
	}
	u := update{ID: 12, Press: &press{From: user{ID: 4711}, Message: &message{ID: 1}}}
	for n := range mostStumbles {
		if err := e.take(t.Context(), u); (err == nil) != (n == mostStumbles-1) {
			t.Errorf("try %d: have %v", n+1, err)
		}
	}
	if from, err := e.offset(t.Context()); err != nil || from != 13 {
		t.Errorf("have %d (%v), want to go on after it", from, err)
	}
}

// TestOffset remembers where it was, for as long as Telegram does.
func TestOffset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, _ := listening(t, nil)
		for _, c := range []struct {
			hear  int64
			sleep time.Duration
			want  int64
		}{{0, 0, 0}, {700, 0, 701}, {0, 23 * time.Hour, 701}, {0, 2 * time.Hour, 0}, {5, 0, 6}} {
			if c.hear != 0 {
				if err := e.desk.Hear(t.Context(), e.name(), c.hear); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(c.sleep)
			if have, err := e.offset(t.Context()); err != nil || have != c.want {
				t.Errorf("after %+v: have %d (%v)", c, have, err)
			}
		}
		if e.name() != "telegram:123456789" {
			t.Errorf("have the name %q, want nothing secret", e.name())
		}
	})
}

func TestAddressed(t *testing.T) {
	e := &ear{me: "canhcong_bot"}
	for text, want := range map[string]string{"/truc": "/truc true", "/truc@canhcong_bot": "/truc true", "/xacnhan@CanhCong_bot SC-1": "/xacnhan SC-1 true",
		"/truc@other_bot": "/truc false", "a@b": "a@b true", "": " true"} {
		if have, ours := e.addressed(text); fmt.Sprintf("%s %v", have, ours) != want {
			t.Errorf("%q: have %q %v, want %s", text, have, ours, want)
		}
	}
}

func TestPauses(t *testing.T) {
	for _, c := range []struct {
		err      error
		failures int
		want     time.Duration
	}{{errors.New("x"), 0, time.Second}, {errors.New("x"), 3, 8 * time.Second}, {errors.New("x"), 100, time.Minute},
		{fmt.Errorf("a: %w", &refusal{code: 409}), 0, conflictPause}, {&refusal{code: 429, after: 7 * time.Second}, 9, 7 * time.Second}} {
		if have := pauseAfter(c.err, c.failures); have != c.want {
			t.Errorf("%v, %d: have %v, want %v", c.err, c.failures, have, c.want)
		}
	}
}

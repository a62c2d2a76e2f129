package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// User is a person who talks to the bot. Their private chat has their number.
type User struct {
	ID       int64
	Name     string
	Language string // "vi"; "" when their app does not say
}

// QueryAnswer is what the bot answered to a press of a button.
type QueryAnswer struct {
	ID    string // of the press
	Text  string
	Alert bool // shown as a window, not as a note
	URL   string
}

// updates is what the bot has not confirmed yet.
type updates struct {
	waiting []update
	lastID  int
	allowed []string        // kinds; nil for all
	poll    chan struct{}   // closed when another poll takes the place of the one under way
	queries map[string]bool // presses
	answers []QueryAnswer
}

type update struct {
	id      int
	kind    string
	content any
}

func (u update) json() map[string]any { return map[string]any{"update_id": u.id, u.kind: u.content} }

func (u *updates) init() { u.lastID, u.queries = 700_000_000, map[string]bool{} }

// Say has a person write to a chat; their private chat has their own number. It returns the number of the message.
func (s *Server) Say(chat int64, from User, text string) int { return s.Reply(chat, from, text, 0) }

// Reply is Say in answer to a message of the bot.
func (s *Server) Reply(chat int64, from User, text string, to int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	message := s.write(chat, from)
	message["text"] = text
	if command, _, _ := strings.Cut(text, " "); strings.HasPrefix(command, "/") {
		message["entities"] = []any{map[string]any{"type": "bot_command", "offset": 0, "length": len(utf16.Encode([]rune(command)))}}
	}
	if n := s.find(place{fmt.Sprint(chat), to}); n >= 0 {
		message["reply_to_message"] = s.messages[n].json()
	}
	s.tell("message", message)
	return s.lastID
}

// write makes a message of a person, without anything in it.
func (s *Server) write(chat int64, from User) map[string]any {
	s.lastID++
	s.said[place{fmt.Sprint(chat), s.lastID}] = true
	return map[string]any{"message_id": s.lastID, "date": time.Now().Unix(), "from": from.json(), "chat": chatOf(chat)}
}

// Press has a person press a button with this data under a message: apps that are not Telegram's send any data they like. It
// returns the number of the press, which the bot answers.
func (s *Server) Press(m Message, from User, data string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := strconv.Itoa(4_382_000_000 + len(s.updates.queries))
	s.updates.queries[id] = true
	content := map[string]any{"id": id, "from": from.json(), "chat_instance": "-35" + m.Chat, "data": data}
	if n := s.find(place{m.Chat, m.ID}); n >= 0 {
		content["message"] = s.messages[n].json()
	}
	s.tell("callback_query", content)
	return id
}

// Member tells the bot that somebody made it a "member" of a chat, an "administrator", or that it "left" or was "kicked".
func (s *Server) Member(chat int64, by User, before, after string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := func(s string) map[string]any { return map[string]any{"status": s, "user": bot} }
	s.tell("my_chat_member", map[string]any{"chat": chatOf(chat), "from": by.json(), "date": time.Now().Unix(),
		"old_chat_member": status(before), "new_chat_member": status(after)})
}

// Migrate makes a supergroup of a group: both say so, and calls for the group are answered with its new number from now on.
func (s *Server) Migrate(from, to int64, by User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, now := s.write(from, by), s.write(to, by)
	old["migrate_to_chat_id"], now["migrate_from_chat_id"] = to, from
	s.tell("message", old)
	s.tell("message", now)
	s.moved[fmt.Sprint(from)] = to
}

// Update sends the bot anything else: kinds that it did not ask for, or does not know.
func (s *Server) Update(kind string, content any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.push(kind, content)
}

// Answers returns how the bot answered presses so far, in order.
func (s *Server) Answers() []QueryAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.updates.answers)
}

// WaitAnswers returns the answers to presses as soon as there are n, and fails the test when there are fewer after the timeout.
func (s *Server) WaitAnswers(n int, timeout time.Duration) (have []QueryAnswer) {
	s.t.Helper()
	enough := func() bool {
		have = slices.Clone(s.updates.answers)
		return len(have) >= n
	}
	if !s.await(enough, timeout) {
		s.t.Fatalf("telegram: have %d answers to presses after %v, want %d: %v", len(have), timeout, n, have)
	}
	return have
}

// WaitHeard waits until the bot has confirmed every update.
func (s *Server) WaitHeard(timeout time.Duration) {
	s.t.Helper()
	if !s.await(func() bool { return len(s.updates.waiting) == 0 }, timeout) {
		s.t.Fatalf("telegram: the bot has not confirmed all updates after %v", timeout)
	}
}

func (u User) json() map[string]any {
	out := map[string]any{"id": u.ID, "is_bot": false, "first_name": u.Name}
	if u.Language != "" {
		out["language_code"] = u.Language
	}
	return out
}

// tell queues an update that is as the Bot API describes it.
func (s *Server) tell(kind string, content any) {
	if complaint := complainUpdate(update{1, kind, content}.json()); complaint != "" {
		s.t.Errorf("telegram: an update that is not as the Bot API describes it: %s", complaint)
	}
	s.push(kind, content)
}

// push queues an update, if the bot wants to hear of its kind.
func (s *Server) push(kind string, content any) {
	if s.updates.allowed != nil && !slices.Contains(s.updates.allowed, kind) {
		return
	}
	s.updates.lastID++
	s.updates.waiting = append(s.updates.waiting, update{s.updates.lastID, kind, content})
	s.change()
}

// poll answers getUpdates: it confirms what is before the offset, and returns what is not, waiting for it if need be. A poll
// under way ends with a conflict.
func (s *Server) poll(ctx context.Context, in form) (any, *failure) {
	number := func(field string, otherwise int) int {
		if n, err := strconv.Atoi(in.fields[field]); err == nil {
			return n
		}
		return otherwise
	}
	limit := min(max(number("limit", 100), 1), 100)
	mine, problem := s.takePoll(in, number("offset", 0))
	if problem != nil {
		return nil, problem
	}
	late := time.After(time.Duration(min(number("timeout", 0), 50)) * time.Second)
	for {
		s.mu.Lock()
		have, changed := s.updates.first(limit), s.changed
		s.mu.Unlock()
		if len(have) > 0 {
			return have, nil
		}
		select {
		case <-changed:
		case <-late:
			return []any{}, nil
		case <-mine:
			return nil, &failure{Code: http.StatusConflict, Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
		case <-ctx.Done():
			return []any{}, nil
		case <-s.stop:
			return []any{}, nil
		}
	}
}

// takePoll ends the poll under way, forgets what the offset confirms, and returns what the next poll closes.
func (s *Server) takePoll(in form, offset int) (mine chan struct{}, problem *failure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text := in.fields["allowed_updates"]; text != "" {
		if json.Unmarshal([]byte(text), &s.updates.allowed) != nil {
			return nil, bad("can't parse allowed updates JSON object")
		}
	}
	if s.updates.poll != nil {
		close(s.updates.poll)
	}
	mine = make(chan struct{})
	s.updates.poll = mine
	if offset < 0 { // counted from the end
		offset = s.updates.lastID + 1 + offset
	}
	s.updates.waiting = slices.DeleteFunc(s.updates.waiting, func(u update) bool { return u.id < offset })
	s.change()
	return mine, nil
}

// first returns the oldest updates.
func (u *updates) first(limit int) (list []any) {
	for _, w := range u.waiting[:min(limit, len(u.waiting))] {
		list = append(list, w.json())
	}
	return list
}

// answerQuery answers a press, which the person's app waits for.
func (s *Server) answerQuery(in form) (any, *failure) {
	id := in.fields["callback_query_id"]
	if !s.updates.queries[id] {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	if len(utf16.Encode([]rune(in.fields["text"]))) > queryLimit {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	s.updates.answers = append(s.updates.answers, QueryAnswer{ID: id, Text: in.fields["text"],
		Alert: in.fields["show_alert"] == "true", URL: in.fields["url"]})
	s.change()
	return true, nil
}

package telegramtest

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Message is one message of the bot that the server accepted.
type Message struct {
	ID       int
	Method   string // sendMessage, sendPhoto or sendDocument
	Chat     string
	Thread   int        // topic of a forum; 0 for none
	Text     string     // of a message, or the caption of a file, after the markup was parsed
	HTML     string     // the same with its markup; "" for plain text
	Buttons  [][]Button // rows of the inline keyboard
	Picture  []byte     // content of a photo or document
	Name     string     // of that file
	ReplyTo  int        // 0 for none
	Quiet    bool       // arrives without a sound
	Edits    int        // how often it was changed since
	At       time.Time
	Answered bool // false when the answer was lost on purpose
}

// String shows a message as a person would see it.
func (m Message) String() string {
	kind := ""
	if m.Picture != nil {
		kind = fmt.Sprintf("[%s, %d bytes] ", strings.TrimPrefix(m.Method, "send"), len(m.Picture))
	}
	return fmt.Sprintf("#%d → %s: %s%s", m.ID, m.Chat, kind, m.Text)
}

// Remove deletes a message, as its readers can.
func (s *Server) Remove(chat string, id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(m Message) bool { return m.Chat == chat && m.ID == id })
}

// Topic opens or closes a topic of a forum. A chat has none before.
func (s *Server) Topic(chat string, thread int, open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.topics[place{chat, thread}] = open
}

// Pinned returns the message that is pinned in a chat, 0 for none.
func (s *Server) Pinned(chat string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pinned[chat]
}

// sending is a method that sends what read makes of a call.
func sending(method string, read func(*Message, form) *failure) func(*Server, form) (any, *failure) {
	return func(s *Server, in form) (any, *failure) {
		m := Message{Method: method, Chat: in.fields["chat_id"]}
		for _, check := range []func(*Message, form) *failure{s.checkChat, read, (*Message).readButtons, s.checkThread, s.checkReply, s.checkPace} {
			if problem := check(&m, in); problem != nil {
				return nil, problem
			}
		}
		return s.accept(m, in), nil
	}
}

// accept adds a message to its chat.
func (s *Server) accept(m Message, in form) any {
	s.lastID++
	m.ID, m.At = s.lastID, time.Now()
	m.Quiet, m.Answered = in.fields["disable_notification"] == "true", !in.lost
	s.messages = append(s.messages, m)
	s.change()
	return m.json()
}

// checkChat says what is wrong with the chat of a call.
func (s *Server) checkChat(_ *Message, in form) *failure {
	chat := in.fields["chat_id"]
	if chat == "" {
		return bad("chat_id is empty")
	}
	if _, err := strconv.ParseInt(chat, 10, 64); err != nil {
		return bad("chat not found")
	}
	if to, ok := s.moved[chat]; ok {
		f := bad("group chat was upgraded to a supergroup chat")
		f.Parameters = map[string]any{"migrate_to_chat_id": to}
		return f
	}
	return nil
}

func (s *Server) checkThread(m *Message, in form) *failure {
	text := in.fields["message_thread_id"]
	if text == "" {
		return nil
	}
	thread, err := strconv.Atoi(text)
	open, known := s.topics[place{m.Chat, thread}]
	switch {
	case err != nil || !known:
		return bad("message thread not found")
	case !open:
		return bad("TOPIC_CLOSED")
	}
	m.Thread = thread
	return nil
}

func (s *Server) checkReply(m *Message, in form) *failure {
	switch at := (place{m.Chat, in.reply.ID}); {
	case at.id == 0:
	case s.said[at] || s.find(at) >= 0:
		m.ReplyTo = at.id
	case !in.reply.Allow:
		return bad("message to be replied not found")
	}
	return nil
}

// find returns the index of a message of the bot, -1 for none.
func (s *Server) find(at place) int {
	return slices.IndexFunc(s.messages, func(o Message) bool { return o.ID == at.id && o.Chat == at.chat })
}

// editText puts a text, and the buttons that come with it, in the place of what was sent before.
func (s *Server) editText(in form) (any, *failure) {
	var m Message
	if problem := m.readMessage(in); problem != nil {
		return nil, problem
	}
	return s.edit(in, "message to edit not found", func(old *Message) { old.Text, old.HTML = m.Text, m.HTML })
}

// editMarkup changes the buttons only.
func (s *Server) editMarkup(in form) (any, *failure) {
	return s.edit(in, "message to edit not found", func(*Message) {})
}

func (s *Server) edit(in form, missing string, change func(*Message)) (any, *failure) {
	n, problem := s.named(in, missing)
	if problem != nil {
		return nil, problem
	}
	old := s.messages[n]
	after := old
	change(&after)
	if problem := after.readButtons(in); problem != nil {
		return nil, problem
	}
	if after.Text == old.Text && reflect.DeepEqual(after.Buttons, old.Buttons) {
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if problem := s.checkPace(nil, in); problem != nil {
		return nil, problem
	}
	after.Edits++
	s.messages[n] = after
	s.change()
	return after.json(), nil
}

// named returns the index of the message that a call is about.
func (s *Server) named(in form, missing string) (int, *failure) {
	if problem := s.checkChat(nil, in); problem != nil {
		return 0, problem
	}
	id, _ := strconv.Atoi(in.fields["message_id"])
	if n := s.find(place{in.fields["chat_id"], id}); n >= 0 {
		return n, nil
	}
	return 0, bad("%s", missing)
}

func (s *Server) pin(in form) (any, *failure) {
	n, problem := s.named(in, "message to pin not found")
	if problem != nil {
		return nil, problem
	}
	s.pinned[s.messages[n].Chat] = s.messages[n].ID
	s.change()
	return true, nil
}

// json is the message as the Bot API describes it.
func (m Message) json() map[string]any {
	chat, _ := strconv.ParseInt(m.Chat, 10, 64)
	out := map[string]any{"message_id": m.ID, "date": m.At.Unix(), "from": bot, "chat": chatOf(chat)}
	switch {
	case m.Method == "sendMessage":
		out["text"] = m.Text
	case m.Text != "":
		out["caption"] = m.Text
	}
	if m.Buttons != nil {
		out["reply_markup"] = map[string]any{"inline_keyboard": m.Buttons}
	}
	if m.Thread != 0 {
		out["message_thread_id"] = m.Thread
	}
	return out
}

// chatOf is a chat as the Bot API describes it: what kind it is shows in its number.
func chatOf(id int64) map[string]any {
	kind := "private"
	if id < -1_000_000_000_000 {
		kind = "supergroup"
	} else if id < 0 {
		kind = "group"
	}
	return map[string]any{"id": id, "type": kind}
}

// tooFast is the answer to whoever does not keep to the limits.
func tooFast(seconds int) *failure {
	return &failure{Code: http.StatusTooManyRequests, Description: fmt.Sprintf("Too Many Requests: retry after %d", seconds),
		Parameters: map[string]any{"retry_after": seconds}}
}

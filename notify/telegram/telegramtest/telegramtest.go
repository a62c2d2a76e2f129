// Package telegramtest is a Bot API to test against: a server that speaks HTTP, forms and multipart as Telegram's does,
// refuses what Telegram refuses, and can be told to misbehave.
//
// It checks the token, the method, required fields, the encoding, HTML markup, the limits of texts and captions after the
// markup is parsed, buttons, the shape of photos, topics, and the message replied to, edited or pinned. A call that is not as
// a published description of the Bot API has it fails the test. What was accepted is in Messages, in order. People write to it, press buttons and throw the bot out of groups by Say, Press, Member and
// Migrate; a bot hears of them by getUpdates, which waits, confirms and collides as Telegram's does.
package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Token is the token of the only bot the server knows.
const Token = "123456789:AAtest-canary_token-0123456789abcdefg"

// BotID is what the bot is called by in what it sends and hears.
const BotID = 123456789

// Server is a Bot API on loopback.
type Server struct {
	URL string // the API base

	t        testing.TB
	server   *httptest.Server
	mu       sync.Mutex
	script   []Answer
	calls    []Call
	messages []Message
	lastID   int
	said     map[place]bool       // messages of people
	topics   map[place]bool       // of forums, and whether they are open
	pinned   map[string]int       // by chat
	commands map[string][]Command // by language
	left     map[string]bool      // chats that the bot has left
	moved    map[string]int64
	pace     *pace // nil: as fast as it comes
	updates  updates
	changed  chan struct{} // closed and replaced when a message or an update arrives
	stop     chan struct{} // ends hanging answers
}

// place is a message or a topic of a chat.
type place struct {
	chat string
	id   int
}

// Call is one request that reached the server, whatever came of it.
type Call struct {
	Method string
	Fields map[string]string
	Length int64 // Content-Length, -1 when it was not said
}

// New starts a server that is stopped when the test ends.
func New(t testing.TB) *Server {
	s := &Server{t: t, lastID: 100, said: map[place]bool{}, topics: map[place]bool{}, pinned: map[string]int{},
		moved: map[string]int64{}, commands: map[string][]Command{}, left: map[string]bool{}, changed: make(chan struct{}), stop: make(chan struct{})}
	s.updates.init()
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.server.URL
	t.Cleanup(func() {
		close(s.stop)
		s.server.CloseClientConnections()
		s.server.Close()
	})
	return s
}

// Messages returns what the server accepted so far, in order.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Calls returns every call that reached the server so far, in order.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Wait returns the messages as soon as there are n, and fails the test when there are fewer after the timeout.
func (s *Server) Wait(n int, timeout time.Duration) (have []Message) {
	s.t.Helper()
	enough := func() bool {
		have = slices.Clone(s.messages)
		return len(have) >= n
	}
	if !s.await(enough, timeout) {
		s.t.Fatalf("telegram: have %d messages after %v, want %d: %v", len(have), timeout, n, have)
	}
	return have
}

// await asks until something is so, each time that anything changes, and says whether it came to be in time.
func (s *Server) await(so func() bool, timeout time.Duration) bool {
	deadline := time.After(timeout)
	for {
		s.mu.Lock()
		done, changed := so(), s.changed
		s.mu.Unlock()
		if done {
			return true
		}
		select {
		case <-changed:
		case <-deadline:
			return false
		}
	}
}

// change wakes whoever waits for something; s.mu is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// failure is an error as the Bot API answers it.
type failure struct {
	Code        int            `json:"error_code"`
	Description string         `json:"description"`
	Parameters  map[string]any `json:"parameters,omitempty"`
}

func bad(format string, args ...any) *failure {
	return &failure{Code: http.StatusBadRequest, Description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// methods are those that the bot may call, besides getUpdates; each runs with s.mu held.
var methods = map[string]func(*Server, form) (any, *failure){
	"getMe":                  func(*Server, form) (any, *failure) { return bot, nil },
	"deleteWebhook":          func(*Server, form) (any, *failure) { return true, nil },
	"sendMessage":            sending("sendMessage", (*Message).readMessage),
	"sendPhoto":              sending("sendPhoto", (*Message).readPhoto),
	"sendDocument":           sending("sendDocument", (*Message).readDocument),
	"editMessageText":        (*Server).editText,
	"editMessageReplyMarkup": (*Server).editMarkup,
	"pinChatMessage":         (*Server).pin,
	"answerCallbackQuery":    (*Server).answerQuery,
	"setMyCommands":          (*Server).setCommands,
	"leaveChat":              (*Server).leave,
}

var bot = map[string]any{"id": BotID, "is_bot": true, "first_name": "Canh Cổng", "username": "canhcong_bot"}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	token, method, ok := route(r.URL.Path)
	if !ok {
		answer(w, nil, &failure{Code: http.StatusNotFound, Description: "Not Found"})
		return
	}
	if token != Token {
		answer(w, nil, &failure{Code: http.StatusUnauthorized, Description: "Unauthorized"})
		return
	}
	in, problem := readForm(r)
	if complaint := complainCall(method, in); complaint != "" {
		s.t.Errorf("telegram: a call of %s that is not as the Bot API describes it: %s", method, complaint)
	}
	scripted := s.note(method, in, r.ContentLength)
	switch {
	case problem != nil:
		answer(w, nil, problem)
	case scripted == nil:
		result, problem := s.do(r.Context(), method, in)
		answer(w, result, problem)
	default:
		s.perform(w, r, *scripted, method, in)
	}
}

// route splits "/bot<token>/<method>".
func route(path string) (token, method string, ok bool) {
	path, ok = strings.CutPrefix(path, "/bot")
	if !ok {
		return "", "", false
	}
	token, method, ok = strings.Cut(path, "/")
	return token, method, ok && token != "" && method != "" && !strings.Contains(method, "/")
}

// note remembers a call and takes the scripted answer to it, if there is one.
func (s *Server) note(method string, in form, length int64) *Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{Method: method, Fields: in.fields, Length: length})
	return s.scripted(method, in.fields)
}

// do does what the method says.
func (s *Server) do(ctx context.Context, method string, in form) (result any, problem *failure) {
	if method == "getUpdates" {
		return s.poll(ctx, in)
	}
	act, ok := methods[method]
	if !ok {
		return nil, &failure{Code: http.StatusNotFound, Description: "Not Found: method not found"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if result, problem = act(s, in); problem == nil {
		s.checkAnswer(method, result)
	}
	return result, problem
}

// checkAnswer makes sure that this server itself is as the Bot API describes it.
func (s *Server) checkAnswer(method string, result any) {
	if complaint := complainAnswer(method, result); complaint != "" {
		s.t.Errorf("telegram: an answer to %s that is not as the Bot API describes it: %s", method, complaint)
	}
}

func answer(w http.ResponseWriter, result any, f *failure) {
	w.Header().Set("Content-Type", "application/json")
	if f == nil {
		_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result}) // the caller has gone away
		return
	}
	w.WriteHeader(f.Code)
	_ = json.NewEncoder(w).Encode(struct {
		OK bool `json:"ok"`
		*failure
	}{false, f})
}

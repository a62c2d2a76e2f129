// Package telegramtest is a Bot API to test against: a server that speaks HTTP, forms and multipart as Telegram's does,
// refuses what Telegram refuses, and can be told to misbehave.
//
// It checks the token, the method, required fields, the encoding, HTML markup, the limits of texts and captions after the
// markup is parsed, the shape of photos, and the message replied to. What it accepted is in Messages, in order.
package telegramtest

import (
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

// Server is a Bot API on loopback.
type Server struct {
	URL string // the API base

	t        testing.TB
	server   *httptest.Server
	mu       sync.Mutex
	script   []Answer
	messages []Message
	calls    []Call
	changed  chan struct{} // closed and replaced when a message arrives
	stop     chan struct{} // ends hanging answers
}

// Message is one message that the server accepted.
type Message struct {
	ID       int
	Method   string // sendMessage, sendPhoto or sendDocument
	Chat     string
	Text     string // of a message, or the caption of a file, after the markup was parsed
	HTML     string // the same with its markup; "" for plain text
	Picture  []byte // of a photo or document
	ReplyTo  int    // 0 for none
	At       time.Time
	Answered bool // false when the answer was lost on purpose
}

// Call is one request that reached the server, whatever came of it.
type Call struct {
	Method string
	Fields map[string]string
	Length int64 // Content-Length, -1 when it was not said
}

// Answer tells the server how to answer calls instead of doing its work. Empty conditions match every call.
type Answer struct {
	Method string // only calls of this method
	Chat   string // only calls for this chat
	Times  int    // how many calls to answer so; 0 for one, negative for all

	Code        int    // error_code and HTTP status
	Description string // of the error
	RetryAfter  int    // seconds
	MigrateTo   int64
	Body        string // raw body instead of JSON, with status Code
	Hang        bool   // no answer until the caller gives up
	Reset       bool   // the connection is torn down before the message is accepted
	Lose        bool   // the message is accepted, and then the connection is torn down
}

// New starts a server that is stopped when the test ends.
func New(t testing.TB) *Server {
	s := &Server{t: t, changed: make(chan struct{}), stop: make(chan struct{})}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.server.URL
	t.Cleanup(func() {
		close(s.stop)
		s.server.CloseClientConnections()
		s.server.Close()
	})
	return s
}

// Script adds answers. A call takes the first one that matches.
func (s *Server) Script(answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, answers...)
}

// Forget drops what is left of the script.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = nil
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
func (s *Server) Wait(n int, timeout time.Duration) []Message {
	s.t.Helper()
	deadline := time.After(timeout)
	for {
		s.mu.Lock()
		have, changed := slices.Clone(s.messages), s.changed
		s.mu.Unlock()
		if len(have) >= n {
			return have
		}
		select {
		case <-changed:
		case <-deadline:
			s.t.Fatalf("telegram: have %d messages after %v, want %d: %v", len(have), timeout, n, have)
		}
	}
}

// String shows a message as a person would see it.
func (m Message) String() string {
	kind := ""
	if m.Picture != nil {
		kind = fmt.Sprintf("[%s, %d bytes] ", strings.TrimPrefix(m.Method, "send"), len(m.Picture))
	}
	return fmt.Sprintf("#%d → %s: %s%s", m.ID, m.Chat, kind, m.Text)
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

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	token, method, ok := route(r.URL.Path)
	if !ok {
		answer(w, &failure{Code: http.StatusNotFound, Description: "Not Found"}, nil)
		return
	}
	if token != Token {
		answer(w, &failure{Code: http.StatusUnauthorized, Description: "Unauthorized"}, nil)
		return
	}
	in, problem := readForm(r)
	scripted := s.note(method, in, r.ContentLength)
	switch {
	case problem != nil:
		answer(w, problem, nil)
	case scripted == nil:
		s.do(w, method, in, true)
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
	for n := range s.script {
		a := s.script[n]
		if a.Method != "" && a.Method != method || a.Chat != "" && a.Chat != in.fields["chat_id"] {
			continue
		}
		if a.Times == 0 || a.Times == 1 {
			s.script = slices.Delete(s.script, n, n+1)
		} else if a.Times > 1 {
			s.script[n].Times--
		}
		return &a
	}
	return nil
}

// perform answers as the script says.
func (s *Server) perform(w http.ResponseWriter, r *http.Request, a Answer, method string, in form) {
	switch {
	case a.Hang:
		select {
		case <-r.Context().Done():
		case <-s.stop:
		}
		panic(http.ErrAbortHandler)
	case a.Lose:
		s.do(httptest.NewRecorder(), method, in, false)
		panic(http.ErrAbortHandler)
	case a.Reset:
		panic(http.ErrAbortHandler)
	case a.Body != "":
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(max(a.Code, http.StatusOK))
		fmt.Fprint(w, a.Body)
	default:
		f := &failure{Code: max(a.Code, http.StatusBadRequest), Description: a.Description, Parameters: map[string]any{}}
		if a.RetryAfter != 0 {
			f.Parameters["retry_after"] = a.RetryAfter
		}
		if a.MigrateTo != 0 {
			f.Parameters["migrate_to_chat_id"] = a.MigrateTo
		}
		answer(w, f, nil)
	}
}

// do does what the method says, and answers.
func (s *Server) do(w http.ResponseWriter, method string, in form, answered bool) {
	if method == "getMe" {
		answer(w, nil, map[string]any{"id": 123456789, "is_bot": true, "first_name": "Canh Cổng", "username": "canhcong_bot"})
		return
	}
	m, problem := read(method, in)
	if problem == nil {
		m.Answered = answered
		problem = s.accept(&m, in)
	}
	if problem != nil {
		answer(w, problem, nil)
		return
	}
	answer(w, nil, map[string]any{"message_id": m.ID, "date": m.At.Unix(), "text": m.Text,
		"chat": map[string]any{"id": json.Number(m.Chat), "type": "supergroup"}})
}

// accept checks the message that is replied to, and adds the message to the chat.
func (s *Server) accept(m *Message, in form) *failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.Method == "editMessageText" {
		return s.edit(m)
	}
	if r := in.reply; r.ID != 0 {
		known := slices.ContainsFunc(s.messages, func(o Message) bool { return o.ID == r.ID && o.Chat == m.Chat })
		switch {
		case known:
			m.ReplyTo = r.ID
		case !r.Allow:
			return bad("message to be replied not found")
		}
	}
	m.ID, m.At = len(s.messages)+101, time.Now()
	s.messages = append(s.messages, *m)
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

// edit puts a text in the place of a message that was sent before.
func (s *Server) edit(m *Message) *failure {
	n := slices.IndexFunc(s.messages, func(o Message) bool { return o.ID == m.ID && o.Chat == m.Chat })
	switch {
	case n < 0:
		return bad("message to edit not found")
	case s.messages[n].Text == m.Text:
		return bad("message is not modified: specified new message content and reply markup are exactly the same")
	}
	m.At = s.messages[n].At
	s.messages[n].Text, s.messages[n].HTML = m.Text, m.HTML
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

func answer(w http.ResponseWriter, f *failure, result any) {
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

package telegramtest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
)

// Answer tells the server how to answer calls instead of doing its work. Empty conditions match every call.
type Answer struct {
	Method string // only calls of this method
	Chat   string // only calls for this chat
	Text   string // only calls whose text or caption contains it
	Times  int    // how many calls to answer so; 0 for one, negative for all

	Code        int    // error_code and HTTP status
	Description string // of the error
	RetryAfter  int    // seconds
	MigrateTo   int64
	Body        string // raw body instead of JSON, with status Code
	Hang        bool   // no answer until the caller gives up
	Reset       bool   // the connection is reset before anything is done
	Lose        bool   // it is done, and then the connection is reset
	Cut         bool   // it is done, and half of the answer comes
	Stall       bool   // it is done, half of the answer comes, and nothing more until the caller gives up
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

// matches says whether an answer is for a call.
func (a Answer) matches(method string, fields map[string]string) bool {
	return (a.Method == "" || a.Method == method) && (a.Chat == "" || a.Chat == fields["chat_id"]) &&
		strings.Contains(fields["text"]+fields["caption"], a.Text)
}

// scripted takes the answer to a call from the script; s.mu is held.
func (s *Server) scripted(method string, fields map[string]string) *Answer {
	for n := range s.script {
		a := s.script[n]
		if !a.matches(method, fields) {
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
		s.hang(r)
	case a.Reset:
		reset(w)
	case a.Lose, a.Cut, a.Stall:
		s.lose(w, r, a, method, in)
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
		answer(w, nil, f)
	}
}

// lose does what was asked, and lets the caller know half of it or nothing.
func (s *Server) lose(w http.ResponseWriter, r *http.Request, a Answer, method string, in form) {
	in.lost = true
	result, problem := s.do(r.Context(), method, in)
	if a.Lose {
		reset(w)
		return
	}
	whole := httptest.NewRecorder()
	answer(whole, result, problem)
	w.Header().Set("Content-Length", fmt.Sprint(whole.Body.Len()))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(whole.Code)
	w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	_ = http.NewResponseController(w).Flush() // the caller has gone away
	if a.Stall {
		s.hang(r)
	}
	panic(http.ErrAbortHandler)
}

// hang says nothing until the caller gives up, or the server stops.
func (s *Server) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.stop:
	}
	panic(http.ErrAbortHandler)
}

// reset ends a connection with RST, as a firewall does.
func reset(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // it is closed all the same
	}
	c.Close()
}

package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// handler answers a request, or returns why it cannot: nothing has been written to w then.
type handler func(w http.ResponseWriter, r *http.Request) error

// problem is an error with words for the person who asked. Err is for the log only.
type problem struct {
	Status int
	Words  string // key of the catalogue; Words+".hint" says what to do about it
	Args   []any
	Err    error
}

func (p *problem) Error() string {
	if p.Err == nil {
		return fmt.Sprintf("%d %s", p.Status, p.Words)
	}
	return fmt.Sprintf("%d %s: %v", p.Status, p.Words, p.Err)
}

func (p *problem) Unwrap() error { return p.Err }

func notFound(err error) error {
	return &problem{Status: http.StatusNotFound, Words: "error.notfound", Err: err}
}

// answer is the one place where errors of handlers, and their panics, become pages and log lines.
func (s *Server) answer(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				s.serveProblem(w, r, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			}
		}()
		if err := h(w, r); err != nil {
			s.serveProblem(w, r, err)
		}
	})
}

// problemPage is what went wrong, in words.
type problemPage struct {
	Status int
	Words  string
	Args   []any
}

func (s *Server) serveProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := &problem{Status: http.StatusInternalServerError, Words: "error.internal", Err: err}
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		p = &problem{Status: http.StatusRequestEntityTooLarge, Words: "error.toobig", Err: err}
	}
	errors.As(err, &p)
	switch {
	case errors.Is(r.Context().Err(), context.Canceled) && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return // nobody is listening any more, and nothing was to change
	case p.Status >= 500:
		s.log.Error("the console failed", "method", r.Method, "path", r.URL.Path, "error", err)
	case p.Err != nil:
		s.log.Info("the console refused", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	page := problemPage{p.Status, p.Words, p.Args}
	if err := s.show(w, r, p.Status, "problem", frame{Title: p.Words}, page); err != nil {
		s.log.Error("the page for an error failed", "path", r.URL.Path, "error", err)
		http.Error(w, "500", http.StatusInternalServerError)
	}
}

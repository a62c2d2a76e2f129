// Package web shows the chain to people, and lets them act on it.
//
// It is a server-rendered console: every page is a typed struct, a template and a handler in the file named after it; all
// routes with the rule that guards each of them are in routes.go. A page never decides anything itself: it asks the room
// that owns the noun (approve a baseline, acknowledge an incident, add a site) and writes down who asked.
//
// Whatever a watched portal says is hostile here: it reaches a page as a template's text node only, with invisible and
// direction-changing characters made visible, and hosts written so that nobody can tap them.
//
// The room owns credentials, sessions and the audit log.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"canhcong/targets"
)

// Options is what a console is made of.
type Options struct {
	Registry *targets.Registry
	LookNow  func(ctx context.Context, siteID int64) error // asks monitor for both looks at once; may be nil
	Hosts    []string                                      // names the console is reached by, besides the loopback ones
	Secure   bool                                          // it is reached over TLS: Secure cookies with the __Host- prefix, HSTS
	Log      *slog.Logger
}

// Server is the console.
type Server struct {
	options Options
}

// New returns the console over the other rooms. It does not start to listen.
func New(o Options) *Server { return &Server{options: o} }

// Handler returns the whole console as one handler.
func (s *Server) Handler() http.Handler { return http.NotFoundHandler() }

// FirstLogin returns a fresh one-time code for the first administrator, creating the person "admin" when there is none.
// ok is false when an administrator has a password already.
func (s *Server) FirstLogin(ctx context.Context) (code string, ok bool, err error) {
	return "", false, errors.New("first login: not built yet")
}

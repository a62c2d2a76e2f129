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
	"log/slog"
	"net/http"
	"net/netip"
	"strings"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/notify/paper"
	"canhcong/targets"
)

// Options is what a console is made of.
type Options struct {
	Registry *targets.Registry
	Archive  *monitor.Archive
	Judge    *baseline.Judge
	Desk     *notify.Desk
	LookNow  func(ctx context.Context, siteID int64) error        // asks monitor for both looks at once; may be nil
	Pulse    func(ctx context.Context) (monitor.Pulse, error)     // how well looking keeps up; may be nil
	Browser  func() monitor.BrowserHealth                         // how the browser is; may be nil
	Print    paper.Printer                                        // prints papers; nil where there is no browser
	Failing  func(ctx context.Context) (map[string]string, error) // daily jobs whose last run failed, with how; may be nil
	Hosts    []string                                             // names the console is reached by, besides the loopback ones
	Secure   bool                                                 // it is reached over TLS: Secure cookies with the __Host- prefix, HSTS
	Proxies  []netip.Prefix                                       // reverse proxies whose X-Forwarded-For is believed
	CycleKey []byte                                               // that answers to a neighbour are signed with, see SignCycle; nil signs none
	Log      *slog.Logger                                         // nil uses slog's default
}

// Server is the console.
type Server struct {
	registry *targets.Registry
	archive  *monitor.Archive
	judge    *baseline.Judge
	desk     *notify.Desk
	lookNow  func(ctx context.Context, siteID int64) error
	pulse    func(ctx context.Context) (monitor.Pulse, error)
	browser  func() monitor.BrowserHealth
	print    paper.Printer
	failing  func(ctx context.Context) (map[string]string, error)
	hosts    map[string]bool
	secure   bool
	proxies  []netip.Prefix
	cycleKey []byte
	log      *slog.Logger

	store    store
	hasher   *hasher
	people   *throttle // tries per account and network
	networks *throttle // tries per network
	pages    pages
	health   healthCache

	spellings spellings
}

// New returns the console over the other rooms. It does not start to listen.
func New(o Options) *Server {
	s := &Server{
		registry: o.Registry, archive: o.Archive, judge: o.Judge, desk: o.Desk, lookNow: o.LookNow, pulse: o.Pulse, browser: o.Browser, print: o.Print, failing: o.Failing,
		hosts: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}, secure: o.Secure, proxies: o.Proxies, cycleKey: o.CycleKey, log: o.Log,
		store: store{db: o.Registry.DB()}, hasher: newHasher(2),
		people: newThrottle(3), networks: newThrottle(30), pages: parsePages(),
	}
	for _, h := range o.Hosts {
		s.hosts[strings.ToLower(h)] = true
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s
}

// Handler returns the whole console as one handler: the guards that every request passes, then the routes.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, one := range s.routes() {
		mux.Handle(one.pattern, s.answer(s.gate(one)))
	}
	mux.Handle("GET /static/", http.HandlerFunc(serveStatic))
	mux.Handle("/", s.answer(func(w http.ResponseWriter, r *http.Request) error { return notFound(nil) }))
	return s.guard(mux)
}

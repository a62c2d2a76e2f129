// Package monitor looks at sites and says what it saw.
//
// Two depths exist. A probe is plain HTTP without a browser: name resolution, connection, certificate, status and a
// fingerprint of the body. A render opens the page in a real browser and extracts what a person would see, and what is
// hidden from them. When to look is in the database (next_due_at of each site and depth): a dispatcher claims what is due
// into bounded pools. Each look ends in exactly one Outcome, is stored as an Observation, and is handed to the next room
// as a Handler; what that room answers ("again in 20 s") moves the next look forward.
//
// The room owns looks, observations and artefacts, and never decides what an observation means.
package monitor

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

// Handler receives each Observation after it is stored, and says how soon it wants another look, of either depth.
type Handler func(ctx context.Context, o Observation) (Again, error)

// Browser renders pages. The implementation may live in another process, so everything in and out is plain data.
type Browser interface {
	// Render opens the address in a fresh context and extracts the page. A page that cannot be reached, hangs or misbehaves
	// is a Rendering that says so (NetError, Partial); an error means that the browser itself failed and nothing was learnt
	// about the page.
	Render(ctx context.Context, r RenderRequest) (Rendering, error)
}

// RenderRequest asks for one look in a browser.
type RenderRequest struct {
	URL      string
	RealTime bool               // let the page's clock run as the wall clock does, instead of in virtual time
	Deadline time.Duration      // the whole look, however the page behaves
	Allow    []egress.Exception // what may be dialled besides the public web
}

// Options say what a Monitor looks with. Only Browser is required.
type Options struct {
	Browser   Browser
	Transport http.RoundTripper                      // of probes; nil dials afresh for every probe
	Hosts     Hosts                                  // fixed addresses of host names
	Resolver  *Resolver                              // of all other names; nil is the machine's own
	Egress    egress.Policy                          // of all sites; each adds what it may be reached at
	Probes    int                                    // probes at once; 0 is 16
	Renders   int                                    // renders at once; 0 is as many as cores and memory carry
	Canaries  []Canary                               // none means that our own network is taken to be there
	Blind     func(ctx context.Context, g Gap) error // told when our own network goes and when it is back; nil tells nobody
	Log       *slog.Logger                           // nil is slog.Default
}

// Monitor looks at every registered site when it is due.
type Monitor struct {
	registry *targets.Registry
	archive  *Archive
	looker   Looker
	handle   Handler
	log      *slog.Logger
	slots    map[Depth]chan struct{} // one token for each look under way
	wake     chan struct{}           // something became due before the next tick
	uplink   *uplink
	manners  manners
	lulls    lulls
	ledger   ledger

	mu       sync.Mutex
	underWay map[look]bool
	changes  map[int64]int // probes that brought another body, by site; half as many after each that did not
	sites    map[int64]targets.Site
	read     time.Time // when sites were read
}

// look is a site and a depth: what can be under way once at a time.
type look struct {
	siteID int64
	depth  Depth
}

// New returns a monitor that stores what it sees in archive and hands it to handle.
func New(registry *targets.Registry, archive *Archive, handle Handler, o Options) *Monitor {
	if o.Probes == 0 {
		o.Probes = 16
	}
	if o.Renders == 0 {
		o.Renders = rendersFor(runtime.NumCPU(), memoryOfMachine())
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Blind == nil {
		o.Blind = func(context.Context, Gap) error { return nil }
	}
	return &Monitor{
		uplink:   &uplink{canaries: o.Canaries, log: o.Log, store: archive.saveGap, report: o.Blind},
		registry: registry,
		archive:  archive,
		looker:   Looker{Browser: o.Browser, Transport: o.Transport, Hosts: o.Hosts, Resolver: o.Resolver, Egress: o.Egress},
		handle:   handle,
		log:      o.Log,
		slots:    map[Depth]chan struct{}{Probe: make(chan struct{}, o.Probes), Render: make(chan struct{}, o.Renders)},
		wake:     make(chan struct{}, 1),
		underWay: map[look]bool{},
		changes:  map[int64]int{},
	}
}

// LookNow makes both looks at a site due at once, ahead of their pace.
func (m *Monitor) LookNow(ctx context.Context, siteID int64) error {
	if err := m.refresh(ctx, 0); err != nil {
		return err
	}
	if err := m.writeDown(ctx); err != nil { // a probe that ended a moment ago must not hide the wish
		return err
	}
	if err := m.ask(ctx, siteID, time.Now(), Probe, Render); err != nil {
		return err
	}
	m.wakeUp()
	return nil
}

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
	"sync/atomic"
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
	Alarming  func(text string) (words []string)     // finds words that speak for themselves, see Looker; nil finds none
	Egress    egress.Policy                          // of all sites; each adds what it may be reached at
	Probes    int                                    // probes at once; 0 is 64: of 2,000 sites a tenth may be timing out
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

	changes  changes // probes that brought another body, half as many after each that did not
	alarms   changes // probes that brought alarming words or new hosts
	hearings hearings

	freed    chan struct{}          // a slot that the queue waits for
	crowded  map[Depth]*atomic.Bool // more is due than there are slots for
	looks    sync.WaitGroup         // under way
	started  atomic.Pointer[time.Time]
	beat     atomic.Int64              // when the dispatcher last went round, a time.Duration since started
	handedOn atomic.Pointer[time.Time] // when a look last went all the way down the chain
	stirred  atomic.Bool               // a look ended, and may be due again before the dispatcher expects anything
	panics   atomic.Int64              // recovered
	restarts atomic.Int64              // of the dispatcher
	hung     atomic.Int64              // looks that were given up on and have not come back

	steps    targets.Steps // of the clock that the plan is made by
	planning sync.Mutex    // held while the plan is brought up to date with the list of sites
	planned  *watching     // the edition of the list that has its plan
	roll     watchlist

	mu       sync.Mutex
	underWay map[look]*errand
	givenUp  map[look]givenUp
	urgent   map[look]bool // asked for: ahead of what is merely due
	asked    asked
	wishes   map[look]bool // looks that somebody waits for
}

// look is a site and a depth: what can be under way once at a time.
type look struct {
	siteID int64
	depth  Depth
}

// New returns a monitor that stores what it sees in archive and hands it to handle.
func New(registry *targets.Registry, archive *Archive, handle Handler, o Options) *Monitor {
	if o.Probes == 0 {
		o.Probes = 64
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
		looker:   Looker{Browser: o.Browser, Transport: o.Transport, Hosts: o.Hosts, Resolver: o.Resolver, Egress: o.Egress, Alarming: o.Alarming},
		handle:   handle,
		log:      o.Log,
		slots:    map[Depth]chan struct{}{Probe: make(chan struct{}, o.Probes), Render: make(chan struct{}, o.Renders)},
		wake:     make(chan struct{}, 1),
		freed:    make(chan struct{}, 1),
		crowded:  map[Depth]*atomic.Bool{Probe: {}, Render: {}},
		manners:  manners{slots: map[Depth]int{Probe: o.Probes, Render: o.Renders}},
		roll:     watchlist{registry: registry},
		underWay: map[look]*errand{},
		givenUp:  map[look]givenUp{},
		urgent:   map[look]bool{},
		wishes:   map[look]bool{},
	}
}

// LookNow makes both looks at a site due at once, ahead of their pace.
func (m *Monitor) LookNow(ctx context.Context, siteID int64) error {
	if _, err := m.refresh(ctx); err != nil {
		return err
	}
	return m.lookSoon(ctx, siteID, Probe, Render)
}

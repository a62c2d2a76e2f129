package chrome

import (
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// Limits of what one look takes in.
const (
	maxBytes     = 20 << 20 // of the whole page, decoded
	maxDocument  = 8 << 20  // of one document: 10 MB of HTML make a renderer of 1.2 GB (measured)
	maxDialogs   = 20       // that are kept
	dialogFlood  = 60       // that are answered before the page is broken off
	maxDownloads = 50
	maxRedirects = 50
	frameFlood   = 500  // that are opened before the page is broken off: a portal with its maps and videos has a dozen
	requestFlood = 5000 // that are sent before the page is broken off, so that other looks are served: a portal sends hundreds
)

// record is what the browser's events told about one look. They arrive on one goroutine in order (hear), and are read by
// the look's own; changed wakes it up.
type record struct {
	mu      sync.Mutex
	changed chan struct{} // holds one value when something happened since it was last read
	dialog  chan struct{} // one value for each dialog that waits for an answer
	popup   chan target.ID

	main     cdp.FrameID          // of the page
	frames   map[cdp.FrameID]bool // seen in this tab
	inside   cdp.BrowserContextID // the look's own context
	net      traffic              // requests of all frames
	commits  int                  // documents that arrived in the main frame
	document *cdp.Frame           // the latest of them
	loaded   bool                 // its load event fired
	failed   string               // the net error when the main frame shows an error page of Chromium instead
	expired  int                  // virtual time budgets that ran out
	crashed  bool                 // the renderer died
	fell     bool                 // of itself; otherwise somebody ended it
	dialogs  []monitor.Dialog     // the first of them
	asked    int                  // how many dialogs there were
	heavy    string               // which limit of bytes or frames was passed
	last     time.Time            // of the latest event
	saved    []string             // addresses of downloads
}

// newRecord returns an empty record of a look that goes out through gate.
func newRecord(gate *egress.Gate) *record {
	return &record{
		changed: make(chan struct{}, 1),
		dialog:  make(chan struct{}, 4),
		popup:   make(chan target.ID, 64),
		frames:  make(map[cdp.FrameID]bool),
		net:     newTraffic(gate),
		last:    time.Now(),
	}
}

// hear takes in one event of the tab. It runs on chromedp's reading goroutine and must neither block nor call the browser.
func (r *record) hear(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *page.EventFrameNavigated:
		r.commit(e.Frame)
	case *page.EventFrameAttached:
		r.frames[e.FrameID] = true
		r.weigh()
	case *page.EventLoadEventFired:
		r.loaded = true
	case *page.EventJavascriptDialogOpening:
		r.ask(e)
	case *emulation.EventVirtualTimeBudgetExpired:
		r.expired++
	case *inspector.EventTargetCrashed:
		r.crashed = true
	case *target.EventTargetCreated:
		r.opened(e.TargetInfo)
		return
	default:
		if !r.net.hear(event, r.main) {
			return
		}
		r.weigh()
	}
	r.last = time.Now()
	notify(r.changed)
}

// commit notes that a document arrived in a frame.
func (r *record) commit(f *cdp.Frame) {
	r.frames[f.ID] = true
	if f.ID != r.main || f.URL == "about:blank" && r.commits == 0 {
		return
	}
	r.commits++
	r.document, r.loaded, r.failed = f, false, ""
	if f.UnreachableURL != "" {
		r.failed = r.net.mainError()
	}
}

// ask notes a dialog and has it answered.
func (r *record) ask(e *page.EventJavascriptDialogOpening) {
	r.asked++
	if len(r.dialogs) < maxDialogs {
		r.dialogs = append(r.dialogs, monitor.Dialog{Kind: string(e.Type), Text: clip(e.Message, 2000)})
	}
	notify(r.dialog)
}

// opened notes a window that the page opened, to be closed: one in the foreground makes screenshots hang.
func (r *record) opened(info *target.Info) {
	if info.Type != "page" || info.OpenerID == "" || info.BrowserContextID != r.inside || string(info.TargetID) == string(r.main) {
		return
	}
	select {
	case r.popup <- info.TargetID:
	default:
	}
}

// hearBrowser takes in one event of the whole browser, which may belong to another look.
func (r *record) hearBrowser(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *browser.EventDownloadWillBegin:
		if r.frames[e.FrameID] {
			r.save(e.URL)
		}
	case *target.EventTargetCrashed:
		if string(e.TargetID) == string(r.main) {
			r.crashed, r.fell = true, e.Status == "crashed" || e.Status == "oom"
			notify(r.changed)
		}
	}
}

// downloaded notes that the address asked for was a download.
func (r *record) downloaded() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.save(r.lastAddress())
}

// cause returns why the navigation of the main frame really failed.
func (r *record) cause(failure string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if q := r.net.requests[r.net.newest]; q != nil {
		return r.net.cause(q.url, failure)
	}
	return failure
}

// save keeps the address of a download.
func (r *record) save(address string) {
	address = clip(address, maxURL)
	if len(r.saved) < maxDownloads && !slices.Contains(r.saved, address) {
		r.saved = append(r.saved, address)
		notify(r.changed)
	}
}

// stir counts as an event: something of ours found the page at work.
func (r *record) stir() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = time.Now()
}

// weigh checks the limits of bytes and frames.
func (r *record) weigh() {
	switch {
	case r.heavy != "":
	case r.net.bytes > maxBytes:
		r.heavy = "the page is larger than 20 MB"
	case r.net.largest > maxDocument:
		r.heavy = "a document is larger than 8 MB"
	case len(r.frames) > frameFlood:
		r.heavy = "the page opens frames without end"
	case len(r.net.order) > requestFlood:
		r.heavy = "the page sends requests without end"
	case r.net.overrun() != nil:
		r.heavy = r.net.overrun().Error()
	}
}

// state is a consistent view of a record.
type state struct {
	commits  int
	loader   cdp.LoaderID // of the document
	loaded   bool
	failed   string
	expired  int
	crashed  bool
	fell     bool
	flooded  bool // more dialogs than anybody would answer
	heavy    string
	quiet    time.Duration // since the latest event
	waiting  waiting
	leaving  bool // the main frame is on its way to another document
	arrived  bool // the body of the document ended
	download bool
}

// state returns what is known now.
func (r *record) state() state {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.weigh() // no event tells what a page sends
	s := state{
		commits: r.commits, loaded: r.loaded, failed: r.failed, expired: r.expired, crashed: r.crashed, fell: r.fell,
		flooded: r.asked > dialogFlood, heavy: r.heavy, quiet: time.Since(r.last),
		waiting: r.net.waiting(), download: len(r.saved) > 0,
	}
	if r.document != nil {
		s.loader = r.document.LoaderID
	}
	s.leaving, s.arrived = r.net.leaving(s.loader), r.net.arrived(s.loader)
	return s
}

// notify puts a value into a channel that may be full already.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Package chrome renders pages in a headless Chromium for package monitor, and is the only package that knows chromedp.
//
// One Chromium lives long; each look gets a browser context of its own in it (cookies, cache and service workers begin
// empty and are thrown away) and is bounded by deadlines at every step, because the pages are hostile: they open dialogs,
// loop, never finish loading, forge what scripts can read, or kill their renderer. A Browser that dies is replaced within
// the look that notices it, and Watch replaces it when nobody looks (pool.go, watch.go). A page that fills the memory loses
// its renderer (guard.go).
//
// A look runs in virtual time: the page's clock stands still until the document has committed and then runs through 30
// seconds as fast as the machine can, so that carousels, clocks and delayed defacements are all seen at the same instant
// of the page's life, and the picture of an unchanged page is the same to the byte. A look in real time exists beside it,
// because a page can tell the two apart.
//
// What a page says is never read through its own JavaScript: text, links and styles come from one DOM snapshot that the
// browser takes (extract.go and the files it names), status and addresses from the network events (network.go).
package chrome

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// Options configure a Browser.
type Options struct {
	Path       string            // of the browser, as Find returns it; "" means Find("") at every start
	NoSandbox  bool              // run without Chromium's sandbox: only for containers and tests that run as root
	Hosts      monitor.Hosts     // fixed addresses of host names, instead of asking DNS
	Resolver   *monitor.Resolver // of all other names; nil is the machine's own
	Egress     egress.Policy     // that all looks share; each request adds what its site may be reached at
	Looks      int               // at once, further ones wait; 0 is 4 per core
	PageMemory int64             // bytes one page's renderer may take before it is ended; 0 is 1 GiB. On Linux only
	Log        *slog.Logger      // nil means slog.Default()
}

// ErrRoot says that the sandbox cannot work because we run as root.
var ErrRoot = errors.New("chromium does not run its sandbox as root: run as an ordinary user (the systemd unit does), or accept hostile pages without a sandbox by setting no-sandbox explicitly")

// ErrUnavailable says that there is no browser now: it could not be started, and the next try is not due yet.
var ErrUnavailable = errors.New("no browser")

// errClosed says that the Browser was closed.
var errClosed = errors.New("chrome: browser closed")

// DefaultDeadline is how long a look may take when the request does not say.
const DefaultDeadline = 20 * time.Second

// retryTime is what must be left of the deadline for a second try to make sense.
const retryTime = 4 * time.Second

// defaultPageMemory is what one page's renderer may take. A heavy portal takes 0.2 GiB, a bomb grows by 0.8 GB a second
// (measured).
const defaultPageMemory = 1 << 30

// Browser is a monitor.Browser on one long-lived Chromium. It is safe for concurrent use; every Render has a tab of its own.
type Browser struct {
	o        Options
	queue    *queue // of looks
	printing *queue // of papers

	mu       sync.Mutex
	current  *process          // takes new looks; nil before the first and after a failure
	running  map[*process]bool // every browser that was not stopped yet
	starting chan struct{}     // closed when the start under way ended; nil when none is
	fortune  fortune
	closed   bool

	ending sync.WaitGroup // browsers being started or stopped in the background
}

var _ monitor.Browser = (*Browser)(nil)

// New prepares a Browser and removes what killed predecessors left behind. Chromium starts with the first Render, or with
// Watch; where it cannot be started, every Render says so at once. New refuses with ErrRoot to run as root unless NoSandbox
// is set.
func New(o Options) (*Browser, error) {
	if needsNoSandbox() && !o.NoSandbox {
		return nil, ErrRoot
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Looks <= 0 {
		o.Looks = 4 * runtime.NumCPU()
	}
	if o.PageMemory <= 0 {
		o.PageMemory = defaultPageMemory
	}
	if err := sweep(); err != nil {
		o.Log.Warn("chrome: leftovers of an earlier run stay", "err", err)
	}
	return &Browser{o: o, queue: newQueue(o.Looks), printing: newQueue(1), running: make(map[*process]bool), fortune: fortune{since: time.Now()}}, nil
}

// Render looks at one page. It returns within the request's deadline, which begins when the look's turn has come. When the
// browser fails under the look, the look is made once more if time allows; an error means that no browser could be had.
func (b *Browser) Render(ctx context.Context, r monitor.RenderRequest) (monitor.Rendering, error) {
	leave, err := b.queue.enter(ctx)
	if err != nil {
		return monitor.Rendering{}, fmt.Errorf("render %s: %w", r.URL, err)
	}
	defer leave()
	if r.Deadline <= 0 {
		r.Deadline = DefaultDeadline
	}
	until := time.Now().Add(r.Deadline - min(closeWait, r.Deadline/10))
	got, err := b.try(ctx, r, until, nil)
	if worthAgain(ctx, err) && time.Until(until) > retryTime {
		b.o.Log.Warn("chrome: looking again", "url", r.URL, "err", err)
		got, err = b.try(ctx, r, until, nil)
	}
	if errors.Is(err, errEnded) {
		err = nil // a second time: it is this page's doing, as far as we know
	}
	if err != nil {
		return monitor.Rendering{}, fmt.Errorf("render %s: %w", r.URL, err)
	}
	return got, nil
}

// worthAgain reports whether a look that failed may succeed at once.
func worthAgain(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && !errors.Is(err, errClosed) && !errors.Is(err, ErrUnavailable)
}

// try makes one look in the current browser. check, where it is not nil, says whether what came can be believed.
func (b *Browser) try(ctx context.Context, r monitor.RenderRequest, until time.Time, check func(monitor.Rendering) error) (monitor.Rendering, error) {
	if err := ctx.Err(); err != nil {
		return monitor.Rendering{}, err
	}
	p, err := b.take(ctx, until)
	if err != nil {
		return monitor.Rendering{}, err
	}
	got, err := look(ctx, p, b.o.Log, r, until)
	if err == nil && check != nil {
		err = check(got)
	}
	if err != nil {
		p.guard.round(time.Now()) // a browser that has lost what it needs must not get the second try
	}
	b.give(p, err, ctx.Err() != nil)
	return got, err
}

// Close ends every browser and removes their folders. Looks that still run fail.
func (b *Browser) Close() error {
	b.mu.Lock()
	b.closed = true
	b.current = nil
	var errs error
	for p := range b.running {
		errs = errors.Join(errs, p.stop())
	}
	clear(b.running)
	b.mu.Unlock()
	b.ending.Wait()
	return errs
}

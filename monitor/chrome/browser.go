// Package chrome renders pages in a headless Chromium for package monitor, and is the only package that knows chromedp.
//
// One Chromium lives long; each look gets a browser context of its own in it (cookies, cache and service workers begin
// empty and are thrown away) and is bounded by deadlines at every step, because the pages are hostile: they open dialogs,
// loop, never finish loading, forge what scripts can read, or kill their renderer. A Browser that dies is replaced within
// the look that notices it.
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
	"sync"
	"time"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// Options configure a Browser.
type Options struct {
	Path      string            // of the browser, as Find returns it; "" means Find("")
	NoSandbox bool              // run without Chromium's sandbox: only for containers and tests that run as root
	Hosts     monitor.Hosts     // fixed addresses of host names, instead of asking DNS
	Resolver  *monitor.Resolver // of all other names; nil is the machine's own
	Egress    egress.Policy     // that all looks share; each request adds what its site may be reached at
	Log       *slog.Logger      // nil means slog.Default()
}

// ErrRoot says that the sandbox cannot work because we run as root.
var ErrRoot = errors.New("chromium does not run its sandbox as root: run as an ordinary user (the systemd unit does), or accept hostile pages without a sandbox by setting no-sandbox explicitly")

// errClosed says that the Browser was closed.
var errClosed = errors.New("chrome: browser closed")

// DefaultDeadline is how long a look may take when the request does not say.
const DefaultDeadline = 20 * time.Second

// retryTime is what must be left of the deadline for a second try in a new browser to make sense.
const retryTime = 4 * time.Second

// Browser is a monitor.Browser on one long-lived Chromium. It is safe for concurrent use; every Render has a tab of its own.
type Browser struct {
	o Options

	mu      sync.Mutex
	current *process          // takes new looks; nil before the first and after a failure
	running map[*process]bool // every browser that was not stopped yet
	closed  bool

	ending sync.WaitGroup // browsers being stopped in the background
}

var _ monitor.Browser = (*Browser)(nil)

// New prepares a Browser and removes what killed predecessors left behind. Chromium starts with the first Render. It
// refuses with ErrRoot to run as root unless NoSandbox is set.
func New(o Options) (*Browser, error) {
	if needsNoSandbox() && !o.NoSandbox {
		return nil, ErrRoot
	}
	path, err := Find(o.Path)
	if err != nil {
		return nil, err
	}
	o.Path = path
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if err := sweep(); err != nil {
		o.Log.Warn("chrome: leftovers of an earlier run stay", "err", err)
	}
	return &Browser{o: o, running: make(map[*process]bool)}, nil
}

// Render looks at one page. It returns within the request's deadline. When the browser dies under the look, the look is
// made once more in a new browser if time allows; an error means that no browser could be had.
func (b *Browser) Render(ctx context.Context, r monitor.RenderRequest) (monitor.Rendering, error) {
	if r.Deadline <= 0 {
		r.Deadline = DefaultDeadline
	}
	until := time.Now().Add(r.Deadline - min(closeWait, r.Deadline/10))
	got, err := b.try(ctx, r, until)
	if err != nil && ctx.Err() == nil && !errors.Is(err, errClosed) && time.Until(until) > retryTime {
		b.o.Log.Warn("chrome: looking again in a new browser", "url", r.URL, "err", err)
		got, err = b.try(ctx, r, until)
	}
	if err != nil {
		return monitor.Rendering{}, fmt.Errorf("render %s: %w", r.URL, err)
	}
	return got, nil
}

// try makes one look in the current browser, and drops the browser when it failed.
func (b *Browser) try(ctx context.Context, r monitor.RenderRequest, until time.Time) (monitor.Rendering, error) {
	if err := ctx.Err(); err != nil {
		return monitor.Rendering{}, err
	}
	p, err := b.take()
	if err != nil {
		return monitor.Rendering{}, err
	}
	got, err := look(ctx, p, b.o.Log, r, until)
	b.give(p, err != nil && ctx.Err() == nil)
	return got, err
}

// take returns a browser that can look, and starts one if there is none. Starting under the lock makes all lookers wait
// for the same new browser instead of starting one each.
func (b *Browser) take() (*process, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errClosed
	}
	if p := b.current; p != nil && (p.dead() || p.worn()) {
		b.retire(p)
	}
	if b.current == nil {
		p, err := start(b.o)
		if err != nil {
			return nil, err
		}
		b.current = p
		b.running[p] = true
	}
	b.current.looks++
	b.current.active++
	return b.current, nil
}

// give ends a look. A browser that failed it takes no more, and a retired one goes with its last look.
func (b *Browser) give(p *process, failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.active--
	if failed || p.dead() {
		b.retire(p)
	} else if p != b.current && p.active == 0 {
		b.end(p)
	}
}

// retire keeps a browser from taking further looks. It is stopped at once if it is dead or idle, or with its last look.
func (b *Browser) retire(p *process) {
	if b.current == p {
		b.current = nil
	}
	if p.active == 0 || p.dead() {
		b.end(p)
	}
}

// end stops a browser in the background, once.
func (b *Browser) end(p *process) {
	if !b.running[p] {
		return
	}
	delete(b.running, p)
	b.ending.Go(func() {
		if err := p.stop(); err != nil {
			b.o.Log.Warn("chrome: stop", "err", err)
		}
	})
}

// Close ends every browser and removes their folders. Looks that still run fail.
func (b *Browser) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.current = nil
	var errs error
	for p := range b.running {
		errs = errors.Join(errs, p.stop())
	}
	clear(b.running)
	b.ending.Wait()
	return errs
}

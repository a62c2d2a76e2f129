package chrome

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// Limits of the steps of a look. None of them depends on the page being well-behaved.
const (
	openLimit    = 8 * time.Second        // to open a tab; 40 ms is normal
	commandLimit = 3 * time.Second        // for one command that only sets something
	closeWait    = 500 * time.Millisecond // for the tab to go before the look returns; 12 ms is normal
	closeLimit   = 15 * time.Second       // before a tab counts as stuck
	quietLimit   = 4 * time.Second        // without any event, after which a page counts as hanging
	maxCommits   = 12                     // documents in the main frame before the page counts as a redirect loop
)

// tab is one look under way.
type tab struct {
	ctx     context.Context // bounded by the look's deadline
	session *chromedp.Target
	browser *chromedp.Browser
	heard   *record
	r       monitor.RenderRequest
	start   time.Time
	until   time.Time // the end of the look
}

// rendererCrashed is said of pages whose renderer died.
const rendererCrashed = "renderer crashed"

// errEnded says that the page's renderer was ended from outside: by the system, which was out of memory, or by a person.
var errEnded = errors.New("the page's renderer was ended")

// look makes one look in p. The error is about the browser, never about the page; but a page whose renderer is ended again
// and again (errEnded) may be the reason.
func look(ctx context.Context, p *process, log *slog.Logger, r monitor.RenderRequest, until time.Time) (monitor.Rendering, error) {
	gate, err := egress.OpenGate(p.exit(r))
	if err != nil {
		return monitor.Rendering{}, err
	}
	heard := newRecord(gate)
	owner, closeTab := chromedp.NewContext(p.ctx, through(gate), chromedp.WithListener(heard.hear))
	defer shut(p, log, func() { closeTab(); gate.Close() })
	defer gate.Shut()
	before := p.guard.losses()
	if err := heard.open(owner, min(openLimit, time.Until(until))); err != nil {
		return monitor.Rendering{}, fmt.Errorf("open a tab: %w", err)
	}
	bounded, stop := context.WithDeadline(owner, until)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	c := chromedp.FromContext(owner)
	t := &tab{ctx: bounded, session: c.Target, browser: c.Browser, heard: heard, r: r, start: time.Now(), until: until}
	heard.attach(cdp.FrameID(c.Target.TargetID), c.BrowserContextID)
	go t.serve()
	got, err := t.run(owner, p.agent)
	if ctx.Err() != nil {
		return got, ctx.Err()
	}
	if p.dead() {
		return got, errors.Join(errors.New("the browser died"), err)
	}
	return p.blame(got, heard, before, err)
}

// open opens the tab. It takes no deadline of its own, since chromedp binds the tab's life to the context of the first use,
// and hangs when the renderer dies meanwhile.
func (r *record) open(owner context.Context, limit time.Duration) error {
	done := make(chan error, 1)
	go func() { done <- chromedp.Do(owner) }()
	slow := time.NewTimer(limit)
	defer slow.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-r.changed:
			if r.state().crashed {
				return errors.New("its renderer died")
			}
		case <-slow.C:
			return errSlow
		}
	}
}

// blame finds out whose fault it is that a look did not go well, once it has ended.
func (p *process) blame(got monitor.Rendering, heard *record, before losses, err error) (monitor.Rendering, error) {
	p.guard.round(time.Now())
	after, s := p.guard.losses(), heard.state()
	switch {
	case err != nil:
		return got, err
	case after.vital > before.vital:
		return got, errors.New("a process that the browser needs died")
	case lostItsWay[got.NetError]:
		return got, fmt.Errorf("the browser did not get through its gate: %s", got.NetError)
	case got.NetError == rendererCrashed: // before any document came: no page did that by what is on it
		return got, errEnded
	case !s.crashed || s.fell:
		return got, nil
	case after.bloated > before.bloated:
		got.Partial = rendererCrashed + ": " + monitor.PartialHeavy
		return got, nil
	}
	return got, errEnded
}

// shut closes a tab. Chromium can take seconds over it (giant documents, endless bodies), so the look does not wait for
// long; tabs that stay for good wear their browser out.
func shut(p *process, log *slog.Logger, closeTab func()) {
	done := make(chan struct{})
	go func() { closeTab(); close(done) }()
	select {
	case <-done:
		return
	case <-p.ctx.Done():
		return
	case <-time.After(closeWait):
	}
	go func() {
		select {
		case <-done:
		case <-p.ctx.Done():
		case <-time.After(closeLimit):
			p.stuck.Add(1)
			log.Warn("chrome: a tab does not close", "pid", p.pid)
		}
	}()
}

// attach tells the record which tab it is about.
func (r *record) attach(main cdp.FrameID, inside cdp.BrowserContextID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.main, r.inside = main, inside
	r.frames[main] = true
}

// run makes the look: prepare, load, extract, photograph.
func (t *tab) run(owner context.Context, agent userAgent) (monitor.Rendering, error) {
	err := t.prepare(owner, agent)
	if !t.r.RealTime {
		t.hold(&err)
	}
	if err != nil {
		return monitor.Rendering{}, fmt.Errorf("prepare a tab: %w", err)
	}
	navigated := t.navigate()
	var end ending
	if t.r.RealTime {
		end = t.settleReal(navigated)
	} else {
		end = t.settleVirtual(navigated)
	}
	return t.result(end), nil
}

// ending is how the loading of a page ended.
type ending struct {
	failure string // net error: there is no page
	stuck   bool   // the page did not settle by itself
	partial string // why it did not
}

// result extracts what there is.
func (t *tab) result(end ending) monitor.Rendering {
	got := monitor.Rendering{NetError: end.failure}
	got.RealTime = t.r.RealTime
	got.Partial = end.partial
	if end.failure == "" && !t.heard.state().crashed {
		if end.stuck {
			t.release()
		}
		t.extract(&got)
		if s := t.heard.state(); s.failed != "" && s.commits > 0 {
			// It went on to Chromium's error page while we looked.
			got = monitor.Rendering{NetError: s.failed, Page: monitor.Page{RealTime: t.r.RealTime}}
		}
	}
	t.heard.report(&got)
	return got
}

// prepare makes the tab a person's browser in Vietnam, and forbids what a page must not do.
func (t *tab) prepare(owner context.Context, agent userAgent) error {
	err := chromedp.ListenBrowser(t.ctx, t.heard.hearBrowser)
	// chromedp turns these on for its queries. They cost time, and a page that writes to the console in a loop would fill
	// our memory.
	quiet(t, dom.Disable, cdp.Empty{}, &err)
	quiet(t, css.Disable, cdp.Empty{}, &err)
	quiet(t, cdplog.Disable, cdp.Empty{}, &err)
	quiet(t, runtime.Disable, cdp.Empty{}, &err)
	// What a page sends would be told with each request: 20 MB of it take us 12 s to read (measured), and nobody wants it.
	quiet(t, network.Enable, network.EnableParams{MaxPostDataSize: new(int64(1))}, &err)
	t.emulate(agent, &err)
	quiet(t, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true}, &err)
	quiet(t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: freeze, WorldName: world}, &err)
	if err == nil {
		_, err = command(t.ctx, t.browser, commandLimit, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior:         browser.SetDownloadBehaviorBehaviorDeny,
			BrowserContextID: chromedp.FromContext(owner).BrowserContextID,
			EventsEnabled:    new(true),
		})
	}
	return err
}

// navigate starts the navigation and returns where its net error arrives, "" when the document came.
func (t *tab) navigate() <-chan string {
	done := make(chan string, 1)
	go func() {
		res, err := cdp.Call(t.ctx, t.session, page.Navigate, page.NavigateParams{URL: t.r.URL})
		switch {
		case err != nil && t.ctx.Err() == nil:
			done <- "net::ERR_INVALID_URL"
		case err == nil:
			if res.IsDownload {
				t.heard.downloaded() // the browser's own event for it may come too late
			}
			done <- t.heard.cause(res.ErrorText)
		}
		notify(t.heard.changed)
	}()
	return done
}

// serve answers dialogs and closes popups while the look lasts. A dialog that nobody answers blocks the whole page, and
// every command to it.
func (t *tab) serve() {
	for {
		select {
		case <-t.ctx.Done():
			return
		case <-t.heard.dialog:
			_, _ = command(t.ctx, t.session, commandLimit, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
		case id := <-t.heard.popup:
			_, _ = command(t.ctx, t.browser, commandLimit, target.CloseTarget, target.CloseTargetParams{TargetID: id})
		}
	}
}

// command runs one protocol command with a deadline of its own.
func command[P, R any](ctx context.Context, s cdp.Session, limit time.Duration, c cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	res, err := cdp.Call(ctx, s, c, params)
	if err != nil {
		err = fmt.Errorf("%s: %w", c.Method, err)
	}
	return res, err
}

// quiet runs a command that only sets something, unless an earlier one failed.
func quiet[P, R any](t *tab, c cdp.Command[P, R], params P, err *error) {
	if *err == nil {
		_, *err = command(t.ctx, t.session, commandLimit, c, params)
	}
}

// left returns the time until the look must end, at most limit.
func (t *tab) left(limit time.Duration) time.Duration {
	return max(0, min(limit, time.Until(t.until)))
}

package chrome

import (
	"fmt"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// commitBy is until when the main document must have arrived: late, since without it there is nothing to extract.
func (t *tab) commitBy() time.Time { return t.until.Add(-min(2*time.Second, t.until.Sub(t.start)/5)) }

// settleBy is until when the page must have settled, so that breaking it off, extracting and photographing still fit.
func (t *tab) settleBy() time.Time { return t.until.Add(-min(6*time.Second, t.until.Sub(t.start)*2/5)) }

// await waits until done says that the events tell enough, at most until the given time. It returns the state then, and
// whether done was satisfied.
func (t *tab) await(by time.Time, done func(state) bool) (state, bool) {
	// The ticker is for what no event announces: that nothing happens any more.
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		s := t.heard.state()
		if done(s) {
			return s, true
		}
		if t.ctx.Err() != nil || !time.Now().Before(by) {
			return s, false
		}
		select {
		case <-t.heard.changed:
		case <-tick.C:
		case <-t.ctx.Done():
		}
	}
}

// arrive waits for the main document. ok is false when there will be none, and the ending says why.
func (t *tab) arrive(navigated <-chan string) (end ending, ok bool) {
	var failure string
	_, came := t.await(t.commitBy(), func(s state) bool {
		select {
		case failure = <-navigated:
		default:
		}
		return failure != "" || s.commits > 0 || s.crashed
	})
	s := t.heard.state()
	switch {
	case s.crashed:
		return ending{failure: rendererCrashed, partial: rendererCrashed}, false
	case failure == "" && s.failed != "":
		return ending{failure: s.failed}, false
	case failure != "":
		return ending{failure: failure}, false
	case !came:
		_, _ = command(t.ctx, t.session, t.left(time.Second), page.StopLoading, cdp.Empty{})
		return ending{failure: "net::ERR_TIMED_OUT"}, false
	}
	return ending{}, true
}

// broken says why a page must be broken off now, "" if it need not.
func broken(s state) string {
	switch {
	case s.crashed:
		return rendererCrashed
	case s.heavy != "":
		return s.heavy
	case s.flooded:
		return "the page opens dialogs without end"
	case s.commits > maxCommits:
		return "the page sends itself to other addresses without end"
	}
	return ""
}

// hanging says what a page that fell quiet still waits for.
func hanging(s state) string {
	switch {
	case s.waiting.needed > 0 && !s.arrived:
		return "the document never finished"
	case s.waiting.needed == 1:
		return "never arrived: " + clip(s.waiting.example, 200)
	case s.waiting.needed > 1:
		return fmt.Sprintf("%d requests never finished, one of them %s", s.waiting.needed, clip(s.waiting.example, 200))
	case s.waiting.streams > 0 && s.loaded:
		return "" // a news ticker or a chat: the page itself is complete
	case s.waiting.streams > 0:
		return "a request of a script never finished"
	}
	return "scripts kept the page busy"
}

// stopLoading ends all requests of the page. The browser process does it, so that it works while scripts loop.
func (t *tab) stopLoading() {
	_, _ = command(t.ctx, t.session, t.left(time.Second), page.StopLoading, cdp.Empty{})
}

// release frees the main thread of a page that loops: no script runs from here on. The order to stop scripts is handled by
// the looping thread itself, and only ending the loop (28 ms, measured) lets it through.
func (t *tab) release() {
	t.stopLoading()
	go func() {
		_, _ = command(t.ctx, t.session, t.left(commandLimit), emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	}()
	time.Sleep(20 * time.Millisecond)
	_, _ = command(t.ctx, t.session, t.left(time.Second), runtime.TerminateExecution, cdp.Empty{})
}

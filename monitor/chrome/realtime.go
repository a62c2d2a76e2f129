package chrome

import (
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// settleTime is how long a page may show itself after it loaded, in a look in real time.
const settleTime = 3 * time.Second

// settleReal loads the page by the wall clock: until its load event and its fonts, and a little longer.
func (t *tab) settleReal(navigated <-chan string) ending {
	end, ok := t.arrive(navigated)
	if !ok {
		return end
	}
	s, ok := t.await(t.settleBy().Add(-settleTime), func(s state) bool {
		return broken(s) != "" || s.failed != "" || s.quiet > quietLimit || s.loaded && !s.leaving
	})
	switch {
	case s.failed != "":
		return ending{failure: s.failed}
	case broken(s) != "":
		return ending{stuck: true, partial: broken(s)}
	case !ok || !s.loaded:
		end.partial = hanging(s)
		t.stopLoading()
	}
	t.awaitFonts()
	s, _ = t.await(time.Now().Add(settleTime), func(s state) bool { return broken(s) != "" || s.failed != "" })
	if s.failed != "" {
		return ending{failure: s.failed}
	}
	if reason := broken(s); reason != "" {
		return ending{stuck: true, partial: reason}
	}
	return end
}

// awaitFonts waits for web fonts, from a world that the page cannot reach into.
func (t *tab) awaitFonts() {
	isolated, err := command(t.ctx, t.session, t.left(time.Second), page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: t.heard.main, WorldName: world})
	if err != nil {
		return
	}
	_, _ = command(t.ctx, t.session, t.left(2*time.Second), runtime.Evaluate, runtime.EvaluateParams{
		Expression: "document.fonts.ready.then(() => true)", ContextID: isolated.ExecutionContextID, AwaitPromise: new(true), ReturnByValue: new(true),
	})
}

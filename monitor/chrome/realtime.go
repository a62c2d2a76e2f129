package chrome

import "time"

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

// awaitFonts waits for web fonts.
func (t *tab) awaitFonts() {
	_, _ = t.evaluate("document.fonts.ready.then(() => true)", 2*time.Second)
}

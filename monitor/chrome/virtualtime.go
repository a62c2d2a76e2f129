package chrome

import (
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"

	"canhcong/targets"
)

// budget is how much of the page's own time a look sees, in milliseconds. 30 s cost no more than 2 s (measured).
const budget = 30_000.0

// starvation is how many tasks may run without the clock moving before it is pushed.
const starvation = 10_000

// moveLimit is how long a page at its scripts gets to say what time it is.
const moveLimit = 3 * time.Second

// resumeLimit is how long a page that was cut off from the network gets to use up its time.
const resumeLimit = 1500 * time.Millisecond

// midnight is where virtual time begins: clocks and dates on a page stay the same all day, and a day is near enough for
// cookies and tokens to be valid.
func midnight(now time.Time) cdp.TimeSinceEpoch {
	y, m, d := now.In(targets.Vietnam).Date()
	return cdp.TimeSinceEpoch(time.Date(y, m, d, 0, 0, 0, 0, targets.Vietnam).Unix())
}

// settleVirtual loads the page in virtual time. The clock must stand still until the document has committed: a budget
// granted earlier is used up by about:blank (and no screenshot can be taken then). Every further document that the page
// sends itself to is granted its own.
func (t *tab) settleVirtual(navigated <-chan string) ending {
	end, ok := t.arrive(navigated)
	if !ok {
		return end
	}
	var granted cdp.LoaderID
	spent := t.heard.state().expired
	var clock float64
	for {
		s, ok := t.await(t.settleBy(), func(s state) bool {
			if s.loader != granted && !s.crashed {
				granted = s.loader
				spent = s.expired
				t.grant()
			}
			return broken(s) != "" || s.failed != "" || s.quiet > quietLimit || s.expired > spent && !s.leaving
		})
		if !s.only(quietLimit, spent) || !t.moves(&clock) {
			return t.wrapUp(s, spent, ok)
		}
		t.heard.stir()
	}
}

// only tells that silence is the only reason not to wait on, and that no request explains it: the page is at its scripts.
func (s state) only(silence time.Duration, spent int) bool {
	return s.quiet > silence && broken(s) == "" && s.failed == "" && s.expired == spent && s.waiting == (waiting{})
}

// moves tells whether the page's clock went on since clock, which it updates. A page that gets through its time slowly, on a
// slow machine or with many timers, answers; one that loops does not.
func (t *tab) moves(clock *float64) bool {
	answer, err := t.evaluate("Date.now()", t.left(moveLimit))
	if err != nil {
		return false
	}
	before := *clock
	*clock, err = strconv.ParseFloat(string(answer), 64)
	return err == nil && *clock > before
}

// hold stops the page's clock.
func (t *tab) hold(err *error) {
	quiet(t, emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{
		Policy: emulation.VirtualTimePolicyPause, InitialVirtualTime: midnight(time.Now()),
	}, err)
}

// grant lets the page's clock run while no request is under way.
func (t *tab) grant() {
	_, _ = command(t.ctx, t.session, t.left(commandLimit), emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{
		Policy: emulation.VirtualTimePolicyPauseIfNetworkFetchesPending, Budget: new(budget), MaxVirtualTimeTaskStarvationCount: starvation,
	})
}

// wrapUp decides how the loading ended, and helps a page along that hangs: any request that never ends stops its clock for
// ever, and without requests it usually runs through its time at once.
func (t *tab) wrapUp(s state, spent int, ok bool) ending {
	switch {
	case s.failed != "":
		return ending{failure: s.failed}
	case broken(s) != "":
		return ending{stuck: true, partial: broken(s)}
	case ok && s.expired > spent:
		_, _ = t.evaluate(still, time.Second)
		return ending{}
	}
	partial := hanging(s)
	if s.quiet <= quietLimit {
		partial = "still loading after " + time.Since(t.start).Round(time.Second).String()
	}
	t.stopLoading()
	s, ok = t.await(time.Now().Add(resumeLimit), func(s state) bool { return broken(s) != "" || s.expired > spent })
	if !ok && partial == "" {
		partial = "scripts kept the page busy"
	}
	if ok && broken(s) == "" {
		_, _ = t.evaluate(still, time.Second)
	}
	return ending{stuck: !ok || broken(s) != "", partial: partial}
}

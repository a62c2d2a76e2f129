package chrome

import (
	"context"
	"errors"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"canhcong/monitor"
)

// world is the JavaScript world of our own script in a page. The page's scripts live in another one: what they patch does
// not reach it, and they do not see its variables.
const world = "canhcong"

// freeze stops CSS animations and transitions in every document before its first paint, so that each element stands where
// it ends up. A constructed sheet leaves no trace in the DOM and is not subject to the page's Content-Security-Policy.
const freeze = `(() => {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync('*,*::before,*::after{animation:none!important;transition:none!important;caret-color:transparent!important;scroll-behavior:auto!important}');
	document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()`

// emulate sets the screen, the language, the clock's zone and the user agent.
func (t *tab) emulate(agent userAgent, err *error) {
	quiet(t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: monitor.ViewportWidth, Height: monitor.ViewportHeight, DeviceScaleFactor: 1,
	}, err)
	quiet(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}, {Name: "prefers-color-scheme", Value: "light"}},
	}, err)
	quiet(t, emulation.SetUserAgentOverride, agent.override(), err)
	quiet(t, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: locale}, err)
	quiet(t, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: timeZone}, err)
	quiet(t, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true}, err)
}

// still brings the animations that scripts started, which no style sheet stops, to where they end, and takes away those
// that never end: they begin with a frame of the wall clock, so that their state is not the same twice (measured: an
// endlessly rotating box made 24 of 25 pictures differ). What moves a marquee is out of reach of scripts
// and stays where a frame of the wall clock left it (measured: 21 of 24 pictures differed), so that a new one takes over its
// text and, with nothing to scroll by, never begins to move.
const still = `for (const a of document.getAnimations()) {
	try { a.effect.getComputedTiming().endTime === Infinity ? a.cancel() : a.finish() } catch { a.cancel() }
}
for (const m of document.querySelectorAll('marquee')) {
	const resting = m.cloneNode()
	resting.scrollAmount = 0
	resting.append(...m.childNodes)
	m.replaceWith(resting)
}`

// evaluate runs a script of our own in the page's main frame, out of reach of the page's scripts, waits for its promise and
// returns its value as JSON. The error is context.DeadlineExceeded when the page was too busy to answer within the limit.
func (t *tab) evaluate(script string, limit time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(t.ctx, limit)
	defer cancel()
	isolated, err := command(ctx, t.session, limit, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: t.heard.main, WorldName: world})
	if err != nil {
		return nil, err
	}
	res, err := command(ctx, t.session, limit, runtime.Evaluate, runtime.EvaluateParams{
		Expression: script, ContextID: isolated.ExecutionContextID, AwaitPromise: new(true), ReturnByValue: new(true),
	})
	if err != nil {
		return nil, err
	}
	if res.ExceptionDetails != nil || res.Result == nil {
		return nil, errors.New("a script of our own failed in the page")
	}
	return res.Result.Value, nil
}

package chrome

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"

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

package chrome

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/chromedp/chromedp"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// timeZone and locale are what pages of Vietnamese portals are made for.
const (
	timeZone       = "Asia/Ho_Chi_Minh"
	locale         = "vi-VN"
	acceptLanguage = "vi-VN,vi;q=0.9,en;q=0.5"
)

// switches are Chromium's command line, in full: chromedp's defaults are not used, because they turn off the popup
// blocker and the flood protection, and tell every page that it is automated.
var switches = []chromedp.ExecAllocatorOption{
	chromedp.Flag("headless", true),
	chromedp.Flag("hide-scrollbars", true),
	chromedp.Flag("mute-audio", true),
	chromedp.Flag("window-size", fmt.Sprintf("%d,%d", monitor.ViewportWidth, monitor.ViewportHeight)),
	chromedp.Flag("lang", "vi"),
	chromedp.Flag("accept-lang", "vi-VN,vi"),

	// The same pixels on every machine and in every look.
	chromedp.Flag("force-color-profile", "srgb"),
	chromedp.Flag("force-device-scale-factor", "1"),
	chromedp.Flag("font-render-hinting", "none"),
	// Composited animations run by the wall clock even in virtual time (measured: 0.3 % of the pixels differ). On the main
	// thread they obey the page's clock. imageAnimationPolicy=2 shows only the first frame of an animated GIF.
	chromedp.Flag("disable-threaded-animation", true),
	chromedp.Flag("disable-checker-imaging", true),
	chromedp.Flag("disable-image-animation-resync", true),
	chromedp.Flag("blink-settings", "imageAnimationPolicy=2"),

	// Both switches together also put the GPU process into the seccomp sandbox; SwiftShader would cost 38 % more CPU.
	chromedp.Flag("disable-gpu", true),
	chromedp.Flag("disable-software-rasterizer", true),

	// What a hostile page may not do. The heap limit bounds JavaScript objects only; the byte caps bound the rest.
	chromedp.Flag("js-flags", "--max-old-space-size=512"),
	chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
	chromedp.Flag("webrtc-ip-handling-policy", "disable_non_proxied_udp"),
	chromedp.Flag("disable-quic", true),
	chromedp.Flag("deny-permission-prompts", true),
	chromedp.Flag("disable-notifications", true),

	// A page that learns that it is watched by a machine can show the machine another page.
	chromedp.Flag("disable-blink-features", "AutomationControlled"),

	// A wrong certificate is a finding of its own, which the probe makes; what stands behind it is still looked at.
	chromedp.Flag("ignore-certificate-errors", true),

	// Nothing but what the page asks for goes over the network. HttpsUpgrades would hide what http:// really answers.
	chromedp.Flag("disable-background-networking", true),
	chromedp.Flag("disable-component-update", true),
	chromedp.Flag("disable-client-side-phishing-detection", true),
	chromedp.Flag("disable-default-apps", true),
	chromedp.Flag("disable-domain-reliability", true),
	chromedp.Flag("disable-extensions", true),
	chromedp.Flag("disable-sync", true),
	chromedp.Flag("no-pings", true),
	chromedp.Flag("no-first-run", true),
	chromedp.Flag("no-default-browser-check", true),
	chromedp.Flag("disable-features", "Translate,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,"+
		"InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater,AutofillServerCommunication"),
	chromedp.Flag("metrics-recording-only", true),
	chromedp.Flag("password-store", "basic"),

	// Tabs are never in front of a person, and each must run as if it were.
	chromedp.Flag("disable-background-timer-throttling", true),
	chromedp.Flag("disable-backgrounding-occluded-windows", true),
	chromedp.Flag("disable-renderer-backgrounding", true),

	chromedp.Flag("disable-breakpad", true),
	chromedp.Flag("disable-crash-reporter", true),
}

// allocatorOptions returns how to start Chromium in the folder dir. The sandbox switch is always given, because chromedp
// adds --no-sandbox by itself for root when it is not. The environment holds no secrets of ours.
func (o Options) allocatorOptions(dir string, nowhere *egress.Gate) []chromedp.ExecAllocatorOption {
	return append(slices.Clone(switches),
		chromedp.ExecPath(o.Path),
		chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.Flag("no-sandbox", o.NoSandbox),
		chromedp.Flag("disable-dev-shm-usage", !roomySharedMemory()),
		chromedp.NoInheritEnv,
		chromedp.Env("HOME="+dir, "TMPDIR="+filepath.Join(dir, "tmp"), "PATH=/usr/bin:/bin", "LANG=C.UTF-8", "TZ="+timeZone),
		// Each look has a gate of its own as its proxy; what belongs to none goes nowhere. Names are resolved behind the
		// gates: a browser that asks for one itself has found a way around them.
		chromedp.Flag("proxy-server", nowhere.Address()),
		chromedp.Flag("proxy-bypass-list", directToLoopback),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
}

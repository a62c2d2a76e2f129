package baseline

// The signals. Codes are stable: they are stored, shown in --json and named in rules.
const (
	// Attack: they speak for themselves, with or without a baseline.
	SignalSignature   Signal = "signature"    // "hacked by" and its like, a ransom note, a webshell, where it is prominent
	SignalGreeting    Signal = "greeting"     // what defacers add
	SignalMedia       Signal = "media"        // hosts where defacements keep pictures, music and contacts
	SignalPromo       Signal = "promo"        // gambling and other spam
	SignalHiddenLinks Signal = "hidden_links" // links out that a person cannot see
	SignalOverlay     Signal = "overlay"      // something new covers the page
	SignalRedirect    Signal = "redirect"     // the page leads away
	SignalInside      Signal = "inside"       // the page leads to an internal address, which our policy refused
	SignalDownload    Signal = "download"     // the page starts a download by itself
	SignalObfuscation Signal = "obfuscation"  // scripts that hide what they do

	SignalWatched Signal = "watched" // new text with a term that the owners of this installation watch for

	// Identity: the approved page is not there any more.
	SignalRetention Signal = "retention" // of stable text
	SignalLinks     Signal = "links"     // internal ones
	SignalViness    Signal = "viness"    // share of Vietnamese words
	SignalStructure Signal = "structure"
	SignalVisual    Signal = "visual"
	SignalDark      Signal = "dark"
	SignalTitle     Signal = "title"

	// Trust: new parties have a say in the page.
	SignalScriptOrigin Signal = "script_origin"
	SignalFrameOrigin  Signal = "frame_origin"
	SignalFormOrigin   Signal = "form_origin"
	SignalFetchOrigin  Signal = "fetch_origin"
	SignalStyleOrigin  Signal = "style_origin"
	SignalCanonical    Signal = "canonical"
	SignalMeta         Signal = "meta"   // what the page tells machines about itself: icon, language, description
	SignalServer       Signal = "server" // other software answers
	SignalRegion       Signal = "region" // a moving area left its usual limits

	// Notes: they weigh nothing and say what changed.
	SignalReplaced    Signal = "replaced" // the whole page, cause unknown
	SignalTextAdded   Signal = "text_added"
	SignalTextRemoved Signal = "text_removed"
	SignalAppearance  Signal = "appearance" // areas of the picture changed
	SignalScale       Signal = "scale"      // much more or less on the page than usual
	SignalColour      Signal = "colour"     // colour came or went, nothing else
	SignalRepair      Signal = "repair"     // the page speaks of maintenance
	SignalStandIn     Signal = "stand_in"   // a server's, host's or parking page instead
	SignalBlank       Signal = "blank"      // nothing on the page at all
	SignalDegraded    Signal = "degraded"   // the page arrived incomplete
	SignalTampered    Signal = "tampered"   // the stored baseline fails its seal

	// Notes about the judge on this page: they neither find nor excuse anything.
	SignalDrift       Signal = "drift"        // little of what was approved still stands: approve again
	SignalLowCoverage Signal = "low_coverage" // the page moves so much that its picture says little or nothing

	// Availability, certificate and quality.
	SignalDown        Signal = "down"
	SignalBlocked     Signal = "blocked"
	SignalDenied      Signal = "denied" // our own egress policy does not let us go there
	SignalSlow        Signal = "slow"
	SignalCertificate Signal = "certificate"
	SignalLasting     Signal = "lasting" // the page has been incomplete, blank or barred for many looks in a row
)

// group is a set of signals that tend to come together; a cap keeps one cause from being counted many times.
type group string

const (
	noGroup   group = ""
	identity  group = "identity"
	signature group = "signature"
	promo     group = "promo"
	routing   group = "routing"
	code      group = "code"
	meta      group = "meta"
	region    group = "region"
)

// groupOf and groupCap are detection.md section 6.4.
var groupOf = map[Signal]group{
	SignalRetention: identity, SignalLinks: identity, SignalViness: identity, SignalStructure: identity, SignalVisual: identity,
	SignalDark: identity, SignalTitle: identity,
	SignalSignature: signature, SignalGreeting: signature, SignalMedia: signature,
	SignalPromo: promo, SignalHiddenLinks: promo, SignalOverlay: promo,
	SignalRedirect: routing, SignalInside: routing,
	SignalObfuscation: code, SignalScriptOrigin: code, SignalFrameOrigin: code, SignalFormOrigin: code, SignalFetchOrigin: code, SignalStyleOrigin: code,
	SignalDownload:  code,
	SignalCanonical: meta, SignalWatched: meta, SignalMeta: meta, SignalServer: meta,
	SignalRegion: region,
}

var groupCap = map[group]float64{identity: 14, signature: 14, promo: 14, routing: 14, code: 10, meta: 7, region: 3}

// absolute tells the signals that need no baseline: they are looked for from the first look on, and while one fires nothing
// is learnt.
func absolute(s Signal) bool {
	switch groupOf[s] {
	case signature, promo, routing:
		return true
	}
	return s == SignalObfuscation || s == SignalDownload
}

// evidence is one piece of evidence of the content concern.
func evidence(s Signal, weight float64) Evidence {
	return Evidence{Signal: s, Concern: ConcernContent, Weight: weight}
}

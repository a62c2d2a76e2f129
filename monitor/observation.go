package monitor

import (
	"net/netip"
	"time"

	"canhcong/targets"
)

// Depth is how closely a look looks.
type Depth string

// The depths, cheapest first.
const (
	Probe  Depth = "probe"
	Render Depth = "render"
)

// Outcome is how a look ended, before anything is judged. Only OK and Down say anything about the site.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Down    Outcome = "down"    // the site did not answer, or answered with a server error; see Cause
	Blocked Outcome = "blocked" // the site refuses us: 403, 429, a challenge page
	Blind   Outcome = "blind"   // our own network failed
	Fault   Outcome = "fault"   // our own browser, disk or database failed
	Policy  Outcome = "policy"  // our own egress policy forbids the address; FinalURL is where it was met
)

// Cause tells the ways of being down apart.
type Cause string

// The causes.
const (
	CauseDNS     Cause = "dns"
	CauseTCP     Cause = "tcp"
	CauseTLS     Cause = "tls" // the handshake itself failed; a certificate that is merely wrong does not make a site down
	CauseHTTP    Cause = "http"
	CauseTimeout Cause = "timeout"
)

// Observation is what one look at one site saw. It carries the Site it was made of.
type Observation struct {
	ID          int64
	Site        targets.Site
	Depth       Depth
	At          time.Time
	Took        time.Duration
	Outcome     Outcome
	Cause       Cause  // set when Outcome is Down
	Detail      string // what happened, in English words for the log; never shown as the only explanation
	Status      int    // of the final main document, 0 when none arrived
	FinalURL    string
	Certificate *Certificate // nil when no certificate was seen: plain HTTP, or a depth that does not look at it
	Timings     *Timings     // nil for a render
	Wire        *Wire        // nil for a render
	Page        *Page        // nil for a probe and when nothing was extracted; only the redirects when they led nowhere
	PageHash    string       // artefacts, by SHA-256 in hexadecimal; "" when there is none
	Screenshot  string
	Thumbnail   string
}

// Certificate is what the server presented, judged apart from the content.
type Certificate struct {
	NotBefore time.Time
	NotAfter  time.Time
	Issuer    string
	Subject   string
	Chain     int                  `json:",omitempty"` // certificates presented
	Problem   CertificateProblem   // the first to tell of
	Others    []CertificateProblem `json:",omitempty"` // further ones
}

// CertificateProblem names what is wrong with a certificate.
type CertificateProblem string

// The problems a certificate can have, "" for none.
const (
	CertificateExpired      CertificateProblem = "expired"
	CertificateNameMismatch CertificateProblem = "name"
	CertificateSelfSigned   CertificateProblem = "self-signed"
	CertificateUntrusted    CertificateProblem = "untrusted"  // of an unknown authority, or badly made
	CertificateIncomplete   CertificateProblem = "incomplete" // an intermediate certificate is missing
	CertificateEarly        CertificateProblem = "early"      // not valid yet
)

// Timings are the phases of a probe. DNS, Connect and TLS are sums over all its connections, one for each redirect.
type Timings struct {
	DNS, Connect, TLS time.Duration
	FirstByte         time.Duration // of the final answer, since the start
	Total             time.Duration
}

// Wire is what a probe met on its way to the page.
type Wire struct {
	Servers   []Server          `json:"servers,omitempty"`   // in the order in which they were last asked
	Redirects []Redirect        `json:"redirects,omitempty"` // followed, in order; URL is where each leads
	Header    map[string]string `json:"header,omitempty"`    // of the final answer, lower-case names, selected
	Same      bool              `json:"same,omitempty"`      // the body is that of the probe before, by its bytes or by the server's word

	// What the body says and where it leads that the probe before did not: alarming words as the lexicon writes them, and
	// registrable domains of others. At most ten each.
	Words []string `json:"words,omitempty"`
	Hosts []string `json:"hosts,omitempty"`
}

// Server is one host that a probe talked to.
type Server struct {
	Name      string       `json:"name"`                // host:port as in the address of the page
	Addresses []netip.Addr `json:"addresses,omitempty"` // that its name has
	Address   netip.Addr   `json:"address,omitzero"`    // that answered; none where nothing did
	Unreached []Unreached  `json:"unreached,omitempty"` // others that were tried: one family may be away while the site is up
}

// Unreached is an address that could not be connected to.
type Unreached struct {
	Address netip.Addr `json:"address"`
	Reason  string     `json:"reason"`
}

package monitor

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

// Looker makes single looks. It keeps nothing: the Monitor stores what it returns, and "canhcong check" prints it.
type Looker struct {
	Browser   Browser
	Transport http.RoundTripper // of probes; nil dials afresh for every probe
	Hosts     Hosts             // fixed addresses of host names, for the probes' own dialling
	Resolver  *Resolver         // of all other names; nil is the machine's own
	Egress    egress.Policy     // of the probes' own dialling; each site adds what it may be reached at
	Roots     *x509.CertPool    // authorities of certificates; nil is the machine's own

	// Alarming finds words in a text that speak for themselves; probes ask it, so that a page that shows new ones is rendered
	// at once. nil finds none.
	Alarming func(text string) (words []string)

	before Memory // of the site that is probed
	heard  *heard // there, as far as it is remembered
}

// Sight is what one look brought back before it is stored.
type Sight struct {
	Observation Observation
	Rendering   Rendering // of a render
	Memory      Memory    // of a probe, for the next one at the site
	heard       *heard    // by a probe, for the same
}

// after returns a looker that probes a site of which something is known.
func (l Looker) after(m Memory, said *heard) Looker {
	l.before, l.heard = m, said
	return l
}

// Look looks once at a site. The Sight always holds an Observation; a failure of our own is one with the outcome Fault.
func (l Looker) Look(ctx context.Context, site targets.Site, depth Depth, realTime bool, deadline time.Duration) Sight {
	s := Sight{Observation: Observation{Site: site, Depth: depth, At: time.Now()}}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	if depth == Probe {
		l.probe(ctx, &s)
	} else {
		l.render(ctx, &s, realTime, deadline)
	}
	s.Observation.Took = time.Since(s.Observation.At)
	return s
}

// browserGrace is how much longer than its request a render may take before the look is given up: the browser enforces the
// deadline itself, and knows better than we do what can still be saved.
const browserGrace = 10 * time.Second

func (l Looker) render(ctx context.Context, s *Sight, realTime bool, deadline time.Duration) {
	o := &s.Observation
	stopping := ctx
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deadline+browserGrace)
	defer cancel()
	defer context.AfterFunc(stopping, func() {
		if errors.Is(stopping.Err(), context.Canceled) {
			cancel()
		}
	})()
	r, err := l.Browser.Render(ctx, RenderRequest{URL: o.Site.URL, RealTime: realTime, Deadline: deadline, Allow: Reach(o.Site)})
	if err != nil {
		o.Outcome, o.Detail = Fault, fmt.Sprintf("browser: %v", err)
		return
	}
	s.Rendering = r
	o.Status, o.FinalURL = r.Status, r.FinalURL
	o.Outcome, o.Cause, o.Detail = outcomeOfRender(r)
	if r.NetError != "" {
		o.Page = wayTo(o.Site, r)
		if n := len(r.Redirects); o.Outcome == Policy && n > 0 {
			o.FinalURL = r.Redirects[n-1].URL
		}
		return
	}
	o.Page = &s.Rendering.Page
	l.passage(ctx, o)
	if len(r.Screenshot) == 0 {
		return
	}
	visual, err := Measure(r.Screenshot)
	if err != nil {
		o.Page.Partial = appendReason(o.Page.Partial, "no picture: "+err.Error())
		s.Rendering.Screenshot = nil
		return
	}
	o.Page.Visual = visual
	if o.Outcome == Blocked && r.Status < http.StatusBadRequest && !visual.pale() {
		o.Outcome, o.Detail = OK, "" // no wall is drawn like that: its words are a disguise
	}
}

// wayTo is all there is of a page that never arrived, when it was somebody else's: a site that sends its visitors to a
// dead address did answer. It is nil when the site itself did not.
func wayTo(site targets.Site, r Rendering) *Page {
	if n := len(r.Redirects); n == 0 || bareHost(r.Redirects[n-1].URL) == bareHost(site.URL) {
		return nil
	}
	return &Page{Redirects: r.Redirects, Partial: "led to an address that does not answer: " + r.NetError, RealTime: r.RealTime}
}

func bareHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

func appendReason(have, more string) string {
	if have == "" {
		return more
	}
	return have + "; " + more
}

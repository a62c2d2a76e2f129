package monitor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"

	"canhcong/targets"
)

const (
	// redirectLimit is the number of redirects followed, as browsers do.
	redirectLimit = 20
	// userAgent names an ordinary browser: many portals answer 403 to anything else.
	userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"
	// headerLimit bounds the headers of an answer, in bytes.
	headerLimit = 256 << 10
	// headerValueLimit and addressLimit are how much is kept of one header and of one address, in bytes.
	headerValueLimit = 200
	addressLimit     = 500
)

var errRedirectLoop = errors.New("too many redirects")

// trip is one fetch of an address, with all the redirects on the way.
type trip struct {
	begun     time.Time
	transport http.RoundTripper
	route     *route // nil where a transport was given
	redirects []Redirect

	mu            sync.Mutex // the transport calls back from goroutines of its own
	tlsStart      time.Time
	tls           time.Duration
	firstByteSeen time.Time
}

// trip prepares a fetch that dials anew, so that every probe sees name resolution, connection and certificate as a new
// visitor does.
func (l Looker) trip(site targets.Site, begun time.Time) *trip {
	t := &trip{begun: begun, transport: l.Transport}
	if t.transport == nil {
		t.route = &route{way: way{l.Hosts, l.Resolver.Lookup, l.Egress.With(Reach(site)...)}}
		t.transport = freshTransport(t.route)
	}
	return t
}

// freshTransport keeps no connection. Certificates are judged apart (judgeCertificate): a wrong one is a finding, and the
// content is still read.
func freshTransport(r *route) *http.Transport {
	return &http.Transport{
		DisableKeepAlives:      true,
		TLSClientConfig:        &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: everyCipher},
		TLSHandshakeTimeout:    dialTimeout,
		MaxResponseHeaderBytes: headerLimit,
		DialContext:            r.DialContext,
	}
}

// everyCipher lists every suite there is, the weak ones too: a portal that a browser can open is not down.
var everyCipher = cipherIDs()

func cipherIDs() (ids []uint16) {
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, suite.ID)
	}
	return ids
}

// get asks for an address and follows its redirects; more adds to the headers. The body of the answer is the caller's to close.
func (t *trip) get(ctx context.Context, address string, more ...func(http.Header)) (*http.Response, error) {
	jar, err := cookiejar.New(nil) // some portals send a visitor in circles until their cookie comes back
	if err != nil {
		return nil, fmt.Errorf("make a cookie jar: %w", err)
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, t.trace()), http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	req.Header.Set("Accept-Language", "vi-VN,vi;q=0.9,en;q=0.5")
	for _, add := range more {
		add(req.Header)
	}
	client := http.Client{Transport: t.transport, Jar: jar, CheckRedirect: t.follow}
	return client.Do(req)
}

// follow notes a redirect before it is followed.
func (t *trip) follow(next *http.Request, via []*http.Request) error {
	t.redirects = append(t.redirects, Redirect{URL: clipped(next.URL.String(), addressLimit), Status: next.Response.StatusCode, How: "http"})
	if len(via) >= redirectLimit {
		return errRedirectLoop
	}
	return nil
}

func (t *trip) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		TLSHandshakeStart: func() { t.note(func(now time.Time) { t.tlsStart = now }) },
		TLSHandshakeDone: func(tls.ConnectionState, error) {
			t.note(func(now time.Time) { t.tls += now.Sub(t.tlsStart) })
		},
		GotFirstResponseByte: func() { t.note(func(now time.Time) { t.firstByteSeen = now }) },
	}
}

func (t *trip) note(what func(now time.Time)) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	what(now)
}

// timings tells how long each phase took, up to now.
func (t *trip) timings() *Timings {
	t.mu.Lock()
	defer t.mu.Unlock()
	phases := &Timings{TLS: t.tls, Total: time.Since(t.begun)}
	if !t.firstByteSeen.IsZero() {
		phases.FirstByte = t.firstByteSeen.Sub(t.begun)
	}
	if t.route != nil {
		_, phases.DNS, phases.Connect = t.route.met()
	}
	return phases
}

// wire tells what the trip met; header is that of the final answer, if there was one.
func (t *trip) wire(header http.Header) *Wire {
	w := &Wire{Redirects: t.redirects, Header: selectHeader(header)}
	if t.route != nil {
		w.Servers, _, _ = t.route.met()
	}
	return w
}

// keptHeaders tell what runs on the server, how it may be shown, and what is cached.
var keptHeaders = []string{"Server", "X-Powered-By", "X-Generator", "X-Aspnet-Version", "Via", "Content-Type", "Content-Language",
	"Last-Modified", "Etag", "Cache-Control", "Location", "Refresh", "Content-Security-Policy", "X-Frame-Options", "Strict-Transport-Security"}

// selectHeader keeps the beginning of each of them, and the names of cookies: their values are the visitor's.
func selectHeader(h http.Header) map[string]string {
	kept := map[string]string{}
	for _, name := range keptHeaders {
		if value := strings.Join(h.Values(name), ", "); value != "" {
			kept[lower(name)] = clipped(value, headerValueLimit)
		}
	}
	var cookies []string
	for _, line := range h.Values("Set-Cookie") {
		if name, _, ok := strings.Cut(line, "="); ok && len(cookies) < 10 {
			cookies = append(cookies, clipped(strings.TrimSpace(name), 40))
		}
	}
	if len(cookies) > 0 {
		kept["set-cookie"] = strings.Join(cookies, ", ")
	}
	return kept
}

// clipped keeps the beginning of what a server says, as text.
func clipped(s string, limit int) string { return strings.ToValidUTF8(s[:min(len(s), limit)], "") }

// flattenHeader keeps the first value of each header under its lower-case name, as Rendering.Header does.
func flattenHeader(h http.Header) map[string]string {
	flat := make(map[string]string, len(h))
	for name, values := range h {
		flat[lower(name)] = values[0]
	}
	return flat
}

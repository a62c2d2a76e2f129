package monitor

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"time"

	"golang.org/x/net/html/charset"
)

const (
	// probeBodyLimit is how much of a body a probe reads: ten times the HTML of a heavy portal.
	probeBodyLimit = 2 << 20
	// redirectLimit is the number of redirects followed, as browsers do.
	redirectLimit = 20
	// userAgent names an ordinary browser: many portals answer 403 to anything else.
	userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"
)

// Hosts gives fixed addresses ("127.0.0.1:8081" or "10.1.2.3") to host names, as /etc/hosts does. A name may start with
// "*." to stand for every name below it. It serves portals that are not in the public DNS, and the demonstration.
type Hosts map[string]string

// Address returns the address to dial for host and port.
func (h Hosts) Address(host, port string) string {
	to, ok := h[host]
	for rest := host; !ok && rest != ""; {
		rest = afterDot(rest)
		to, ok = h["*."+rest]
	}
	if !ok {
		return net.JoinHostPort(host, port)
	}
	if _, _, err := net.SplitHostPort(to); err == nil {
		return to
	}
	return net.JoinHostPort(to, port)
}

func afterDot(name string) string {
	for i := range name {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return ""
}

// probe fetches the site's address once, over a fresh connection.
func (l Looker) probe(ctx context.Context, s *Sight) {
	o := &s.Observation
	var clock phases
	resp, err := l.fetch(httptrace.WithClientTrace(ctx, clock.trace()), o.Site.URL)
	if err != nil {
		o.Outcome, o.Cause, o.Detail = outcomeOfError(err)
		return
	}
	defer resp.Body.Close()
	o.Status, o.FinalURL = resp.StatusCode, resp.Request.URL.String()
	o.Certificate = judgeCertificate(resp.TLS, o.At)
	body, err := readBody(resp)
	o.Timings = clock.timings(o.At)
	if err != nil {
		o.Outcome, o.Cause, o.Detail = outcomeOfError(fmt.Errorf("read the body: %w", err))
		return
	}
	o.Outcome, o.Cause, o.Detail = outcomeOfResponse(resp.StatusCode, flattenHeader(resp.Header), sourceOfBody(body))
	if o.Outcome == OK {
		s.Fingerprint = Fingerprint(body)
	}
}

func (l Looker) fetch(ctx context.Context, address string) (*http.Response, error) {
	transport := l.Transport
	if transport == nil {
		fresh := l.freshTransport()
		defer fresh.CloseIdleConnections()
		transport = fresh
	}
	jar, err := cookiejar.New(nil) // some portals send a visitor in circles until their cookie comes back
	if err != nil {
		return nil, fmt.Errorf("make a cookie jar: %w", err)
	}
	client := http.Client{Transport: transport, Jar: jar, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) >= redirectLimit {
			return errRedirectLoop
		}
		return nil
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	req.Header.Set("Accept-Language", "vi-VN,vi;q=0.9,en;q=0.5")
	return client.Do(req)
}

// freshTransport dials anew, so that every probe sees name resolution, connection and certificate as a new visitor does.
// Certificates are judged apart (judgeCertificate): a wrong one is a finding, and the content is still read.
func (l Looker) freshTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		DisableKeepAlives:   true,
		TLSClientConfig:     &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: everyCipher()},
		TLSHandshakeTimeout: 10 * time.Second,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, l.Hosts.Address(host, port))
		},
	}
}

// everyCipher lists every suite there is, the weak ones too: a portal that a browser can open is not down.
func everyCipher() []uint16 {
	var ids []uint16
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, suite.ID)
	}
	return ids
}

// readBody reads a body up to the limit and decodes it to UTF-8 by its declared or sniffed charset.
func readBody(resp *http.Response) ([]byte, error) {
	limited := io.LimitReader(resp.Body, probeBodyLimit)
	decoded, err := charset.NewReader(limited, resp.Header.Get("Content-Type"))
	if errors.Is(err, io.EOF) { // an empty body
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return io.ReadAll(decoded)
}

// flattenHeader keeps the first value of each header under its lower-case name, as Rendering.Header does.
func flattenHeader(h http.Header) map[string]string {
	flat := make(map[string]string, len(h))
	for name, values := range h {
		flat[lower(name)] = values[0]
	}
	return flat
}

// phases notes when each step of a request ended.
type phases struct {
	dnsStart, dnsDone, connectStart, connectDone, tlsStart, tlsDone, firstByte time.Time
}

func (p *phases) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:             func(httptrace.DNSStartInfo) { p.dnsStart = time.Now() },
		DNSDone:              func(httptrace.DNSDoneInfo) { p.dnsDone = time.Now() },
		ConnectStart:         func(string, string) { p.connectStart = time.Now() },
		ConnectDone:          func(string, string, error) { p.connectDone = time.Now() },
		TLSHandshakeStart:    func() { p.tlsStart = time.Now() },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { p.tlsDone = time.Now() },
		GotFirstResponseByte: func() { p.firstByte = time.Now() },
	}
}

func (p *phases) timings(start time.Time) *Timings {
	return &Timings{
		DNS:       between(p.dnsStart, p.dnsDone),
		Connect:   between(p.connectStart, p.connectDone),
		TLS:       between(p.tlsStart, p.tlsDone),
		FirstByte: between(start, p.firstByte),
		Total:     time.Since(start),
	}
}

func between(from, to time.Time) time.Duration {
	if from.IsZero() || to.IsZero() {
		return 0
	}
	return to.Sub(from)
}

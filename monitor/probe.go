package monitor

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	"canhcong/targets"
)

// probeBodyLimit is how much of a body a probe reads: ten times the HTML of a heavy portal.
const probeBodyLimit = 2 << 20

// noticedLimit is how many new words and hosts one probe tells of.
const noticedLimit = 10

// probe fetches the site's address once, over a fresh connection. Only a body that is not, byte for byte, the one of the
// probe before is read: reading costs more than fetching.
func (l Looker) probe(ctx context.Context, s *Sight) {
	o := &s.Observation
	s.Memory, s.heard = l.before, l.heard
	t := l.trip(o.Site, o.At)
	resp, err := t.get(ctx, o.Site.URL, l.before.ask)
	if err != nil {
		o.Wire, o.Timings = t.wire(nil), t.timings()
		o.Outcome, o.Cause, o.Detail = outcomeOfError(err)
		if o.Outcome == Policy {
			o.FinalURL = refusedAt(err)
		}
		return
	}
	defer resp.Body.Close()
	o.Status, o.FinalURL = resp.StatusCode, resp.Request.URL.String()
	o.Certificate = judgeCertificate(resp.TLS, l.Roots, o.At)
	buffer := bodyBuffers.Get().(*bytes.Buffer)
	defer bodyBuffers.Put(buffer)
	buffer.Reset()
	body, err := readBody(resp, buffer)
	o.Wire, o.Timings = t.wire(resp.Header), t.timings()
	switch {
	case err != nil:
		o.Outcome, o.Cause, o.Detail = outcomeOfError(fmt.Errorf("read the body: %w", err))
	case l.before.unmodified(resp):
		o.Outcome, o.Status, o.Wire.Same = OK, l.before.Status, true
		s.Memory.Untold++
	default:
		l.compare(s, resp, body)
	}
}

// compare holds a body against the one of the probe before.
func (l Looker) compare(s *Sight, resp *http.Response, body []byte) {
	o, header := &s.Observation, flattenHeader(resp.Header)
	raw := rawHash(sha256.Sum256(body))
	if raw == l.before.Raw && resp.StatusCode == l.before.Status && challenge(header, source{}) == "" {
		o.Outcome, o.Wire.Same = OK, true
		s.Memory.validators(resp.Header)
		return
	}
	text := decode(body, resp.Header.Get("Content-Type"))
	o.Outcome, o.Cause, o.Detail = outcomeOfResponse(resp.StatusCode, header, sourceOfBody(text))
	read := sketchOf(text, bareHost(o.Site.URL), speech{before: l.heard, listen: l.Alarming})
	for _, r := range o.Wire.Redirects {
		read.leads(r.URL)
	}
	said, words := read.heard()
	o.Wire.Words, o.Wire.Hosts = s.Memory.learn(words, read.hosts)
	o.Wire.Words, o.Wire.Hosts = few(o.Wire.Words), few(o.Wire.Hosts)
	if o.Outcome != OK { // also an error page may be signed; but the next page is compared with the last good one
		s.Memory.Words = slices.Concat(l.before.Words, s.Memory.Words)
		return
	}
	s.Memory.Raw, s.Memory.Fingerprint, s.Memory.Status = raw, read.fingerprint(), resp.StatusCode
	s.Memory.validators(resp.Header)
	s.heard = said
}

// few keeps the first words or hosts of a list, clean enough to be shown.
func few(list []string) (out []string) {
	for _, s := range list[:min(len(list), noticedLimit)] {
		out = append(out, targets.OneLine(clipped(s, headerValueLimit)))
	}
	return out
}

// bodyBuffers are what bodies are read into, one after the other: each would be garbage at once.
var bodyBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readBody reads a body up to the limit, as it was sent, into an empty buffer.
func readBody(resp *http.Response, into *bytes.Buffer) ([]byte, error) {
	if size := resp.ContentLength; size > 0 {
		into.Grow(int(min(size, probeBodyLimit)) + bytes.MinRead)
	}
	_, err := into.ReadFrom(io.LimitReader(resp.Body, probeBodyLimit))
	return into.Bytes(), err
}

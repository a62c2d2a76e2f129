package monitor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"golang.org/x/net/html/charset"
)

// probeBodyLimit is how much of a body a probe reads: ten times the HTML of a heavy portal.
const probeBodyLimit = 2 << 20

// probe fetches the site's address once, over a fresh connection.
func (l Looker) probe(ctx context.Context, s *Sight) {
	o := &s.Observation
	t := l.trip(o.Site, o.At)
	resp, err := t.get(ctx, o.Site.URL)
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
	o.Certificate = judgeCertificate(resp.TLS, o.At)
	body, err := readBody(resp)
	o.Wire, o.Timings = t.wire(resp.Header), t.timings()
	if err != nil {
		o.Outcome, o.Cause, o.Detail = outcomeOfError(fmt.Errorf("read the body: %w", err))
		return
	}
	o.Outcome, o.Cause, o.Detail = outcomeOfResponse(resp.StatusCode, flattenHeader(resp.Header), sourceOfBody(body))
	if o.Outcome == OK {
		s.Fingerprint = Fingerprint(body)
	}
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

package chrome

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/chromedp/cdproto/network"

	"canhcong/monitor"
)

// maxURL is the longest address that is kept.
const maxURL = 2048

// emptyAnswer is the net error for a status of 400 or more without a body: Chromium draws a page of its own then, but an
// answer did arrive.
const emptyAnswer = "net::ERR_HTTP_RESPONSE_CODE_FAILURE"

// report adds what the events told to what was extracted.
func (r *record) report(got *monitor.Rendering) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if answer := r.answer(); answer != nil {
		got.Status = int(answer.Status)
		got.FinalURL = clip(answer.URL, maxURL)
		got.Header = selectHeaders(answer.Headers)
		got.Server = clip(got.Header["server"], 100)
	}
	if r.document != nil && r.document.UnreachableURL == "" {
		// The browser's word for where it is, which has the fragment, and is right for blob: and about: documents as well.
		got.FinalURL = clip(r.document.URL+r.document.URLFragment, maxURL)
	}
	if got.NetError == emptyAnswer && got.Status != 0 {
		got.NetError, got.Partial = "", "the answer has no body"
	}
	if got.FinalURL == "" {
		got.FinalURL = r.lastAddress()
	}
	hosts := make(hostSet)
	for part, names := range got.Hosts {
		for _, name := range names {
			hosts.add(part, "http://"+name)
		}
	}
	r.net.report(&got.Page, hosts, registrable(hostOf(got.FinalURL)))
	got.Hosts = hosts.sorted()
	got.Dialogs, got.Redirects, got.Downloads = r.dialogs, r.net.redirects, r.saved
	got.Partial = cmp.Or(got.Partial, r.heavy)
	if r.crashed {
		got.Partial = rendererCrashed
	}
}

// answer is the response of the document that is shown, or of the latest one asked for when none is.
func (r *record) answer() *network.Response {
	if r.document != nil && r.document.UnreachableURL == "" {
		if a := r.net.documents[r.document.LoaderID]; a != nil {
			return a
		}
	}
	for _, id := range r.net.navigations() {
		if a := r.net.documents[id]; a != nil {
			return a
		}
	}
	return nil
}

// lastAddress is the latest address that the main frame asked for.
func (r *record) lastAddress() string {
	if q := r.net.requests[r.net.newest]; q != nil {
		return clip(q.url, maxURL)
	}
	return ""
}

// clip makes a page's string safe to keep: valid UTF-8 without NUL, at most n bytes, whole characters.
func clip(s string, n int) string {
	if len(s) > n+utf8.UTFMax { // cleaning all of a string of 2 MB to keep a name of it would take a page's time
		s = s[:n+utf8.UTFMax]
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

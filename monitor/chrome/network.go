package chrome

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"golang.org/x/net/publicsuffix"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

// Limits of the network log.
const (
	maxRequests  = 20000 // that are remembered; a page that sends more is a flood
	maxResources = 500   // that are reported as loaded, and as failed
)

// request is one request of the page.
type request struct {
	url    string
	kind   network.ResourceType
	main   bool // for the document of the main frame
	status int64
	done   bool
	failed string // net error
	bytes  int64
}

// traffic is the network log of a look. Status and final address of a page come from here: what the page itself says about
// them can be forged.
type traffic struct {
	requests  map[network.RequestID]*request
	order     []network.RequestID
	open      map[network.RequestID]*request     // those under way
	documents map[cdp.LoaderID]*network.Response // answers for the main frame
	newest    network.RequestID                  // latest request for the main frame
	redirects []monitor.Redirect
	bytes     int64
	largest   int64        // bytes of the largest document
	gate      *egress.Gate // that all of it went through
}

func newTraffic(gate *egress.Gate) traffic {
	return traffic{
		gate:      gate,
		requests:  make(map[network.RequestID]*request),
		open:      make(map[network.RequestID]*request),
		documents: make(map[cdp.LoaderID]*network.Response),
	}
}

// hear takes in one event and reports whether it was about the network.
func (t *traffic) hear(event any, main cdp.FrameID) bool {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		t.sent(e, main)
	case *network.EventResponseReceived:
		t.answered(e)
	case *network.EventDataReceived:
		t.received(e)
	case *network.EventLoadingFinished:
		t.ended(e.RequestID, "")
	case *network.EventLoadingFailed:
		t.ended(e.RequestID, e.ErrorText)
	case *network.EventWebSocketCreated:
		t.add(e.RequestID, &request{url: e.URL, kind: network.ResourceTypeWebSocket})
	case *network.EventWebSocketClosed:
		t.ended(e.RequestID, "")
	default:
		return false
	}
	return true
}

// sent notes a request, and for the main frame the step to another address.
func (t *traffic) sent(e *network.EventRequestWillBeSent, main cdp.FrameID) {
	address := e.Request.URL + e.Request.URLFragment
	// A navigation's request has the id of its loader; a fetch of the page has the type of what it fetches.
	navigation := e.Type == network.ResourceTypeDocument && e.FrameID == main && string(e.RequestID) == string(e.LoaderID)
	if navigation {
		t.step(e, address)
		t.newest = e.RequestID
	}
	t.add(e.RequestID, &request{url: address, kind: e.Type, main: navigation})
}

// step appends to the redirects of the main frame.
func (t *traffic) step(e *network.EventRequestWillBeSent, address string) {
	if len(t.redirects) >= maxRedirects || t.newest == "" {
		return
	}
	next := monitor.Redirect{URL: clip(address, maxURL), How: "client"}
	if e.RedirectResponse != nil {
		next.How, next.Status = "http", int(e.RedirectResponse.Status)
	}
	t.redirects = append(t.redirects, next)
}

// add remembers a request. A redirect keeps its id, and its earlier address is forgotten.
func (t *traffic) add(id network.RequestID, r *request) {
	if _, known := t.requests[id]; !known {
		if len(t.order) >= maxRequests {
			return
		}
		t.order = append(t.order, id)
	}
	t.requests[id] = r
	if remote(r.url) {
		t.open[id] = r
	}
}

// answered notes the head of a response.
func (t *traffic) answered(e *network.EventResponseReceived) {
	r := t.requests[e.RequestID]
	if r == nil {
		return
	}
	r.status = e.Response.Status
	if r.main {
		t.documents[e.LoaderID] = e.Response
	}
}

// received counts bytes of a body, decoded, because those fill the memory.
func (t *traffic) received(e *network.EventDataReceived) {
	t.bytes += e.DataLength
	if r := t.requests[e.RequestID]; r != nil {
		r.bytes += e.DataLength
		if r.kind == network.ResourceTypeDocument {
			t.largest = max(t.largest, r.bytes)
		}
	}
}

// ended notes the end of a request.
func (t *traffic) ended(id network.RequestID, failure string) {
	if r := t.requests[id]; r != nil {
		r.done, r.failed = true, t.cause(r.url, failure)
		delete(t.open, id)
	}
}

// navigations lists the loaders of the main frame's requests, newest first.
func (t *traffic) navigations() []cdp.LoaderID {
	var ids []cdp.LoaderID
	for _, id := range slices.Backward(t.order) {
		if t.requests[id].main {
			ids = append(ids, cdp.LoaderID(id))
		}
	}
	return ids
}

// mainError is the net error of the latest navigation of the main frame.
func (t *traffic) mainError() string {
	if r := t.requests[t.newest]; r != nil && r.failed != "" {
		return r.failed
	}
	return "net::ERR_FAILED"
}

// leaving reports whether the main frame asked for another document than the one it shows.
func (t *traffic) leaving(shown cdp.LoaderID) bool {
	r := t.requests[t.newest]
	return r != nil && !r.done && string(t.newest) != string(shown)
}

// arrived reports whether the whole body of a document of the main frame came.
func (t *traffic) arrived(shown cdp.LoaderID) bool {
	r := t.requests[network.RequestID(shown)]
	return r == nil || r.done
}

// waiting counts the requests that are under way.
type waiting struct {
	needed  int    // for the page to be complete
	streams int    // that may never end by design: event sources, sockets, polls, beacons, media
	example string // address of one that is needed
}

// waiting returns what is under way.
func (t *traffic) waiting() waiting {
	var w waiting
	for _, r := range t.open {
		if endless(r.kind) {
			w.streams++
			continue
		}
		w.needed++
		if w.example == "" || r.url < w.example { // always the same one
			w.example = r.url
		}
	}
	return w
}

// endless reports whether a request of this kind may stay open on a healthy page.
func endless(kind network.ResourceType) bool {
	switch kind {
	case network.ResourceTypeEventSource, network.ResourceTypeWebSocket, network.ResourceTypeXHR, network.ResourceTypeFetch,
		network.ResourceTypePing, network.ResourceTypeMedia, network.ResourceTypePrefetch, network.ResourceTypeOther:
		return true
	}
	return false
}

// remote reports whether an address is fetched over the network, rather than being the data itself.
func remote(address string) bool {
	return strings.HasPrefix(address, "http:") || strings.HasPrefix(address, "https:") ||
		strings.HasPrefix(address, "ws:") || strings.HasPrefix(address, "wss:")
}

// role is the part a sub-resource plays.
func role(kind network.ResourceType) monitor.Role {
	switch kind {
	case network.ResourceTypeScript:
		return monitor.RoleScript
	case network.ResourceTypeDocument:
		return monitor.RoleFrame
	case network.ResourceTypeStylesheet, network.ResourceTypeFont:
		return monitor.RoleStyle
	case network.ResourceTypeImage:
		return monitor.RoleImage
	case network.ResourceTypeMedia, network.ResourceTypeTextTrack:
		return monitor.RoleMedia
	}
	return monitor.RoleFetch
}

// report writes the log into a rendering: hosts by role, what arrived and what did not.
func (t *traffic) report(p *monitor.Page, hosts hostSet, site string) {
	for _, id := range t.order {
		r := t.requests[id]
		if r.main || !remote(r.url) {
			continue
		}
		part := role(r.kind)
		hosts.add(part, r.url)
		if reason := r.problem(); reason != "" {
			if len(p.Failed) < maxResources {
				p.Failed = append(p.Failed, monitor.Resource{URL: clip(r.url, maxURL), Role: part, Reason: reason})
			}
		} else if len(p.Loaded) < maxResources && assets[r.kind] && registrable(hostOf(r.url)) == site {
			p.Loaded = append(p.Loaded, monitor.Resource{URL: clip(r.url, maxURL), Role: part})
		}
	}
}

// assets are the kinds of sub-resources that can be swapped to deface a page, and are worth asking for again.
var assets = map[network.ResourceType]bool{
	network.ResourceTypeScript: true, network.ResourceTypeStylesheet: true, network.ResourceTypeImage: true,
}

// problem says why a request did not arrive, "" if it did. A stream that is still open is no problem.
func (r *request) problem() string {
	switch {
	case r.status >= 400: // before the failure, which a script with this status also is
		return fmt.Sprintf("HTTP %d", r.status)
	case r.failed != "" && !(r.failed == "net::ERR_ABORTED" && endless(r.kind)):
		return r.failed
	case !r.done && !endless(r.kind):
		return "unfinished"
	}
	return ""
}

// headers are the response headers that judging or explaining needs, lower-case.
var headers = []string{
	"server", "x-powered-by", "content-type", "content-length", "content-disposition", "content-security-policy",
	"location", "retry-after", "refresh", "cf-mitigated", "cf-ray", "last-modified", "x-frame-options",
	"strict-transport-security", "via", "www-authenticate",
}

// selectHeaders returns the few headers we keep.
func selectHeaders(all network.Headers) map[string]string {
	kept := make(map[string]string)
	for name, value := range all {
		name = strings.ToLower(name)
		if slices.Contains(headers, name) {
			kept[name] = clip(fmt.Sprint(value), 2000)
		}
	}
	return kept
}

// hostSet collects host names by role.
type hostSet map[monitor.Role]map[string]bool

// add notes the host of an address.
func (h hostSet) add(part monitor.Role, address string) {
	host := hostOf(address)
	if host == "" {
		return
	}
	if h[part] == nil {
		h[part] = make(map[string]bool)
	}
	h[part][host] = true
}

// sorted returns the names as a Page holds them.
func (h hostSet) sorted() map[monitor.Role][]string {
	lists := make(map[monitor.Role][]string, len(h))
	for part, names := range h {
		for name := range names {
			lists[part] = append(lists[part], name)
		}
		slices.Sort(lists[part])
	}
	return lists
}

// hostOf returns the lower-case host name of a web address, "" if it has none.
func hostOf(address string) string {
	if !remote(address) {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}

// registrable returns the domain that one owner registered: tinhmau.gov.vn for stttt.tinhmau.gov.vn; the host itself when
// it is an address or a bare name.
func registrable(host string) string {
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

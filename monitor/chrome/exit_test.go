package chrome

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"canhcong/monitor"
	"canhcong/monitor/egress"
)

func TestNetErrors(t *testing.T) {
	dial := func(err error) error { return fmt.Errorf("connect to a: %w", &net.OpError{Op: "dial", Err: err}) }
	cases := []struct {
		err  error
		want string
	}{
		{fmt.Errorf("dial: %w", egress.ErrDenied), "net::ERR_NETWORK_ACCESS_DENIED"},
		{&net.DNSError{IsNotFound: true}, "net::ERR_NAME_NOT_RESOLVED"},
		{&net.DNSError{IsTimeout: true}, "net::ERR_NAME_NOT_RESOLVED"},
		{dial(syscall.ECONNREFUSED), "net::ERR_CONNECTION_REFUSED"},
		{errors.Join(dial(syscall.EHOSTUNREACH), dial(syscall.ECONNREFUSED)), "net::ERR_CONNECTION_REFUSED"},
		{dial(syscall.EHOSTUNREACH), "net::ERR_ADDRESS_UNREACHABLE"},
		{dial(syscall.ENETUNREACH), "net::ERR_INTERNET_DISCONNECTED"},
		{dial(syscall.EMFILE), "net::ERR_INSUFFICIENT_RESOURCES"},
		{dial(timedOut{}), "net::ERR_CONNECTION_TIMED_OUT"},
		{errors.New("?"), "net::ERR_CONNECTION_FAILED"},
	}
	for _, c := range cases {
		if have := netError(c.err); have != c.want {
			t.Errorf("%v: have %s, want %s", c.err, have, c.want)
		}
	}
}

type timedOut struct{}

func (timedOut) Error() string   { return "i/o timeout" }
func (timedOut) Timeout() bool   { return true }
func (timedOut) Temporary() bool { return true }

func TestServerOf(t *testing.T) {
	for address, want := range map[string]string{
		"http://a.vn/x": "a.vn:80", "https://A.vn": "a.vn:443", "wss://a.vn:8443/": "a.vn:8443", "ws://a.vn": "a.vn:80",
		"http://[::1]/": "[::1]:80", "http://10.1.2.3:8080/": "10.1.2.3:8080", ":": "",
	} {
		if have := serverOf(address); have != want {
			t.Errorf("%s: have %q, want %q", address, have, want)
		}
	}
}

// What belongs to no look, such as the browser's own errands, gets nowhere.
func TestNothingLeavesBesideTheGates(t *testing.T) {
	reached := make(chan string, 10)
	url := site{"/": func(_ http.ResponseWriter, r *http.Request) { reached <- r.URL.Path }}.serve(t)
	b := own(t)
	render(t, b, monitor.RenderRequest{URL: site{"/": markup("<p>x")}.serve(t)})
	b.mu.Lock()
	p := b.current
	b.mu.Unlock()
	err := within(time.Minute, func() error { return chromedp.Do(p.ctx, chromedp.Navigate(url)) })
	if err == nil || len(reached) > 0 {
		t.Errorf("have %v, and %d requests that left", err, len(reached))
	}
}

// TLS goes from end to end through a gate, so that HTTP/2 is spoken as without it.
func TestHTTP2ThroughTheGate(t *testing.T) {
	var mu sync.Mutex
	protocols := map[string]string{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		protocols[r.URL.Path] = r.Proto
		mu.Unlock()
		if r.URL.Path != "/" {
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: xin chào\n\n")
			return
		}
		markup(`<p id="p"></p><script>new EventSource("/tin").onmessage=e=>document.getElementById("p").textContent=e.data</script>`)(w, r)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	got := render(t, open(t), monitor.RenderRequest{URL: server.URL, Deadline: time.Minute})
	if visible(got.Page) != "xin chào" || got.NetError != "" {
		t.Errorf("have %q, net error %q", visible(got.Page), got.NetError)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, path := range []string{"/", "/tin"} {
		if protocols[path] != "HTTP/2.0" {
			t.Errorf("%s: have %q, want HTTP/2.0", path, protocols[path])
		}
	}
}

// What a page sends must neither pass through our memory nor become our own fault when the gate has had enough.
func TestPageThatSendsTooMuch(t *testing.T) {
	url := site{
		"/": markup(`<h1>Cổng</h1><script>for(let i=0;i<4;i++)fetch("/nhan",{method:"POST",body:new Uint8Array(20<<20)}).catch(()=>0)</script>`),
		"/nhan": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
	}.serve(t)
	got := render(t, open(t), monitor.RenderRequest{URL: url, Deadline: time.Minute})
	if visible(got.Page) != "Cổng" || got.NetError != "" || got.Partial != "the page carries more than 50 MB" {
		t.Errorf("have %q, net error %q, partial %q", visible(got.Page), got.NetError, got.Partial)
	}
}

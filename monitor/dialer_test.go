package monitor

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

// A name that leads inside is not dialled, whoever leads there and how.
func TestProbesKeepTheEgressPolicy(t *testing.T) {
	reached := make(chan string, 10)
	inside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { reached <- r.Host }))
	t.Cleanup(inside.Close)
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	var to string
	leading := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }))
	t.Cleanup(leading.Close)
	dns := serveDNS(t, zone{portalName: says{four: "127.0.0.1", six: "::1"}, "may.tinhmau.gov.vn": says{four: "169.254.169.254"}})
	looker := Looker{
		Hosts:    Hosts{"cong.tinhmau.gov.vn": leading.Listener.Addr().String()}, // the word of an administrator
		Resolver: &Resolver{servers: []nameserver{dns.nameserver()}},
	}
	for _, address := range []string{
		"http://127.0.0.1:" + port + "/", "http://[::1]:" + port + "/", "http://" + portalName + ":" + port + "/", "http://may.tinhmau.gov.vn/",
		"http://10.1.2.3:" + port + "/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]:" + port + "/",
	} {
		to = address
		for _, one := range []string{address, "http://cong.tinhmau.gov.vn/"} {
			o := looker.Look(t.Context(), targets.Site{URL: one}, Probe, false, time.Minute).Observation
			if o.Outcome != Policy || !strings.Contains(o.Detail, egress.ErrDenied.Error()) {
				t.Errorf("%s by %s: have %s (%s), want policy", address, one, o.Outcome, o.Detail)
			}
		}
	}
	if len(reached) > 0 {
		t.Errorf("reached as %s", <-reached)
	}
}

func TestHostsAreAnAdministratorsWord(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	at := server.Listener.Addr().String()
	dns := serveDNS(t, zone{portalName: says{four: "127.0.0.1"}})
	for given, want := range map[string]error{
		at:          nil,
		"127.0.0.1": egress.ErrDenied, // at a port that is not one of the web
		portalName:  egress.ErrDenied, // a name leads where it leads
	} {
		d := NewDialer(Hosts{"cong.tinhmau.gov.vn": given}, &Resolver{servers: []nameserver{dns.nameserver()}}, egress.Policy{})
		_, port, _ := net.SplitHostPort(at)
		conn, err := d.DialContext(t.Context(), "tcp", "cong.tinhmau.gov.vn:"+port)
		if conn != nil {
			conn.Close()
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: have %v, want %v", given, err, want)
		}
	}
}

func TestNowhere(t *testing.T) {
	d := NewDialer(Hosts{"*": Nowhere}, nil, egress.Policy{Loopback: true})
	for _, address := range []string{"127.0.0.1:80", "cong.tinhmau.gov.vn:443"} {
		_, err := d.DialContext(t.Context(), "tcp", address)
		if dns, ok := errors.AsType[*net.DNSError](err); !ok || !dns.IsNotFound {
			t.Errorf("%s: have %v, want that there is no such host", address, err)
		}
	}
}

// A browser asks for a name once in a look, and what it then leads to does not matter any more.
func TestDialerAsksOnce(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	dns := serveDNS(t, zone{portalName: says{four: "127.0.0.1"}})
	d := NewDialer(nil, &Resolver{servers: []nameserver{dns.nameserver()}}, egress.Policy{Loopback: true})
	var before int64
	for i := range 5 {
		conn, err := d.DialContext(t.Context(), "tcp", portalName+":"+port)
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		if i == 0 {
			before = int64(dns.asked.Load())
		}
	}
	if have := int64(dns.asked.Load()); have != before {
		t.Errorf("have %d questions after five connections, want the %d of the first", have, before)
	}
}

// A public address that does not answer is what is wrong, even when the name leads inside as well.
func TestDeniedAddressesAreNoReasonBesideOthers(t *testing.T) {
	inside := attempt{netip.MustParseAddrPort("10.1.2.3:80"), egress.Policy{}.Check(netip.MustParseAddrPort("10.1.2.3:80"))}
	silent := attempt{netip.MustParseAddrPort("192.0.2.1:80"), errSilent}
	if err := whyNone("a", attempts{inside, silent}); errors.Is(err, egress.ErrDenied) || !errors.Is(err, errSilent) {
		t.Errorf("have %v, want only that nobody answers", err)
	}
	if err := whyNone("a", attempts{inside}); !errors.Is(err, egress.ErrDenied) {
		t.Errorf("have %v, want ErrDenied", err)
	}
}

func TestReach(t *testing.T) {
	mine := []egress.Exception{{Prefix: netip.MustParsePrefix("10.20.0.0/16")}}
	for address, want := range map[string][]string{
		"https://cong.tinhmau.gov.vn/":      {"10.20.0.1:443"},
		"https://cong.tinhmau.gov.vn:8181/": {"10.20.0.1:443", "192.0.2.1:8181", "[2606:4700::1111]:8181"},
	} {
		p := egress.Policy{}.With(Reach(targets.Site{URL: address, Allow: mine})...)
		for _, to := range want {
			if err := p.Check(netip.MustParseAddrPort(to)); err != nil {
				t.Errorf("%s: %s: %v", address, to, err)
			}
		}
		for _, to := range []string{"10.21.0.1:443", "10.21.0.1:8181", "192.0.2.1:22", "127.0.0.1:8181"} {
			if err := p.Check(netip.MustParseAddrPort(to)); err == nil {
				t.Errorf("%s: %s is open", address, to)
			}
		}
	}
	if have := Reach(targets.Site{URL: "https://a.vn/", Allow: mine}); len(have) != 1 {
		t.Errorf("have %v", have)
	}
}

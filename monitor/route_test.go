package monitor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

// ends says how connections to each address end; those that are not listed connect, to nothing.
type ends map[string]error

var errNever = errors.New("never")

func (e ends) dial(ctx context.Context, _, address string) (net.Conn, error) {
	switch err := e[address]; {
	case errors.Is(err, errNever):
		<-ctx.Done()
		return nil, ctx.Err()
	case err != nil:
		return nil, &net.OpError{Op: "dial", Err: err}
	}
	c, other := net.Pipe()
	other.Close()
	return c, nil
}

func TestRaceTriesEveryAddress(t *testing.T) {
	const six, four, other = "[2001:db8::1]:443", "192.0.2.1:443", "192.0.2.2:443"
	tests := []struct {
		name    string
		ends    ends
		to      []string
		at      string // where it ends, "" for nowhere
		noted   []string
		outcome Outcome // where it ends nowhere
		cause   Cause
	}{
		{"the first answers", ends{}, []string{six, four}, six, nil, "", ""},
		{"the first refuses", ends{six: syscall.ECONNREFUSED}, []string{six, four}, four, []string{"2001:db8::1"}, "", ""},
		{"the first is silent", ends{six: errNever}, []string{six, four}, four, []string{"2001:db8::1"}, "", ""},
		{"no way to the family from here", ends{six: syscall.ENETUNREACH}, []string{six, four}, four, nil, "", ""},
		{"the last answers", ends{six: syscall.ECONNREFUSED, four: syscall.EHOSTUNREACH}, []string{six, four, other}, other, []string{"2001:db8::1", "192.0.2.1"}, "", ""},
		{"none answers", ends{six: syscall.ENETUNREACH, four: syscall.ECONNREFUSED}, []string{six, four}, "", []string{"192.0.2.1"}, Down, CauseTCP},
		{"no way at all", ends{six: syscall.ENETUNREACH, four: syscall.ENETUNREACH}, []string{six, four}, "", nil, Blind, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var to []netip.AddrPort
			for _, a := range tt.to {
				to = append(to, netip.MustParseAddrPort(a))
			}
			conn, at, lost := race(t.Context(), "tcp", to, tt.ends.dial)
			if conn != nil {
				conn.Close()
			}
			if have := at.String(); conn != nil && have != tt.at || (conn == nil) != (tt.at == "") {
				t.Errorf("have a connection to %v, want %q", at, tt.at)
			}
			noted := theirs(lost).reasons()
			for i := range max(len(noted), len(tt.noted)) {
				if i >= len(noted) || i >= len(tt.noted) || noted[i].Address.String() != tt.noted[i] {
					t.Fatalf("have %v noted, want %v", noted, tt.noted)
				}
			}
			if conn == nil {
				if outcome, cause, detail := outcomeOfError(whyNone("a", lost)); outcome != tt.outcome || cause != tt.cause {
					t.Errorf("have %s %s (%s), want %s %s", outcome, cause, detail, tt.outcome, tt.cause)
				}
			}
		})
	}
}

func TestFamiliesTakeTurns(t *testing.T) {
	parse := netip.MustParseAddr
	addrs := []netip.Addr{parse("192.0.2.1"), parse("192.0.2.2"), parse("192.0.2.3"), parse("2001:db8::1"), parse("::ffff:192.0.2.4")}
	for sixFirst, want := range map[bool]string{
		true:  "[2001:db8::1 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4]",
		false: "[192.0.2.1 2001:db8::1 192.0.2.2 192.0.2.3 192.0.2.4]",
	} {
		if have := fmt.Sprint(inTurn(addrs, sixFirst)); have != want {
			t.Errorf("IPv6 first %v: have %s, want %s", sixFirst, have, want)
		}
	}
}

// twoFamilies listens on the same port of 127.0.0.1 and ::1, or only on the first.
func twoFamilies(t *testing.T, both bool) (port string) {
	t.Helper()
	four := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, ordinaryPage) }))
	t.Cleanup(four.Close)
	_, port, err := net.SplitHostPort(four.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if !both {
		return port
	}
	l, err := net.Listen("tcp6", net.JoinHostPort("::1", port))
	if err != nil {
		t.Skipf("no IPv6 on this machine: %v", err)
	}
	six := &http.Server{Handler: four.Config.Handler, ReadHeaderTimeout: time.Minute}
	go six.Serve(l)
	t.Cleanup(func() { six.Close() })
	return port
}

func TestProbeFindsItsOwnWay(t *testing.T) {
	dns := serveDNS(t, zone{portalName: says{four: "127.0.0.1", six: "::1"}})
	for _, both := range []bool{true, false} {
		port := twoFamilies(t, both)
		site := targets.Site{URL: "http://" + net.JoinHostPort(portalName, port) + "/"}
		for range 6 { // either family may be tried first
			asked := dns.asked.Load()
			o := Looker{Resolver: &Resolver{servers: []nameserver{dns.nameserver()}}, Egress: egress.Policy{Loopback: true}}.Look(t.Context(), site, Probe, false, time.Minute).Observation
			if o.Outcome != OK {
				t.Fatalf("have %s (%s), want ok: one family that is away is no outage", o.Outcome, o.Detail)
			}
			if dns.asked.Load() == asked {
				t.Error("the name was not looked up anew")
			}
			if s := o.Wire.Servers; len(s) != 1 || len(s[0].Addresses) != 2 || !s[0].Address.IsLoopback() || s[0].Name != net.JoinHostPort(portalName, port) {
				t.Errorf("have %+v, want both addresses and the one that answered", s)
			} else if both && len(s[0].Unreached) > 0 || !both && s[0].Address.Is6() {
				t.Errorf("both families there: %v, have %+v", both, s[0])
			}
		}
	}
}

func TestProbeOfANameThatIsGone(t *testing.T) {
	for name, tt := range map[string]struct {
		said    says
		outcome Outcome
		cause   Cause
	}{
		"no such name":    {says{code: dnsGone}, Down, CauseDNS},
		"nothing answers": {says{silent: true}, Blind, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &Resolver{servers: []nameserver{serveDNS(t, zone{"*": tt.said}).nameserver()}}
			o := Looker{Resolver: r, Egress: egress.Policy{Loopback: true}}.Look(t.Context(), targets.Site{URL: "https://" + portalName + "/"}, Probe, false, time.Minute).Observation
			if o.Outcome != tt.outcome || o.Cause != tt.cause {
				t.Errorf("have %s %s (%s), want %s %s", o.Outcome, o.Cause, o.Detail, tt.outcome, tt.cause)
			}
			if o.Timings == nil || o.Timings.DNS == 0 || o.Timings.Connect != 0 {
				t.Errorf("have timings %+v, want time for the name and none for a connection", o.Timings)
			}
		})
	}
}

package monitor

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// zone is what a name server says of each name; the empty one is what it says of all others.
type zone map[string]says

// says is an answer: addresses, or a code, or nothing at all.
type says struct {
	four, six string
	code      dnsmessage.RCode // of both families
	sixCode   dnsmessage.RCode
	silent    bool
	sixSilent bool
}

// dnsServer is a name server on loopback.
type dnsServer struct {
	conn  net.PacketConn
	zone  zone
	asked atomic.Int32
}

func serveDNS(t *testing.T, z zone) *dnsServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dnsServer{conn: conn, zone: z}
	done := make(chan struct{})
	go func() { defer close(done); s.serve() }()
	t.Cleanup(func() { conn.Close(); <-done })
	return s
}

func (s *dnsServer) nameserver() nameserver {
	return nameserver{name: s.conn.LocalAddr().String(), address: s.conn.LocalAddr().String()}
}

func (s *dnsServer) serve() {
	buf := make([]byte, 1500)
	for {
		n, from, err := s.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil {
			continue
		}
		s.asked.Add(1)
		if b := s.answer(m); b != nil {
			s.conn.WriteTo(b, from)
		}
	}
}

func (s *dnsServer) answer(m dnsmessage.Message) []byte {
	q := m.Questions[0]
	said, ok := s.zone[strings.TrimSuffix(q.Name.String(), ".")]
	if !ok {
		said = s.zone["*"]
	}
	isSix := q.Type == dnsmessage.TypeAAAA
	if said.silent || said.sixSilent && isSix {
		return nil
	}
	m.Response, m.RecursionAvailable, m.RCode, m.Additionals = true, true, said.code, nil
	if isSix && said.sixCode != 0 {
		m.RCode = said.sixCode
	}
	header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60}
	switch {
	case isSix && said.six != "":
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: netip.MustParseAddr(said.six).As16()}}}
	case q.Type == dnsmessage.TypeA && said.four != "":
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: netip.MustParseAddr(said.four).As4()}}}
	}
	b, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return b
}

const dnsGone = dnsmessage.RCodeNameError

const portalName = "phuongvidu.tinhmau.gov.vn"

func TestResolverAsksASecondServer(t *testing.T) {
	const (
		down  = "down"
		blind = "blind"
	)
	gone, broken, refuses := says{code: dnsGone}, says{code: dnsmessage.RCodeServerFailure}, says{code: dnsmessage.RCodeRefused}
	mute, there := zone{"*": says{silent: true}}, says{four: "127.0.0.7"}
	tests := []struct {
		name          string
		first, second zone
		want          string // addresses, or how it ends
	}{
		{"the first knows", zone{portalName: there}, zone{portalName: gone}, "127.0.0.7"},
		{"both families", zone{portalName: says{four: "127.0.0.7", six: "::1"}}, mute, "127.0.0.7 ::1"},
		{"one family fails", zone{portalName: says{four: "127.0.0.7", sixCode: dnsmessage.RCodeServerFailure}}, mute, "127.0.0.7"},
		{"one family is silent", zone{portalName: says{four: "127.0.0.7", sixSilent: true}}, mute, "127.0.0.7"},
		{"the first fails", zone{portalName: broken}, zone{portalName: there}, "127.0.0.7"},
		{"the first refuses", zone{portalName: refuses}, zone{portalName: there}, "127.0.0.7"},
		{"the first is silent", mute, zone{portalName: there}, "127.0.0.7"},
		{"the first does not know", zone{portalName: gone}, zone{portalName: there}, "127.0.0.7"},
		{"both deny", zone{portalName: gone}, zone{portalName: gone}, down},
		{"the name has no address", zone{portalName: says{}}, zone{portalName: says{}}, down},
		{"both fail", zone{portalName: broken}, zone{portalName: broken}, down},
		{"one denies, one is silent", zone{portalName: gone}, mute, down},
		{"both wait in vain for the servers of the name", zone{portalName: says{silent: true}}, zone{portalName: says{silent: true}}, down},
		{"nobody answers anything", mute, mute, blind},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &Resolver{servers: []nameserver{serveDNS(t, tt.first).nameserver(), serveDNS(t, tt.second).nameserver()}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			addrs, err := r.Lookup(ctx, portalName)
			slices.SortFunc(addrs, netip.Addr.Compare)
			var words []string
			for _, a := range addrs {
				words = append(words, a.String())
			}
			have := strings.Join(words, " ")
			if err != nil {
				outcome, _, _ := outcomeOfError(err)
				have = string(outcome)
			}
			if have != tt.want {
				t.Errorf("have %q (%v), want %q", have, err, tt.want)
			}
			if _, isDNS := errors.AsType[*net.DNSError](err); isDNS != (tt.want == down) {
				t.Errorf("have the error %v, want a *net.DNSError only where the site is down", err)
			}
		})
	}
}

func TestResolverThatNobodyListensAt(t *testing.T) {
	closed := serveDNS(t, nil)
	closed.conn.Close()
	r := &Resolver{servers: []nameserver{closed.nameserver(), serveDNS(t, zone{portalName: says{four: "127.0.0.7"}}).nameserver()}}
	if addrs, err := r.Lookup(t.Context(), portalName); len(addrs) != 1 {
		t.Errorf("have %v, %v, want the address that the second server knows", addrs, err)
	}
}

func TestParseResolvers(t *testing.T) {
	for text, want := range map[string]string{
		"none": "system", "1.1.1.1:53": "system 1.1.1.1:53", "10.0.0.2,[2001:db8::1]:5353": "system 10.0.0.2:53 [2001:db8::1]:5353",
		"2001:db8::1": "system [2001:db8::1]:53", "dns.example:53": "error", "": "error",
	} {
		r, err := ParseResolvers(strings.Split(text, ","))
		have := "error"
		if err == nil {
			var names []string
			for _, s := range r.servers {
				names = append(names, s.name)
			}
			have = strings.Join(names, " ")
		}
		if have != want {
			t.Errorf("%q: have %s (%v), want %s", text, have, err, want)
		}
	}
}

package chrome

import (
	"bytes"
	"context"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Addresses of the namespace. All of them are this machine's, but only those of the interface are known as its own: the
// others are local routes, so that the attacker's looks like any public server and the private one like any neighbour.
const (
	publicAddress   = "203.0.113.80"
	privateAddress  = "10.1.2.3"
	uniqueAddress   = "fd00::7"
	metadataAddress = "169.254.169.254"
	ownAddress      = "198.51.100.9"
)

// furnish brings the loopback interface of an empty network namespace up, with those addresses.
func furnish(t *testing.T) {
	t.Helper()
	for _, line := range []string{
		"link set lo up", "addr add " + metadataAddress + "/32 dev lo", "addr add " + ownAddress + "/32 dev lo",
		"route add local 203.0.113.0/24 dev lo", "route add local 10.0.0.0/8 dev lo",
	} {
		if out, err := ip(line); err != nil {
			t.Fatalf("ip %s: %v\n%s", line, err, out)
		}
	}
	if out, err := ip("-6 addr add " + uniqueAddress + "/128 dev lo nodad"); err != nil {
		t.Logf("%v %s (IPv6 is not tried here)", err, bytes.TrimSpace(out))
	}
	for _, line := range []string{"link add nic type veth peer name far", "addr add 192.0.2.10/24 dev nic", "link set nic up", "link set far up", "route add default dev nic"} {
		if out, err := ip(line); err != nil { // WebRTC sends nothing where there is only loopback
			t.Logf("ip %s: %v %s (WebRTC is not tried here)", line, err, bytes.TrimSpace(out))
			return
		}
	}
}

func ip(line string) ([]byte, error) {
	return exec.Command("ip", strings.Fields(line)...).CombinedOutput()
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// inside are the services that no page may reach. It counts who does.
type inside struct {
	mu   sync.Mutex
	hits map[string]int // by vector, or by address where nothing was asked for
}

func (i *inside) hit(name string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.hits[name]++
}

// take returns who reached something, and forgets it.
func (i *inside) take() map[string]int {
	i.mu.Lock()
	defer i.mu.Unlock()
	hits := i.hits
	i.hits = map[string]int{}
	return hits
}

// counting notes every connection, whatever is said on it.
type counting struct {
	net.Listener
	*inside
}

func (c counting) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.hit("tcp " + c.Addr().String())
	}
	return conn, err
}

// listen opens the services on every address inside.
func listen(t *testing.T) *inside {
	t.Helper()
	in := &inside{hits: map[string]int{}}
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _ := url.PathUnescape(strings.TrimPrefix(r.URL.EscapedPath(), "/"))
		in.hit(name)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<h1>Bí mật nội bộ</h1>"))
	})
	for _, address := range []string{"127.0.0.1", "::1", metadataAddress, privateAddress, uniqueAddress, ownAddress} {
		for _, port := range []string{"80", "443", "8080", "9222"} {
			l, err := net.Listen("tcp", net.JoinHostPort(address, port))
			if err != nil && strings.Contains(address, ":") {
				continue // a machine without IPv6
			}
			if err != nil {
				t.Fatal(err)
			}
			server := &http.Server{Handler: serve, ReadHeaderTimeout: time.Minute}
			go server.Serve(counting{l, in})
			t.Cleanup(func() { server.Close() })
		}
		listenUDP(t, in, net.JoinHostPort(address, "3478"))
		listenUDP(t, in, net.JoinHostPort(address, "443"))
	}
	listenUDP(t, in, "224.0.0.251:5353") // mDNS
	return in
}

// listenUDP notes every packet to an address.
func listenUDP(t *testing.T, in *inside, address string) {
	t.Helper()
	var c net.PacketConn
	at, err := net.ResolveUDPAddr("udp", address)
	if err == nil && at.IP.IsMulticast() {
		c, err = net.ListenMulticastUDP("udp", nil, at)
	} else if err == nil {
		c, err = net.ListenUDP("udp", at)
	}
	if err != nil && strings.HasPrefix(address, "[") {
		return // a machine without IPv6
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		for buf := make([]byte, 1500); ; {
			if _, _, err := c.ReadFrom(buf); err != nil {
				return
			}
			in.hit("udp " + address)
		}
	}()
}

// names are what the name server of the namespace says; a second address is what it says from the second question on.
var names = map[string][]string{
	attacker:                         {publicAddress},
	"noibo." + attacker:              {privateAddress},
	"vong." + attacker:               {"127.0.0.1"},
	"may." + attacker:                {metadataAddress},
	"doi." + attacker:                {publicAddress, "127.0.0.1"},
	"cuaminh." + attacker:            {ownAddress},
	"cong-noibo.tinhmau.gov.vn":      {privateAddress},
	"cong-congkhai.tinhmau.gov.vn":   {publicAddress},
	"khong-duoc-phep.tinhmau.gov.vn": {"10.9.9.9"},
}

// serveNames answers questions for addresses, and returns where.
func serveNames(t *testing.T) string {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:53")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		asked := map[string]int{}
		for buf := make([]byte, 1500); ; {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := answerName(buf[:n], asked); answer != nil {
				_, _ = c.WriteTo(answer, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

func answerName(question []byte, asked map[string]int) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) == 0 {
		return nil
	}
	q := m.Questions[0]
	name := strings.TrimSuffix(q.Name.String(), ".")
	m.Response, m.Additionals = true, nil
	addresses := names[name]
	switch {
	case len(addresses) == 0:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA:
		address := addresses[min(asked[name], len(addresses)-1)]
		asked[name]++
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
			Body:   &dnsmessage.AResource{A: netip.MustParseAddr(address).As4()},
		}}
	}
	answer, _ := m.Pack()
	return answer
}

// serveOutside runs the attacker's and an ordinary site.
func serveOutside(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", publicAddress+":80")
	if err != nil {
		t.Fatal(err)
	}
	hostile := serveAttacker()
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "cong-congkhai.tinhmau.gov.vn" {
			markup("<h1>Cổng công khai</h1>")(w, r)
			return
		}
		hostile.ServeHTTP(w, r)
	})}
	go server.Serve(l)
	t.Cleanup(func() { _ = server.Shutdown(context.WithoutCancel(t.Context())) })
}

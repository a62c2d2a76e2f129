package monitor

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Canary is something outside that should always answer. When most canaries are silent, it is our own network that is away,
// and nothing is said about any site.
type Canary struct {
	Name   string
	ask    func(ctx context.Context) error // nil when it answered
	inside bool                            // it stands in our own network, and answers when what lies beyond is away
	proves bool                            // it shows who it is
}

// DefaultCanaries stand on three networks: our own gateway and resolver, two anycast resolvers abroad, whose certificates name
// their addresses, and the name servers of .vn. One that never answers here costs nothing: two of five are enough.
var DefaultCanaries = []string{"gateway", "resolver", "https://1.1.1.1", "https://8.8.8.8", "a.dns-servers.vn:53"}

// ParseCanaries reads canaries as they are configured: "gateway", "resolver", "host:port" (something that accepts a TCP
// connection or refuses it at once), or "https://host" (which has to show a certificate that is valid for that name, so that
// a captive portal does not pass for the world). "none" alone is no canaries.
func ParseCanaries(list []string) ([]Canary, error) {
	if len(list) == 1 && list[0] == "none" {
		return nil, nil
	}
	var out []Canary
	for _, text := range list {
		c, err := parseCanary(strings.TrimSpace(text))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func parseCanary(text string) (Canary, error) {
	c := Canary{Name: text}
	host, isTLS := strings.CutPrefix(text, "https://")
	switch {
	case text == "gateway":
		c.ask, c.inside = askGateway, true
	case text == "resolver":
		c.ask, c.inside = askResolver, true
	case isTLS && host != "" && !strings.Contains(host, "/"):
		if _, _, err := net.SplitHostPort(host); err != nil {
			host = net.JoinHostPort(host, "443")
		}
		c.proves = hasRoots()
		c.ask = func(ctx context.Context) error { return askTLS(ctx, host, !c.proves) }
	default:
		host, port, err := net.SplitHostPort(text)
		if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || host == "" {
			return c, fmt.Errorf("the canary %q is not known: write gateway, resolver, host:port, https://host, or none", text)
		}
		c.ask = func(ctx context.Context) error { return askTCP(ctx, text) }
	}
	return c, nil
}

// askTCP is content with a refusal: somebody was there to refuse.
func askTCP(ctx context.Context, address string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil
	}
	if err != nil {
		return err
	}
	return conn.Close()
}

func askTLS(ctx context.Context, address string, anybody bool) error {
	conn, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: anybody}}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// hasRoots says whether this machine knows any authority: without one nobody can prove anything to it.
func hasRoots() bool {
	roots, err := x509.SystemCertPool()
	return err == nil && !roots.Equal(x509.NewCertPool())
}

// isForeign tells that somebody else answered in a canary's place: with a certificate of his own, or without any.
func isForeign(err error) bool {
	_, wrong := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	return wrong || plain
}

// askResolver asks the machine's own resolver for the root, past any cache of ours.
func askResolver(ctx context.Context) error {
	_, err := (&net.Resolver{PreferGo: true}).LookupNS(ctx, ".")
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return nil
	}
	return err
}

func askGateway(ctx context.Context) error {
	f, err := os.Open("/proc/net/route")
	if err != nil {
		return fmt.Errorf("find the gateway: %w", err)
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); s.Scan(); {
		lines = append(lines, s.Text())
	}
	gateway, ok := defaultGateway(lines)
	if !ok {
		return errors.New("this machine has no default gateway")
	}
	return askTCP(ctx, net.JoinHostPort(gateway.String(), "53"))
}

// defaultGateway reads /proc/net/route: interface, destination and gateway, addresses in hexadecimal with the bytes of the
// machine's order (proc(5)).
func defaultGateway(lines []string) (gateway netip.Addr, ok bool) {
	for _, line := range lines {
		f := strings.Fields(line)
		if len(f) < 3 || f[1] != "00000000" {
			continue
		}
		b, err := hex.DecodeString(f[2])
		if err != nil || len(b) != 4 {
			continue
		}
		slices.Reverse(b)
		return netip.AddrFrom4([4]byte(b)), true
	}
	return netip.Addr{}, false
}

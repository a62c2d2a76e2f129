package monitor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// DefaultResolvers are asked where the machine's own name server knows no address.
var DefaultResolvers = []string{"1.1.1.1:53"}

// Resolver finds the addresses of host names. Its name servers are asked in turn, the next one only where those before it
// know no address, so that a name is gone only when all of them say so. nil asks the machine's own alone.
type Resolver struct{ servers []nameserver }

// ParseResolvers reads the name servers that are asked after the machine's own, as they are configured: "ip:port" or "ip".
// "none" alone is none.
func ParseResolvers(list []string) (*Resolver, error) {
	r := &Resolver{servers: []nameserver{system}}
	if len(list) == 1 && list[0] == "none" {
		return r, nil
	}
	for _, text := range list {
		text = strings.TrimSpace(text)
		at, err := netip.ParseAddrPort(text)
		if ip, bare := netip.ParseAddr(text); bare == nil {
			at, err = netip.AddrPortFrom(ip, 53), nil
		}
		if err != nil {
			return nil, fmt.Errorf("the resolver %q is not known: write ip, ip:port, or none", text)
		}
		r.servers = append(r.servers, nameserver{name: at.String(), address: at.String()})
	}
	return r, nil
}

// errNoResolver says that no name server answered anything at all: that is our own network.
var errNoResolver = errors.New("no name server answers")

// Lookup returns the addresses of a host name. The error is a *net.DNSError where the name servers that work know none, and
// errNoResolver where none of them works.
func (r *Resolver) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	servers := []nameserver{system}
	if r != nil {
		servers = r.servers
	}
	var said []string
	var silent []nameserver
	denied := true
	for _, s := range servers {
		addrs, heard, err := s.lookup(ctx, host)
		if len(addrs) > 0 {
			return addrs, nil
		}
		said = append(said, s.name+": "+err.Error())
		if !heard {
			silent = append(silent, s)
		}
		denied = denied && isNotFound(err)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("look up %s: %w", host, ctx.Err())
	}
	if len(silent) == len(servers) && !anyAnswers(ctx, silent) {
		return nil, fmt.Errorf("look up %s: %w (%s)", host, errNoResolver, strings.Join(said, "; "))
	}
	return nil, &net.DNSError{Err: strings.Join(said, "; "), Name: host, IsNotFound: denied}
}

// isNotFound tells that a name, or its addresses of one family, do not exist from a question that got no answer.
func isNotFound(err error) bool {
	if _, otherFamily := errors.AsType[*net.AddrError](err); otherFamily {
		return true
	}
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

// anyAnswers asks name servers that were silent about one name for the root. Those of a name may be away, and ours wait
// for them in vain; then it is the name that is down, and not our network.
func anyAnswers(ctx context.Context, list []nameserver) bool {
	alive := make(chan bool, len(list))
	ctx, cancel := context.WithTimeout(ctx, tryTime(ctx))
	defer cancel()
	for _, s := range list {
		go func() {
			var heard atomic.Bool
			_, err := s.resolver(&heard).LookupNS(ctx, ".")
			alive <- err == nil || heard.Load()
		}()
	}
	for range list {
		if <-alive {
			return true
		}
	}
	return false
}

const (
	// lookupTries is how often a silent name server is asked: a lost packet is no outage.
	lookupTries = 2
	// longestTry is how long one question may take. A name server that has to walk from the root needs a second or two.
	longestTry = 2 * time.Second
	// otherFamily is how long the addresses of one family wait for those of the other.
	otherFamily = 500 * time.Millisecond
)

// tryTime keeps one question short enough for the whole look: two name servers twice, and a connection after that.
func tryTime(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return longestTry
	}
	return min(longestTry, time.Until(deadline)/6)
}

// nameserver is one server that is asked for addresses; one without an address is the machine's own, by /etc/resolv.conf
// and /etc/hosts.
type nameserver struct{ name, address string }

var system = nameserver{name: "system"}

// lookup asks for the addresses of a name. heard tells that the server said something, be it that it failed.
func (n nameserver) lookup(ctx context.Context, host string) (addrs []netip.Addr, heard bool, err error) {
	for range lookupTries {
		var ear atomic.Bool
		addrs, err = n.ask(ctx, host, n.resolver(&ear))
		heard = ear.Load() || isNotFound(err)
		if len(addrs) > 0 || heard || ctx.Err() != nil {
			break
		}
	}
	return addrs, heard, err
}

// families are the networks of IPv4 and IPv6 addresses.
var families = [2]string{"ip4", "ip6"}

// ask asks once for both families. One that fails, or is slow, is left out when the other has addresses.
func (n nameserver) ask(ctx context.Context, host string, r *net.Resolver) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, tryTime(ctx))
	defer cancel()
	type answer struct {
		addrs []netip.Addr
		err   error
	}
	answers := make(chan answer, len(families))
	for _, family := range families {
		go func() {
			addrs, err := r.LookupNetIP(ctx, family, strings.TrimSuffix(host, ".")+".") // rooted: no search list of ours
			answers <- answer{addrs, err}
		}()
	}
	first := <-answers
	var second answer
	var patience <-chan time.Time
	if len(first.addrs) > 0 {
		patience = time.After(otherFamily)
	}
	select {
	case second = <-answers:
	case <-patience:
	}
	addrs := slices.Concat(first.addrs, second.addrs)
	if len(addrs) > 0 {
		return addrs, nil
	}
	if isNotFound(first.err) { // the other one may say more
		return nil, second.err
	}
	return nil, first.err
}

// resolver returns a resolver that talks to the name server, and sets heard when it hears from it.
func (n nameserver) resolver(heard *atomic.Bool) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if n.address != "" {
			address = n.address
		}
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if udp, ok := c.(*net.UDPConn); ok {
			return listening{udp, heard}, nil
		}
		return c, err
	}}
}

// listening is a connection that notes when something was heard on it.
type listening struct {
	*net.UDPConn
	heard *atomic.Bool
}

// Read implements net.Conn.
func (l listening) Read(b []byte) (int, error) {
	n, err := l.UDPConn.Read(b)
	if n > 0 {
		l.heard.Store(true)
	}
	return n, err
}

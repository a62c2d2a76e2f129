package monitor

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

// way is how probes and browsers get to servers: names are resolved by ourselves, and each address is checked when it is
// dialled, so that no name can lead anywhere but where the policy lets it, whatever it led to a moment ago.
type way struct {
	hosts  Hosts
	lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	policy egress.Policy
}

// dial returns how to connect to the addresses of a server. What the configuration gives for its name is the word of an
// administrator, and is not for the policy to judge.
func (w way) dial(given given) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return nil, err
		}
		switch given {
		case nothing:
			err = w.policy.Check(to)
		case theAddress:
			err = w.policy.CheckPort(to)
		}
		if err != nil {
			return nil, err
		}
		return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
	}
}

// Dialer connects to servers for one look of a browser, as probes do for themselves, and asks for each name once.
type Dialer struct {
	way   way
	mu    sync.Mutex
	names map[string]*name
}

// name is what a name led to when it was first asked for.
type name struct {
	once  sync.Once
	addrs []netip.Addr
	err   error
}

// NewDialer returns a dialer for one look.
func NewDialer(hosts Hosts, resolver *Resolver, policy egress.Policy) *Dialer {
	d := &Dialer{names: map[string]*name{}}
	d.way = way{hosts, func(ctx context.Context, host string) ([]netip.Addr, error) {
		known := d.known(host)
		known.once.Do(func() { known.addrs, known.err = resolver.Lookup(ctx, host) })
		return known.addrs, known.err
	}, policy}
	return d
}

func (d *Dialer) known(host string) *name {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.names[host] == nil {
		d.names[host] = &name{}
	}
	return d.names[host]
}

// DialContext connects to "host:port". The error wraps egress.ErrDenied where the policy closes all its addresses.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, _, err := d.way.connect(ctx, network, address)
	return conn, err
}

// Reach lists what a site may be reached at besides the public web: what an administrator allowed, and the port that stands
// in its own address, at public addresses.
func Reach(site targets.Site) []egress.Exception {
	u, err := url.Parse(site.URL)
	if err != nil {
		return site.Allow
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return site.Allow
	}
	allow := site.Allow[:len(site.Allow):len(site.Allow)]
	for _, everywhere := range []string{"0.0.0.0/0", "::/0"} {
		allow = append(allow, egress.Exception{Prefix: netip.MustParsePrefix(everywhere), Port: uint16(port)})
	}
	return allow
}

// meeting is what it took to connect to one server.
type meeting struct {
	server       Server
	dns, connect time.Duration
}

// connect resolves a name and connects to the first of its addresses that answers.
func (w way) connect(ctx context.Context, network, address string) (net.Conn, meeting, error) {
	met := meeting{server: Server{Name: address}}
	at, given := w.hosts.find(address)
	if at == Nowhere {
		return nil, met, &net.DNSError{Err: "the configuration says so", Name: address, IsNotFound: true}
	}
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		return nil, met, err
	}
	begun := time.Now()
	addrs, err := w.lookup(ctx, host)
	met.dns = time.Since(begun)
	if err != nil {
		return nil, met, err
	}
	to, err := withPort(inTurn(addrs, rand.N(2) == 0), port)
	if err != nil {
		return nil, met, err
	}
	conn, reached, lost := race(ctx, network, to, w.dial(given))
	met.connect = time.Since(begun) - met.dns
	met.server = Server{Name: address, Addresses: addrs, Address: reached.Addr(), Unreached: theirs(lost).reasons()}
	if conn == nil {
		return nil, met, whyNone(host, lost)
	}
	return conn, met, nil
}

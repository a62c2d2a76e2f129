package monitor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"canhcong/monitor/egress"
)

const (
	// dialTimeout bounds one connection attempt.
	dialTimeout = 10 * time.Second
	// nextAttempt is how long an address may be silent before the next one is tried beside it (RFC 8305, section 5).
	nextAttempt = 250 * time.Millisecond
	// mostAttempts is how many addresses of one name are tried.
	mostAttempts = 6
)

// Hosts gives fixed addresses ("127.0.0.1:8081" or "10.1.2.3") to host names, as /etc/hosts does. A name may start with
// "*." to stand for every name below it. It serves portals that are not in the public DNS, and the demonstration.
// The name "*" stands for all others.
type Hosts map[string]string

// Nowhere is what Hosts gives to names that must lead nowhere, as if they did not exist.
const Nowhere = "nowhere"

// given says how much of a server's address the configuration gives.
type given int

const (
	nothing given = iota
	theAddress
	addressAndPort
)

// Address returns the address to dial for host and port.
func (h Hosts) Address(host, port string) string {
	to, _ := h.find(net.JoinHostPort(host, port))
	return to
}

// find returns the address to dial for "host:port", and how much of it the configuration gives.
func (h Hosts) find(address string) (string, given) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address, nothing
	}
	to, ok := h[host]
	for rest := host; !ok && rest != ""; {
		rest = afterDot(rest)
		to, ok = h["*."+rest]
	}
	if !ok {
		to, ok = h["*"]
	}
	if !ok {
		return address, nothing
	}
	if _, err := netip.ParseAddrPort(to); err == nil {
		return to, addressAndPort
	}
	if _, err := netip.ParseAddr(to); err == nil {
		return net.JoinHostPort(to, port), theAddress
	}
	if _, _, err := net.SplitHostPort(to); err != nil && to != Nowhere {
		to = net.JoinHostPort(to, port)
	}
	return to, nothing // another name, which leads where it leads
}

func afterDot(name string) string {
	for i := range name {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return ""
}

// dialFunc connects to an address, never to a name.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// route finds the way to servers for one fetch, and notes what it met. The transport dials in goroutines of its own, which
// may outlive the request.
type route struct {
	way way

	mu           sync.Mutex
	servers      []Server
	dns, connect time.Duration // of all connections together
}

// met returns a copy of what was noted so far.
func (r *route) met() (servers []Server, dns, connect time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.servers), r.dns, r.connect
}

// attempt is a connection that did not come about.
type attempt struct {
	to  netip.AddrPort
	err error
}

// denied reports whether the connection was not even tried, because the policy closes the address.
func (a attempt) denied() bool { return errors.Is(a.err, egress.ErrDenied) }

type attempts []attempt

// errSilent says that an address had not answered when another one, tried later, had.
var errSilent = errors.New("no answer while the next address answered")

// DialContext connects to the first address of a host that answers.
func (r *route) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, met, err := r.way.connect(ctx, network, address)
	r.note(met.server, met.dns, met.connect)
	return conn, err
}

// note keeps one entry for each server: a site that sends its visitors in circles is one.
func (r *route) note(s Server, dns, connect time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dns, r.connect = r.dns+dns, r.connect+connect
	r.servers = append(slices.DeleteFunc(r.servers, func(had Server) bool { return had.Name == s.Name }), s)
}

func withPort(addrs []netip.Addr, port string) (list []netip.AddrPort, err error) {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("read the port %q: %w", port, err)
	}
	for _, a := range addrs {
		list = append(list, netip.AddrPortFrom(a, uint16(number)))
	}
	return list, nil
}

// inTurn orders addresses so that the families alternate (RFC 8305, section 4). Which one begins changes from probe to
// probe: each is the way of half the visitors, and only the one that is tried first shows how it is.
func inTurn(addrs []netip.Addr, sixFirst bool) (list []netip.Addr) {
	var first, second []netip.Addr
	for _, a := range addrs {
		a = a.Unmap()
		if a.Is6() == sixFirst {
			first = append(first, a)
		} else {
			second = append(second, a)
		}
	}
	for i := range max(len(first), len(second)) {
		list = append(append(list, first[min(i, len(first)):min(i+1, len(first))]...), second[min(i, len(second)):min(i+1, len(second))]...)
	}
	return list[:min(len(list), mostAttempts)]
}

// dialled is how one attempt ended.
type dialled struct {
	attempt
	conn net.Conn
}

// race tries addresses one after the other, the next one when the one before it failed or is silent, and returns the first
// connection and where it leads; and the attempts that came to nothing.
func race(ctx context.Context, network string, to []netip.AddrPort, dial dialFunc) (net.Conn, netip.AddrPort, attempts) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan dialled, len(to))
	underWay, begun := map[netip.AddrPort]bool{}, 0
	next := func() {
		if begun == len(to) {
			return
		}
		a := to[begun]
		begun++
		underWay[a] = true
		go func() {
			conn, err := dial(ctx, network, a.String())
			ended <- dialled{attempt{a, err}, conn}
		}()
	}
	next()
	var lost attempts
	for len(underWay) > 0 {
		select {
		case d := <-ended:
			delete(underWay, d.to)
			if d.err == nil {
				go hangUpLate(ended, len(underWay))
				return d.conn, d.to, append(lost, silent(to, underWay)...)
			}
			lost = append(lost, d.attempt)
			next()
		case <-time.After(nextAttempt):
			next()
		}
	}
	return nil, netip.AddrPort{}, lost
}

// silent lists the attempts that were under way, in the order in which they began.
func silent(to []netip.AddrPort, underWay map[netip.AddrPort]bool) (list attempts) {
	for _, a := range to {
		if underWay[a] {
			list = append(list, attempt{a, errSilent})
		}
	}
	return list
}

// hangUpLate closes connections that came after one was chosen.
func hangUpLate(ended <-chan dialled, n int) {
	for range n {
		if d := <-ended; d.conn != nil {
			d.conn.Close()
		}
	}
}

// theirs leaves out the attempts that this machine could not even begin: it has no address of that family.
func theirs(lost attempts) (list attempts) {
	for _, a := range lost {
		if !isAny(a.err, syscall.ENETUNREACH, syscall.EAFNOSUPPORT, syscall.EADDRNOTAVAIL) {
			list = append(list, a)
		}
	}
	return list
}

func (list attempts) reasons() (reasons []Unreached) {
	for _, a := range list {
		reasons = append(reasons, Unreached{Address: a.to.Addr(), Reason: reason(a.err)})
	}
	return reasons
}

// reason is the innermost of an error's words: those around it repeat the address.
func reason(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}

// whyNone is the error when no address answered: what a server did, or what this machine could not do where there is no more.
func whyNone(host string, lost attempts) error {
	told := theirs(lost)
	if len(told) == 0 {
		told = lost
	}
	if open := slices.DeleteFunc(slices.Clone(told), attempt.denied); len(open) > 0 {
		told = open // what else the name leads to is no reason
	}
	var all []error
	for _, a := range told {
		all = append(all, a.err)
	}
	return fmt.Errorf("connect to %s: %w", host, errors.Join(all...))
}

// Package egress says which addresses this machine may dial for a site, and lets a browser out through nothing else.
//
// A monitored page is hostile: its redirects, scripts and frames can name the cloud's metadata service, a printer of the
// office or the monitor's own console, and what they answer would stand in our evidence for others to read. So every
// address is checked when it is dialled, after its name was resolved (a name that was harmless a moment ago may now lead
// inside), by one Policy: for probes in their dialer, for the browser in a Gate, the only way out that it has.
//
// The package is a leaf: it knows nothing of sites and imports none of our packages.
package egress

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// ErrDenied is wrapped by every error of an address that the policy forbids.
var ErrDenied = errors.New("the egress policy forbids it")

// Policy says which addresses may be dialled. The zero Policy is for the public web: global addresses, at the ports of
// the web. It is plain data.
type Policy struct {
	// Loopback opens this machine's loopback addresses at every port: for tests and the demonstration only.
	Loopback bool `json:"loopback,omitempty"`
	// Allow lists what is open besides, by the word of an administrator.
	Allow []Exception `json:"allow,omitempty"`
}

// Exception opens addresses that are closed otherwise. One with a port opens that port of them, one without a port those
// of the web. To open an address that is not public, it must lie within the closed range as a whole: 10.20.0.0/16 opens
// private addresses, and 0.0.0.0/0:8181 only opens an unusual port of public ones.
type Exception struct {
	Prefix netip.Prefix `json:"prefix"`
	Port   uint16       `json:"port,omitempty"` // 0 means the ports of the web
}

// webPorts are where portals stand.
var webPorts = []uint16{80, 443, 8080, 8443}

// With returns the policy with more exceptions.
func (p Policy) With(more ...Exception) Policy {
	p.Allow = slices.Concat(p.Allow, more)
	return p
}

// Check returns nil when the address may be dialled, and otherwise an error that wraps ErrDenied and says what to do.
func (p Policy) Check(to netip.AddrPort) error {
	addr := meant(to.Addr())
	if p.Loopback && addr.IsLoopback() {
		return nil
	}
	closed, err := closedRange(addr)
	if err != nil {
		return fmt.Errorf("check the address %v: %w", to, err)
	}
	inside := slices.ContainsFunc(p.Allow, func(e Exception) bool {
		return e.Prefix.Contains(addr) && closed.opens(e.Prefix) && e.at(to.Port())
	})
	switch {
	case inside:
		return nil
	case closed.never:
		return denied(to, closed.name+", which nothing can allow")
	case closed.name != "":
		return denied(to, closed.name+advice(addr, to.Port()))
	case !slices.Contains(webPorts, to.Port()):
		return denied(to, "not a port of the web"+advice(addr, to.Port()))
	}
	return nil
}

// CheckPort is Check for an address that an administrator wrote down himself, so that only the port is in question.
func (p Policy) CheckPort(to netip.AddrPort) error {
	addr := meant(to.Addr())
	allowed := func(e Exception) bool { return e.Prefix.Contains(addr) && e.at(to.Port()) }
	if p.Loopback && addr.IsLoopback() || slices.Contains(webPorts, to.Port()) || slices.ContainsFunc(p.Allow, allowed) {
		return nil
	}
	return denied(to, "not a port of the web"+advice(addr, to.Port()))
}

// at reports whether the exception is about a port.
func (e Exception) at(port uint16) bool {
	return e.Port == port || e.Port == 0 && slices.Contains(webPorts, port)
}

// Barred says why an exception could never open anything, "" when it could.
func (e Exception) Barred() string {
	for _, r := range ranges {
		if r.never && r.prefix.Contains(meant(e.Prefix.Addr())) && e.Prefix.Bits() >= r.prefix.Bits() {
			return r.name
		}
	}
	return ""
}

func denied(to netip.AddrPort, why string) error {
	return fmt.Errorf("dial %v: %w: %s", to, ErrDenied, why)
}

func advice(addr netip.Addr, port uint16) string {
	return fmt.Sprintf("; if the portal stands there, an administrator may allow it (canhcong site allow ID %v)",
		Exception{Prefix: netip.PrefixFrom(addr, addr.BitLen()), Port: port})
}

func bracketed(p netip.Prefix) string {
	if p.Addr().Is6() {
		return "[" + p.String() + "]"
	}
	return p.String()
}

package egress

import (
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// addressRange is a part of the address space that is closed.
type addressRange struct {
	prefix netip.Prefix
	name   string
	never  bool // no exception opens it
}

// opens reports whether an exception for these addresses opens the range. The zero range is that of public addresses.
func (r addressRange) opens(exception netip.Prefix) bool {
	return r.name == "" || !r.never && exception.Bits() >= r.prefix.Bits()
}

// ranges are the special addresses of IANA's registries (RFC 6890) that are no place of the public web. The first that
// contains an address counts.
var ranges = []addressRange{
	never("127.0.0.0/8", "a loopback address"),
	never("::1/128", "a loopback address"),
	never("169.254.0.0/16", "a link-local address, such as a cloud's metadata service"),
	never("fe80::/10", "a link-local address"),
	never("0.0.0.0/8", "an unspecified address"),
	never("::/128", "an unspecified address"),
	never("224.0.0.0/4", "a multicast address"),
	never("ff00::/8", "a multicast address"),
	never("240.0.0.0/4", "a reserved address"),
	never("192.0.0.0/24", "an address of the IETF's protocols"),
	never("2001::/32", "a Teredo address, which can lead anywhere"),
	never("2002::/16", "a 6to4 address, which can lead anywhere"),
	private("10.0.0.0/8", "a private address"),
	private("172.16.0.0/12", "a private address"),
	private("192.168.0.0/16", "a private address"),
	private("fc00::/7", "a private address"),
	private("100.64.0.0/10", "a shared address of a provider"),
	private("198.18.0.0/15", "an address for benchmarks"),
}

// beyond are all other IPv6 addresses that are not global unicast (2000::/3).
var (
	global = netip.MustParsePrefix("2000::/3")
	beyond = never("::/0", "outside the public IPv6 addresses")
)

func never(prefix, name string) addressRange {
	return addressRange{netip.MustParsePrefix(prefix), name, true}
}

func private(prefix, name string) addressRange {
	return addressRange{netip.MustParsePrefix(prefix), name, false}
}

// nat64 is the well-known prefix under which a translator makes IPv4 addresses reachable (RFC 6052).
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// meant returns the address that is reached in the end: that in an IPv4-mapped or translated one.
func meant(addr netip.Addr) netip.Addr {
	addr = addr.Unmap().WithZone("")
	if !nat64.Contains(addr) {
		return addr
	}
	bytes := addr.As16()
	return netip.AddrFrom4([4]byte(bytes[12:]))
}

// closedRange returns the range that closes an address; the zero one for the public ones.
func closedRange(addr netip.Addr) (addressRange, error) {
	for _, r := range ranges {
		if r.prefix.Contains(addr) {
			return r, nil
		}
	}
	if addr.Is6() && !global.Contains(addr) {
		return beyond, nil
	}
	mine, err := own.has(addr)
	if !mine || err != nil {
		return addressRange{}, err
	}
	return addressRange{prefix: netip.PrefixFrom(addr, addr.BitLen()), name: "an address of this machine"}, nil
}

// own are this machine's addresses, read again after a while: a lease may bring another.
var own interfaces

const interfacesAge = 15 * time.Second

// interfaces remembers the addresses of the network interfaces.
type interfaces struct {
	mu    sync.Mutex
	read  time.Time
	addrs []netip.Addr
}

func (i *interfaces) has(addr netip.Addr) (bool, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.read.IsZero() || time.Since(i.read) > interfacesAge {
		addrs, err := listInterfaces()
		if err != nil {
			return false, err
		}
		i.read, i.addrs = time.Now(), addrs
	}
	return slices.Contains(i.addrs, addr), nil
}

func listInterfaces() ([]netip.Addr, error) {
	list, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	addrs := make([]netip.Addr, 0, len(list))
	for _, one := range list {
		if ipnet, ok := one.(*net.IPNet); ok {
			if addr, ok := netip.AddrFromSlice(ipnet.IP); ok {
				addrs = append(addrs, addr.Unmap())
			}
		}
	}
	return addrs, nil
}

package egress

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// ParseException reads an exception as people write it: 10.20.0.0/16, 10.20.0.0/16:8181, 10.20.1.2, 10.20.1.2:443,
// fd00:1::/32, [fd00:1::/32]:443.
func ParseException(text string) (Exception, error) {
	where, port := text, ""
	if rest, ok := strings.CutPrefix(text, "["); ok {
		inside, after, closed := strings.Cut(rest, "]")
		if !closed || after != "" && !strings.HasPrefix(after, ":") {
			return Exception{}, fmt.Errorf("%q is not [prefix]:port", text)
		}
		where, port = inside, after
	} else if i := strings.IndexByte(text, ':'); i >= 0 && i == strings.LastIndexByte(text, ':') {
		where, port = text[:i], text[i:]
	}
	prefix, err := parsePrefix(where)
	if err != nil {
		return Exception{}, err
	}
	e := Exception{Prefix: prefix}
	if port != "" {
		n, err := strconv.ParseUint(port[1:], 10, 16)
		if err != nil || n == 0 {
			return Exception{}, fmt.Errorf("%q is no port from 1 to 65535", port[1:])
		}
		e.Port = uint16(n)
	}
	return e, nil
}

// parsePrefix reads a network or a single address.
func parsePrefix(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q is not an address", text)
		}
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix.Addr().Is4In6() {
		return netip.Prefix{}, fmt.Errorf("%q is not a network such as 10.20.0.0/16", text)
	}
	return prefix.Masked(), nil
}

// String is the exception as ParseException reads it.
func (e Exception) String() string {
	if e.Port == 0 {
		return e.Prefix.String()
	}
	return fmt.Sprintf("%s:%d", bracketed(e.Prefix), e.Port)
}

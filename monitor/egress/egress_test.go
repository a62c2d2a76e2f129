package egress

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestCheckByDefault(t *testing.T) {
	open := []string{
		"93.184.215.14:80", "93.184.215.14:443", "93.184.215.14:8080", "93.184.215.14:8443", "[2606:4700::1111]:443",
		"[::ffff:93.184.215.14]:443", "[64:ff9b::5db8:d70e]:443", "172.32.0.1:80", "100.128.0.1:80", "198.20.0.1:80",
	}
	closed := []string{
		"127.0.0.1:80", "127.255.255.254:443", "[::1]:80", "[::ffff:127.0.0.1]:80", "[64:ff9b::7f00:1]:80",
		"169.254.169.254:80", "[::ffff:a9fe:a9fe]:80", "[64:ff9b::a9fe:a9fe]:80", "[fe80::1%eth0]:80", "[fd00:ec2::254]:80",
		"0.0.0.0:80", "0.1.2.3:80", "[::]:80", "224.0.0.251:80", "[ff02::fb]:80", "255.255.255.255:80", "240.0.0.1:80",
		"10.1.2.3:80", "172.16.0.1:80", "172.31.255.255:443", "192.168.1.1:8080", "[::ffff:10.1.2.3]:443", "[64:ff9b::a01:203]:80",
		"100.64.0.1:80", "100.127.255.255:80", "192.0.0.8:80", "198.18.0.1:80", "198.19.255.255:80", "[fc00::1]:443", "[fdff::1]:443",
		"[2002:7f00:1::]:80", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]:80", "[::7f00:1]:80", "[::ffff:0:7f00:1]:80", "[fec0::1]:80",
		"[64:ff9b:1::7f00:1]:80", "[100::1]:80", "[4000::1]:80",
		"93.184.215.14:22", "93.184.215.14:25", "93.184.215.14:8081", "[2606:4700::1111]:53",
	}
	for _, address := range open {
		if err := (Policy{}).Check(netip.MustParseAddrPort(address)); err != nil {
			t.Errorf("%s: have %v, want it open", address, err)
		}
	}
	for _, address := range closed {
		if err := (Policy{}).Check(netip.MustParseAddrPort(address)); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: have %v, want ErrDenied", address, err)
		}
	}
}

func TestExceptions(t *testing.T) {
	exception := func(prefix string, port uint16) Exception {
		return Exception{Prefix: netip.MustParsePrefix(prefix), Port: port}
	}
	cases := []struct {
		name    string
		allow   Exception
		open    string // one address
		closed  string // another
		onLocal bool
	}{
		{"a network", exception("10.20.0.0/16", 0), "10.20.1.2:443", "10.21.1.2:443", false},
		{"a network, its odd ports", exception("10.20.0.0/16", 0), "10.20.1.2:8080", "10.20.1.2:22", false},
		{"one port of a network", exception("10.20.0.0/16", 8181), "10.20.1.2:8181", "10.20.1.2:443", false},
		{"an IPv6 network", exception("fd12:3456::/32", 443), "[fd12:3456::1]:443", "[fd12:3457::1]:443", false},
		{"a mapped address of a network", exception("10.20.0.0/16", 0), "[::ffff:10.20.0.1]:80", "[::ffff:10.30.0.1]:80", false},
		{"a translated address of a network", exception("10.20.0.0/16", 0), "[64:ff9b::10.20.0.1]:80", "[64:ff9b::10.30.0.1]:80", false},
		{"an odd port anywhere", exception("0.0.0.0/0", 8181), "93.184.215.14:8181", "10.1.2.3:8181", false},
		{"everything opens no inside", exception("0.0.0.0/0", 0), "93.184.215.14:80", "192.168.1.1:80", false},
		{"loopback is not for exceptions", exception("127.0.0.0/8", 80), "93.184.215.14:80", "127.0.0.1:80", false},
		{"metadata is not for exceptions", exception("169.254.169.254/32", 80), "93.184.215.14:80", "169.254.169.254:80", false},
		{"the test switch", Exception{}, "127.0.0.1:34567", "169.254.169.254:80", true},
		{"the test switch, IPv6", Exception{}, "[::1]:34567", "[fe80::1]:80", true},
	}
	for _, c := range cases {
		p := Policy{Loopback: c.onLocal}.With(c.allow)
		if err := p.Check(netip.MustParseAddrPort(c.open)); err != nil {
			t.Errorf("%s: %s: have %v, want it open", c.name, c.open, err)
		}
		if err := p.Check(netip.MustParseAddrPort(c.closed)); !errors.Is(err, ErrDenied) {
			t.Errorf("%s: %s: have %v, want ErrDenied", c.name, c.closed, err)
		}
	}
}

func TestBarred(t *testing.T) {
	for prefix, barred := range map[string]bool{
		"127.0.0.0/8": true, "127.0.0.1/32": true, "::1/128": true, "169.254.169.254/32": true, "fe80::/64": true, "0.0.0.0/32": true,
		"10.0.0.0/8": false, "fd00::/8": false, "0.0.0.0/0": false, "93.184.215.0/24": false, "100.64.0.0/10": false,
	} {
		if have := (Exception{Prefix: netip.MustParsePrefix(prefix)}).Barred(); (have != "") != barred {
			t.Errorf("%s: have %q, want barred %v", prefix, have, barred)
		}
	}
}

func TestDeniedSaysWhatToDo(t *testing.T) {
	err := Policy{}.Check(netip.MustParseAddrPort("[fd00::5]:8081"))
	if want := "canhcong site allow ID [fd00::5/128]:8081"; !strings.Contains(err.Error(), want) {
		t.Errorf("have %q, want it to name %q", err, want)
	}
	err = Policy{}.Check(netip.MustParseAddrPort("169.254.169.254:80"))
	if strings.Contains(err.Error(), "site allow") {
		t.Errorf("have %q, want no advice that cannot help", err)
	}
}

func TestOwnAddressesAreClosed(t *testing.T) {
	mine := interfaces{read: time.Now(), addrs: []netip.Addr{netip.MustParseAddr("93.184.215.14")}}
	for address, want := range map[string]bool{"93.184.215.14": true, "93.184.215.15": false} {
		have, err := mine.has(netip.MustParseAddr(address))
		if have != want || err != nil {
			t.Errorf("%s: have %v (%v), want %v", address, have, err, want)
		}
	}
	listed, err := listInterfaces()
	if err != nil || len(listed) == 0 {
		t.Errorf("have %v (%v), want the addresses of this machine", listed, err)
	}
}

func TestCheckPort(t *testing.T) {
	p := Policy{}.With(Exception{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Port: 8181})
	for address, open := range map[string]bool{"127.0.0.1:80": true, "10.1.2.3:8181": true, "10.1.2.3:22": false, "192.168.1.1:8181": false} {
		if err := p.CheckPort(netip.MustParseAddrPort(address)); (err == nil) != open || err != nil && !errors.Is(err, ErrDenied) {
			t.Errorf("%s: have %v, want open %v", address, err, open)
		}
	}
}

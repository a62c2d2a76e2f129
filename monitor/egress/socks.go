package egress

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
)

// What is said in SOCKS version 5 (RFC 1928).
const (
	socksVersion     = 5
	socksNoPassword  = 0
	socksConnect     = 1
	socksIPv4        = 1
	socksName        = 3
	socksIPv6        = 4
	socksDone        = 0
	socksUnreachable = 4 // browsers do not try again after this answer
)

var errNotSocks = errors.New("not a request of SOCKS version 5")

// readRequest greets a client and returns the "host:port" it wants to reach.
func readRequest(c io.ReadWriter) (address string, err error) {
	if err := greet(c); err != nil {
		return "", err
	}
	head := make([]byte, 4)
	if _, err := io.ReadFull(c, head); err != nil {
		return "", err
	}
	if head[0] != socksVersion || head[1] != socksConnect {
		return "", errNotSocks
	}
	host, err := readHost(c, head[3])
	if err != nil {
		return "", err
	}
	port := make([]byte, 2)
	if _, err := io.ReadFull(c, port); err != nil {
		return "", err
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port[0])<<8|int(port[1]))), nil
}

// greet reads the methods the client offers and chooses the one without a password.
func greet(c io.ReadWriter) error {
	head := make([]byte, 2)
	if _, err := io.ReadFull(c, head); err != nil {
		return err
	}
	if head[0] != socksVersion {
		return errNotSocks
	}
	if _, err := io.CopyN(io.Discard, c, int64(head[1])); err != nil {
		return err
	}
	_, err := c.Write([]byte{socksVersion, socksNoPassword})
	return err
}

func readHost(c io.Reader, kind byte) (string, error) {
	size := map[byte]int{socksIPv4: 4, socksIPv6: 16}[kind]
	if kind == socksName {
		length := make([]byte, 1)
		if _, err := io.ReadFull(c, length); err != nil {
			return "", err
		}
		size = int(length[0])
	}
	if size == 0 {
		return "", fmt.Errorf("%w: address of the kind %d", errNotSocks, kind)
	}
	host := make([]byte, size)
	if _, err := io.ReadFull(c, host); err != nil {
		return "", err
	}
	if kind == socksName {
		return string(host), nil
	}
	addr, _ := netip.AddrFromSlice(host)
	return addr.String(), nil
}

// answer says how it went. The address that was reached is nobody's business.
func answer(c io.Writer, reached bool) error {
	code := byte(socksUnreachable)
	if reached {
		code = socksDone
	}
	_, err := c.Write([]byte{socksVersion, code, 0, socksIPv4, 0, 0, 0, 0, 0, 0})
	return err
}

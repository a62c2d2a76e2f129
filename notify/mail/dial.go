package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	"golang.org/x/net/proxy"
)

const (
	dialTimeout     = 10 * time.Second
	dialogueTimeout = 40 * time.Second // of greeting and login, and again of the message, with a picture over a poor line
)

// dialer is the way to the server, directly or through a proxy.
type dialer struct {
	through proxy.ContextDialer
	tls     *tls.Config
	first   bool // encrypted from the beginning
}

func newDialer(c Config) (dialer, error) {
	d := dialer{
		through: &net.Dialer{Timeout: dialTimeout}, first: c.Encryption == TLS,
		tls: &tls.Config{ServerName: c.Server, RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
	}
	if c.Proxy == "" {
		return d, nil
	}
	u, err := url.Parse(c.Proxy)
	if err != nil || u.Host == "" || u.Scheme != "socks5" && u.Scheme != "socks5h" {
		return d, errors.New("mail: the proxy is not a socks5 or socks5h address")
	}
	socks, err := proxy.FromURL(u, &net.Dialer{Timeout: dialTimeout})
	if err != nil {
		return d, errors.New("mail: the proxy cannot be used")
	}
	through, ok := socks.(proxy.ContextDialer)
	if !ok {
		return d, errors.New("mail: the proxy cannot be used")
	}
	d.through = through
	return d, nil
}

// call is one connection.
type call struct {
	dialer
	mu   sync.Mutex
	line net.Conn
}

// dial connects, and shakes hands where the line is encrypted from the beginning.
func (c *call) dial(ctx context.Context, network, address string) (net.Conn, error) {
	raw, err := c.through.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	c.mu.Lock()
	c.line = raw
	c.mu.Unlock()
	if !c.first {
		return raw, nil
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	encrypted := tls.Client(raw, c.tls)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return encrypted, nil
}

// hangUp ends the connection, without a word where one is under way.
func (c *call) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line != nil {
		_ = c.line.Close()
	}
}

package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Limits of one gate.
const (
	gateBytes     = 50 << 20         // in both directions together; the heaviest portals have 20 MB
	gateConns     = 200              // at once; browsers open 32 through one proxy, and web sockets beside them
	gateHandshake = 10 * time.Second // for the browser to say where it wants to go
	gateDial      = 20 * time.Second // to resolve and connect
	gateChunk     = 256 << 10        // that one connection carries before it counts
)

// Dial connects to "host:port". It resolves the name and checks what it dials.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Gate is the only way out of one look's browser context: a SOCKS5 server on loopback (RFC 1928). It sees names and bytes
// only, so that what a server says reaches the browser as it was sent, broken answers and all, and TLS stays end to end.
//
// A browser learns from its proxy that a connection failed, but not why. The gate remembers; see Failure.
type Gate struct {
	dial     Dial
	listener net.Listener
	ctx      context.Context // done when the look is over or has carried too much
	shut     context.CancelFunc
	left     atomic.Int64 // bytes that may still pass
	slots    chan struct{}

	mu       sync.Mutex
	failures map[string]error // by "host:port"
	overrun  error            // what the page did too much of
}

// OpenGate starts a gate that dials with dial. One with a nil dial refuses everything.
func OpenGate(dial Dial) (*Gate, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a gate for the browser: %w", err)
	}
	if dial == nil {
		dial = refuse
	}
	g := &Gate{dial: dial, listener: listener, slots: make(chan struct{}, gateConns), failures: map[string]error{}}
	g.ctx, g.shut = context.WithCancel(context.Background())
	g.left.Store(gateBytes)
	go g.serve()
	return g, nil
}

func refuse(_ context.Context, _, address string) (net.Conn, error) {
	return nil, fmt.Errorf("dial %s: %w: nothing was asked for", address, ErrDenied)
}

// Address is where the gate listens, as browsers are told of it.
func (g *Gate) Address() string { return "socks5://" + g.listener.Addr().String() }

// Failure returns why the last connection to "host:port" failed, nil when none did.
func (g *Gate) Failure(address string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.failures[address]; err != nil {
		return err
	}
	return g.overrun
}

// Overrun returns which limit of the gate the page passed, nil when it kept them. Connections that fail for it are the
// page's doing, and not ours.
func (g *Gate) Overrun() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.overrun
}

// The limits that a page can pass.
var (
	errFull    = fmt.Errorf("the page carries more than %d MB", gateBytes>>20)
	errCrowded = fmt.Errorf("the page opens more than %d connections at once", gateConns)
)

func (g *Gate) overran(limit error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.overrun = limit
}

// Shut ends every connection and lets nothing through any more. The gate's address stays taken: as long as the browser
// context lives that was told of it, nobody else may stand there.
func (g *Gate) Shut() { g.shut() }

// Close ends the gate. Its browser context must be gone.
func (g *Gate) Close() error {
	g.shut()
	return g.listener.Close()
}

func (g *Gate) serve() {
	for {
		client, err := g.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // out of file descriptors: others may close theirs
			time.Sleep(20 * time.Millisecond)
			continue
		}
		select {
		case g.slots <- struct{}{}:
			go func() { defer func() { <-g.slots }(); g.handle(client) }()
		default:
			g.overran(errCrowded)
			client.Close()
		}
	}
}

// handle serves one connection of the browser to its end.
func (g *Gate) handle(client net.Conn) {
	defer client.Close()
	defer context.AfterFunc(g.ctx, func() { client.Close() })()
	_ = client.SetDeadline(time.Now().Add(gateHandshake))
	address, err := readRequest(client)
	if err != nil {
		return // not a browser, or one that changed its mind
	}
	_ = client.SetDeadline(time.Time{})
	server, err := g.reach(address)
	if err != nil {
		_ = answer(client, false)
		return
	}
	defer server.Close()
	defer context.AfterFunc(g.ctx, func() { server.Close() })()
	if answer(client, true) == nil {
		g.join(client, server)
	}
}

// reach dials, and remembers why it failed before the browser hears of it.
func (g *Gate) reach(address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(g.ctx, gateDial)
	defer cancel()
	server, err := g.dial(ctx, "tcp", address)
	if err != nil && g.ctx.Err() == nil {
		g.remember(address, err)
	}
	return server, err
}

// remember keeps why a connection failed. The latest is always known: a page that fails to reach hundreds of others must not
// hide why it fails itself.
func (g *Gate) remember(address string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for other := range g.failures {
		if len(g.failures) < gateConns {
			break
		}
		delete(g.failures, other)
	}
	g.failures[address] = err
}

// join carries bytes both ways until both sides have said all.
func (g *Gate) join(client, server net.Conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := g.carry(server, client); err != nil {
			server.Close()
		}
	}()
	if err := g.carry(client, server); err != nil {
		if tcp, ok := client.(*net.TCPConn); ok && errors.Is(err, syscall.ECONNRESET) {
			_ = tcp.SetLinger(0) // so that the browser sees the reset too
		}
		client.Close()
	}
	<-done
}

// carry copies from one side to the other until it ends, and passes the end on. On Linux the bytes never enter this program
// (splice).
func (g *Gate) carry(to, from net.Conn) error {
	for {
		n, err := io.Copy(to, io.LimitReader(from, gateChunk))
		if g.left.Add(-n) < 0 {
			g.overran(errFull)
			g.shut()
			return errFull
		}
		if err != nil {
			return err
		}
		if n < gateChunk {
			break
		}
	}
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

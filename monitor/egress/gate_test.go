package egress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"
)

// through returns a client that goes through a gate.
func through(t testing.TB, g *Gate) *http.Client {
	t.Helper()
	address, err := url.Parse(g.Address())
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(address), DisableKeepAlives: true}}
}

// fetch asks for an address through a gate and returns how that went.
func fetch(t *testing.T, g *Gate, address string) error {
	t.Helper()
	resp, err := through(t, g).Get(address)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

func openGate(t *testing.T, dial Dial) *Gate {
	t.Helper()
	g, err := OpenGate(dial)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

// toTest dials a server whatever name was asked for.
func toTest(server *httptest.Server) Dial {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
}

func TestGateCarries(t *testing.T) {
	body := strings.Repeat("cổng thông tin ", 100_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Host+"\n"+string(sent)+"\n"+body)
	}))
	t.Cleanup(server.Close)
	var asked string
	g := openGate(t, func(ctx context.Context, network, address string) (net.Conn, error) {
		asked = address
		return toTest(server)(ctx, network, address)
	})
	resp, err := through(t, g).Post("http://phuong.tinhmau.gov.vn/", "text/plain", strings.NewReader("xin chào"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	have, err := io.ReadAll(resp.Body)
	if want := "phuong.tinhmau.gov.vn\nxin chào\n" + body; err != nil || string(have) != want {
		t.Errorf("have %d bytes (%v), want %d", len(have), err, len(want))
	}
	if asked != "phuong.tinhmau.gov.vn:80" {
		t.Errorf("asked for %q", asked)
	}
}

func TestGateRemembersWhy(t *testing.T) {
	g := openGate(t, func(_ context.Context, _, address string) (net.Conn, error) {
		return nil, Policy{}.Check(netip.MustParseAddrPort(address))
	})
	if err := fetch(t, g, "http://127.0.0.1:80/"); err == nil {
		t.Error("have an answer, want none")
	}
	if err := g.Failure("127.0.0.1:80"); !errors.Is(err, ErrDenied) {
		t.Errorf("have %v, want ErrDenied", err)
	}
	if err := g.Failure("127.0.0.2:80"); err != nil {
		t.Errorf("have %v for what was never asked for", err)
	}
	if err := fetch(t, openGate(t, nil), "http://93.184.215.14/"); err == nil {
		t.Error("a gate that leads nowhere answered")
	}
}

func TestGateKnowsWhyTheLatestFailed(t *testing.T) {
	g := openGate(t, nil)
	for i := range 2 * gateConns {
		address := fmt.Sprintf("10.0.%d.%d:80", i/200, i%200)
		if _, err := g.reach(address); err == nil {
			t.Fatal("a gate that leads nowhere dialled")
		}
		if err := g.Failure(address); !errors.Is(err, ErrDenied) {
			t.Fatalf("failure %d: have %v, want ErrDenied", i, err)
		}
	}
	if have := len(g.failures); have > gateConns {
		t.Errorf("have %d failures in memory, want %d at most", have, gateConns)
	}
}

func TestGatePassesResetsOn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.ReadFull(c, make([]byte, 4))
			_ = c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}()
	g := openGate(t, (&net.Dialer{}).DialContext)
	if err := fetch(t, g, "http://"+listener.Addr().String()+"/"); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("have %v, want a reset", err)
	}
}

func TestGateIsShutAfterTooMuch(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	g := openGate(t, toTest(server))
	resp, err := through(t, g).Get("http://phim.tinhmau.gov.vn/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil || n > gateBytes+2*gateChunk || n < gateBytes/2 {
		t.Errorf("have %d bytes (%v), want an end after %d", n, err, gateBytes)
	}
	if err := fetch(t, g, "http://phim.tinhmau.gov.vn/"); err == nil {
		t.Error("a gate that is shut let something through")
	}
	if err := g.Failure("phim.tinhmau.gov.vn:80"); !errors.Is(err, errFull) || !errors.Is(g.Overrun(), errFull) {
		t.Errorf("have %v and %v, want that it is full", err, g.Overrun())
	}
}

func TestGateOfAnEndedLook(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	reached := make(chan struct{})
	g := openGate(t, func(ctx context.Context, network, address string) (net.Conn, error) {
		defer close(reached)
		return toTest(server)(ctx, network, address)
	})
	ended := make(chan error, 1)
	go func() {
		ended <- fetch(t, g, "http://cham.tinhmau.gov.vn/")
	}()
	<-reached
	g.Shut()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("have an answer, want none")
		}
	case <-time.After(time.Minute):
		t.Fatal("a connection outlived its look")
	}
	if _, err := net.Listen("tcp", g.listener.Addr().String()); err == nil {
		t.Error("the address of a gate is free while its browser context may still live")
	}
}

func TestGateHearsOnlySocks(t *testing.T) {
	g := openGate(t, func(context.Context, string, string) (net.Conn, error) {
		t.Error("dialled")
		return nil, ErrDenied
	})
	for _, said := range []string{"GET / HTTP/1.1\r\n\r\n", "\x04\x01\x00\x50\x7f\x00\x00\x01\x00", "\x05\x01\x00\x05\x02\x00\x01", "\x05\x01\x00\x05\x01\x00\x09", "\x05\x01\x00\x05\x01\x00\x03\x00\x00\x50"} {
		c, err := net.Dial("tcp", g.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		if _, err := io.WriteString(c, said); err != nil {
			t.Fatal(err)
		}
		if have, _ := io.ReadAll(c); len(have) > 2 {
			t.Errorf("%q: have %q", said, have)
		}
		c.Close()
	}
}

func TestGateIsCrowded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	g := openGate(t, toTest(server))
	for range gateConns + 1 {
		c, err := net.Dial("tcp", g.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
	}
	for deadline := time.Now().Add(time.Minute); g.Overrun() == nil && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if err := g.Overrun(); !errors.Is(err, errCrowded) {
		t.Errorf("have %v, want that it is crowded", err)
	}
}

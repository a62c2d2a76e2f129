package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// world is everything beyond our own uplink, in a network namespace of its own: a router, portals, and what canaries ask.
type world struct {
	t       *testing.T
	do      chan func() error // run by the thread that lives there
	done    chan error
	captive atomic.Bool // somebody else answers in everybody's place
	proof   [2]tls.Certificate
}

// Addresses in the world: public ones, which nobody outside of these namespaces ever hears of.
const (
	ourAddress   = "10.99.0.1"
	routerThere  = "10.99.0.2"
	proofThere   = "20.20.30.1"
	plainThere   = "20.20.30.2"
	worldPortals = 12
)

func portalThere(n int) string { return fmt.Sprintf("20.20.20.%d", n+1) }

// newWorld makes the world and a cable to it. This process must be in a network namespace of its own.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, do: make(chan func() error), done: make(chan error)}
	for n := range w.proof {
		w.proof[n] = certify(t, n == 0)
	}
	lives := make(chan int)
	elsewhere(func() { // its thread ends with it, since it never unlocks
		if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
			t.Errorf("make another network namespace: %v", err)
		}
		lives <- syscall.Gettid()
		for f := range w.do {
			w.done <- f()
		}
	})
	tid := <-lives
	t.Cleanup(func() { close(w.do) })
	command(t, "ip link set lo up", fmt.Sprintf("ip link add up0 type veth peer name up1 netns %d", tid),
		"ip addr add "+ourAddress+"/24 dev up0", "ip link set up0 up")
	w.inside("ip link set lo up", "ip addr add "+routerThere+"/24 dev up1", "ip link set up1 up")
	command(t, "ip route add default via "+routerThere)
	addresses := []string{proofThere, plainThere}
	for n := range worldPortals {
		addresses = append(addresses, portalThere(n))
	}
	for _, a := range addresses {
		w.inside("ip addr add " + a + "/32 dev lo")
	}
	return w
}

// elsewhere does something on a thread of its own, which is not the first one: by that the kernel tells where a process is.
func elsewhere(live func()) {
	go func() {
		runtime.LockOSThread()
		if syscall.Gettid() != syscall.Getpid() {
			live()
			return
		}
		defer runtime.UnlockOSThread()
		settled := make(chan struct{})
		elsewhere(func() { close(settled); live() })
		<-settled
	}()
}

// inside runs commands in the world.
func (w *world) inside(lines ...string) {
	w.t.Helper()
	w.within(func() error { command(w.t, lines...); return nil })
}

// within has the world's own thread do something.
func (w *world) within(f func() error) {
	w.t.Helper()
	w.do <- f
	if err := <-w.done; err != nil {
		w.t.Fatal(err)
	}
}

func command(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		word := strings.Fields(line)
		if out, err := exec.Command(word[0], word[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", line, err, out)
		}
	}
}

// listen opens a port in the world.
func (w *world) listen(address string) (l net.Listener) {
	w.t.Helper()
	w.within(func() (err error) { l, err = net.Listen("tcp", address); return err })
	w.t.Cleanup(func() { l.Close() })
	return l
}

// serve answers for everything there is in the world.
func (w *world) serve() {
	w.t.Helper()
	handler := http.HandlerFunc(w.page)
	for n := range worldPortals {
		go http.Serve(w.listen(portalThere(n)+":80"), handler)
	}
	go http.Serve(w.listen(plainThere+":80"), handler)
	go http.Serve(w.listen(routerThere+":53"), handler)
	quiet := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0), TLSConfig: &tls.Config{GetCertificate: w.certificate}}
	go quiet.ServeTLS(w.listen(proofThere+":443"), "", "")
}

func (w *world) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if w.captive.Load() {
		return &w.proof[1], nil
	}
	return &w.proof[0], nil
}

// page is a portal's, or the same for all.
func (w *world) page(to http.ResponseWriter, r *http.Request) {
	to.Header().Set("Content-Type", "text/html; charset=utf-8")
	if w.captive.Load() {
		io.WriteString(to, "<!doctype html><html lang=en><title>Wi-Fi login</title><body bgcolor=black><h1>Please log in to continue</h1><form action=/login><input></form>")
		return
	}
	fmt.Fprintf(to, "<!doctype html><html lang=vi><title>Trang thông tin điện tử %s</title><h1>Cổng %[1]s</h1>", r.Host)
	for n := range 30 {
		fmt.Fprintf(to, "<p><a href=/muc/%d>Mục %[1]d: thủ tục hành chính, văn bản và tin tức của địa phương %s</a></p>", n, r.Host)
	}
}

// certify makes a certificate for the canary that proves who it is. What is known to this process is the only authority that
// it will trust.
func certify(t *testing.T, known bool) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "somebody"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IPAddresses: []net.IP{net.ParseIP(proofThere)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if known {
		file := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("SSL_CERT_FILE", file) // read by crypto/x509 when it first looks for authorities
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

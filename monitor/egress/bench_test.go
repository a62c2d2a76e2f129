package egress

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Benchmark_Fetch measures a fresh connection that brings 80 KB, straight and through a gate: the difference is what a look
// pays for each connection of its page.
func Benchmark_Fetch(b *testing.B) {
	page := bytes.Repeat([]byte("x"), 80<<10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(page) }))
	defer server.Close()
	gate, err := OpenGate((&net.Dialer{}).DialContext)
	if err != nil {
		b.Fatal(err)
	}
	defer gate.Close()
	gate.left.Store(1 << 60)
	straight := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for name, client := range map[string]*http.Client{"straight": straight, "gate": through(b, gate)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				resp, err := client.Get(server.URL)
				if err != nil {
					b.Fatal(err)
				}
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Benchmark_Open measures what opening and closing a gate costs a look.
func Benchmark_Open(b *testing.B) {
	for b.Loop() {
		gate, err := OpenGate(nil)
		if err != nil {
			b.Fatal(err)
		}
		gate.Close()
	}
}

package telegram_test

import (
	"encoding/pem"
	"fmt"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
)

// TestForeignProxies sends through Debian's microsocks and tinyproxy (make peers): with the right password, with a wrong one,
// and when the proxy is gone; to a Bot API by HTTP and by HTTPS, whose certificate this process then trusts.
func TestForeignProxies(t *testing.T) {
	if os.Getenv("TELEGRAM_PEERS") == "" {
		t.Skip("make peers runs it")
	}
	for _, proxy := range []struct {
		scheme, program string
		args            func(folder, port string) []string
	}{
		{"socks5", "microsocks", func(_, port string) []string {
			return []string{"-i", "127.0.0.1", "-p", port, "-u", "truc", "-P", "mat-khau"}
		}},
		{"http", "tinyproxy", func(folder, port string) []string {
			file := filepath.Join(folder, "tinyproxy.conf")
			settings := fmt.Sprintf("Port %s\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nBasicAuth truc mat-khau\nLogLevel Critical\n", port)
			if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
				t.Fatal(err)
			}
			return []string{"-d", "-c", file}
		}},
	} {
		t.Run(proxy.program, func(t *testing.T) {
			port := freePort(t)
			command := exec.Command(proxy.program, proxy.args(t.TempDir(), port)...)
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			stop := func() { command.Process.Kill(); command.Wait() }
			defer stop()
			await(t, "127.0.0.1:"+port)
			server, bases := withTLS(t)
			for _, base := range bases {
				through := func(password string) string {
					_, err := sender(t, telegram.Config{APIBases: []string{base}, Proxy: proxy.scheme + "://truc:" + password + "@127.0.0.1:" + port}).Send(t.Context(), text)
					return outcome(err)
				}
				before := len(server.Messages())
				if right, wrong := through("mat-khau"), through("sai"); right != "sent" || wrong != "not sent" || len(server.Messages()) != before+1 {
					t.Errorf("%s: have %s with the password, %s with another, and %d messages", base, right, wrong, len(server.Messages())-before)
				}
			}
			stop()
			for _, base := range bases {
				_, err := sender(t, telegram.Config{APIBases: []string{base}, Proxy: proxy.scheme + "://truc:mat-khau@127.0.0.1:" + port}).Send(t.Context(), text)
				if have := outcome(err); have != "not sent" {
					t.Errorf("%s, without the proxy: have %s (%v)", base, have, err)
				}
			}
		})
	}
}

// withTLS returns a server and two API bases that lead to it.
func withTLS(t *testing.T) (server *telegramtest.Server, bases []string) {
	t.Helper()
	server = telegramtest.New(t)
	plain, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewTLSServer(httputil.NewSingleHostReverseProxy(plain))
	t.Cleanup(front.Close)
	file := filepath.Join(t.TempDir(), "trusted.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file) // read once by a process: the certificate is the same for every server of httptest
	return server, []string{server.URL, front.URL}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// await waits until somebody listens at an address.
func await(t *testing.T, address string) {
	t.Helper()
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nobody listens at %s", address)
}

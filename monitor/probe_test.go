package monitor

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"syscall"
	"testing"
	"time"

	"canhcong/monitor/egress"
	"canhcong/targets"
)

const ordinaryPage = `<!doctype html><html lang="vi"><title>Cổng thông tin phường Ví Dụ</title><h1>Tin tức</h1><p>Lượt truy cập: 1</p></html>`

func probeOf(t *testing.T, address string, hosts Hosts) Sight {
	t.Helper()
	return Looker{Hosts: hosts, Egress: egress.Policy{Loopback: true}}.Look(t.Context(), targets.Site{URL: address}, Probe, false, 2*time.Second)
}

func TestProbeTellsAnswersApart(t *testing.T) {
	tests := []struct {
		name    string
		answer  http.HandlerFunc
		outcome Outcome
		cause   Cause
		status  int
	}{
		{"an ordinary page", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, ordinaryPage) }, OK, "", 200},
		{"a server error", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }, Down, CauseHTTP, 503},
		{"a missing page", http.NotFound, Down, CauseHTTP, 404},
		{"a refusal", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(403) }, Blocked, "", 403},
		{"too many requests", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(429) }, Blocked, "", 429},
		{"a D1N stub with status 200", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `<html><body><script>document.cookie="D1N=0123456789abcdef"+"; expires=Fri, 31-Dec-2099";window.location.reload(true);</script></body></html>`)
		}, Blocked, "", 200},
		{"a Cloudflare header", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("cf-mitigated", "challenge")
			w.WriteHeader(403)
		}, Blocked, "", 403},
		{"a server that never answers", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, Down, CauseTimeout, 0},
		{"a server that hangs up", func(w http.ResponseWriter, r *http.Request) { hangUp(w) }, Down, CauseTCP, 0},
		{"an endless redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/again", http.StatusFound) }, Down, CauseHTTP, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			o := probeOf(t, server.URL, nil).Observation
			if o.Outcome != tt.outcome || o.Cause != tt.cause || o.Status != tt.status {
				t.Errorf("have %s %s %d (%s), want %s %s %d", o.Outcome, o.Cause, o.Status, o.Detail, tt.outcome, tt.cause, tt.status)
			}
		})
	}
}

// hangUp ends the connection without a word.
func hangUp(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

func TestProbeTellsFailuresApart(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	tests := []struct {
		name, address string
		cause         Cause
	}{
		{"nothing listens", "http://" + closed.Addr().String(), CauseTCP},
		{"no TLS there", "https://" + plain.Listener.Addr().String(), CauseTLS},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := probeOf(t, tt.address, nil).Observation
			if o.Outcome != Down || o.Cause != tt.cause {
				t.Errorf("have %s %s (%s), want down %s", o.Outcome, o.Cause, o.Detail, tt.cause)
			}
		})
	}
}

func TestProbeReadsTheContentBehindAWrongCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, ordinaryPage) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	server.TLS = &tls.Config{}
	server.StartTLS()
	defer server.Close()
	hosts := Hosts{"phuongvidu.tinhmau.gov.vn": server.Listener.Addr().String(), "example.com": server.Listener.Addr().String()}
	for address, problem := range map[string]CertificateProblem{
		"https://phuongvidu.tinhmau.gov.vn/": CertificateNameMismatch,
		"https://example.com/":               CertificateSelfSigned, // httptest's certificate names example.com
	} {
		s := probeOf(t, address, hosts)
		if s.Observation.Outcome != OK || s.Memory.Fingerprint == "" {
			t.Errorf("%s: have %s (%s), want ok with a fingerprint", address, s.Observation.Outcome, s.Observation.Detail)
		}
		if c := s.Observation.Certificate; c == nil || c.Problem != problem {
			t.Errorf("%s: have certificate %+v, want problem %q", address, c, problem)
		}
	}
}

func TestHostsAddress(t *testing.T) {
	hosts := Hosts{"a.gov.vn": "127.0.0.1:81", "*.tinhmau.gov.vn": "10.0.0.1"}
	for host, want := range map[string]string{
		"a.gov.vn": "127.0.0.1:81", "x.tinhmau.gov.vn": "10.0.0.1:80", "x.y.tinhmau.gov.vn": "10.0.0.1:80",
		"tinhmau.gov.vn": "tinhmau.gov.vn:80", "b.gov.vn": "b.gov.vn:80",
	} {
		if have := hosts.Address(host, "80"); have != want {
			t.Errorf("Address(%s) = %s, want %s", host, have, want)
		}
	}
}

func TestProbeSendsCookiesBack(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("phien"); err != nil {
			http.SetCookie(w, &http.Cookie{Name: "phien", Value: "1"})
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
			return
		}
		io.WriteString(w, ordinaryPage)
	}))
	defer server.Close()
	if o := probeOf(t, server.URL, nil).Observation; o.Outcome != OK {
		t.Errorf("have %s %s (%s), want ok", o.Outcome, o.Cause, o.Detail)
	}
}

func TestProbeSpeaksOldCiphers(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, ordinaryPage) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}
	server.StartTLS()
	defer server.Close()
	if o := probeOf(t, server.URL, nil).Observation; o.Outcome != OK {
		t.Errorf("have %s %s (%s), want ok", o.Outcome, o.Cause, o.Detail)
	}
}

func TestOurOwnErrorsAreNotTheSites(t *testing.T) {
	wrap := func(err error) error {
		return &url.Error{Op: "Get", URL: "http://a.gov.vn/", Err: &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", err)}}
	}
	tests := map[error]Outcome{
		wrap(syscall.EMFILE):                              Fault,
		wrap(syscall.ENOBUFS):                             Fault,
		wrap(syscall.ENETUNREACH):                         Blind,
		wrap(syscall.ECONNREFUSED):                        Down,
		wrap(syscall.EHOSTUNREACH):                        Down,
		fmt.Errorf("look up a.gov.vn: %w", errNoResolver): Blind,
		&net.DNSError{Err: "no such host", Name: "a.gov.vn", IsNotFound: true}: Down,
		context.DeadlineExceeded: Down,
	}
	for err, want := range tests {
		if have, cause, _ := outcomeOfError(err); have != want {
			t.Errorf("%v: have %s %s, want %s", err, have, cause, want)
		}
	}
}

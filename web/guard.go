package web

import (
	"errors"
	"net"
	"net/http"
	"strings"
)

// policy is the content security policy of every page: only what this program serves, and nothing inline.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Limits of what a browser may send.
const (
	largestForm   = 64 << 10
	largestImport = 5 << 20
)

// guard is what every request passes first: the headers of every answer, the names the console answers to, the size of
// what is sent, and that a change is asked for by our own pages.
func (s *Server) guard(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.answer(func(w http.ResponseWriter, r *http.Request) error { return foreign("another origin") }))
	protected := crossOrigin.Handler(s.answer(func(w http.ResponseWriter, r *http.Request) error {
		if s.anonymousPost(r) {
			return foreign("neither Sec-Fetch-Site nor Origin")
		}
		next.ServeHTTP(w, r)
		return nil
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.setHeaders(w.Header())
		if !s.hosts[hostName(r.Host)] {
			// Another name that resolves here is DNS rebinding, or a missing line in the configuration.
			http.Error(w, "Tên miền này không được cấu hình cho Canh Cổng. / This host name is not configured.", http.StatusMisdirectedRequest)
			return
		}
		limit := int64(largestForm)
		if r.URL.Path == "/sites/import" || r.URL.Path == "/roster/import" {
			limit = largestImport
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		protected.ServeHTTP(w, r)
	})
}

// anonymousPost says whether a change comes with a session but without any sign of where it was asked for. The standard
// library lets those pass, because they do not come from a modern browser; then they do not come from one of ours either.
func (s *Server) anonymousPost(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != "" {
		return false
	}
	_, err := r.Cookie(s.cookieName())
	return err == nil
}

func foreign(why string) error {
	return &problem{Status: http.StatusForbidden, Words: "error.foreign", Err: errors.New(why)}
}

func (s *Server) setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func hostName(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

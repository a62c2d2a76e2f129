package monitor

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"canhcong/targets"
)

// issuerKnown says where the certificate of the issuer can be had, as public authorities do.
func issuerKnown(c *x509.Certificate) {
	c.IssuingCertificateURL = []string{"http://ca.tinhmau.gov.vn/ca.cer"}
}

func lasts(from, to time.Duration) issued {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(from), time.Now().Add(to) }
}

const oneDay = 24 * time.Hour

func TestCertificatesAreJudgedInFull(t *testing.T) {
	root, roots := newRoot(t)
	stranger, _ := newRoot(t)
	above := root.issue(t, "Tỉnh Mẫu CA", mayIssue, issuerKnown)
	second := above.issue(t, "Tỉnh Mẫu CA 2", mayIssue, issuerKnown)
	late := root.issue(t, "Tỉnh Mẫu CA cũ", mayIssue, lasts(-90*oneDay, -oneDay))
	strange := stranger.issue(t, "CA lạ", mayIssue)
	self := (*authority)(nil)
	ok := issued(issuerKnown)
	tests := []struct {
		name   string
		shown  tls.Certificate
		want   CertificateProblem
		others []CertificateProblem
	}{
		{"a whole chain", above.issue(t, portalName, ok).present(above), "", nil},
		{"with the root", above.issue(t, portalName, ok).present(above, root), "", nil},
		{"in another order", second.issue(t, portalName, ok).present(above, second), "", nil},
		{"straight from the root", root.issue(t, portalName).present(), "", nil},
		{"about to end", above.issue(t, portalName, lasts(-80*oneDay, 5*oneDay)).present(above), "", nil},
		{"expired", above.issue(t, portalName, lasts(-90*oneDay, -time.Hour)).present(above), CertificateExpired, nil},
		{"not valid yet", above.issue(t, portalName, lasts(time.Hour, 90*oneDay)).present(above), CertificateEarly, nil},
		{"another name", above.issue(t, "khac.tinhmau.gov.vn", ok).present(above), CertificateNameMismatch, nil},
		{"an intermediate is missing", above.issue(t, portalName, ok).present(), CertificateIncomplete, nil},
		{"the upper intermediate is missing", second.issue(t, portalName, ok).present(second), CertificateIncomplete, nil},
		{"the intermediate of another one", above.issue(t, portalName, ok).present(strange), CertificateIncomplete, nil},
		{"an unknown authority", strange.issue(t, portalName).present(strange, stranger), CertificateUntrusted, nil},
		{"an unknown authority, the leaf alone", strange.issue(t, portalName).present(), CertificateUntrusted, nil},
		{"signed by itself", self.issue(t, portalName).present(), CertificateSelfSigned, nil},
		{"an intermediate expired", late.issue(t, portalName).present(late), CertificateExpired, nil},
		{"everything at once", self.issue(t, "khac.tinhmau.gov.vn", lasts(-90*oneDay, -oneDay)).present(), CertificateExpired, []CertificateProblem{CertificateNameMismatch, CertificateSelfSigned}},
		{"expired and incomplete", above.issue(t, portalName, ok, lasts(-90*oneDay, -oneDay)).present(), CertificateExpired, []CertificateProblem{CertificateIncomplete}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, ordinaryPage) }))
			server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
			server.TLS = &tls.Config{Certificates: []tls.Certificate{tt.shown}}
			server.StartTLS()
			defer server.Close()
			l := Looker{Hosts: Hosts{portalName: server.Listener.Addr().String()}, Roots: roots}
			s := l.Look(t.Context(), targets.Site{URL: "https://" + portalName + "/"}, Probe, false, time.Minute)
			if s.Observation.Outcome != OK || s.Memory.Fingerprint == "" {
				t.Errorf("have %s (%s): the content is read whatever the certificate is", s.Observation.Outcome, s.Observation.Detail)
			}
			c := s.Observation.Certificate
			if c == nil || c.Problem != tt.want || !slices.Equal(c.Others, tt.others) {
				t.Errorf("have %+v, want %q and %q", c, tt.want, tt.others)
			}
			if c != nil && (c.Chain != len(tt.shown.Certificate) || !c.NotAfter.Equal(tt.shown.Leaf.NotAfter)) {
				t.Errorf("have a chain of %d until %s", c.Chain, c.NotAfter)
			}
			if o := s.Observation; o.Timings.TLS <= 0 {
				t.Errorf("have timings %+v, want time for the handshake", o.Timings)
			}
		})
	}
}

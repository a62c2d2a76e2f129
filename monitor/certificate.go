package monitor

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"
)

// judgeCertificate names the first thing that is wrong with what a server presented; nil for plain HTTP.
func judgeCertificate(state *tls.ConnectionState, now time.Time) *Certificate {
	if state == nil || len(state.PeerCertificates) == 0 {
		return nil
	}
	leaf := state.PeerCertificates[0]
	return &Certificate{
		NotAfter: leaf.NotAfter,
		Issuer:   leaf.Issuer.String(),
		Subject:  leaf.Subject.String(),
		Problem:  certificateProblem(state, now),
	}
}

func certificateProblem(state *tls.ConnectionState, now time.Time) CertificateProblem {
	leaf := state.PeerCertificates[0]
	if now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		return CertificateExpired
	}
	if state.ServerName != "" && leaf.VerifyHostname(state.ServerName) != nil {
		return CertificateNameMismatch
	}
	intermediates := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		intermediates.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Intermediates: intermediates, CurrentTime: now})
	if err == nil {
		return ""
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return CertificateExpired
	}
	if leaf.CheckSignatureFrom(leaf) == nil || leaf.Issuer.String() == leaf.Subject.String() {
		return CertificateSelfSigned
	}
	return CertificateUntrusted
}

package monitor

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"
)

// judgeCertificate names everything that is wrong with what a server presented; nil for plain HTTP. roots are the
// authorities that are trusted, nil those of this machine.
func judgeCertificate(state *tls.ConnectionState, roots *x509.CertPool, now time.Time) *Certificate {
	if state == nil || len(state.PeerCertificates) == 0 {
		return nil
	}
	leaf := state.PeerCertificates[0]
	c := &Certificate{
		NotBefore: leaf.NotBefore,
		NotAfter:  leaf.NotAfter,
		Issuer:    leaf.Issuer.String(),
		Subject:   leaf.Subject.String(),
		Chain:     len(state.PeerCertificates),
	}
	for _, p := range []CertificateProblem{timeProblem(leaf, now), nameProblem(leaf, state.ServerName), chainProblem(state.PeerCertificates, roots, now)} {
		switch {
		case p == "" || p == c.Problem:
		case c.Problem == "":
			c.Problem = p
		default:
			c.Others = append(c.Others, p)
		}
	}
	return c
}

func timeProblem(leaf *x509.Certificate, now time.Time) CertificateProblem {
	switch {
	case now.After(leaf.NotAfter):
		return CertificateExpired
	case now.Before(leaf.NotBefore):
		return CertificateEarly
	}
	return ""
}

// nameProblem holds a certificate against the name that was asked for; there is none where the address is an IP.
func nameProblem(leaf *x509.Certificate, name string) CertificateProblem {
	if name != "" && leaf.VerifyHostname(name) != nil {
		return CertificateNameMismatch
	}
	return ""
}

// chainProblem tells whether a chain leads to an authority that is trusted. It is asked at a time when the leaf is valid:
// that it is not now has been said.
func chainProblem(chain []*x509.Certificate, roots *x509.CertPool, now time.Time) CertificateProblem {
	leaf, intermediates := chain[0], x509.NewCertPool()
	for _, c := range chain[1:] {
		intermediates.AddCert(c)
	}
	if now.After(leaf.NotAfter) {
		now = leaf.NotAfter
	} else if now.Before(leaf.NotBefore) {
		now = leaf.NotBefore
	}
	_, err := leaf.Verify(x509.VerifyOptions{Intermediates: intermediates, Roots: roots, CurrentTime: now})
	if err == nil {
		return ""
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		return CertificateExpired // one above the leaf
	}
	if isSelfSigned(leaf) {
		return CertificateSelfSigned
	}
	if _, unknown := errors.AsType[x509.UnknownAuthorityError](err); unknown && endsEarly(chain) {
		return CertificateIncomplete
	}
	return CertificateUntrusted
}

func isSelfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawIssuer, c.RawSubject) && (c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil || !c.IsCA)
}

// endsEarly tells a chain that lacks an intermediate from one of an unknown authority: it ends in a certificate that is no
// root, and whose public issuer says where its own certificate can be had (RFC 5280, section 4.2.2.1). Browsers that have
// met the intermediate elsewhere open such a page; telephones do not.
func endsEarly(chain []*x509.Certificate) bool {
	top := chain[0]
	for range chain {
		i := issuerOf(top, chain)
		if i == nil {
			return !bytes.Equal(top.RawIssuer, top.RawSubject) && len(top.IssuingCertificateURL) > 0
		}
		top = i
	}
	return false
}

// issuerOf finds the certificate in a chain that another one names as its issuer, nil when it is not there.
func issuerOf(c *x509.Certificate, chain []*x509.Certificate) *x509.Certificate {
	for _, other := range chain {
		if other != c && bytes.Equal(c.RawIssuer, other.RawSubject) && !bytes.Equal(c.RawSubject, other.RawSubject) {
			return other
		}
	}
	return nil
}

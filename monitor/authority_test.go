package monitor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"
)

// authority issues certificates in tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// issued is what the makers of certificates in tests may change.
type issued func(*x509.Certificate)

// issue signs a certificate; a nil authority signs with the certificate's own key.
func (a *authority) issue(t testing.TB, name string, change ...issued) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSNames: []string{name}, BasicConstraintsValid: true}
	for _, f := range change {
		f(c)
	}
	parent, signer := c, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return &authority{cert: c, key: key}
}

func mayIssue(c *x509.Certificate) {
	c.IsCA, c.KeyUsage, c.DNSNames, c.ExtKeyUsage = true, x509.KeyUsageCertSign, nil, nil
}

// newRoot is an authority of its own, and the pool that trusts it.
func newRoot(t testing.TB) (*authority, *x509.CertPool) {
	root := (*authority)(nil).issue(t, "Tỉnh Mẫu Root", mayIssue)
	pool := x509.NewCertPool()
	pool.AddCert(root.cert)
	return root, pool
}

// present is what a server shows: its own certificate, and those above it that it sends along.
func (a *authority) present(above ...*authority) tls.Certificate {
	chain := tls.Certificate{Certificate: [][]byte{a.cert.Raw}, PrivateKey: a.key, Leaf: a.cert}
	for _, c := range above {
		chain.Certificate = append(chain.Certificate, c.cert.Raw)
	}
	return chain
}

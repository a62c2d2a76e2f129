package mail_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"canhcong/notify/mail"
)

const (
	user     = "canhcong"
	password = "canary-7f3d"
	mailbox  = "truc@tinhmau.gov.vn"
)

// office is an SMTP server that others wrote, and what arrived there.
type office struct {
	address    string
	roots      *x509.CertPool
	mechanisms []string // to log in, which has to be done then

	onHello, onAuth, onFrom, onTo, onData error // answers, nil for yes

	mu      sync.Mutex
	letters [][]byte
	logins  []string // how
}

// openOffice serves until the test ends. change is made before.
func openOffice(t *testing.T, encryption mail.Encryption, change func(*office)) *office {
	t.Helper()
	o := &office{}
	if change != nil {
		change(o)
	}
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	o.roots = x509.NewCertPool()
	o.roots.AddCert(certified.Certificate())
	s := smtp.NewServer(o)
	s.Domain, s.AllowInsecureAuth, s.ErrorLog = "thu.tinhmau.gov.vn", encryption == mail.None, log.New(io.Discard, "", 0)
	var line net.Listener
	var err error
	if line, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	o.address = line.Addr().String()
	certificates := &tls.Config{Certificates: certified.TLS.Certificates}
	switch encryption {
	case mail.TLS:
		line = tls.NewListener(line, certificates)
	case mail.STARTTLS:
		s.TLSConfig = certificates
	case mail.None:
	}
	go func() { _ = s.Serve(line) }()
	t.Cleanup(func() { _ = s.Close() })
	return o
}

// config is what a Sender needs to write to the office.
func (o *office) config(t *testing.T, encryption mail.Encryption) mail.Config {
	t.Helper()
	host, port, err := net.SplitHostPort(o.address)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	c := mail.Config{Server: host, Port: number, Encryption: encryption, Roots: o.roots, From: "Canh Cổng <canhcong@tinhmau.gov.vn>"}
	if len(o.mechanisms) > 0 {
		c.Username, c.Password = user, password
	}
	return c
}

func (o *office) arrived() [][]byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.letters)
}

// NewSession implements smtp.Backend.
func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &visit{o, len(o.mechanisms) == 0}, o.onHello
}

// visit is one connection.
type visit struct {
	*office
	known bool
}

func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }

func (v *visit) Mail(string, *smtp.MailOptions) error {
	if !v.known {
		return smtp.ErrAuthRequired
	}
	return v.onFrom
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	if v.onTo == nil && to != mailbox {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "User unknown <" + to + ">"}
	}
	return v.onTo
}

func (v *visit) Data(r io.Reader) error {
	letter, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if v.onData != nil {
		return v.onData
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.letters = append(v.letters, letter)
	return nil
}

func (v *visit) AuthMechanisms() []string { return v.mechanisms }

func (v *visit) Auth(mechanism string) (sasl.Server, error) {
	enter := func(name, secret string) error {
		if v.onAuth != nil {
			return v.onAuth
		}
		if name != user || secret != password {
			return smtp.ErrAuthFailed
		}
		v.known = true
		v.mu.Lock()
		defer v.mu.Unlock()
		v.logins = append(v.logins, mechanism)
		return nil
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, name, secret string) error { return enter(name, secret) }), nil
	case sasl.Login:
		return &loginServer{enter: enter}, nil
	case "CRAM-MD5":
		return &cramServer{enter: enter}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

// loginServer asks for the name, then for the password.
type loginServer struct {
	enter  func(name, secret string) error
	asked  int
	called string
}

func (s *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	s.asked++
	switch s.asked {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		s.called = string(response)
		return []byte("Password:"), false, nil
	default:
		return nil, true, s.enter(s.called, string(response))
	}
}

// cramServer checks that the password is known, without being told. https://www.rfc-editor.org/rfc/rfc2195
type cramServer struct {
	enter func(name, secret string) error
	asked bool
}

func (s *cramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	const question = "<1896.697170952@thu.tinhmau.gov.vn>"
	if !s.asked {
		s.asked = true
		return []byte(question), false, nil
	}
	mac := hmac.New(md5.New, []byte(password))
	mac.Write([]byte(question))
	if !bytes.Equal(response, []byte(user+" "+hex.EncodeToString(mac.Sum(nil)))) {
		return nil, true, smtp.ErrAuthFailed
	}
	return nil, true, s.enter(user, password)
}

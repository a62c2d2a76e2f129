// Package mail carries messages to mailboxes through one SMTP server.
//
// The Sender is built without asking the server anything. Each message is a connection of its own: encrypted, unless the server
// is on this machine, and with a deadline. A message that belongs to another refers to it, so that a mail program shows one
// incident as one thread; a picture stands inside the message. The password never appears in an error.
package mail

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"

	"canhcong/notify"
)

// Encryption says how the connection to the server is protected.
type Encryption string

// The ways to protect a connection.
const (
	STARTTLS Encryption = "starttls" // begins in the clear, and goes on only encrypted
	TLS      Encryption = "tls"      // encrypted from the beginning
	None     Encryption = "none"     // for a server on this machine only
)

// ports are where a server usually listens. https://www.rfc-editor.org/rfc/rfc8314
var ports = map[Encryption]int{STARTTLS: 587, TLS: 465, None: 25}

// Config says who writes, and through which server. Server and From are required.
type Config struct {
	Server     string // host name or address
	Port       int    // 0 for the usual one
	Encryption Encryption
	Roots      *x509.CertPool // who may certify the server; nil for those of the system
	Username   string         // "" sends without logging in
	Password   string
	From       string // "Canh Cổng <canhcong@tinhmau.gov.vn>"
	Proxy      string // socks5 or socks5h address; "" connects directly
}

// Sender is a notify.Sender for one server. It is safe for concurrent use.
type Sender struct {
	c    Config
	from *netmail.Address
	dial dialer
}

// New returns a Sender. It connects to nothing; the error says what is wrong with the configuration, without secrets.
func New(c Config) (*Sender, error) {
	if c.Encryption == "" {
		c.Encryption = STARTTLS
	}
	if c.Port == 0 {
		c.Port = ports[c.Encryption]
	}
	from, err := netmail.ParseAddress(c.From)
	switch {
	case c.Server == "" || strings.ContainsAny(c.Server, "/:@ ") && net.ParseIP(c.Server) == nil:
		return nil, errors.New("mail: the server is not a host name")
	case ports[c.Encryption] == 0:
		return nil, fmt.Errorf("mail: the encryption %q is not known: use starttls, tls, or, for a server on this machine, none", c.Encryption)
	case c.Port < 1 || c.Port > 65535:
		return nil, fmt.Errorf("mail: %d is not a port", c.Port)
	case c.Encryption == None && !onThisMachine(c.Server):
		return nil, errors.New("mail: without encryption only a server on this machine can be used (127.0.0.1 or localhost)")
	case err != nil:
		return nil, errors.New("mail: the sender's address (from) is not a mail address")
	}
	s := &Sender{c: c, from: from}
	if s.dial, err = newDialer(c); err != nil {
		return nil, err
	}
	return s, nil
}

func onThisMachine(server string) bool {
	ip := net.ParseIP(server)
	return server == "localhost" || ip != nil && ip.IsLoopback()
}

// Send implements notify.Sender. The receipt is the Message-ID.
func (s *Sender) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	to, err := netmail.ParseAddress(m.Recipient)
	if err != nil {
		return notify.Receipt{}, &notify.UnreachableError{Reason: "mail: the recipient is not a mail address"}
	}
	letter, err := s.letter(m, to)
	if err != nil {
		return notify.Receipt{}, &notify.RefusedError{Reason: "mail: " + err.Error()}
	}
	if err := s.deliver(ctx, letter); err != nil {
		return notify.Receipt{}, err
	}
	return notify.Receipt{ID: letter.GetMessageID()}, nil
}

// deliver hands a letter over in a connection of its own, which ends with ctx: the library watches that while it dials only.
// What the server has taken is delivered, however the connection ends.
func (s *Sender) deliver(ctx context.Context, letter *mail.Msg) error {
	call := &call{dialer: s.dial}
	defer call.hangUp()
	defer context.AfterFunc(ctx, call.hangUp)()
	client, err := mail.NewClient(s.c.Server, s.options(call)...)
	if err != nil {
		return fmt.Errorf("mail: %w: %w", notify.ErrNotSent, err)
	}
	peer, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.noEntry(err)
	}
	err = client.SendWithSMTPClient(peer, letter)
	if letter.IsDelivered() {
		_ = client.CloseWithSMTPClient(peer) // a courtesy
		return nil
	}
	return s.declined(err)
}

func (s *Sender) options(call *call) []mail.Option {
	policy := mail.TLSMandatory
	if s.c.Encryption == None {
		policy = mail.NoTLS
	}
	options := []mail.Option{mail.WithPort(s.c.Port), mail.WithTimeout(dialogueTimeout), mail.WithDialContextFunc(call.dial),
		mail.WithTLSConfig(s.dial.tls), mail.WithTLSPolicy(policy), mail.WithoutNoop(), mail.WithoutRset()}
	if s.c.Encryption == TLS {
		options = append(options, mail.WithSSL())
	}
	if s.c.Username != "" {
		options = append(options, mail.WithUsername(s.c.Username), mail.WithPassword(s.c.Password), mail.WithOpportunisticSMTPAuth(s.mechanisms()...))
	}
	return options
}

// mechanisms are the ways to log in, the best first. Without encryption, to this machine, the password may be read there
// anyway.
func (s *Sender) mechanisms() []mail.SMTPAuthType {
	if s.c.Encryption == None {
		return []mail.SMTPAuthType{mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthCramMD5, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc}
	}
	return []mail.SMTPAuthType{mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin, mail.SMTPAuthCramMD5}
}

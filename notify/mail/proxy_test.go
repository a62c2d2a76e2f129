package mail_test

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"canhcong/notify/mail"
)

// socks is a SOCKS5 server (RFC 1928) that wants the password of RFC 1929, and counts whom it connected.
type socks struct {
	address string
	through atomic.Int32
}

func openSocks(t *testing.T, login string) *socks {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &socks{address: l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c, login)
		}
	}()
	return s
}

func (s *socks) serve(c net.Conn, login string) {
	defer c.Close()
	take := func(n int) []byte {
		b := make([]byte, n)
		io.ReadFull(c, b)
		return b
	}
	take(int(take(2)[1]))
	c.Write([]byte{5, 2})
	take(1)
	said := string(take(int(take(1)[0]))) + ":"
	if said += string(take(int(take(1)[0]))); said != login {
		c.Write([]byte{1, 1})
		return
	}
	c.Write([]byte{1, 0})
	if take(4)[3] != 1 {
		return // the tests name an IPv4 address
	}
	to := &net.TCPAddr{IP: take(4)}
	port := take(2)
	to.Port = int(port[0])<<8 | int(port[1])
	out, err := net.DialTCP("tcp", nil, to)
	if err != nil {
		return
	}
	defer out.Close()
	s.through.Add(1)
	c.Write([]byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 0})
	go io.Copy(out, c)
	io.Copy(c, out)
}

// TestMailThroughAProxy sends over a proxy that wants a password, encrypted from end to end; without the proxy nothing is sent at
// all, and its password is in no error.
func TestMailThroughAProxy(t *testing.T) {
	const secret = "proxy-secret-4711"
	away, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away.Close()
	for _, test := range []struct {
		name, password, at string
		encryption         mail.Encryption
		want               string
		through            int32
	}{
		{"STARTTLS", secret, "", mail.STARTTLS, "sent", 1},
		{"TLS", secret, "", mail.TLS, "sent", 1},
		{"a wrong password", "sai-" + secret, "", mail.STARTTLS, "not sent", 0},
		{"nobody there", secret, away.Addr().String(), mail.STARTTLS, "not sent", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, proxy := openOffice(t, test.encryption, nil), openSocks(t, "canhcong:"+secret)
			c := o.config(t, test.encryption)
			at := test.at
			if at == "" {
				at = proxy.address
			}
			c.Proxy = "socks5://canhcong:" + test.password + "@" + at
			_, err := send(t, c, urgent)
			if have := outcome(err); have != test.want || proxy.through.Load() != test.through || len(o.arrived()) != int(test.through) {
				t.Errorf("have %s (%v), %d through the proxy, %d arrived; want %s", have, err, proxy.through.Load(), len(o.arrived()), test.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}

package telegram

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/notify/telegram/telegramtest"
)

var hello = notify.Message{Recipient: "4711", Title: "Xin chào"}

// over returns a Sender with several API bases.
func over(t *testing.T, bases ...string) *Sender {
	t.Helper()
	s, err := New(Config{Token: telegramtest.Token, APIBases: bases, Pace: Pace{InChat: 1, InGroup: 1, Overall: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNextEndpoint has trouble with the first of two API bases. What certainly did not arrive there goes over the second at once,
// everything else at the next try, and nothing goes over the first again before it has shown that it is well.
func TestNextEndpoint(t *testing.T) {
	for _, test := range []struct {
		name    string
		trouble telegramtest.Answer
		atOnce  bool
	}{
		{"firewall", telegramtest.Answer{Code: 403, Body: "<html>Chặn theo chính sách</html>"}, true},
		{"captive portal that sends us on", telegramtest.Answer{Code: 302, Body: "<html>"}, true},
		{"another kind of server", telegramtest.Answer{Code: 404, Body: "<html>nginx"}, true},
		{"another bot's server", telegramtest.Answer{Code: 401, Description: "Unauthorized"}, true},
		{"no bot's server", telegramtest.Answer{Code: 404, Description: "Not Found"}, true},
		{"gateway", telegramtest.Answer{Code: 502, Body: "<html>Bad Gateway"}, false},
		{"page", telegramtest.Answer{Body: "<html>Đăng nhập Wi-Fi"}, false},
		{"reset", telegramtest.Answer{Reset: true}, false},
		{"Telegram's own trouble", telegramtest.Answer{Code: 500, Description: "Internal Server Error"}, false},
		{"cut answer", telegramtest.Answer{Cut: true}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			first, second := telegramtest.New(t), telegramtest.New(t)
			test.trouble.Times = -1
			first.Script(test.trouble)
			s := over(t, first.URL, second.URL)
			if _, err := s.Send(t.Context(), hello); (err == nil) != test.atOnce {
				t.Errorf("have %v, want it sent at once: %v", err, test.atOnce)
			}
			if _, err := s.Send(t.Context(), hello); err != nil {
				t.Errorf("the next one: %v", err)
			}
			if have := len(first.Calls()); have != 1 {
				t.Errorf("have %d calls of the first, want it left alone after one", have)
			}
			s.line.endpoints[0].rest = time.Now() // half a minute later
			if _, err := s.Send(t.Context(), hello); err != nil {
				t.Errorf("while the first is ill: %v", err)
			}
			if calls := first.Calls(); len(calls) != 2 || calls[1].Method != "getMe" {
				t.Errorf("have %v, want the first asked how it is", calls)
			}
			first.Forget()
			s.line.endpoints[0].rest = time.Now()
			if _, err := s.Send(t.Context(), hello); err != nil {
				t.Errorf("when the first is well: %v", err)
			}
			if calls := first.Calls(); calls[len(calls)-1].Method != "sendMessage" {
				t.Errorf("have %v, want the first used again", calls)
			}
		})
	}
}

// TestNoEndpoint finds none that takes the message: the token is worth nothing only when all say so.
func TestNoEndpoint(t *testing.T) {
	revoked := telegramtest.New(t)
	revoked.Script(telegramtest.Answer{Code: 401, Description: "Unauthorized", Times: -1})
	const closed = "http://127.0.0.1:1"
	for _, test := range []struct {
		name  string
		bases []string
		whole bool
	}{
		{"all know another bot", []string{revoked.URL, revoked.URL}, true},
		{"one is away", []string{closed, revoked.URL}, false},
		{"the other is away", []string{revoked.URL, closed}, false},
		{"all are away", []string{closed, closed}, false},
	} {
		s := over(t, test.bases...)
		for range 2 {
			_, err := s.Send(t.Context(), hello)
			var gone *notify.UnreachableError
			if errors.As(err, &gone) != test.whole || !test.whole && !errors.Is(err, notify.ErrNotSent) {
				t.Errorf("%s: have %v, want the whole channel gone: %v", test.name, err, test.whole)
			}
		}
	}
}

// TestEndpointsOfOne has nowhere else to go: whatever happened, it is asked again.
func TestEndpointsOfOne(t *testing.T) {
	server := telegramtest.New(t)
	server.Script(telegramtest.Answer{Reset: true, Times: 3})
	s := over(t, server.URL)
	for range 3 {
		if _, err := s.Send(t.Context(), hello); err == nil {
			t.Error("have no error")
		}
	}
	if _, err := s.Send(t.Context(), hello); err != nil {
		t.Error(err)
	}
}

// TestResetInTheHandshake has somebody on the way reset every connection before it is encrypted, as censors do: nothing has arrived.
func TestResetInTheHandshake(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 1)) // of the client's greeting
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}()
	_, err = over(t, "https://"+l.Addr().String()).Send(t.Context(), hello)
	if !errors.Is(err, notify.ErrNotSent) || !strings.Contains(err.Error(), "reset") {
		t.Errorf("have %v, want that the connection was reset and nothing was sent", err)
	}
}

package telegram_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
)

func TestSendThroughProxy(t *testing.T) {
	server := telegramtest.New(t)
	var asked string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Get("Proxy-Authorization")
		r.URL.Scheme, r.URL.Host, r.RequestURI = "http", strings.TrimPrefix(server.URL, "http://"), ""
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close()
		w.WriteHeader(answer.StatusCode)
		io.Copy(w, answer.Body)
	}))
	defer proxy.Close()
	s := sender(t, telegram.Config{APIBases: []string{"http://api.telegram.test"}, Proxy: strings.Replace(proxy.URL, "//", "//u:p@", 1)})
	if _, err := s.Send(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	if len(server.Messages()) != 1 || asked == "" {
		t.Errorf("have %d messages, proxy credentials %q", len(server.Messages()), asked)
	}
}

func TestSendThroughSOCKS(t *testing.T) {
	server := telegramtest.New(t)
	proxy := socks(t, strings.TrimPrefix(server.URL, "http://"))
	s := sender(t, telegram.Config{APIBases: []string{"http://api.telegram.test"}, Proxy: "socks5://" + proxy})
	if _, err := s.Send(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	if len(server.Messages()) != 1 {
		t.Errorf("have %v, want one message", server.Messages())
	}
}

// socks is a SOCKS5 server without authentication that connects everybody to one address.
func socks(t *testing.T, to string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				head := make([]byte, 2)
				io.ReadFull(c, head)
				io.CopyN(io.Discard, c, int64(head[1]))
				c.Write([]byte{5, 0})
				request := make([]byte, 5)
				io.ReadFull(c, request)
				io.CopyN(io.Discard, c, int64(request[4])+2)
				c.Write([]byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 0})
				out, err := net.Dial("tcp", to)
				if err != nil {
					return
				}
				defer out.Close()
				go io.Copy(out, c)
				io.Copy(c, out)
			}()
		}
	}()
	return l.Addr().String()
}

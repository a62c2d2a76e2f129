package ntfy_test

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"canhcong/notify"
	"canhcong/notify/ntfy"
)

const canary = "tk_canary7f3d"

// published is a message as a server of ntfy reads it, from JSON or from headers. https://docs.ntfy.sh/publish/
type published struct {
	Topic, Title, Message, Click string
	Priority                     int
	Tags                         []string
	attached                     []byte
	name                         string
}

// server keeps what it is sent, for those who have the token.
func server(t *testing.T, have *published) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*have = published{}
		if r.Header.Get("Authorization") != "Bearer "+canary {
			http.Error(w, `{"code":40101,"http":401,"error":"unauthorized"}`, http.StatusUnauthorized)
			return
		}
		if r.Method == http.MethodPost && r.URL.Path == "/" {
			if err := json.NewDecoder(r.Body).Decode(have); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		} else {
			header := func(name string) string {
				text, err := new(mime.WordDecoder).DecodeHeader(r.Header.Get(name))
				if err != nil {
					t.Error(err)
				}
				return text
			}
			have.Topic, have.Title, have.Message, have.name = strings.TrimPrefix(r.URL.Path, "/"), header("Title"), header("Message"), header("Filename")
			have.attached, _ = io.ReadAll(r.Body)
		}
		_, _ = io.WriteString(w, `{"id":"Zs5uqwe","event":"message"}`)
	}))
	t.Cleanup(s.Close)
	return s
}

func sender(t *testing.T, c ntfy.Config) *ntfy.Sender {
	t.Helper()
	s, err := ntfy.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPublish(t *testing.T) {
	var have published
	s := sender(t, ntfy.Config{Server: server(t, &have).URL + "/", Token: canary})
	m := notify.Message{Recipient: "canh-cong_1", Title: "🔴 KHẨN", Body: "dòng một\n“dòng” hai", Severity: notify.Critical, Link: "https://canhcong.tinhmau.gov.vn/incidents/1"}
	r, err := s.Send(t.Context(), m)
	if err != nil || r.ID != "Zs5uqwe" {
		t.Fatalf("have %v, %v", r, err)
	}
	if have.Topic != m.Recipient || have.Title != m.Title || have.Message != m.Body || have.Priority != 5 || have.Click != m.Link || len(have.Tags) != 1 || have.Tags[0] != "critical" {
		t.Errorf("have %+v", have)
	}
	m.Quiet = true
	m.Body = strings.Repeat("ế", 4000)
	if _, err := s.Send(t.Context(), m); err != nil || have.Priority != 2 || len(have.Message) > 4096 || !utf8.ValidString(have.Message) || !strings.HasSuffix(have.Message, "ế…") {
		t.Errorf("have %d bytes, priority %d (%v), want a quiet one cut between characters", len(have.Message), have.Priority, err)
	}
}

func TestUpload(t *testing.T) {
	var have published
	s := sender(t, ntfy.Config{Server: server(t, &have).URL, Token: canary})
	for name, m := range map[string]notify.Message{
		"canhcong.png":  {Picture: []byte("\x89PNG")},
		"danh-sách.txt": {File: &notify.File{Name: "danh-sách.txt", Type: "text/plain; charset=utf-8", Content: []byte("\x89PNG")}, Body: "dòng một\n“dòng” hai"},
	} {
		m.Recipient, m.Title = "truc", "Đã duyệt | Hiện tại"
		want := m.Body
		if want == "" {
			want = m.Title
		}
		if _, err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if have.Topic != "truc" || have.Title != m.Title || have.Message != want || string(have.attached) != "\x89PNG" || have.name != name {
			t.Errorf("have %+v, want %s", have, name)
		}
	}
}

// A server without room for attachments, as one is that nobody has given a cache, refuses them for good: a list comes as text, and a
// picture, whose text came before, not at all.
func TestNoAttachments(t *testing.T) {
	var have published
	for _, code := range []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge} {
		texts := server(t, &have)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut {
				http.Error(w, `{"code":40014,"http":400,"error":"invalid request: attachments not allowed"}`, code)
				return
			}
			texts.Config.Handler.ServeHTTP(w, r)
		}))
		defer s.Close()
		to := sender(t, ntfy.Config{Server: s.URL, Token: canary})
		m := notify.Message{Recipient: "truc", Title: "60 cổng", Body: "một nguyên nhân", Severity: notify.Major,
			File: &notify.File{Name: "danh-sách.txt", Type: "text/plain; charset=utf-8", Content: []byte("phuongvidu.tinhmau.gov.vn")}}
		if r, err := to.Send(t.Context(), m); err != nil || r.ID == "" {
			t.Fatalf("%d: have %v, %v", code, r, err)
		}
		if want := "một nguyên nhân\n\nphuongvidu.tinhmau.gov.vn"; have.Message != want || have.Priority != 4 {
			t.Errorf("%d: have %+v, want the text with what was in the file", code, have)
		}
		var refused *notify.RefusedError
		if _, err := to.Send(t.Context(), notify.Message{Recipient: "truc", Title: "Đã duyệt | Hiện tại", Picture: []byte("\x89PNG")}); !errors.As(err, &refused) {
			t.Errorf("%d: have %v, want the outbox to know that the picture is refused", code, err)
		}
	}
}

func TestErrors(t *testing.T) {
	var have published
	var unreachable *notify.UnreachableError
	text := notify.Message{Recipient: "truc", Title: "x"}
	address := server(t, &have).URL
	if _, err := sender(t, ntfy.Config{Server: address, Token: canary + "x"}).Send(t.Context(), text); !errors.As(err, &unreachable) || !unreachable.Whole || strings.Contains(err.Error(), canary) {
		t.Errorf("a wrong token: have %v", err)
	}
	if _, err := sender(t, ntfy.Config{Server: address, Token: canary}).Send(t.Context(), notify.Message{Recipient: "../admin", Title: "x"}); !errors.As(err, &unreachable) || unreachable.Whole {
		t.Errorf("a strange topic: have %v", err)
	}
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>Wi-Fi</html>") }))
	defer portal.Close()
	if _, err := sender(t, ntfy.Config{Server: portal.URL}).Send(t.Context(), text); err == nil || !strings.Contains(err.Error(), "names no message") {
		t.Errorf("a captive portal: have %v", err)
	}
	for _, bad := range []ntfy.Config{{Server: "ntfy.sh"}, {Server: "https://u:p@ntfy.sh"}, {Proxy: "ftp://x"}} {
		if _, err := ntfy.New(bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

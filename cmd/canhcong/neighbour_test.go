package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/web"
)

// sharedKey writes a key that two neighbours share, and returns its file.
func sharedKey(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "neighbour.key")
	if err := os.WriteFile(file, []byte("khoá chung của hai tỉnh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestNeighbour has a neighbour answer in every way: only a signed answer to this very question says that all is well there, and
// people are told after eight minutes without one, unless our own network was away.
func TestNeighbour(t *testing.T) {
	key, body, before := []byte("khoá chung của hai tỉnh"), []byte(`{"ok":true}`), ""
	answer := func(w http.ResponseWriter, code int, signature string) {
		w.Header().Set(web.SignatureHeader, signature)
		w.WriteHeader(code)
		_, _ = w.Write(body)
	}
	for _, test := range []struct {
		name   string
		answer func(w http.ResponseWriter, nonce string)
		silent time.Duration
		blind  bool
		told   string // what people are told, "" for nothing
	}{
		{"well", func(w http.ResponseWriter, nonce string) { answer(w, 200, web.SignCycle(key, nonce, body)) }, time.Hour, false, "over"},
		{"not signed", func(w http.ResponseWriter, _ string) { answer(w, 200, "") }, 9 * time.Minute, false, "not signed"},
		{"signed with another key", func(w http.ResponseWriter, nonce string) { answer(w, 200, web.SignCycle([]byte("k"), nonce, body)) }, 9 * time.Minute, false, "not signed"},
		{"an answer of before", func(w http.ResponseWriter, nonce string) {
			if before == "" {
				before = web.SignCycle(key, nonce+"x", body)
			}
			answer(w, 200, before)
		}, 9 * time.Minute, false, "not signed"},
		{"its chain stands", func(w http.ResponseWriter, nonce string) { answer(w, 503, web.SignCycle(key, nonce, body)) }, 9 * time.Minute, false, "503"},
		{"sent elsewhere", func(w http.ResponseWriter, _ string) {
			w.Header().Set("Location", "http://127.0.0.1:1/")
			w.WriteHeader(http.StatusFound)
		}, 9 * time.Minute, false, "302"},
		{"a moment ago it was well", func(w http.ResponseWriter, _ string) { answer(w, 503, "") }, 7 * time.Minute, false, ""},
		{"we are blind", func(w http.ResponseWriter, _ string) { answer(w, 503, "") }, time.Hour, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { test.answer(w, r.Header.Get(web.NonceHeader)) }))
			defer there.Close()
			n, err := newNeighbour(neighbourConfig{there.URL + "/healthz/cycle", sharedKey(t)}, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			have := ""
			n.well = time.Now().Add(-test.silent)
			n.blind = func(context.Context) (bool, error) { return test.blind, nil }
			n.declare = func(_ context.Context, what notify.Notice) error {
				if have = what.Detail; !what.Until.IsZero() {
					have = "over"
				}
				return nil
			}
			if err := n.round(t.Context()); err != nil {
				t.Fatal(err)
			}
			if (have == "") != (test.told == "") || !strings.Contains(have, test.told) {
				t.Errorf("have %q told, want %q", have, test.told)
			}
		})
	}
}

func TestNeighbourConfig(t *testing.T) {
	short := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(short, []byte("123"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []neighbourConfig{{"https://canhcong.tinhban.gov.vn/healthz/cycle", ""}, {"ftp://a", sharedKey(t)}, {"/healthz/cycle", sharedKey(t)}, {"", short}, {"", "/there/is/none"}} {
		if _, err := newNeighbour(c, nil); err == nil {
			t.Errorf("%+v: have no error", c)
		}
	}
	n, err := newNeighbour(neighbourConfig{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	over := 0
	n.declare = func(_ context.Context, what notify.Notice) error {
		if !what.Until.IsZero() {
			over++
		}
		return nil
	}
	if err := n.run(t.Context()); err != nil || over != 1 {
		t.Errorf("without a neighbour: have %v and %d, want that one of before is not missed", err, over)
	}
}

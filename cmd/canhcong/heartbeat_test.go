package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A centre elsewhere hears GET /ping/… while all is well, and POST …/fail with the reason while it is not. Whatever goes wrong, the
// address, which is a secret, is in no error and no line of the log.
func TestHeartbeat(t *testing.T) {
	const secret = "5f1c7d2e-canary"
	var mu sync.Mutex
	var heard []string
	status := http.StatusOK
	centre := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		heard = append(heard, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		if status == http.StatusFound {
			http.Redirect(w, r, "/elsewhere", status)
			return
		}
		w.WriteHeader(status)
	}))
	defer centre.Close()
	var logged output
	why := ""
	h, err := newHeartbeat(centre.URL+"/ping/"+secret+"?province=vidu", slog.New(slog.NewTextHandler(&logged, nil)))
	if err != nil {
		t.Fatal(err)
	}
	h.ailing = func(context.Context) string { return why }
	send := func() string {
		t.Helper()
		mu.Lock()
		before := len(heard)
		mu.Unlock()
		ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer stop()
		if err := h.run(ctx); err != nil { // one at once, the next in a minute
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(heard[before:], "; ")
	}
	if have, want := send(), "GET /ping/"+secret+"?province=vidu"; have != want {
		t.Errorf("well: have %q, want %q", have, want)
	}
	why = "3 portals are overdue"
	if have, want := send(), "POST /ping/"+secret+"/fail?province=vidu 3 portals are overdue"; have != want {
		t.Errorf("unwell: have %q, want %q", have, want)
	}
	for _, code := range []int{http.StatusFound, http.StatusInternalServerError} {
		mu.Lock()
		status = code
		mu.Unlock()
		if err := h.send(t.Context(), ""); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%d: have %v, want an error without the address", code, err)
		}
	}
	if have := send(); strings.Contains(have, "elsewhere") {
		t.Errorf("have %q: a redirect was followed", have)
	}
	centre.Close()
	if err := h.send(t.Context(), ""); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("nobody there: have %v, want an error without the address", err)
	}
	if text := logged.String(); strings.Contains(text, secret) || !strings.Contains(text, "arrives=false") {
		t.Errorf("have the log %q, want that it does not arrive, and no address", text)
	}
}

func TestHeartbeatAddress(t *testing.T) {
	for _, address := range []string{"ping", "ftp://hc.tinhmau.gov.vn/1", "https://", "http://[::1/canary"} {
		if _, err := newHeartbeat(address, nil); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: have %v, want an error that does not show it", address, err)
		}
	}
	h, err := newHeartbeat("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.run(t.Context()); err != nil {
		t.Errorf("without an address: have %v", err)
	}
}

func TestNoteTimes(t *testing.T) {
	for _, c := range []struct {
		morning, evening string
		want             int
	}{{"07:30", "19:00", 2}, {"none", "19:00", 1}, {"none", "none", 0}, {"7h30", "19:00", -1}, {"", "19:00", -1}, {"07:30", "24:00", -1}} {
		have, err := notesConfig{c.morning, c.evening}.times()
		if n := len(have); (err != nil) != (c.want < 0) || c.want >= 0 && n != c.want {
			t.Errorf("%q and %q: have %d (%v), want %d", c.morning, c.evening, n, err, c.want)
		}
	}
}

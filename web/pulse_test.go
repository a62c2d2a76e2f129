package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
)

// TestStalledLooking has a monitor that no longer looks.
func TestStalledLooking(t *testing.T) {
	h := newHouse(t)
	h.person("truc", notify.Duty, 0)
	var pulse monitor.Pulse
	h.console.pulse = func(context.Context) (monitor.Pulse, error) { return pulse, nil }
	if w := h.get("", "/healthz"); w.Code != http.StatusOK {
		t.Errorf("health while it keeps up: have %d, want 200", w.Code)
	}
	for name, wrong := range map[string]monitor.Pulse{"dispatcher_idle_seconds": {Sites: 5, Idle: 2 * time.Minute}, "overdue_sites": {Sites: 5, Overdue: 1}} {
		pulse = wrong
		h.console.health.at = h.console.health.at.Add(-healthKept)
		var health map[string]any
		w := h.get("", "/healthz")
		must(t, json.Unmarshal(w.Body.Bytes(), &health))
		if w.Code != http.StatusServiceUnavailable || health[name] == 0.0 {
			t.Errorf("%s: have %d %v", name, w.Code, health)
		}
	}
	pulse = monitor.Pulse{Sites: 5, Panics: 3, Restarts: 1}
	h.console.failing = func(context.Context) (map[string]string, error) {
		return map[string]string{"backup": "the disk is full"}, nil
	}
	h.console.health.at = h.console.health.at.Add(-healthKept)
	if w := h.get("", "/healthz"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"failed_jobs":["backup"]`) || !strings.Contains(w.Body.String(), `"panics":3`) {
		t.Errorf("health with a failed backup: have %d %s", w.Code, w.Body)
	}
	pulse = monitor.Pulse{Sites: 5, Overdue: 4, Faulty: 2, Renders: monitor.Backlog{Looks: 3, Oldest: time.Minute}}
	h.console.browser = func() monitor.BrowserHealth {
		return monitor.BrowserHealth{State: monitor.BrowserFailing, Waiting: 2, Memory: 5 << 20}
	}
	h.console.health.at = h.console.health.at.Add(-healthKept)
	var health map[string]any
	w := h.get("", "/healthz")
	must(t, json.Unmarshal(w.Body.Bytes(), &health))
	if w.Code != http.StatusServiceUnavailable || health["overdue_sites"] != 4.0 || health["faulty_sites"] != 2.0 {
		t.Errorf("health when it does not: have %d %v", w.Code, health)
	}
	if have, want := fmt.Sprint(health["waiting_renders"]), "map[looks:3 oldest_ms:60000]"; have != want {
		t.Errorf("renders that wait: have %s, want %s", have, want)
	}
	if have, ok := health["browser"].(map[string]any); !ok || have["state"] != "failing" || have["waiting"] != 2.0 || have["memory_mb"] != 5.0 {
		t.Errorf("browser: have %v, want one that fails", health["browser"])
	}
	body := h.get("truc", "/").Body.String()
	for _, want := range []string{"Có 4 cổng quá hạn nhìn", "Trình duyệt giám sát lỗi liên tiếp ở 2 cổng"} {
		if !strings.Contains(body, want) {
			t.Errorf("no banner says %q", want)
		}
	}
}

// TestCycle asks, as somebody outside does, whether looks go the whole way down the chain.
func TestCycle(t *testing.T) {
	h := newHouse(t)
	var pulse monitor.Pulse
	h.console.pulse = func(context.Context) (monitor.Pulse, error) { return pulse, nil }
	for name, c := range map[string]struct {
		handed time.Time
		code   int
	}{
		"no look yet":      {time.Time{}, http.StatusServiceUnavailable},
		"a look just now":  {time.Now().Add(-time.Second), http.StatusOK},
		"a quiet portal":   {time.Now().Add(-15 * time.Minute), http.StatusOK},
		"the chain stands": {time.Now().Add(-18 * time.Minute), http.StatusServiceUnavailable},
	} {
		pulse.HandedOn = c.handed
		if w := h.get("", "/healthz/cycle"); w.Code != c.code || strings.Contains(w.Body.String(), `"ok":true`) != (c.code == http.StatusOK) {
			t.Errorf("%s: have %d %s, want %d", name, w.Code, w.Body, c.code)
		}
	}
	now := time.Now()
	if have := cycleOf(now.Add(-time.Minute), now.Add(-20*time.Minute), now); have.OK || have.Age != 1200 {
		t.Errorf("an outbox that stands: have %+v, want it not to be well", have)
	}
}

// TestCycleIsSigned asks with a nonce: what proves the answer is about this nonce, this answer and the key.
func TestCycleIsSigned(t *testing.T) {
	h := newHouse(t)
	h.console.pulse = func(context.Context) (monitor.Pulse, error) { return monitor.Pulse{HandedOn: time.Now()}, nil }
	ask := func(nonce string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/healthz/cycle", nil)
		r.Header.Set(NonceHeader, nonce)
		w := httptest.NewRecorder()
		h.console.Handler().ServeHTTP(w, r)
		return w
	}
	if have := ask("a").Header().Get(SignatureHeader); have != "" {
		t.Errorf("without a key: have %q, want no signature", have)
	}
	h.console.cycleKey = []byte("khoá chung")
	if have := ask("").Header().Get(SignatureHeader); have != "" {
		t.Errorf("without a nonce: have %q, want no signature", have)
	}
	w := ask("a")
	body := w.Body.Bytes()
	have := w.Header().Get(SignatureHeader)
	if w.Code != http.StatusOK || have != SignCycle(h.console.cycleKey, "a", body) {
		t.Fatalf("have %d and %q, want it signed", w.Code, have)
	}
	for name, other := range map[string]string{"another nonce": SignCycle(h.console.cycleKey, "b", body), "another key": SignCycle([]byte("k"), "a", body),
		"another answer": SignCycle(h.console.cycleKey, "a", append(body, ' '))} {
		if have == other {
			t.Errorf("%s: have the same signature", name)
		}
	}
}

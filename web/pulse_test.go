package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

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
	pulse = monitor.Pulse{Sites: 5, Overdue: 4, Faulty: 2}
	h.console.health.at = h.console.health.at.Add(-healthKept)
	var health map[string]any
	w := h.get("", "/healthz")
	must(t, json.Unmarshal(w.Body.Bytes(), &health))
	if w.Code != http.StatusServiceUnavailable || health["overdue_sites"] != 4.0 || health["faulty_sites"] != 2.0 {
		t.Errorf("health when it does not: have %d %v", w.Code, health)
	}
	body := h.get("truc", "/").Body.String()
	for _, want := range []string{"Có 4 cổng quá hạn nhìn", "Trình duyệt giám sát lỗi liên tiếp ở 2 cổng"} {
		if !strings.Contains(body, want) {
			t.Errorf("no banner says %q", want)
		}
	}
}

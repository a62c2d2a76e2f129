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

func TestStallOf(t *testing.T) {
	for _, test := range []struct {
		pulse monitor.Pulse
		want  stall
	}{
		{monitor.Pulse{Sites: 10}, stall{}},
		{monitor.Pulse{Sites: 10, Overdue: 1, Faulty: 1}, stall{1, 1}},
		{monitor.Pulse{Sites: 20, Overdue: 3, Faulty: 4}, stall{0, 4}},
		{monitor.Pulse{Sites: 2000, Overdue: 100, Faulty: 101}, stall{0, 101}},
	} {
		if have := stallOf(test.pulse); have != test.want {
			t.Errorf("%+v: have %+v, want %+v", test.pulse, have, test.want)
		}
	}
}

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

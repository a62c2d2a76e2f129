package web

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// TestNoticesOnEveryPage has a monitor that is blind, late and short of room, and then not any more.
func TestNoticesOnEveryPage(t *testing.T) {
	h := newHouse(t, notify.Channel{Name: "telegram", Recipient: "1", Language: targets.Vietnamese})
	h.person("truc", notify.Duty, 0)
	h.site("https://p.tinhmau.gov.vn", "Cổng", "Đơn vị")
	h.console.pulse = func(context.Context) (monitor.Pulse, error) {
		return monitor.Pulse{Sites: 5, Overdue: 4, Faulty: 2}, nil
	}
	for _, n := range []notify.Notice{{Kind: notify.NoticeDisk, Detail: "<b>3%"}, {Kind: notify.NoticeOverdue, Sites: 4}, {Kind: notify.NoticeBlind, Since: time.Now().Add(-31 * time.Minute)}} {
		must(t, h.desk.Declare(t.Context(), n))
	}
	if body := h.get("truc", "/alerts").Body.String(); !strings.Contains(body, "Cần làm: kiểm tra đường truyền") || !strings.Contains(body, "bắt đầu → Telegram") {
		t.Error("the alerts page does not say what to do about it")
	}
	for _, path := range []string{"/", "/alerts", "/incidents", "/approvals"} {
		body := h.get("truc", path).Body.String()
		at := -1
		for _, want := range []string{"GIÁM SÁT BỊ MÙ từ ", "đã 31 phút", "GIÁM SÁT CHẬM từ ", "4 cổng", "SẮP ĐẦY từ ", "còn &lt;b&gt;3%", "liên tiếp ở 2 cổng"} {
			next := strings.Index(body, want)
			if next <= at {
				t.Errorf("%s: %q is not where it belongs: have it at %d, want it after %d", path, want, next, at)
			}
			at = next
		}
		if strings.Contains(body, "quá hạn nhìn: việc giám sát") {
			t.Errorf("%s says twice that looks are overdue", path)
		}
	}
	h.console.pulse = nil
	wantHealth(t, h, http.StatusServiceUnavailable, "blind", "overdue", "disk")
	for _, kind := range notify.NoticeKinds {
		must(t, h.desk.Declare(t.Context(), notify.Notice{Kind: kind, Until: time.Now()}))
	}
	wantHealth(t, h, http.StatusOK)
	if body := h.get("truc", "/").Body.String(); strings.Contains(body, "GIÁM SÁT") {
		t.Error("the banner stays after the trouble is over")
	}
}

func wantHealth(t *testing.T, h *house, code int, notices ...string) {
	t.Helper()
	h.console.health.at = time.Time{}
	var have struct{ Notices []string }
	w := h.get("", "/healthz")
	must(t, json.Unmarshal(w.Body.Bytes(), &have))
	if w.Code != code || !slices.Equal(have.Notices, notices) {
		t.Errorf("health: have %d %v, want %d %v", w.Code, have.Notices, code, notices)
	}
}

// TestAlertsSpeakOfTheMonitor lists what was told of the monitor and of a portal, each in the words of its time.
func TestAlertsSpeakOfTheMonitor(t *testing.T) {
	h := newHouse(t)
	h.person("truc", notify.Duty, 0)
	must(t, h.desk.Declare(t.Context(), notify.Notice{Kind: notify.NoticeBlind}))
	h.down(h.site("https://p.tinhmau.gov.vn", "Cổng", "Đơn vị"))
	_, err := h.registry.DB().Write.Exec(`UPDATE alerts SET sent_at = created_at`)
	must(t, err)
	time.Sleep(2 * time.Millisecond)
	must(t, h.desk.Declare(t.Context(), notify.Notice{Kind: notify.NoticeBlind, Until: time.Now()}))
	must(t, h.desk.Declare(t.Context(), notify.Notice{Kind: notify.NoticeDisk}))
	must(t, h.desk.Declare(t.Context(), notify.Notice{Kind: notify.NoticeDisk, Until: time.Now()}))
	_, body, _ := strings.Cut(h.get("truc", "/alerts").Body.String(), "<main")
	at := -1
	for _, want := range []string{"ĐỦ CHỖ", "TỪNG SẮP ĐẦY", "🔔 GIÁM SÁT TRỞ LẠI", "SC-", "Không truy cập được", "🔕 GIÁM SÁT BỊ MÙ", "Cần làm: kiểm tra đường truyền"} {
		next := strings.Index(body, want)
		if next <= at {
			t.Errorf("%q is not where it belongs: have it at %d, want it after %d", want, next, at)
		}
		at = next
	}
	if strings.Contains(body, "/incidents/0") || !strings.Contains(body, "Máy giám sát") {
		t.Error("the monitor's own alert is not called its own")
	}
}

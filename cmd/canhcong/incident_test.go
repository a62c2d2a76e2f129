package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// raised makes a data directory with one incident in it, of which the unit says that it is not their doing.
func raised(t *testing.T, a *app) notify.Incident {
	t.Helper()
	h, err := a.openHouse(slog.New(slog.DiscardHandler), a.config.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	site, err := h.registry.Add(t.Context(), targets.Draft{URL: "https://phuongvidu.tinhmau.gov.vn/", Name: "Cổng phường Ví Dụ", Unit: "UBND phường Ví Dụ"})
	if err != nil {
		t.Fatal(err)
	}
	seen := monitor.Observation{Site: site, Depth: monitor.Probe, At: time.Now(), Outcome: monitor.OK, Status: 200, FinalURL: site.URL}
	if err := h.archive.Save(t.Context(), &seen, monitor.Rendering{}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.judge.Handle(t.Context(), seen); err != nil {
		t.Fatal(err)
	}
	i, err := h.desk.Raise(t.Context(), baseline.Verdict{ID: 1, Observation: seen}, "chunha", "đơn vị không đổi trang chủ")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestIncidentCommand(t *testing.T) {
	data := t.TempDir()
	config := defaultConfig()
	config.Data = data
	number := raised(t, &app{ctx: t.Context(), out: t.Output(), config: config, data: data, lang: targets.Vietnamese}).Number
	canhcong, must := commands(t, data, environment{"CANHCONG_REPORT_INITIAL": "30h", "CANHCONG_REPORT_AUTHORITY": "Phòng An ninh mạng"})
	day := func(d time.Duration) string { return localTime(time.Now().Add(d)) }
	wantWords(t, must("incident", "list"), number, "phuongvidu.tinhmau.gov.vn", "open")
	wantWords(t, must("incident", "show", number), "UBND phường Ví Dụ", "Báo cáo ban đầu", "còn 1 ngày 5 giờ", "còn 2 ngày 23 giờ", "chunha", "đơn vị không đổi trang chủ")
	must("incident", "count", number, "--from", day(-40*time.Hour), "--reason", "đơn vị biết từ hôm kia")
	wantWords(t, must("incident", "show", number), "ĐÃ QUÁ HẠN 10 giờ", "đơn vị biết từ hôm kia", "Tính giờ báo cáo từ")
	must("incident", "sent", number, "initial", "--letter", "12/BC-TTCĐS")
	wantWords(t, must("incident", "show", number), "gửi muộn", "Báo cáo ban đầu: 12/BC-TTCĐS", "cli:")
	wantWords(t, must("incident", "report", number, "initial"), "BÁO CÁO BAN ĐẦU SỰ CỐ", "Kính gửi: Phòng An ninh mạng", number, "DỰ THẢO")
	file := filepath.Join(t.TempDir(), "bc.html")
	wantWords(t, must("incident", "report", number, "closing", "--out", file), file)
	wantWords(t, must("report", "template"), "initial.html", "Đã ghi")
	wantWords(t, must("report", "template"), "templates/closing.html dùng được")
	if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), "số 12/BC-TTCĐS ngày") {
		t.Errorf("have %s, %v", text, err)
	}
	own := filepath.Join(data, "templates", "closing.html")
	if err := os.WriteFile(own, []byte("<p>\n{{.Khong}}</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := canhcong("report", "template"); err == nil || !strings.Contains(out, "templates/closing.html:2:") {
		t.Errorf("have %q, %v, want the file and the line of the mistake", out, err)
	}
	if text, err := os.ReadFile(own); err != nil || string(text) != "<p>\n{{.Khong}}</p>" {
		t.Errorf("what the office wrote was written over: %q, %v", text, err)
	}
	wantWords(t, must("incident", "report", number, "closing", "--out", file), "đã dùng mẫu gốc", "templates/closing.html:2:")
	wantWords(t, must("incident", "report", number, "closing"), "Mẫu riêng của cơ quan có lỗi", "BÁO CÁO KẾT THÚC")
	must("incident", "exempt", number, "--reason", "không thuộc diện phải báo cáo")
	wantWords(t, must("incident", "show", number), "không tính giờ")
	for _, wrong := range [][]string{
		{"incident", "show", "SC-1999-0001"}, {"incident", "report", "SC-1999-0001", "initial"}, {"incident", "report", number, "initial", "--format", "docm", "--out", file}, {"incident", "sent", number, "third", "--letter", "1"}, {"incident", "sent", number, "initial", "--letter", " "},
		{"incident", "sent", number, "closing", "--letter", "1", "--at", day(48 * time.Hour)}, {"incident", "count", number, "--from", "mai", "--reason", "đủ dài rồi"},
		{"incident", "count", number, "--from", day(-time.Hour), "--reason", "ừ"}, {"incident", "exempt", "SC-1999-0001", "--reason", "đủ dài rồi"},
	} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
	if have, want := auditOf(t, data), "incident.counted incident/1 cli:|incident.reported incident/1 cli:|incident.needless incident/1 cli:"; have != want {
		t.Errorf("audit: have %s, want %s", have, want)
	}
}

// auditOf is what the audit log of a data directory says of each deed: what, to what, and how whoever did it begins.
func auditOf(t *testing.T, data string) (said string) {
	t.Helper()
	db, err := targets.Open(t.Context(), filepath.Join(data, "canhcong.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Read.QueryRow(`SELECT coalesce(group_concat(action || ' ' || object || ' ' || substr(actor, 1, 4), '|'), '') FROM audit`).Scan(&said); err != nil {
		t.Fatal(err)
	}
	return said
}

func TestDeadlinesThatCannotBeRead(t *testing.T) {
	for _, wrong := range []string{"một ngày", "0s", "-24h", ""} {
		if l, err := (reportConfig{Initial: "24h", Closing: wrong}).deadlines(); err == nil || !strings.Contains(err.Error(), "report.closing") {
			t.Errorf("%q: have %v, %v", wrong, l, err)
		}
	}
}

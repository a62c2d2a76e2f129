package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
)

// TestHandlingAnIncident takes an incident that shows an attack from its opening to its end, as two people do on the console.
func TestHandlingAnIncident(t *testing.T) {
	h := newHouse(t)
	one := h.watched("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	for login, role := range map[string]notify.Role{"truca": notify.Duty, "trucb": notify.Duty, "lanhdao": notify.Leader} {
		h.person(login, role, 0)
	}
	h.person("chunha", notify.Webmaster, one.Unit.ID)
	h.look(one, time.Now().Add(-time.Minute), defaced())
	h.look(one, time.Now(), defaced())
	live, err := h.desk.Incidents(t.Context(), notify.Filter{Live: true})
	must(t, err)
	if len(live) != 1 {
		t.Fatalf("have %d incidents, want one", len(live))
	}
	path := fmt.Sprintf("/incidents/%d", live[0].ID)
	for _, c := range []struct {
		login, step string
		form        []string
		want        int
		shows       string // on the page of the one who did it, afterwards or at once
	}{
		{"lanhdao", "verify", []string{"finding", "real"}, http.StatusForbidden, "Diễn biến"},
		{"chunha", "verify", []string{"finding", "false", "reason", "không sao đâu"}, http.StatusForbidden, "Diễn biến"},
		{"truca", "verify", []string{"reason", "không chọn gì"}, http.StatusUnprocessableEntity, "Ghi kết quả xác minh"},
		{"truca", "verify", []string{"finding", "false", "reason", "sai"}, http.StatusUnprocessableEntity, "Ghi kết quả xác minh"},
		{"truca", "verify", []string{"finding", "false", "reason", "trang thử nghiệm của đơn vị"}, http.StatusSeeOther, "truca đề nghị kết thúc vì “báo sai”"},
		{"truca", "verify", []string{"finding", "false", "reason", "nói lại lần nữa"}, http.StatusSeeOther, "truca đề nghị kết thúc vì “báo sai”"},
		{"trucb", "owner", []string{"owner", "khongco"}, http.StatusUnprocessableEntity, "Tôi là người thứ hai, tôi đồng ý"},
		{"trucb", "verify", []string{"finding", "real", "reason", "đã gọi đơn vị, bị tấn công thật"}, http.StatusSeeOther, "sự cố thật · trucb"},
		{"trucb", "owner", []string{"owner", "trucb"}, http.StatusSeeOther, "giao người xử lý"},
		{"lanhdao", "check", []string{"step", "evidence", "done", "1"}, http.StatusForbidden, "Giữ chứng cứ trước khi sửa"},
		{"truca", "check", []string{"step", "evidence", "done", "1"}, http.StatusSeeOther, "<b>đã làm</b>"},
		{"trucb", "check", []string{"step", "evidence"}, http.StatusSeeOther, "chưa làm xong"},
		{"truca", "fix", []string{"how", "khôi phục từ bản sao lưu"}, http.StatusSeeOther, "Đã báo khắc phục"},
	} {
		if have := h.post(c.login, path+"/"+c.step, c.form...); have.Code != c.want {
			t.Errorf("%s %s %q: have %d, want %d", c.login, c.step, c.form, have.Code, c.want)
		}
		if body := h.get(c.login, path).Body.String(); !strings.Contains(body, c.shows) {
			t.Errorf("%s %s %q: the page lacks %q", c.login, c.step, c.form, c.shows)
		}
	}
	if len(h.asked) == 0 {
		t.Error("nobody looks whether it is mended")
	}
	at := time.Now()
	h.look(one, at.Add(time.Minute), portal(one.Name))
	h.look(one, at.Add(2*time.Minute), portal(one.Name))
	if i, err := h.desk.Incident(t.Context(), live[0].ID); err != nil || i.CloseReason != notify.Recovered || i.Finding != notify.FoundReal || i.Owner != "trucb" {
		t.Errorf("have %+v, %v", i, err)
	}
	if body := h.get("lanhdao", path).Body.String(); strings.Contains(body, "<textarea") || !strings.Contains(body, "khôi phục từ bản sao lưu") {
		t.Error("a leader reads, and writes nothing")
	}
}

// TestExcusingAlone shows the only person in the list who may excuse an attack why that takes an hour, and what to do about it.
func TestExcusingAlone(t *testing.T) {
	h := newHouse(t)
	one := h.watched("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	h.person("quantri", notify.Admin, 0)
	h.person("lanhdao", notify.Leader, 0)
	h.look(one, time.Now().Add(-time.Minute), defaced())
	h.look(one, time.Now(), defaced())
	shows := func(when string, words ...string) {
		t.Helper()
		body := h.get("quantri", "/incidents/1").Body.String()
		for _, want := range words {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page lacks %q", when, want)
			}
		}
	}
	excuse := func() {
		t.Helper()
		if have := h.post("quantri", "/incidents/1/verify", "finding", "false", "reason", "đã gọi đơn vị xác nhận"); have.Code != http.StatusSeeOther {
			t.Errorf("have %d", have.Code)
		}
	}
	shows("before", say("vi", "incident.others.none"), say("vi", "incident.record"))
	excuse()
	excuse()
	shows("at once", "quantri đề nghị kết thúc", "bạn có thể tự xác nhận lại")
	_, err := h.registry.DB().Write.Exec(`UPDATE incidents SET asked_at = asked_at - ?`, notify.AloneAfter.Milliseconds())
	must(t, err)
	shows("an hour later", say("vi", "incident.others.now"), say("vi", "incident.insist"))
	h.person("truca", notify.Duty, 0)
	shows("with somebody else in the list", "Người có thể đồng ý: Người truca", say("vi", "incident.record"))
	_, err = h.registry.DB().Write.Exec(`UPDATE people SET retired_at = 1 WHERE login = 'truca'`)
	must(t, err)
	excuse()
	shows("afterwards", say("vi", "incident.alone"))
	if i, err := h.desk.Incident(t.Context(), 1); err != nil || i.CloseReason != notify.Refuted {
		t.Errorf("have %s %s (%v), want it over", i.State, i.CloseReason, err)
	}
}

// TestDrillOnTheConsole practises at a portal, beside an outage that is quiet for half an hour.
func TestDrillOnTheConsole(t *testing.T) {
	h := newHouse(t)
	one := h.watched("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	h.person("truca", notify.Duty, 0)
	h.person("chunha", notify.Webmaster, one.Unit.ID)
	if w := h.post("chunha", sitePath(one.ID)+"/drill", "kind", "down"); w.Code != http.StatusForbidden {
		t.Errorf("a webmaster: have %d, want 403", w.Code)
	}
	w := h.post("truca", sitePath(one.ID)+"/drill", "kind", "down")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/incidents/") {
		t.Fatalf("have %d to %q", w.Code, w.Header().Get("Location"))
	}
	path := w.Header().Get("Location")
	if body := h.get("truca", path).Body.String(); !strings.Contains(body, "DT-") || !strings.Contains(body, "cổng không gặp sự cố") || strings.Contains(body, "/snooze") {
		t.Error("the page does not say that it is a drill, or lets it be quiet")
	}
	if body := h.get("truca", "/incidents").Body.String(); !strings.Contains(body, "Diễn tập") {
		t.Error("the list does not show the drill")
	}
	if w := h.post("truca", path+"/snooze", "minutes", "30", "why", "đang họp giao ban"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a drill that is quiet: have %d, want 422", w.Code)
	}
	h.post("truca", path+"/fix")
	if body := h.get("truca", path).Body.String(); !strings.Contains(body, "kết thúc diễn tập") {
		t.Error("the drill is not over")
	}
	for n := range 4 {
		h.probe(one, time.Now().Add(time.Duration(n)*time.Second), monitor.Observation{Outcome: monitor.Down, Cause: monitor.CauseDNS, Depth: monitor.Render})
	}
	live, err := h.desk.Incidents(t.Context(), notify.Filter{Live: true})
	must(t, err)
	if len(live) != 1 {
		t.Fatalf("have %d incidents, want one", len(live))
	}
	path = fmt.Sprintf("/incidents/%d", live[0].ID)
	for _, c := range []struct {
		minutes, why string
		want         int
	}{{"30", "", http.StatusUnprocessableEntity}, {"90", "đang khởi động lại", http.StatusUnprocessableEntity}, {"x", "đang khởi động lại", http.StatusUnprocessableEntity},
		{"30", "đang khởi động lại", http.StatusSeeOther}} {
		if w := h.post("truca", path+"/snooze", "minutes", c.minutes, "why", c.why); w.Code != c.want {
			t.Errorf("%q %q: have %d, want %d", c.minutes, c.why, w.Code, c.want)
		}
	}
	if body := h.get("truca", path).Body.String(); !strings.Contains(body, "truca đã tạm lắng đến") || !strings.Contains(body, "đang khởi động lại") {
		t.Error("the page does not say that it is quiet")
	}
}

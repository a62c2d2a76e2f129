package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// TestFilingOnTheConsole takes the reports of an incident from their clocks to what was sent.
func TestFilingOnTheConsole(t *testing.T) {
	h, _, _ := eventHouse(t)
	one := h.watched("https://cong.tinhmau.gov.vn", "Cổng sở Ví Dụ", "sở Ví Dụ")
	h.look(one, time.Now().Add(-time.Minute), defaced())
	h.look(one, time.Now(), defaced())
	live, err := h.desk.Incidents(t.Context(), notify.Filter{Live: true})
	must(t, err)
	path := fmt.Sprintf("/incidents/%d", live[0].ID)
	at := func(d time.Duration) string { return time.Now().Add(d).In(targets.Vietnam).Format(formMoment) }
	for _, c := range []struct {
		login, step string
		form        []string
		want        int
		shows       string // on the page of the one who did it, afterwards or at once
	}{
		{"lanhdao", "reported", []string{"kind", "initial", "number", "1", "at", at(0)}, http.StatusForbidden, "Báo cáo ban đầu"},
		{"truc", "counted", []string{"from", at(-time.Hour), "why", "quản trị mới được đổi"}, http.StatusForbidden, "Trong hạn"},
		{"chunha", "reported", nil, http.StatusNotFound, ""},
		{"quantri", "counted", []string{"from", at(-time.Hour), "why", "ừ"}, http.StatusUnprocessableEntity, "Đổi mốc tính giờ"},
		{"quantri", "counted", []string{"from", at(time.Hour), "why", "ngày mai mới tính"}, http.StatusUnprocessableEntity, "Trong hạn"},
		{"quantri", "counted", []string{"from", "hôm qua", "why", "không đọc được"}, http.StatusUnprocessableEntity, "Trong hạn"},
		{"quantri", "counted", []string{"from", at(-21 * time.Hour), "why", "<b>đơn vị</b> gọi báo từ tối qua"}, http.StatusSeeOther, "&lt;b&gt;đơn vị&lt;/b&gt; gọi báo từ tối qua"},
		{"truc", "reported", []string{"kind", "initial", "number", " ", "at", at(0)}, http.StatusUnprocessableEntity, "Sắp hết hạn"},
		{"truc", "reported", []string{"kind", "thứ ba", "number", "1", "at", at(0)}, http.StatusUnprocessableEntity, "Sắp hết hạn"},
		{"truc", "reported", []string{"kind", "initial", "number", "12/BC-<TTCĐS>", "at", at(-time.Minute)}, http.StatusSeeOther, "đã gửi: số 12/BC-&lt;TTCĐS&gt;"},
		{"quantri", "counted", []string{"from", at(-80 * time.Hour), "why", "trang lỗi từ ba hôm trước"}, http.StatusSeeOther, "Quá hạn"},
	} {
		if have := h.post(c.login, path+"/"+c.step, c.form...); have.Code != c.want {
			t.Errorf("%s %s %q: have %d, want %d", c.login, c.step, c.form, have.Code, c.want)
		}
		if body := h.get(c.login, path).Body.String(); !strings.Contains(body, c.shows) {
			t.Errorf("%s %s %q: the page lacks %q", c.login, c.step, c.form, c.shows)
		}
	}
	for login, want := range map[string]bool{"truc": true, "lanhdao": true, "chunha": false} {
		body := h.get(login, "/").Body.String()
		if have := strings.Contains(body, "Báo cáo kết thúc "+live[0].Number); have != want || strings.Contains(body, "Báo cáo ban đầu "+live[0].Number) {
			t.Errorf("%s: the wall says so: have %t, want %t, and nothing of what was sent", login, have, want)
		}
	}
	for query, want := range map[string]string{"initial": "BÁO CÁO BAN ĐẦU SỰ CỐ", "closing&format=html": "số 12/BC-&lt;TTCĐS&gt; ngày"} {
		a := h.get("lanhdao", path+"/paper?kind="+query)
		if a.Code != http.StatusOK || !strings.Contains(a.Body.String(), want) || !strings.HasPrefix(a.Header().Get("Content-Disposition"), `attachment; filename="baocao-`) {
			t.Errorf("%s: have %d and %s, want a file with %q", query, a.Code, a.Header(), want)
		}
	}
	for query, want := range map[string]int{"third": http.StatusNotFound, "initial&format=exe": http.StatusNotFound, "initial&format=pdf": http.StatusServiceUnavailable} {
		if have := h.get("truc", path+"/paper?kind="+query).Code; have != want {
			t.Errorf("%s: have %d, want %d", query, have, want)
		}
	}
	if have := h.get("chunha", path+"/paper?kind=initial").Code; have != http.StatusNotFound && have != http.StatusForbidden {
		t.Errorf("a webmaster of another unit: have %d", have)
	}
	if have := h.post("quantri", path+"/counted", "needless", "1", "why", "không thuộc diện phải báo cáo").Code; have != http.StatusSeeOther {
		t.Errorf("have %d", have)
	}
	if body := h.get("quantri", "/").Body.String(); strings.Contains(body, live[0].Number+"</a> –") {
		t.Error("the wall reminds people of what need not be reported")
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, "ghi đã gửi báo cáo sự cố") || !strings.Contains(body, "xác định sự cố không phải báo cáo") {
		t.Error("the audit log does not say so")
	}
}

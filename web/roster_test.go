package web

import (
	"bytes"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// shift puts somebody, who is added, on the roster of the lowest tier for twelve hours.
func (h *house) shift(login string, from time.Time) notify.Shift {
	h.t.Helper()
	return h.shiftOf(h.person(login, notify.Duty, 0), notify.TierWatch, from, 12*time.Hour)
}

func (h *house) shiftOf(p notify.Person, tier notify.Tier, from time.Time, lasts time.Duration) notify.Shift {
	h.t.Helper()
	added, err := h.desk.AddShifts(h.t.Context(), "quantri", notify.Shift{Watch: notify.Watch{Tier: tier, Person: p, From: from, Until: from.Add(lasts)}})
	must(h.t, err)
	return added[0]
}

// upload sends a file, or fields of a form with one.
func (h *house) upload(login, path, file string, pairs ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if file != "" {
		part, err := form.CreateFormFile("file", "lichtruc.csv")
		must(h.t, err)
		_, err = part.Write([]byte(file))
		must(h.t, err)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		must(h.t, form.WriteField(pairs[i], pairs[i+1]))
	}
	must(h.t, form.Close())
	r := httptest.NewRequest(http.MethodPost, "http://localhost"+path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return h.do(login, r)
}

func wantOn(t *testing.T, where string, w *httptest.ResponseRecorder, status int, words ...string) string {
	t.Helper()
	body := html.UnescapeString(w.Body.String())
	if w.Code != status {
		t.Errorf("%s: have %d, want %d", where, w.Code, status)
	}
	for _, word := range words {
		if !strings.Contains(body, word) {
			t.Errorf("%s: %q is missing", where, word)
		}
	}
	return body
}

// TestShiftsAreOnesOwn has two people on duty: each checks in to and hands over their own shift, and gives away only that.
func TestShiftsAreOnesOwn(t *testing.T) {
	h := newHouse(t)
	now := time.Now()
	mine, theirs := h.shift("truca", now.Add(-time.Hour)), h.shift("trucb", now.Add(-time.Hour))
	h.person("quantri", notify.Admin, 0)
	for _, what := range []string{"checkin", "handover", "swap", "remove"} {
		if w := h.post("truca", fmt.Sprintf("/roster/%d/%s", theirs.ID, what)); w.Code != http.StatusForbidden {
			t.Errorf("%s of somebody else's shift: have %d, want 403", what, w.Code)
		}
	}
	for _, what := range []string{"checkin", "handover"} {
		if w := h.post("quantri", fmt.Sprintf("/roster/%d/%s", theirs.ID, what)); w.Code != http.StatusForbidden {
			t.Errorf("%s for somebody else: have %d, want 403", what, w.Code)
		}
	}
	page := fmt.Sprintf("/roster/%d", mine.ID)
	wantOn(t, "the roster of who is to check in", h.get("truca", "/roster"), http.StatusOK, "Ca của bạn: Trực giám sát", "Nhận ca", "chưa nhận ca")
	wantOn(t, "the shift", h.get("truca", page), http.StatusOK, "Đây là ca của bạn", "Bạn muốn nhắn gì cho ca sau?", "Không có sự cố nào đang mở")
	if body := wantOn(t, "somebody else's shift", h.get("truca", fmt.Sprintf("/roster/%d", theirs.ID)), http.StatusOK, "Người trucb"); strings.Contains(body, "Giao ca</button>") || strings.Contains(body, "Đổi ca</button>") {
		t.Error("somebody else's shift can be handed over or swapped")
	}
	if w := h.post("truca", page+"/checkin"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != page {
		t.Errorf("check in: have %d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := h.post("truca", page+"/handover", "words", "Cổng xã A <b>bảo trì</b> tối nay"); w.Code != http.StatusSeeOther {
		t.Errorf("hand over: have %d", w.Code)
	}
	body := h.get("truca", page).Body.String()
	if !strings.Contains(body, "Cổng xã A &lt;b&gt;bảo trì&lt;/b&gt; tối nay") || !strings.Contains(body, "đã nhận ca") && !strings.Contains(body, "giao ca") {
		t.Error("the page does not say what was handed over")
	}
	next := h.shift("trucc", now.Add(time.Hour))
	wantOn(t, "the next shift", h.get("trucc", fmt.Sprintf("/roster/%d", next.ID)), http.StatusOK, "Ca trước bàn giao: Người truca", "tối nay")
	wantOn(t, "the log", h.get("quantri", "/roster"), http.StatusOK, "Sổ giao ca", "tối nay")
	if w := h.post("truca", page+"/swap", "to", fmt.Sprintf("shift:%d", next.ID), "reason", ""); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("swap without a reason: have %d, want 422", w.Code)
	}
	if w := h.post("truca", page+"/swap", "to", fmt.Sprintf("shift:%d", next.ID), "reason", "về quê"); w.Code != http.StatusSeeOther {
		t.Errorf("swap: have %d, want 303", w.Code)
	}
	wantOn(t, "the changes", h.get("quantri", "/roster"), http.StatusOK, "về quê", "đổi ca")
	wantOn(t, "the audit log", h.get("quantri", "/audit"), http.StatusOK, "nhận ca", "giao ca", "đổi ca")
	wantOn(t, "what was swapped", h.get("truca", page), http.StatusOK, "đã đổi hoặc bỏ khỏi lịch")
}

// TestRosterImportIsShownFirst uploads a list, which is written only once somebody has seen what it means.
func TestRosterImportIsShownFirst(t *testing.T) {
	h := newHouse(t)
	h.person("quantri", notify.Admin, 0)
	h.person("truca", notify.Duty, 0)
	day := time.Now().In(targets.Vietnam).AddDate(0, 0, 1)
	file := "ngày,giờ,người trực,ghi chú\n" + day.Format("02/01/2006") + ",19:00-07:30,Người truca,\"đêm, \"\"30\"\"\"\n"
	wantOn(t, "a bad file", h.upload("quantri", "/roster/import", file+",,Người Lạ,\n"), http.StatusOK, "1 dòng có lỗi", "Không có ai tên hoặc tên đăng nhập “Người Lạ”")
	wantOn(t, "no file", h.upload("quantri", "/roster/import", ""), http.StatusUnprocessableEntity)
	wantOn(t, "another file", h.upload("quantri", "/roster/import", "a,b\n1,2\n"), http.StatusUnprocessableEntity, "Không tìm thấy dòng tiêu đề")
	body := wantOn(t, "a good file", h.upload("quantri", "/roster/import", file), http.StatusOK, "Sẽ thêm 1 ca", "Ghi 1 ca vào lịch trực", "19:00–07:30")
	if shifts, _ := h.desk.Shifts(t.Context(), notify.Span{From: day.AddDate(0, 0, -1), Until: day.AddDate(0, 0, 2)}); len(shifts) != 0 {
		t.Fatalf("have %v before anybody has agreed", shifts)
	}
	list := regexp.MustCompile(`(?s)name="list" value="([^"]*)"`).FindStringSubmatch(h.upload("quantri", "/roster/import", file).Body.String())
	if list == nil {
		t.Fatalf("no list to send back in\n%s", body)
	}
	if w := h.upload("quantri", "/roster/import", "", "list", html.UnescapeString(list[1])); w.Code != http.StatusSeeOther {
		t.Errorf("agree: have %d, want 303", w.Code)
	}
	shifts, err := h.desk.Shifts(t.Context(), notify.Span{From: day.AddDate(0, 0, -1), Until: day.AddDate(0, 0, 2)})
	if err != nil || len(shifts) != 1 || shifts[0].Note != `đêm, "30"` || hours(shifts[0].Span()) != "19:00–07:30" {
		t.Errorf("have %+v, %v, want the shift of the list", shifts, err)
	}
	wantOn(t, "again", h.upload("quantri", "/roster/import", file), http.StatusOK, "Cả 1 ca trong tệp đã có")
}

func TestRosterPage(t *testing.T) {
	h := newHouse(t)
	admin := h.person("quantri", notify.Admin, 0)
	one := h.site("https://phuongvidu.tinhmau.gov.vn", "Cổng", "phường Ví Dụ")
	h.person("chunha", notify.Webmaster, one.Unit.ID)
	_, err := h.registry.DeclarePeriod(t.Context(), targets.Period{Name: "Tết", From: time.Now(), Until: time.Now().Add(72 * time.Hour), DeclaredBy: "quantri"})
	must(t, err)
	wantOn(t, "nobody on duty", h.get("quantri", "/roster"), http.StatusOK, "Lúc này không có ai trong lịch trực", "chưa có người", "class=\"hole\"")
	must(t, h.desk.RollCall(t.Context()))
	from := midnightOf(time.Now()).Format(formTime)
	until := midnightOf(time.Now()).Add(24 * time.Hour).Format(formTime)
	for _, c := range []struct {
		pairs []string
		want  int
	}{
		{[]string{"login", "ai", "tier", "1", "from", from, "until", until}, http.StatusUnprocessableEntity},
		{[]string{"login", "quantri", "tier", "9", "from", from, "until", until}, http.StatusUnprocessableEntity},
		{[]string{"login", "quantri", "tier", "1", "from", until, "until", from}, http.StatusUnprocessableEntity},
		{[]string{"login", "quantri", "tier", "1", "from", "", "until", ""}, http.StatusUnprocessableEntity},
		{[]string{"login", "quantri", "tier", "1", "from", from, "until", until, "note", "trực lễ"}, http.StatusSeeOther},
		{[]string{"login", "quantri", "tier", "1", "from", from, "until", until}, http.StatusConflict},
	} {
		if w := h.post("quantri", "/roster", c.pairs...); w.Code != c.want {
			t.Errorf("%v: have %d, want %d", c.pairs, w.Code, c.want)
		}
	}
	wantOn(t, "the roster", h.get("quantri", "/roster"), http.StatusOK, admin.Name, "trực lễ", "00:00–24:00")
	paper := wantOn(t, "for printing", h.get("quantri", "/roster?view=print"), http.StatusOK, "class=\"roster paper\"", admin.Name)
	if strings.Contains(paper, "type=\"file\"") {
		t.Error("what is printed has forms")
	}
	wantOn(t, "another week", h.get("quantri", "/roster?from=2027-02-06"), http.StatusOK, "01/02/2027 – 14/02/2027", "mồng 1 Tết")
	wantOn(t, "the wall", h.get("quantri", "/"), http.StatusOK, "Đang trực: "+admin.Name)
	if body := h.get("chunha", "/").Body.String(); strings.Contains(body, "Đang trực") || strings.Contains(body, "Ca trực") {
		t.Error("a webmaster is told who is on duty")
	}
	if w := h.get("chunha", "/roster"); w.Code != http.StatusForbidden {
		t.Errorf("the roster for a webmaster: have %d, want 403", w.Code)
	}
}

func TestRosterDays(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.ParseInLocation("02/01/2006 15:04", text, targets.Vietnam)
		must(t, err)
		return when
	}
	shiftAt := func(tier notify.Tier, name, from, until string) notify.Shift {
		return notify.Shift{Watch: notify.Watch{Tier: tier, Person: notify.Person{Name: name}, From: at(from), Until: at(until)}}
	}
	o := notify.Outlook{Span: notify.Span{From: at("28/12/2026 00:00"), Until: at("11/01/2027 00:00")}, Shifts: []notify.Shift{
		shiftAt(notify.TierWatch, "A", "27/12/2026 19:00", "28/12/2026 07:30"), shiftAt(notify.TierWatch, "B", "31/12/2026 19:00", "01/01/2027 07:30"),
		shiftAt(notify.TierLeader, "D", "30/12/2026 07:30", "02/01/2027 07:30"), shiftAt(notify.TierTechnical, "C", "31/12/2026 00:00", "01/01/2027 00:00")},
		Holes: []notify.Hole{{Tier: notify.TierWatch, Span: notify.Span{From: at("01/01/2027 07:30"), Until: at("03/01/2027 07:30")}}}}
	var have []string
	for _, day := range rosterDays(o, at("31/12/2026 20:00")) {
		for _, cell := range day.Cells {
			for _, s := range cell.Shifts {
				have = append(have, fmt.Sprintf("%s %d %s %s%v%v", day.Date.Format("02/01"), cell.Tier, s.Person.Name, hours(s.Span()), s.Now, s.Later))
			}
			for _, hole := range cell.Holes {
				have = append(have, fmt.Sprintf("%s %d – %s", day.Date.Format("02/01"), cell.Tier, hours(hole)))
			}
		}
	}
	leader := "07:30 30/12 – 07:30 02/01true"
	want := []string{"30/12 3 D " + leader + "false", "31/12 1 B 19:00–07:30truefalse", "31/12 2 C 00:00–24:00truefalse", "31/12 3 D " + leader + "true",
		"01/01 1 – 07:30–24:00", "01/01 3 D " + leader + "true", "02/01 1 – 00:00–24:00", "02/01 3 D " + leader + "true", "03/01 1 – 00:00–07:30"}
	if strings.Join(have, "\n") != strings.Join(want, "\n") {
		t.Errorf("have\n%s\nwant\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
	for _, c := range []struct{ in, want string }{{"28/12/2026 00:00", "2026-12-28"}, {"03/01/2027 23:59", "2026-12-28"}, {"04/01/2027 00:00", "2027-01-04"}} {
		if have := monday(at(c.in)).Format(time.DateOnly); have != c.want {
			t.Errorf("the week of %s begins %s, want %s", c.in, have, c.want)
		}
	}
}

package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

// period declares a period that is in force.
func (h *house) period(p targets.Period) int64 {
	h.t.Helper()
	p.Name, p.DeclaredBy = cmp.Or(p.Name, "Đại hội"), "quantri"
	p.From, p.Until = time.Now().Add(-time.Hour), time.Now().Add(72*time.Hour)
	p, err := h.registry.DeclarePeriod(h.t.Context(), p)
	must(h.t, err)
	return p.ID
}

func TestWhoDeclaresPeriods(t *testing.T) {
	h, own, _ := eventHouse(t)
	post := func(login string, more ...string) int {
		form := map[string]string{"name": "Tết Đinh Mùi", "letter": "12/CV-UBND", "scope": "province", "profile": "cao điểm", "from": "2027-01-30T00:00", "until": "2027-02-14T00:00"}
		for i := 0; i < len(more); i += 2 {
			form[more[i]] = more[i+1]
		}
		var fields []string
		for k, v := range form {
			fields = append(fields, k, v)
		}
		return h.post(login, "/periods", fields...).Code
	}
	for _, c := range []struct {
		login string
		more  []string
		want  int
	}{
		{"quantri", nil, http.StatusSeeOther}, {"quantri", []string{"scope", fmt.Sprintf("unit:%d", own.Unit.ID)}, http.StatusSeeOther},
		{"quantri", []string{"scope", fmt.Sprintf("site:%d", own.ID), "profile", "thường"}, http.StatusSeeOther},
		{"truc", nil, http.StatusForbidden}, {"lanhdao", nil, http.StatusForbidden}, {"chunha", nil, http.StatusForbidden}, {"", nil, http.StatusUnauthorized},
		{"quantri", []string{"name", " "}, http.StatusUnprocessableEntity}, {"quantri", []string{"scope", "xã:1"}, http.StatusUnprocessableEntity},
		{"quantri", []string{"until", "mai"}, http.StatusUnprocessableEntity}, {"quantri", []string{"profile", "không có"}, http.StatusUnprocessableEntity},
		{"quantri", []string{"scope", "unit:77"}, http.StatusNotFound},
	} {
		before, err := h.registry.Periods(t.Context(), time.Time{})
		must(t, err)
		if have := post(c.login, c.more...); have != c.want {
			t.Errorf("%q with %q: have %d, want %d", c.login, c.more, have, c.want)
		}
		after, err := h.registry.Periods(t.Context(), time.Time{})
		must(t, err)
		if declared := len(after) > len(before); declared != (c.want == http.StatusSeeOther) {
			t.Errorf("%q with %q: declared %t", c.login, c.more, declared)
		}
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, say("vi", "audit.action.period.declare")) || !strings.Contains(body, "12/CV-UBND") {
		t.Error("the audit log does not say who declared what")
	}
}

func TestPeriodsAreSeenAndEnded(t *testing.T) {
	h, own, foreign := eventHouse(t)
	id := h.period(targets.Period{Name: "Tết Đinh Mùi", LetterNumber: "12/CV-UBND"})
	wants := func(login, path string, want bool, texts ...string) {
		t.Helper()
		body := h.get(login, path).Body.String()
		for _, text := range texts {
			if strings.Contains(body, text) != want {
				t.Errorf("%s at %s reads %q: %t, want %t", login, path, text, !want, want)
			}
		}
	}
	end := fmt.Sprintf("/periods/%d/end", id)
	wants("truc", "/periods", true, "Tết Đinh Mùi", "12/CV-UBND", "Toàn tỉnh", "cao điểm: thăm dò mỗi 30")
	wants("truc", "/periods", false, end, "<form method=\"post\" action=\"/periods\"")
	wants("quantri", "/periods", true, end, "<form method=\"post\" action=\"/periods\"")
	wants("lanhdao", "/", true, "Đang trong đợt cao điểm “Tết Đinh Mùi”")
	wants("chunha", "/", false, "Tết Đinh Mùi")
	wants("chunha", sitePath(own.ID), false, "Đang trong đợt cao điểm") // the portals of these tests have a keener pace of their own
	h.period(targets.Period{Name: "Đại hội phường", SiteID: own.ID})
	wants("chunha", sitePath(own.ID), true, "Đang trong đợt cao điểm “Đại hội phường”")
	if code := h.get("chunha", "/periods").Code; code != http.StatusForbidden {
		t.Errorf("a webmaster sees the periods: %d", code)
	}
	for login, want := range map[string]int{"truc": http.StatusForbidden, "chunha": http.StatusNotFound, "quantri": http.StatusSeeOther} {
		if have := h.post(login, end).Code; have != want {
			t.Errorf("%s ends it: have %d, want %d", login, have, want)
		}
	}
	p, err := h.registry.Period(t.Context(), id)
	if err != nil || p.EndedBy != "quantri" {
		t.Errorf("have ended by %q (%v), want quantri", p.EndedBy, err)
	}
	wants("quantri", "/", false, "Tết Đinh Mùi")
	wants("quantri", "/periods", true, "Đã kết thúc", "quantri kết thúc sớm")
	wants("quantri", sitePath(foreign.ID), false, "Tết Đinh Mùi")
}

func TestPeriodSaysWhatIsNotReady(t *testing.T) {
	h, own, _ := eventHouse(t)
	page := fmt.Sprintf("/periods/%d", h.period(targets.Period{Name: "Tết Đinh Mùi", UnitID: own.Unit.ID}))
	body := h.get("lanhdao", page).Body.String()
	for _, want := range []string{"Tết Đinh Mùi", "Kiểm tra sẵn sàng", "1 cổng trong phạm vi", "Lịch trực còn khoảng trống", "Cần làm: "} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if !strings.Contains(h.get("lanhdao", "/periods").Body.String(), page) {
		t.Error("the list does not lead to the period")
	}
	if code := h.get("chunha", page).Code; code == http.StatusOK {
		t.Error("a webmaster sees how the province is prepared")
	}
	h.post("quantri", page+"/end")
	if body := h.get("lanhdao", page).Body.String(); !strings.Contains(body, "Đợt này đã kết thúc") {
		t.Error("a period that is over is looked at for what is lacking")
	}
}

package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
)

func TestHolidays(t *testing.T) {
	h, _, _ := eventHouse(t)
	next := time.Now().In(targets.Vietnam).Year() + 1
	day := fmt.Sprintf("%d-09-03", next)
	post := func(login, path string, more ...string) int { return h.post(login, path, more...).Code }
	fields := []string{"day", day, "name", "Quốc khánh", "kind", "paid", "source", "99/TB-BNV"}
	for login, want := range map[string]int{"truc": http.StatusForbidden, "lanhdao": http.StatusForbidden, "chunha": http.StatusForbidden, "quantri": http.StatusSeeOther} {
		if have := post(login, "/holidays", fields...); have != want {
			t.Errorf("%s sets a day: have %d, want %d", login, have, want)
		}
	}
	body := h.get("truc", "/holidays").Body.String()
	for _, want := range []string{"mồng 1 Tết", "Tết Nguyên đán", "tính sẵn", "99/TB-BNV", "quantri đặt", "03/09/" + fmt.Sprint(next), fmt.Sprintf("Trực Tết %d", next)} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "<form method=\"post\" action=\"/holidays") {
		t.Error("a duty officer is shown forms")
	}
	for _, wrong := range [][]string{{"day", "mai"}, {"day", "1999-01-01"}, {"name", " "}, {"kind", "suggested"}, {"source", ""}} {
		form := map[string]string{}
		for i := 0; i < len(fields); i += 2 {
			form[fields[i]] = fields[i+1]
		}
		form[wrong[0]] = wrong[1]
		var all []string
		for k, v := range form {
			all = append(all, k, v)
		}
		if have := post("quantri", "/holidays", all...); have != http.StatusUnprocessableEntity {
			t.Errorf("%v: have %d, want 422", wrong, have)
		}
	}
	admin := h.get("quantri", "/holidays").Body.String()
	if want := fmt.Sprintf("/periods?from=%s", targets.Tet(next).AddDate(0, 0, -20).Format("2006-")); !strings.Contains(admin, want) {
		t.Errorf("the page does not lead to a declaration of the duty around Tết (%s)", want)
	}
	if have := h.get("quantri", "/periods?name=T%E1%BA%BFt&from=2027-01-30T00:00&until=2027-02-16T00:00").Body.String(); !strings.Contains(have, `value="Tết"`) || !strings.Contains(have, `value="2027-02-16T00:00"`) {
		t.Error("the suggestion does not fill in the form")
	}
	if have := post("quantri", "/holidays/remove", "day", day); have != http.StatusSeeOther || strings.Contains(h.get("truc", "/holidays").Body.String(), "99/TB-BNV") {
		t.Errorf("have %d, want the day as computed", have)
	}
	if have := post("quantri", "/holidays/remove", "day", day); have != http.StatusNotFound {
		t.Errorf("have %d, want 404", have)
	}
	if log := h.get("quantri", "/audit").Body.String(); !strings.Contains(log, say("vi", "audit.action.holiday.set")) || !strings.Contains(log, say("vi", "audit.action.holiday.remove")) {
		t.Error("the audit log does not say who set and took back")
	}
}

// What is over is folded away and waits for no announcement: the next day off is what people look for.
func TestHolidaysThatAreOver(t *testing.T) {
	h, _, _ := eventHouse(t)
	s := h.console
	r := httptest.NewRequest(http.MethodGet, "http://localhost/holidays", nil)
	mid := time.Date(2027, 5, 2, 9, 0, 0, 0, targets.Vietnam)
	y, err := s.holidayYear(r, 2027, mid)
	must(t, err)
	if last := y.Past[len(y.Past)-1]; last.Day.Format("02/01") != "01/05" || !last.Over || y.Days[0].Day.Format("02/01") != "03/05" || y.Days[0].Over {
		t.Errorf("have %s as the last that is over and %s next, want 01/05 and 03/05", last.Day.Format("02/01"), y.Days[0].Day.Format("02/01"))
	}
	if y.Declare != "" {
		t.Errorf("have %s offered, want Tết over", y.Declare)
	}
}

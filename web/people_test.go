package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"canhcong/notify"
)

// TestPeople adds a webmaster, whose code is shown once, and takes the code away again with a new one.
func TestPeople(t *testing.T) {
	h := newHouse(t)
	one := h.site("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	h.person("quantri", notify.Admin, 0)
	for _, bad := range [][]string{
		{"login", "A B", "name", "X", "role", "duty"}, {"login", "abc", "name", "", "role", "duty"},
		{"login", "abc", "name", "X", "role", "king"}, {"login", "abc", "name", "X", "role", "webmaster"},
	} {
		if w := h.post("quantri", "/people", bad...); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v: have %d, want 422", bad, w.Code)
		}
	}
	w := h.post("quantri", "/people", "login", "chunha", "name", "Người Giữ Trang", "role", "webmaster", "unit", fmt.Sprint(one.Unit.ID))
	code := codeOn(w.Body.String())
	if w.Code != http.StatusOK || code == "" {
		t.Fatalf("have %d and code %q, want 200 and a code", w.Code, code)
	}
	if codeOn(h.get("quantri", "/people").Body.String()) != "" {
		t.Error("the code is shown a second time")
	}
	if w := h.post("quantri", "/people", "login", "chunha", "name", "X", "role", "duty"); w.Code != http.StatusConflict {
		t.Errorf("a login twice: have %d, want 409", w.Code)
	}
	p, err := h.desk.PersonByLogin(t.Context(), "chunha")
	must(t, err)
	again := codeOn(h.post("quantri", fmt.Sprintf("/people/%d/code", p.ID)).Body.String())
	if again == "" || again == code {
		t.Errorf("have %q again, want a new code", again)
	}
	if body := h.get("", "/first-login?code="+code).Body.String(); !strings.Contains(body, say("vi", "first.badcode")) {
		t.Error("the first code still counts")
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, say("vi", "audit.action.person.code")) || strings.Contains(body, again) {
		t.Error("the audit log does not tell that a code was given, or tells the code")
	}
}

var codePattern = regexp.MustCompile(`bigcode">([A-Z0-9-]+)<`)

func codeOn(body string) string {
	if m := codePattern.FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return ""
}

func TestSites(t *testing.T) {
	h := newHouse(t)
	h.person("quantri", notify.Admin, 0)
	w := h.post("quantri", "/sites/new", "url", "phuongvidu.tinhmau.gov.vn", "name", "Cổng phường Ví Dụ", "unit", "phường Ví Dụ", "priority", "1")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("add: have %d, want 303", w.Code)
	}
	path := w.Header().Get("Location")
	if w := h.post("quantri", "/sites/new", "url", "http://www.phuongvidu.tinhmau.gov.vn/"); w.Code != http.StatusConflict && w.Code != http.StatusSeeOther {
		t.Errorf("add a second time: have %d", w.Code)
	}
	if w := h.post("quantri", "/sites/new", "url", "phuongvidu.tinhmau.gov.vn"); w.Code != http.StatusConflict {
		t.Errorf("add a second time: have %d, want 409", w.Code)
	}
	if w := h.post("quantri", "/sites/new", "url", "javascript:alert(1)"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("add an address nobody can watch: have %d, want 422", w.Code)
	}
	if w := h.post("quantri", path+"/look"); w.Code != http.StatusSeeOther || len(h.asked) != 1 {
		t.Errorf("look now: have %d and %v, want 303 and one look", w.Code, h.asked)
	}
	if w := h.get("quantri", path+"/remove"); w.Code != http.StatusOK {
		t.Errorf("ask before removing: have %d, want 200", w.Code)
	}
	if w := h.post("quantri", path+"/remove"); w.Code != http.StatusSeeOther {
		t.Errorf("remove: have %d, want 303", w.Code)
	}
	if w := h.get("quantri", path); w.Code != http.StatusNotFound {
		t.Errorf("a removed site: have %d, want 404", w.Code)
	}
}

// TestFirstLoginWhenAdminIsTaken has somebody who is no administrator called "admin".
func TestFirstLoginWhenAdminIsTaken(t *testing.T) {
	h := newHouse(t)
	h.person("admin", notify.Duty, 0)
	code, ok, err := h.console.FirstLogin(t.Context())
	if err != nil || !ok {
		t.Fatalf("have %v, %v, want a code", ok, err)
	}
	p, ok, err := h.console.ownerOf(t.Context(), code)
	if err != nil || !ok || p.Login != "quantri" || p.Role != notify.Admin {
		t.Errorf("have %+v (%v), want an administrator with another login", p, err)
	}
}

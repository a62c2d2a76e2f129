package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"canhcong/notify"
)

func TestContactsAreSeenAndChecked(t *testing.T) {
	h, own, _ := eventHouse(t)
	list := fmt.Sprintf("unit,name,phone,mailbox\n%s,Người Mẫu <A>,0000000001,\nNhà mạng Ví Dụ,Người Mẫu B,,b@tinhmau.example\n", own.Unit.Name)
	report, err := h.registry.ImportContacts(t.Context(), strings.NewReader(list), "quantri", false)
	if err != nil || len(report.Contacts) != 2 || report.Contacts[0].UnitID != own.Unit.ID {
		t.Fatalf("have %+v, %v", report, err)
	}
	body := h.get("lanhdao", "/contacts").Body.String()
	for _, want := range []string{"Người Mẫu &lt;A&gt;", `<a class="tel" href="tel:0000000001">0000000001</a>`, "Cơ quan ngoài", "b@tinhmau.example", "chưa ai kiểm tra", "Cần kiểm tra lại"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, "/contacts/check") {
		t.Error("a leader is offered to check contacts")
	}
	contacts, err := h.registry.Contacts(t.Context())
	must(t, err)
	id := fmt.Sprint(contacts[0].ID)
	for login, want := range map[string]int{"lanhdao": http.StatusForbidden, "chunha": http.StatusForbidden, "truc": http.StatusSeeOther} {
		if have := h.post(login, "/contacts/check", "contact", id).Code; have != want {
			t.Errorf("%s: have %d, want %d", login, have, want)
		}
	}
	for _, wrong := range []string{"77", "x"} {
		if have := h.post("truc", "/contacts/check", "contact", wrong).Code; have < 400 {
			t.Errorf("contact %s: have %d", wrong, have)
		}
	}
	if body := h.get("truc", "/contacts").Body.String(); !strings.Contains(body, "truc kiểm tra lần cuối") || strings.Count(body, "Cần kiểm tra lại") != 1 {
		t.Error("the page does not say who checked it")
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, "kiểm tra đầu mối") {
		t.Error("the audit log does not say so")
	}
}

// Whoever has to call somebody has the number on the page of the incident, one touch away; nobody else sees it there.
func TestContactsOnTheIncident(t *testing.T) {
	h := newHouse(t)
	g := h.group()
	members, err := h.desk.Members(t.Context(), g.ID)
	must(t, err)
	h.person("truc", notify.Duty, 0)
	h.person("chunha", notify.Webmaster, members[0].Site.Unit.ID)
	list := fmt.Sprintf("unit,name,phone,mailbox\n%s,Người Mẫu A,0000 000 001 / 0000 000 002,\nNhà mạng Ví Dụ,Người Mẫu B,0000000003,\n", members[0].Site.Unit.Name)
	_, err = h.registry.ImportContacts(t.Context(), strings.NewReader(list), "quantri", false)
	must(t, err)
	page := fmt.Sprintf("/incidents/%d", members[0].ID)
	for login, want := range map[string]bool{"truc": true, "chunha": false} {
		body := h.get(login, page).Body.String()
		if have := strings.Contains(body, `href="tel:0000000001"`); have != want || strings.Contains(body, "Người Mẫu B") {
			t.Errorf("%s: have the number %t, want %t, and that of this unit only", login, have, want)
		}
	}
	for written, want := range map[string]string{"+84 (0)24 0000-000 máy lẻ 12": "+84024" + "0000000", "gọi 0000.000.001; 0000000002": "0000000001", "hỏi văn thư": ""} {
		if have := dial(written); have != want {
			t.Errorf("%q: have %q, want %q", written, have, want)
		}
	}
}

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

func TestContactsAreImportedAndEnded(t *testing.T) {
	h, own, _ := eventHouse(t)
	good := fmt.Sprintf("Đơn vị;Họ tên;Điện thoại\n%s;Người <b>Mẫu</b> A;0000000001\nNhà mạng Ví Dụ;Người Mẫu B;0000000002\n", own.Unit.Name)
	count := func() int {
		list, err := h.registry.Contacts(t.Context())
		must(t, err)
		return len(list)
	}
	for _, c := range []struct {
		login, file, check string
		want, contacts     int
		shows              string
	}{
		{"truc", good, "0", http.StatusForbidden, 0, ""},
		{"chunha", good, "0", http.StatusForbidden, 0, ""},
		{"quantri", "", "0", http.StatusUnprocessableEntity, 0, "Chưa chọn tệp"},
		{"quantri", "một;hai\n1;2\n", "0", http.StatusUnprocessableEntity, 0, "Không tìm thấy dòng tiêu đề"},
		{"quantri", good, "1", http.StatusOK, 0, "sẽ ghi 2 đầu mối"},
		{"quantri", good + ";C;3\n", "0", http.StatusOK, 0, "Dòng 4</b> – thiếu tên đơn vị"},
		{"quantri", good, "0", http.StatusOK, 2, "1 người không thuộc đơn vị có cổng nào"},
		{"quantri", good, "0", http.StatusOK, 2, "Người &lt;b&gt;Mẫu&lt;/b&gt; A"},
	} {
		have := h.upload(c.login, "/contacts/import", c.file, "check", c.check)
		if have.Code != c.want || !strings.Contains(have.Body.String(), c.shows) || count() != c.contacts {
			t.Errorf("%s %q check %s: have %d and %d contacts, want %d, %d and %q", c.login, c.file, c.check, have.Code, count(), c.want, c.contacts, c.shows)
		}
	}
	for _, c := range []struct {
		login, id string
		want      int
	}{{"truc", "1", http.StatusForbidden}, {"quantri", "77", http.StatusNotFound}, {"quantri", "x", http.StatusBadRequest}, {"quantri", "2", http.StatusSeeOther}} {
		if have := h.post(c.login, "/contacts/end", "contact", c.id).Code; have != c.want {
			t.Errorf("%s ends %s: have %d, want %d", c.login, c.id, have, c.want)
		}
	}
	if body := h.get("truc", "/contacts").Body.String(); strings.Contains(body, "Người Mẫu B") || !strings.Contains(body, "0000000001") || strings.Contains(body, "/contacts/end") {
		t.Error("have the one that was ended, or a form that is not for a duty officer")
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, "nhập danh sách đầu mối") || !strings.Contains(body, "kết thúc đầu mối") {
		t.Error("the audit log does not say so")
	}
}

package web

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"canhcong/notify"
)

// pigeon carries whatever it is given.
type pigeon struct{}

func (pigeon) Send(context.Context, notify.Message) (notify.Receipt, error) {
	return notify.Receipt{}, nil
}

// TestLinkCode shows a code once. It counts until the next one is made.
func TestLinkCode(t *testing.T) {
	h := newHouseWith(t, notify.Options{Carriers: map[string]notify.Sender{"telegram": pigeon{}}, Heard: []string{"telegram"}})
	h.person("quantri", notify.Admin, 0)
	path := fmt.Sprintf("/people/%d", h.person("truca", notify.Duty, 0).ID)
	w := h.post("quantri", path+"/link")
	code := linkCodePattern.FindString(w.Body.String())
	if w.Code != http.StatusOK || code == "" || linkCodePattern.FindString(h.get("quantri", path).Body.String()) != "" {
		t.Errorf("have %d and the code %q, want it shown once", w.Code, code)
	}
	if again := linkCodePattern.FindString(h.post("quantri", path+"/link").Body.String()); again == "" || again == code {
		t.Errorf("have %q again, want a new code", again)
	}
	answer, err := h.desk.Command(t.Context(), notify.Command{Channel: "telegram", User: "4711", Chat: "4711", Private: true, Text: code})
	if err != nil || answer.Title != "Mã không đúng hoặc đã hết hạn. Nhờ quản trị cấp mã mới." {
		t.Errorf("have %+v (%v), want the first code not to count", answer, err)
	}
	body := h.get("quantri", "/audit").Body.String()
	if !strings.Contains(body, say("vi", "audit.action.person.linkcode")) || strings.Contains(body, strings.TrimPrefix(code, "/start ")) {
		t.Error("the audit log does not tell that a code was given, or tells the code")
	}
}

var linkCodePattern = regexp.MustCompile(`/start [A-Z2-7]{8}`)

// TestAuditLog writes down what people do elsewhere than on the console.
func TestAuditLog(t *testing.T) {
	h := newHouse(t)
	h.person("quantri", notify.Admin, 0)
	must(t, AuditLog(h.registry.DB())(t.Context(), "truca", "acknowledge", "incident/1", "SC-2027-0012 · telegram"))
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, "SC-2027-0012 · telegram") {
		t.Error("the audit log does not tell of it")
	}
}

// TestPerson gives a person two addresses, turns their order round, tests one and takes one away.
func TestPerson(t *testing.T) {
	h := newHouseWith(t, notify.Options{Carriers: map[string]notify.Sender{"telegram": pigeon{}, "mail": pigeon{}}})
	h.person("quantri", notify.Admin, 0)
	one, other := h.person("trucA", notify.Duty, 0), h.person("trucB", notify.Duty, 0)
	path := fmt.Sprintf("/people/%d", one.ID)
	add := func(who notify.Person, channel, recipient string) int {
		return h.post("quantri", fmt.Sprintf("/people/%d/address/add", who.ID), "channel", channel, "recipient", recipient).Code
	}
	for _, c := range []struct {
		who                notify.Person
		channel, recipient string
		want               int
	}{
		{one, "telegram", "4711", http.StatusSeeOther}, {one, "mail", "trucA@tinhmau.gov.vn", http.StatusSeeOther},
		{other, "mail", "trucA@tinhmau.gov.vn", http.StatusConflict}, {one, "pager", "1", http.StatusUnprocessableEntity}, {one, "mail", " ", http.StatusUnprocessableEntity},
	} {
		if have := add(c.who, c.channel, c.recipient); have != c.want {
			t.Errorf("%s %q for %s: have %d, want %d", c.channel, c.recipient, c.who.Login, have, c.want)
		}
	}
	list, err := h.desk.Addresses(t.Context(), one.ID)
	must(t, err)
	if len(list) != 2 {
		t.Fatalf("have %+v, want two addresses", list)
	}
	mail := fmt.Sprint(list[1].ID)
	h.post("quantri", path+"/address/move", "address", mail, "to", "up")
	h.post("quantri", path+"/address/test", "address", mail)
	body := h.get("quantri", path).Body.String()
	first, second := strings.Index(body, "1. thư điện tử"), strings.Index(body, "2. Telegram")
	if first < 0 || second < first || !strings.Contains(body, say("vi", "person.testing")) || !strings.Contains(body, say("vi", "person.unproven")) {
		t.Errorf("the order or the test does not show:\n%s", body)
	}
	if w := h.post("quantri", fmt.Sprintf("/people/%d/address/remove", other.ID), "address", mail); w.Code != http.StatusConflict {
		t.Errorf("taken from somebody else: have %d, want 409", w.Code)
	}
	h.post("quantri", path+"/address/remove", "address", mail)
	if body := h.get("quantri", path).Body.String(); strings.Contains(body, "trucA@") || !strings.Contains(body, "1. Telegram") {
		t.Error("the address is still there")
	}
	if body := h.get("quantri", "/people").Body.String(); !strings.Contains(body, "Telegram") || !strings.Contains(body, say("vi", "people.nochannels")) {
		t.Error("the list does not say who has which channels")
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, say("vi", "audit.action.address.remove")) || !strings.Contains(body, "mail trucA@tinhmau.gov.vn") {
		t.Error("the audit log does not tell of it")
	}
}

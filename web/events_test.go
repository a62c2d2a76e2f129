package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// declared declares an event that is in force.
func (h *house) declared(e targets.AppearanceEvent) int64 {
	h.t.Helper()
	e.Kind, e.Reason, e.DeclaredBy = cmp.Or(e.Kind, targets.Banner), cmp.Or(e.Reason, "công văn số 1"), "quantri"
	e.From, e.Until = time.Now().Add(-time.Hour), time.Now().Add(72*time.Hour)
	e, err := h.registry.Declare(h.t.Context(), e)
	must(h.t, err)
	return e.ID
}

// eventHouse is two units with a portal each, and everybody who could declare something.
func eventHouse(t *testing.T) (h *house, own, foreign targets.Site) {
	h = newHouse(t)
	own = h.site("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	foreign = h.site("https://xamaumuc.tinhmau.gov.vn", "Cổng xã Mẫu Mực", "xã Mẫu Mực")
	h.person("quantri", notify.Admin, 0)
	h.person("truc", notify.Duty, 0)
	h.person("chunha", notify.Webmaster, own.Unit.ID)
	h.person("lanhdao", notify.Leader, 0)
	return h, own, foreign
}

func (h *house) declare(login, scope string) int {
	return h.post(login, "/events", "kind", "festive", "scope", scope, "from", "2027-01-30T00:00", "until", "2027-02-10T00:00", "reason", "Trang trí Tết").Code
}

func TestWhoDeclaresEventsForWhom(t *testing.T) {
	h, own, foreign := eventHouse(t)
	ownUnit, foreignUnit := fmt.Sprintf("unit:%d", own.Unit.ID), fmt.Sprintf("unit:%d", foreign.Unit.ID)
	for _, c := range []struct {
		login, scope string
		want         int
	}{
		{"quantri", "province", http.StatusSeeOther}, {"truc", "province", http.StatusSeeOther}, {"truc", foreignUnit, http.StatusSeeOther},
		{"chunha", ownUnit, http.StatusSeeOther}, {"chunha", fmt.Sprintf("site:%d", own.ID), http.StatusSeeOther},
		{"chunha", "province", http.StatusNotFound}, {"chunha", foreignUnit, http.StatusNotFound}, {"chunha", fmt.Sprintf("site:%d", foreign.ID), http.StatusNotFound},
		{"lanhdao", "province", http.StatusForbidden}, {"quantri", "unit:77", http.StatusNotFound}, {"quantri", "site:77", http.StatusNotFound},
		{"quantri", "", http.StatusUnprocessableEntity}, {"quantri", "unit:x", http.StatusUnprocessableEntity}, {"", "province", http.StatusUnauthorized},
	} {
		before, err := h.registry.AppearanceEvents(t.Context(), time.Time{})
		must(t, err)
		if have := h.declare(c.login, c.scope); have != c.want {
			t.Errorf("%q for %q: have %d, want %d", c.login, c.scope, have, c.want)
		}
		after, err := h.registry.AppearanceEvents(t.Context(), time.Time{})
		must(t, err)
		if declared := len(after) > len(before); declared != (c.want == http.StatusSeeOther) {
			t.Errorf("%q for %q: declared %t", c.login, c.scope, declared)
		}
	}
	if body := h.get("quantri", "/audit").Body.String(); !strings.Contains(body, say("vi", "audit.action.event.declare")) {
		t.Error("the audit log does not say who declared what")
	}
}

func TestEventsEndEarlyAndAreSeenByTheirUnit(t *testing.T) {
	h, own, foreign := eventHouse(t)
	province, mine := h.declared(targets.AppearanceEvent{Kind: targets.Mourning, Reason: "quốc tang toàn tỉnh"}), h.declared(targets.AppearanceEvent{SiteID: own.ID, Reason: "băng rôn của phường"})
	theirs := h.declared(targets.AppearanceEvent{UnitID: foreign.Unit.ID, Reason: "đổi tên của xã"})
	body := h.get("chunha", "/events").Body.String()
	for text, want := range map[string]bool{"quốc tang toàn tỉnh": true, "băng rôn của phường": true, "đổi tên của xã": false, "Toàn tỉnh": true,
		fmt.Sprintf("/events/%d/end", mine): true, fmt.Sprintf("/events/%d/end", province): false, "xã Mẫu Mực": false} {
		if strings.Contains(body, text) != want {
			t.Errorf("the webmaster's page has %q: %t, want %t", text, !want, want)
		}
	}
	if body := h.get("chunha", sitePath(own.ID)).Body.String(); !strings.Contains(body, "quốc tang (số ") {
		t.Error("the page of the portal does not name the event in force")
	}
	end := func(login string, id int64) int { return h.post(login, fmt.Sprintf("/events/%d/end", id)).Code }
	for _, c := range []struct {
		login string
		id    int64
		want  int
	}{{"chunha", province, http.StatusNotFound}, {"chunha", theirs, http.StatusNotFound}, {"lanhdao", mine, http.StatusForbidden}, {"chunha", mine, http.StatusSeeOther},
		{"truc", province, http.StatusSeeOther}, {"truc", 99, http.StatusNotFound}} {
		if have := end(c.login, c.id); have != c.want {
			t.Errorf("%s ends %d: have %d, want %d", c.login, c.id, have, c.want)
		}
	}
	for id, by := range map[int64]string{province: "truc", mine: "chunha", theirs: ""} {
		if e, err := h.registry.AppearanceEvent(t.Context(), id); err != nil || e.EndedBy != by {
			t.Errorf("event %d: have ended by %q (%v), want %q", id, e.EndedBy, err, by)
		}
	}
}

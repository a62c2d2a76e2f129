package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// who may do what, written down a second time: a route that needs something not listed here fails the test.
var allowed = map[action]map[notify.Role]bool{
	open:        {notify.Admin: true, notify.Duty: true, notify.Webmaster: true, notify.Leader: true, "": true},
	self:        {notify.Admin: true, notify.Duty: true, notify.Webmaster: true, notify.Leader: true},
	see:         {notify.Admin: true, notify.Duty: true, notify.Webmaster: true, notify.Leader: true},
	lookAgain:   {notify.Admin: true, notify.Duty: true, notify.Webmaster: true},
	answerFor:   {notify.Admin: true, notify.Duty: true, notify.Webmaster: true},
	declare:     {notify.Admin: true, notify.Duty: true, notify.Webmaster: true},
	revise:      {notify.Admin: true, notify.Webmaster: true},
	acknowledge: {notify.Admin: true, notify.Duty: true},
	attend:      {}, // only one's own, see TestShiftsAreOnesOwn
	exchange:    {notify.Admin: true},
	oversee:     {notify.Admin: true, notify.Duty: true, notify.Leader: true},
	administer:  {notify.Admin: true},
}

// TestRoutesHaveRules walks the route table with every role: what a role may not do must be refused, and nothing that
// belongs to another unit may even exist for a webmaster.
func TestRoutesHaveRules(t *testing.T) {
	h := newHouse(t)
	own := h.watched("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	foreign := h.watched("https://xamaumuc.tinhmau.gov.vn", "Cổng xã Mẫu Mực", "xã Mẫu Mực")
	at := time.Now().Add(-10 * time.Minute)
	ids := map[string][2]int64{} // kind of subject → own, foreign
	ids["site"] = [2]int64{own.ID, foreign.ID}
	first, second := h.look(own, at, defaced()), h.look(foreign, at, defaced())
	h.look(own, at.Add(time.Minute), defaced())
	h.look(foreign, at.Add(time.Minute), defaced())
	ids["look"] = [2]int64{first.ID, second.ID}
	live, err := h.desk.Incidents(t.Context(), notify.Filter{Live: true})
	must(t, err)
	if len(live) != 2 {
		t.Fatalf("have %d live incidents, want 2", len(live))
	}
	pair := [2]int64{live[0].ID, live[1].ID}
	if live[0].Site.ID != own.ID {
		pair = [2]int64{live[1].ID, live[0].ID}
	}
	ids["incident"] = pair
	ids["event"] = [2]int64{h.declared(targets.AppearanceEvent{UnitID: own.Unit.ID}), h.declared(targets.AppearanceEvent{SiteID: foreign.ID})}
	ids["period"] = [2]int64{h.period(targets.Period{UnitID: own.Unit.ID}), h.period(targets.Period{SiteID: foreign.ID})}
	g := h.group()
	ids["group"] = [2]int64{g.ID, g.ID}
	somebody := h.shift("nguoitruc", time.Now().Add(-time.Hour))
	ids["shift"] = [2]int64{somebody.ID, somebody.ID}
	for _, role := range []notify.Role{notify.Admin, notify.Duty, notify.Webmaster, notify.Leader} {
		unit := int64(0)
		if role == notify.Webmaster {
			unit = own.Unit.ID
		}
		h.person(string(role), role, unit)
	}
	other := h.person("nguoikhac", notify.Leader, 0)
	ids[""] = [2]int64{other.ID, other.ID}
	for _, one := range h.console.routes() {
		rule, ok := allowed[one.needs]
		if !ok {
			t.Errorf("%s: the action %q has no rule", one.pattern, one.needs)
			continue
		}
		if one.pattern == "POST /logout" {
			continue // would end the sessions of this test
		}
		for _, role := range []notify.Role{notify.Admin, notify.Duty, notify.Webmaster, notify.Leader, ""} {
			for n := range 2 {
				status := h.try(string(role), one, ids, n)
				want := rule[role]
				if one.names != nothing && n == 1 && role == notify.Webmaster {
					want = false
					if status != http.StatusNotFound {
						t.Errorf("%s as %s of another unit: have %d, want 404", one.pattern, role, status)
					}
				}
				refused := status == http.StatusForbidden || status == http.StatusNotFound || status == http.StatusUnauthorized || status == http.StatusSeeOther && role == ""
				ill := strings.HasPrefix(one.pattern, "GET /healthz") // a monitor that does not look is, and says so
				if want && refused && one.needs != open || status >= 500 && !ill {
					t.Errorf("%s as %q: have %d, want an answer", one.pattern, role, status)
				}
				if !want && !refused {
					t.Errorf("%s as %q: have %d, want a refusal", one.pattern, role, status)
				}
			}
		}
	}
}

// try asks for a route about the own (0) or the foreign (1) thing.
func (h *house) try(login string, one route, ids map[string][2]int64, n int) int {
	method, path, _ := strings.Cut(one.pattern, " ")
	kind := map[subjectKind]string{site: "site", look: "look", incident: "incident", group: "group", event: "event", period: "period", shift: "shift"}[one.names]
	path = strings.ReplaceAll(strings.ReplaceAll(path, "{id}", fmt.Sprint(ids[kind][n])), "{$}", "")
	if method == http.MethodGet {
		return h.get(login, path).Code
	}
	if strings.HasSuffix(path, "/remove") && login == string(notify.Admin) {
		return http.StatusOK // the admin may, and the other routes still need the site
	}
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(""))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if path == "/sites/import" || path == "/roster/import" {
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Body = http.NoBody
	}
	return h.do(login, r).Code
}

func TestCanDeniesByDefault(t *testing.T) {
	admin := notify.Person{ID: 1, Role: notify.Admin}
	for _, a := range []action{"", "fly"} {
		if can(admin, a, object{}) {
			t.Errorf("can(admin, %q): have true, want false", a)
		}
	}
	for _, a := range []action{self, see, lookAgain, answerFor, declare, approve, revise, acknowledge, oversee, attend, exchange, administer} {
		if can(notify.Person{}, a, object{}) {
			t.Errorf("can(nobody, %q): have true, want false", a)
		}
		if can(notify.Person{ID: 2, Role: "guest"}, a, object{}) && a != self {
			t.Errorf("can(guest, %q): have true, want false", a)
		}
	}
	master := notify.Person{ID: 3, Role: notify.Webmaster, UnitID: 7}
	for _, c := range []struct {
		o    object
		want bool
	}{{object{unitID: 7, light: green, all: false}, true}, {object{unitID: 7, light: yellow, all: false}, false}, {object{unitID: 7, light: red, all: false}, false}, {object{unitID: 7, light: "", all: false}, false},
		{object{unitID: 8, light: green, all: false}, false}, {object{unitID: 0, light: green, all: true}, false}} {
		if have := can(master, approve, c.o); have != c.want {
			t.Errorf("can(webmaster of 7, approve, %+v): have %v, want %v", c.o, have, c.want)
		}
	}
}

package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/notify"
)

// revised is a portal whose second version is in force.
func revised(t *testing.T) (s shown, first baseline.Baseline) {
	s = changed(t, bannered)
	first, _, err := s.judge.Approved(t.Context(), s.site.ID)
	must(t, err)
	if have := s.answer("chunha", "yes"); have != http.StatusSeeOther {
		t.Fatalf("approve: have %d, want 303", have)
	}
	other := s.house.site("https://xamaumuc.tinhmau.gov.vn", "Cổng xã Mẫu Mực", "xã Mẫu Mực")
	s.person("chuxa", notify.Webmaster, other.Unit.ID)
	s.person("lanhdao", notify.Leader, 0)
	return s, first
}

func (s shown) rollBack(login, note string, to baseline.Baseline) int {
	return s.post(login, sitePath(s.site.ID)+"/rollback", "observation", fmt.Sprint(to.ObservationID), "hash", to.ContentHash, "note", note).Code
}

func TestRollBackOnTheConsole(t *testing.T) {
	s, first := revised(t)
	const why = "băng rôn treo nhầm, đã gỡ xuống"
	forged := first
	forged.ContentHash = strings.Repeat("0", 64)
	for _, c := range []struct {
		login, note string
		to          baseline.Baseline
		want        int
	}{
		{"truc", why, first, http.StatusForbidden}, {"lanhdao", why, first, http.StatusForbidden}, {"chuxa", why, first, http.StatusNotFound},
		{"", why, first, http.StatusUnauthorized}, {"chunha", "nhầm", first, http.StatusUnprocessableEntity}, {"chunha", why, forged, http.StatusConflict},
	} {
		if have := s.rollBack(c.login, c.note, c.to); have != c.want || s.version() != 2 {
			t.Errorf("%q with %q: have %d and version %d, want %d and 2", c.login, c.note, have, s.version(), c.want)
		}
	}
	if body := s.get("chunha", sitePath(s.site.ID)+"/baselines").Body.String(); strings.Count(body, "/rollback") != 1 || !strings.Contains(body, first.ContentHash) {
		t.Errorf("the page of the versions offers %d ways back, want one to the first", strings.Count(body, "/rollback"))
	}
	if body := s.get("truc", sitePath(s.site.ID)+"/baselines").Body.String(); strings.Contains(body, "/rollback") || strings.Contains(body, "/capture") {
		t.Error("an officer is offered what they may not do")
	}
	asked := len(s.asked)
	if have := s.rollBack("chunha", why, first); have != http.StatusSeeOther {
		t.Fatalf("have %d, want 303", have)
	}
	now, _, err := s.judge.Approved(t.Context(), s.site.ID)
	must(t, err)
	if now.Version != 3 || now.ContentHash != first.ContentHash || now.DecidedBy != "chunha" || now.Reason != why || len(s.asked) != asked+1 {
		t.Errorf("have version %d by %s because %q, asked for %d looks; want the first one's content as version 3", now.Version, now.DecidedBy, now.Reason, len(s.asked)-asked)
	}
	if body := s.get("quantri", "/audit").Body.String(); !strings.Contains(body, say("vi", "audit.action.baseline.rollback")) || !strings.Contains(body, why) {
		t.Error("the audit log does not say who went back, and why")
	}
}

func TestCaptureOnTheConsole(t *testing.T) {
	s, _ := revised(t)
	capture := func(login string) int {
		return s.post(login, sitePath(s.site.ID)+"/capture", "note", "đổi máy chủ").Code
	}
	for login, want := range map[string]int{"truc": http.StatusForbidden, "chuxa": http.StatusNotFound, "chunha": http.StatusSeeOther} {
		if have := capture(login); have != want {
			t.Errorf("%s: have %d, want %d", login, have, want)
		}
	}
	if s.version() != 2 {
		t.Errorf("have version %d in force while another is learnt, want 2", s.version())
	}
	if body := s.get("chunha", sitePath(s.site.ID)+"/baselines").Body.String(); !strings.Contains(body, say("vi", "baselines.learning")) || strings.Contains(body, "/capture") {
		t.Error("the page does not say that a candidate is being learnt, or offers to learn another")
	}
	s.learn(s.site, time.Now(), bannered(s.site.Name))
	if body := s.get("chunha", sitePath(s.site.ID)+"/baselines").Body.String(); !strings.Contains(body, say("vi", "site.offered")) {
		t.Error("the page does not show the new candidate")
	}
	if body := s.get("quantri", "/audit").Body.String(); !strings.Contains(body, say("vi", "audit.action.baseline.capture")) {
		t.Error("the audit log does not say who had it learnt anew")
	}
}

// TestFirstDayFindingsAreShownWhereItIsApproved shows what was found and why approving is barred, in the list and on the look.
func TestFirstDayFindingsAreShownWhereItIsApproved(t *testing.T) {
	h := newHouse(t)
	one := h.site("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	clean := h.site("https://phuongvidu2.tinhmau.gov.vn", "Cổng thứ hai", "phường Ví Dụ")
	h.person("quantri", notify.Admin, 0)
	h.person("truc", notify.Duty, 0)
	h.person("lanhdao", notify.Leader, 0)
	h.person("chunha", notify.Webmaster, one.Unit.ID)
	c := h.learn(one, time.Now().Add(-time.Hour), injected(one.Name))
	h.learn(clean, time.Now().Add(-time.Hour), portal(clean.Name))
	if len(c.Warnings) == 0 {
		t.Fatal("nothing was found on the first day")
	}
	for login, why := range map[string]string{"chunha": "ask.red.other", "truc": "ask.red.other", "lanhdao": "ask.readonly", "quantri": "ask.red.admin"} {
		list, look := h.get(login, "/approvals").Body.String(), h.get(login, lookPath(c.Observation.ID)).Body.String()
		if !strings.Contains(look, say("vi", why)) || !strings.Contains(look, "bong1bet[.]example") || !strings.Contains(look, say("vi", "look.warnings")) {
			t.Errorf("%s: the look does not say what was found, or why approving is barred", login)
		}
		if want := login != "quantri"; strings.Contains(list, say("vi", why)) != want || !strings.Contains(list, "bong1bet[.]example") {
			t.Errorf("%s: the list says why approving is barred: %t, want %t", login, !want, want)
		}
		if strings.Contains(look, `value="yes"`) != (login == "quantri") {
			t.Errorf("%s: is offered to approve", login)
		}
	}
	if list := h.get("chunha", "/approvals").Body.String(); strings.Count(list, say("vi", "ask.red.other")) != 1 || !strings.Contains(list, say("vi", "approvals.clean")) {
		t.Error("the clean portal is barred as well, or is not said to be clean")
	}
}

package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
)

// TestAttackEarlyInTheWarmUpBlocksApproval lets a portal be clean again by the time its baseline is offered.
func TestAttackEarlyInTheWarmUpBlocksApproval(t *testing.T) {
	h := newHouse(t)
	one := h.site("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	h.person("quantri", notify.Admin, 0)
	h.person("truc", notify.Duty, 0)
	h.person("chunha", notify.Webmaster, one.Unit.ID)
	h.look(one, time.Now().Add(-2*time.Hour), injected(one.Name))
	c := h.learn(one, time.Now().Add(-time.Hour), portal(one.Name))
	body := h.get("chunha", lookPath(c.Observation.ID)).Body.String()
	if strings.Contains(body, `value="yes"`) || !strings.Contains(body, say("vi", "ask.red.other")) || !strings.Contains(body, "bong1bet[.]example") {
		t.Error("the page offers the webmaster to approve, or hides why not")
	}
	answer := func(login, note string) int {
		return h.post(login, lookPath(c.Observation.ID)+"/decide", "answer", "yes", "observation", fmt.Sprint(c.Observation.ID),
			"hash", c.Baseline.ContentHash, "reason", "first", "note", note).Code
	}
	for _, login := range []string{"chunha", "truc"} {
		if have := answer(login, "trang đã sạch rồi nhé"); have != http.StatusForbidden {
			t.Errorf("%s: have %d, want 403", login, have)
		}
	}
	if have := answer("quantri", ""); have != http.StatusUnprocessableEntity {
		t.Errorf("administrator without a reason: have %d, want 422", have)
	}
	if have := answer("quantri", "đã làm sạch và kiểm tra cùng đơn vị"); have != http.StatusSeeOther {
		t.Errorf("administrator with a reason: have %d, want 303", have)
	}
}

// TestApproveBeside accepts a second look of the same page through the form.
func TestApproveBeside(t *testing.T) {
	s := changed(t, bannered)
	if have := s.answer("chunha", "yes", "beside", "yes"); have != http.StatusSeeOther {
		t.Fatalf("approve: have %d, want 303", have)
	}
	b, _, err := s.judge.Approved(t.Context(), s.site.ID)
	must(t, err)
	if b.Version != 2 || len(b.Variants) != 1 {
		t.Errorf("have version %d with %d variants beside, want 2 with 1", b.Version, len(b.Variants))
	}
	if body := s.get("quantri", "/audit").Body.String(); !strings.Contains(body, say("vi", "audit.action.approve.beside")) {
		t.Error("the audit log does not say that it was approved beside the others")
	}
}

// TestRestlessPortalIsSaidToBe watches a page whose picture never is the same twice.
func TestRestlessPortalIsSaidToBe(t *testing.T) {
	h := newHouse(t)
	one := h.site("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	h.person("quantri", notify.Admin, 0)
	restless := func(n int) monitor.Rendering {
		r := portal(one.Name)
		if n%2 == 1 {
			r.Screenshot = blackPicture()
		}
		return r
	}
	for n := range 5 {
		h.look(one, time.Now().Add(time.Duration(n-60)*time.Minute), restless(n))
	}
	c, ok, err := h.judge.Candidate(t.Context(), one.ID)
	must(t, err)
	if !ok {
		t.Fatal("nothing is on offer")
	}
	h.approve(c)
	h.look(one, time.Now(), restless(0))
	want := baseline.Evidence{Signal: baseline.SignalLowCoverage}.Sentence("vi")
	if body := h.get("quantri", sitePath(one.ID)).Body.String(); !strings.Contains(body, want) || !strings.Contains(want, "Độ phủ hình ảnh thấp") {
		t.Errorf("the page of the portal does not say %q", want)
	}
}

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// shown is a look whose page a person has in front of them.
type shown struct {
	*house
	site targets.Site
	look monitor.Observation
}

// changed returns a house in which one portal changed, and an administrator, an officer and two webmasters to ask about it.
func changed(t *testing.T, after func(name string) monitor.Rendering) shown {
	h := newHouse(t)
	s := shown{house: h, site: h.watched("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")}
	h.person("quantri", notify.Admin, 0)
	h.person("truc", notify.Duty, 0)
	h.person("chunha", notify.Webmaster, s.site.Unit.ID)
	s.look = h.look(s.site, time.Now().Add(-time.Minute), after(s.site.Name))
	return s
}

func (s shown) answer(login, answer string, more ...string) int {
	pairs := append([]string{"answer", answer, "observation", fmt.Sprint(s.look.ID), "hash", baseline.ContentHash(s.look), "reason", "banner"}, more...)
	return s.post(login, lookPath(s.look.ID)+"/decide", pairs...).Code
}

func (s shown) version() int {
	b, _, err := s.judge.Approved(s.t.Context(), s.site.ID)
	must(s.t, err)
	return b.Version
}

func (s shown) incidents() []notify.Incident {
	list, err := s.desk.Incidents(s.t.Context(), notify.Filter{SiteID: s.site.ID})
	must(s.t, err)
	return list
}

func TestWebmasterApprovesHarmlessChange(t *testing.T) {
	s := changed(t, bannered)
	v, _, err := s.judge.VerdictOf(t.Context(), s.look.ID)
	must(t, err)
	if have := lightOf(v.Content, v.Evidence); v.Content != baseline.Changed || have != green {
		t.Fatalf("a notice more: have %s and %s, want changed and green: %+v", v.Content, have, v.Evidence)
	}
	body := s.get("chunha", lookPath(s.look.ID)).Body.String()
	for _, want := range []string{"Đơn vị mình có chủ động thay đổi này không?", "Đúng, do đơn vị thay đổi", "Không phải", "Không chắc", "Chào mừng ngày hội", baseline.ContentHash(s.look)} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if have := s.answer("chunha", "yes", "note", "treo từ sáng nay"); have != http.StatusSeeOther {
		t.Fatalf("approve: have %d, want 303", have)
	}
	b, _, err := s.judge.Approved(t.Context(), s.site.ID)
	must(t, err)
	if b.Version != 2 || b.DecidedBy != "chunha" || b.ObservationID != s.look.ID || !strings.Contains(b.Reason, "treo từ sáng nay") {
		t.Errorf("have %+v, want version 2 of look %d by chunha", b, s.look.ID)
	}
	if len(s.asked) != 1 || s.asked[0] != s.site.ID {
		t.Errorf("have looks asked for %v, want one of site %d", s.asked, s.site.ID)
	}
}

// TestDecisionOutlivesTheBrowser has the browser go away in the middle of an approval.
func TestDecisionOutlivesTheBrowser(t *testing.T) {
	s := changed(t, injected)
	s.look = s.house.look(s.site, time.Now(), injected(s.site.Name))
	form := url.Values{"answer": {"yes"}, "observation": {fmt.Sprint(s.look.ID)}, "hash": {baseline.ContentHash(s.look)}, "reason": {"banner"}, "note": {"đã gọi đơn vị, đúng"}}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://localhost"+lookPath(s.look.ID)+"/decide", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	s.do("quantri", r)
	said, err := s.console.store.entriesOf(t.Context(), lookName(s.look.ID))
	must(t, err)
	if s.version() != 2 || s.incidents()[0].State != notify.Closed || len(s.asked) != 1 || len(said) != 1 {
		t.Errorf("have version %d, the incident %s, %d looks asked for, %d lines in the log: half a decision", s.version(), s.incidents()[0].State, len(s.asked), len(said))
	}
}

// TestApprovalIsBound checks that only exactly what was shown can be approved.
func TestApprovalIsBound(t *testing.T) {
	s := changed(t, bannered)
	if have := s.answer("quantri", "yes", "hash", "x"); have != http.StatusSeeOther { // the first value of a form counts
		t.Fatalf("have %d, want 303", have)
	}
	s = changed(t, bannered)
	path := lookPath(s.look.ID) + "/decide"
	for _, hash := range []string{"", "x", strings.Repeat("0", 64)} {
		w := s.post("quantri", path, "observation", fmt.Sprint(s.look.ID), "answer", "yes", "reason", "banner", "hash", hash)
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), say("vi", "error.notshown")) {
			t.Errorf("hash %q: have %d, want 409 and to look again", hash, w.Code)
		}
	}
	// Another look of the same site carries its own content.
	other := s.look
	later := s.house.look(s.site, time.Now(), injected(s.site.Name))
	if w := s.post("quantri", lookPath(later.ID)+"/decide", "observation", fmt.Sprint(later.ID), "answer", "yes", "reason", "banner", "note", "một lý do đủ dài", "hash", baseline.ContentHash(other)); w.Code != http.StatusConflict {
		t.Errorf("the hash of another look: have %d, want 409", w.Code)
	}
	// A form of one look, sent to the address of another.
	if w := s.post("quantri", lookPath(later.ID)+"/decide", "observation", fmt.Sprint(other.ID), "answer", "yes", "reason", "banner", "note", "một lý do đủ dài", "hash", baseline.ContentHash(later)); w.Code != http.StatusConflict {
		t.Errorf("the form of another look: have %d, want 409", w.Code)
	}
	if s.version() != 1 {
		t.Errorf("have version %d, want 1: nothing was approved", s.version())
	}
}

// TestRedChange checks that no webmaster can wave an attack through, and that an administrator has to say why.
func TestRedChange(t *testing.T) {
	s := changed(t, injected)
	s.house.look(s.site, time.Now(), injected(s.site.Name))
	body := s.get("chunha", lookPath(s.look.ID)).Body.String()
	if strings.Contains(body, `value="yes"`) || !strings.Contains(body, "hxxps://bong1bet[.]example/") || !strings.Contains(body, say("vi", "ask.red.other")) {
		t.Error("the page offers the webmaster to approve, or hides why not")
	}
	if !strings.Contains(body, say("vi", "look.invisible")) {
		t.Error("nothing says why the picture shows nothing")
	}
	if strings.Contains(body, `href="https://bong`) {
		t.Error("an address of the attacker can be tapped")
	}
	if have := s.answer("chunha", "yes", "note", "cứ duyệt đi nhé anh"); have != http.StatusForbidden {
		t.Errorf("webmaster: have %d, want 403", have)
	}
	if have := s.answer("truc", "yes", "note", "cứ duyệt đi nhé anh"); have != http.StatusForbidden {
		t.Errorf("officer: have %d, want 403", have)
	}
	if have := s.answer("quantri", "yes"); have != http.StatusUnprocessableEntity {
		t.Errorf("administrator without a reason: have %d, want 422", have)
	}
	if s.version() != 1 {
		t.Fatalf("have version %d, want 1", s.version())
	}
	if live := s.incidents(); len(live) != 1 || !live[0].Told() {
		t.Fatalf("have incidents %+v, want one open", live)
	}
	if have := s.answer("quantri", "yes", "note", "đã gọi đơn vị, đây là trang thử nghiệm"); have != http.StatusSeeOther {
		t.Errorf("administrator with a reason: have %d, want 303", have)
	}
	if i := s.incidents()[0]; !i.Told() {
		t.Fatalf("have the incident %s (%s), want it open: a newer look showed an attack as well", i.State, i.CloseReason)
	}
	for range notify.CleanLooks {
		s.house.look(s.site, time.Now(), injected(s.site.Name))
	}
	if i := s.incidents()[0]; i.State != notify.Closed {
		t.Errorf("have the incident %s, want it closed by looks that show what was approved", i.State)
	}
}

// TestApprovalClosesTheIncident approves the look that the incident saw last.
func TestApprovalClosesTheIncident(t *testing.T) {
	s := changed(t, injected)
	s.look = s.house.look(s.site, time.Now(), injected(s.site.Name))
	if have := s.answer("quantri", "yes", "note", "đã gọi đơn vị, đây là trang thử nghiệm"); have != http.StatusSeeOther {
		t.Errorf("have %d, want 303", have)
	}
	if i := s.incidents()[0]; i.State != notify.Closed || i.CloseReason != notify.Legitimate {
		t.Errorf("have the incident %s (%s), want closed as legitimate", i.State, i.CloseReason)
	}
}

func TestSecondPerson(t *testing.T) {
	s := changed(t, func(name string) monitor.Rendering {
		r := bannered(name)
		r.Hosts[monitor.RoleScript] = []string{"cdn.example"}
		r.Scripts = []monitor.Script{{Src: "https://cdn.example/x.js"}}
		return r
	})
	v, _, err := s.judge.VerdictOf(t.Context(), s.look.ID)
	must(t, err)
	if have := lightOf(v.Content, v.Evidence); have != yellow {
		t.Fatalf("a new script: have %s, want yellow: %+v", have, v.Evidence)
	}
	if have := s.answer("chunha", "yes"); have != http.StatusSeeOther || s.version() != 1 {
		t.Errorf("have %d and version %d, want 303 and still 1: a second person decides", have, s.version())
	}
	if body := s.get("quantri", lookPath(s.look.ID)).Body.String(); !strings.Contains(body, say("vi", "audit.said.answer.yes")) {
		t.Error("the second person is not told what the webmaster said")
	}
	if have := s.answer("quantri", "yes"); have != http.StatusSeeOther || s.version() != 2 {
		t.Errorf("have %d and version %d, want 303 and 2", have, s.version())
	}
}

func TestNotUs(t *testing.T) {
	s := changed(t, bannered)
	if have := s.answer("chunha", "unsure"); have != http.StatusSeeOther || len(s.incidents()) != 0 {
		t.Errorf("unsure: have %d and %d incidents, want 303 and none", have, len(s.incidents()))
	}
	if have := s.answer("chunha", "no", "note", "không ai treo"); have != http.StatusSeeOther {
		t.Errorf("not us: have %d, want 303", have)
	}
	list := s.incidents()
	if len(list) != 1 || list[0].State != notify.Open || list[0].RaisedBy != "chunha" {
		t.Fatalf("have %+v, want one incident raised by chunha", list)
	}
	path := fmt.Sprintf("/incidents/%d", list[0].ID)
	if body := s.get("truc", path).Body.String(); !strings.Contains(body, say("vi", "incident.take")) {
		t.Error("the officer cannot take the incident on")
	}
	if w := s.post("truc", path+"/acknowledge"); w.Code != http.StatusSeeOther {
		t.Errorf("acknowledge: have %d, want 303", w.Code)
	}
	if i := s.incidents()[0]; i.AcknowledgedBy != "truc" {
		t.Errorf("have %q, want truc", i.AcknowledgedBy)
	}
	if w := s.get("truc", path+"/picture.png"); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("picture: have %d %s", w.Code, w.Header().Get("Content-Type"))
	}
}

// TestDamagedBaseline breaks what is stored: it is told, an administrator repairs it, and nobody else can.
func TestDamagedBaseline(t *testing.T) {
	for name, damage := range map[string]func(shown) error{
		"tampered row": func(s shown) error {
			_, err := s.registry.DB().Write.Exec(`UPDATE baselines SET reason = 'khác' WHERE state = 'approved'`)
			return err
		},
		"lost anchor": func(s shown) error { return os.RemoveAll(s.folder + "/" + s.anchor(t)[:2]) },
	} {
		t.Run(name, func(t *testing.T) {
			s := changed(t, bannered)
			must(t, damage(s))
			for range 2 {
				var err error
				if s.look, err = s.tryLook(s.site, time.Now(), bannered(s.site.Name+" mới")); err == nil {
					t.Error("the judge does not report the damage")
				}
			}
			list := s.incidents()
			if len(list) != 1 || list[0].State != notify.Open || list[0].Severity != notify.Major {
				t.Fatalf("have %+v, want one open incident", list)
			}
			if body := s.get("quantri", fmt.Sprintf("/incidents/%d", list[0].ID)).Body.String(); !strings.Contains(body, "Bản mẫu bị hỏng, KHÔNG phát hiện được thay đổi") {
				t.Error("the incident does not say that nothing can be detected")
			}
			if body := s.get("quantri", lookPath(s.look.ID)).Body.String(); !strings.Contains(body, `value="repair"`) || !strings.Contains(body, say("vi", "answer.repair")) {
				t.Error("the page does not offer to repair it")
			}
			if have := s.answer("chunha", "yes", "note", "đã xem, trang đúng"); have != http.StatusForbidden {
				t.Errorf("webmaster: have %d, want 403", have)
			}
			if have := s.answer("quantri", "yes"); have != http.StatusUnprocessableEntity {
				t.Errorf("without words: have %d, want 422", have)
			}
			if have := s.answer("quantri", "yes", "note", "đã gọi đơn vị, trang đúng"); have != http.StatusSeeOther || s.version() != 2 {
				t.Errorf("have %d and version %d, want 303 and 2", have, s.version())
			}
			if i := s.incidents()[0]; i.State != notify.Closed {
				t.Errorf("have the incident %s, want it closed", i.State)
			}
			for _, path := range []string{sitePath(s.site.ID), lookPath(s.look.ID)} {
				if w := s.get("quantri", path); w.Code != http.StatusOK {
					t.Errorf("%s afterwards: have %d, want 200", path, w.Code)
				}
			}
		})
	}
}

// anchor is the name of the file with the page that was approved.
func (s shown) anchor(t *testing.T) string {
	b, _, err := s.judge.Approved(t.Context(), s.site.ID)
	must(t, err)
	o, err := s.archive.Observation(t.Context(), b.ObservationID)
	must(t, err)
	return o.PageHash
}

// TestFirstBaseline approves and rejects what is on offer, with what the first-day check says.
func TestFirstBaseline(t *testing.T) {
	h := newHouse(t)
	h.person("quantri", notify.Admin, 0)
	clean := h.learn(h.site("https://a.tinhmau.gov.vn", "Cổng A", "Đơn vị A"), time.Now().Add(-time.Hour), portal("Cổng A"))
	dirty := h.learn(h.site("https://b.tinhmau.gov.vn", "Cổng B", "Đơn vị B"), time.Now().Add(-time.Hour), injected("Cổng B"))
	h.person("chunha", notify.Webmaster, dirty.Observation.Site.Unit.ID)
	body := h.get("quantri", "/approvals").Body.String()
	if !strings.Contains(body, say("vi", "approvals.clean")) || !strings.Contains(body, `<li class="red">`) {
		t.Error("the page does not tell the clean candidate from the infected one")
	}
	of := func(c baseline.Candidate) shown { return shown{h, c.Observation.Site, c.Observation} }
	if have := of(dirty).answer("chunha", "yes"); have != http.StatusForbidden {
		t.Errorf("webmaster and an infected first baseline: have %d, want 403", have)
	}
	if have := of(dirty).answer("chunha", "no"); have != http.StatusSeeOther {
		t.Errorf("reject: have %d, want 303", have)
	}
	if _, ok, err := h.judge.Candidate(t.Context(), dirty.Baseline.SiteID); ok || err != nil {
		t.Errorf("have still on offer %v, %v, want rejected", ok, err)
	}
	if have := of(clean).answer("quantri", "yes"); have != http.StatusSeeOther || of(clean).version() != 1 {
		t.Errorf("approve: have %d, version %d, want 303 and 1", have, of(clean).version())
	}
}

// TestHostileText shows a page whose title tries to break out of ours.
func TestHostileText(t *testing.T) {
	s := changed(t, func(string) monitor.Rendering { return defaced() })
	s.house.look(s.site, time.Now(), defaced())
	paths := []string{lookPath(s.look.ID), sitePath(s.site.ID), "/", "/alerts", "/incidents", fmt.Sprintf("/incidents/%d", s.incidents()[0].ID)}
	for _, path := range paths {
		w := s.get("quantri", path)
		body := w.Body.String()
		if w.Code != http.StatusOK {
			t.Errorf("%s: have %d, want 200", path, w.Code)
		}
		for _, never := range []string{"<script>alert", "<img src=x", "\u202e"} {
			if strings.Contains(body, never) {
				t.Errorf("%s lets %q through", path, never)
			}
		}
	}
	if body := s.get("quantri", lookPath(s.look.ID)).Body.String(); !strings.Contains(body, "‹U&#43;202E›") {
		t.Error("the character that turns the direction is not shown")
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"phường  Ví\n Dụ ": "phường Ví Dụ", "a\u200bb": "a‹U+200B›b", "\u202eabc": "‹U+202E›abc", "x\x00": "x‹U+0000›", "nghĩa": "nghĩa", "\u2066x\u2069": "‹U+2066›x‹U+2069›",
	} {
		if have := visible(in); have != want {
			t.Errorf("visible(%q): have %q, want %q", in, have, want)
		}
	}
	for in, want := range map[string]string{"bad.vip": "bad[.]vip", "https://a.b/c.d?e=f.g": "hxxps://a[.]b/c.d?e=f.g", "chữ": "chữ"} {
		if have := defang(in); have != want {
			t.Errorf("defang(%q): have %q, want %q", in, have, want)
		}
	}
}

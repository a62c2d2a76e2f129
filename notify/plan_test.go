package notify

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

func TestParsePlan(t *testing.T) {
	for text, want := range map[string]string{
		"phuongvidu.tinhmau.gov.vn 2h thay máy chủ": "phuongvidu.tinhmau.gov.vn 2h0m0s thay máy chủ",
		"a.gov.vn 90 phút mất điện":                 "a.gov.vn 1h30m0s mất điện",
		"a.gov.vn 3 giờ nâng cấp":                   "a.gov.vn 3h0m0s nâng cấp",
		"a.gov.vn 45p x":                            "a.gov.vn 45m0s x",
		"a.gov.vn 0h x":                             "", "a.gov.vn 2h": "", "a.gov.vn": "", "": "", "a.gov.vn hai giờ x": "", "a.gov.vn -1h x": "",
	} {
		p, ok := parsePlan(text)
		if have := strings.TrimSpace(fmt.Sprint(p.address, " ", p.lasts, " ", p.reason)); ok != (want != "") || ok && have != want {
			t.Errorf("%q: have %q %v, want %q", text, have, ok, want)
		}
	}
}

// TestAnnounce has people announce maintenance: whoever may act for any portal, a webmaster for their own.
func TestAnnounce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, Person{Login: "chunha", Name: "Chủ nhà", Role: Webmaster}, Person{Login: "lanhdao", Name: "Lãnh đạo", Role: Leader})
		defer o.open()()
		o.add("https://xamau.tinhmau.gov.vn/")
		const own, other = "phuongvidu.tinhmau.gov.vn", "xamau.tinhmau.gov.vn"
		for _, c := range []struct{ user, text, want string }{
			{"2", own + " 1h thay máy chủ", "Đã ghi bảo trì UBND phường Ví Dụ · " + own + " đến 08:00"},
			{"2", own + " 1h thay máy chủ", "Đã ghi bảo trì UBND phường Ví Dụ · " + own + " đến 08:00"},
			{"2", other + " 1h thay máy chủ", "Không có cổng xamau[.]tinhmau[.]gov[.]vn trong danh sách của bạn."},
			{"2", "khong-co.gov.vn 1h thay máy chủ", "Không có cổng khong-co[.]gov[.]vn trong danh sách của bạn."},
			{"2", "javascript:alert(1) 1h thay máy chủ", "Không có cổng javascript:alert(1) trong danh sách của bạn."},
			{"1", other + " 30p mất điện", "Đã ghi bảo trì " + other + " đến 07:30"},
			{"1", own + " 61p thay máy chủ", wordPlanLong.vi},
			{"1", own + " 1h x", "Ghi rõ lý do hoặc số văn bản (5 đến 500 ký tự)."},
			{"1", own, wordPlan.vi},
			{"3", own + " 1h thay máy chủ", wordHelp.vi},
			{"66", own + " 1h thay máy chủ", wordStranger.vi},
		} {
			if have := o.say(c.user, "/baotri "+c.text); have.Title != c.want {
				t.Errorf("%s says %q: have %+v, want %q", c.user, c.text, have, c.want)
			}
		}
		events, err := o.registry.AppearanceEvents(t.Context(), time.Now())
		if err != nil || len(events) != 2 || events[1].Kind != targets.Maintenance || events[1].SiteID != o.site.ID || events[1].DeclaredBy != "chunha" || events[1].Reason != "thay máy chủ" {
			t.Errorf("have %+v (%v), want what was announced, once each", events, err)
		}
		if have := strings.Join(log.all(), "|"); have != "chunha event.declare site/1 maintenance · 1h0m0s · thay máy chủ|truca event.declare site/2 maintenance · 30m0s · mất điện" {
			t.Errorf("audit: have %q", have)
		}
		o.see(o.site, availability, "d d d d")
		o.sent(0)
	})
}

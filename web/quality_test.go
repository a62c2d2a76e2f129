package web

import (
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
)

// TestBrokenPageIsShown looks at a page without its stylesheets until that is how it is.
func TestBrokenPageIsShown(t *testing.T) {
	h := newHouse(t)
	styled := func(name string, arrives bool) monitor.Rendering {
		r := portal(name)
		file := monitor.Resource{URL: "https://phuongvidu.tinhmau.gov.vn/site.css", Role: monitor.RoleStyle}
		if arrives {
			r.Loaded = []monitor.Resource{file}
		} else {
			r.Failed = []monitor.Resource{file}
		}
		return r
	}
	one := h.site("https://phuongvidu.tinhmau.gov.vn", "Cổng phường Ví Dụ", "phường Ví Dụ")
	h.person("quantri", notify.Admin, 0)
	h.approve(h.learn(one, time.Now().Add(-20*time.Hour), styled(one.Name, true)))
	for n := range 7 {
		h.look(one, time.Now().Add(time.Duration(n-8)*time.Hour), styled(one.Name, false))
	}
	for path, want := range map[string]string{"/": say("vi", "overall.broken"), sitePath(one.ID): say("vi", "state.quality.broken"), "/incidents": say("vi", "incident.quality")} {
		if body := h.get("quantri", path).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
}

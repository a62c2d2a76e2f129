package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

func TestSortRows(t *testing.T) {
	now := time.Now()
	row := func(name string, st baseline.SiteState) wallRow {
		row := newWallRow(targets.Site{ID: int64(len(name)), Name: name, URL: "https://x.tinhmau.gov.vn/"}, st, false)
		row.name = plain(name)
		return row
	}
	rows := []wallRow{
		row("bình thường", baseline.SiteState{Availability: baseline.Up, Content: baseline.Normal, LookedAt: now}),
		row("chưa rõ", baseline.SiteState{}),
		row("bị deface", baseline.SiteState{Availability: baseline.Up, Content: baseline.Defaced, LookedAt: now.Add(-time.Hour)}),
		row("đứt", baseline.SiteState{Availability: baseline.IsDown, Content: baseline.Normal, LookedAt: now.Add(-time.Minute)}),
		row("nghi vấn", baseline.SiteState{Availability: baseline.Slow, Content: baseline.Suspicious, LookedAt: now.Add(-2 * time.Minute)}),
	}
	for _, c := range []struct {
		column string
		down   bool
		want   string
	}{
		{"", false, "bị deface, đứt, nghi vấn, chưa rõ, bình thường"},
		{"state", true, "bình thường, chưa rõ, nghi vấn, đứt, bị deface"},
		{"name", false, "bị deface, bình thường, chưa rõ, đứt, nghi vấn"},
		{"looked", false, "chưa rõ, bị deface, nghi vấn, đứt, bình thường"},
		{"availability", false, "đứt, nghi vấn, chưa rõ, bị deface, bình thường"},
	} {
		list := append([]wallRow(nil), rows...)
		sortRows(list, c.column, c.down)
		var names []string
		for _, r := range list {
			names = append(names, r.Site.Name)
		}
		if have := strings.Join(names, ", "); have != c.want {
			t.Errorf("sort by %q, down %v\nhave %s\nwant %s", c.column, c.down, have, c.want)
		}
	}
}

var rowLink = regexp.MustCompile(`<td class="c-name"><a href="/sites/\d+" title="([^"]*)"`)

// TestWall asks for the wall with filters and pages as somebody would.
func TestWall(t *testing.T) {
	h := newHouse(t)
	h.person("truc", notify.Duty, 0)
	var last targets.Site
	for n := range 60 {
		last = h.site(fmt.Sprintf("https://p%02d.tinhmau.gov.vn", n), fmt.Sprintf("Cổng số %02d", n), fmt.Sprintf("Đơn vị %d", n%3))
	}
	for n := range 5 { // the profile wants four looks to agree
		h.probe(last, time.Now().Add(time.Duration(n-9)*time.Minute), monitor.Observation{Depth: monitor.Render, Outcome: monitor.Down, Cause: monitor.CauseTimeout})
	}
	for _, c := range []struct {
		path  string
		n     int
		first string
	}{
		{"/", 50, "Cổng số 59"},
		{"/?page=2", 10, "Cổng số 49"},
		{"/?page=99", 10, "Cổng số 49"},
		{"/?q=cong+so+07", 1, "Cổng số 07"},
		{"/?q=DON+VI&sort=name", 50, "Cổng số 00"},
		{"/?q=p31.tinhmau", 1, "Cổng số 31"},
		{"/?state=down", 1, "Cổng số 59"},
		{"/?state=defaced", 0, ""},
		{fmt.Sprintf("/?unit=%d&sort=name", last.Unit.ID), 20, "Cổng số 02"},
		{"/?sort=name&down=1", 50, "Cổng số 59"},
		{"/?sort=nonsense&page=-3&unit=x&state=%22", 0, ""},
	} {
		w := h.get("truc", c.path)
		found := rowLink.FindAllStringSubmatch(w.Body.String(), -1)
		first := ""
		if len(found) > 0 {
			first = found[0][1]
		}
		if w.Code != http.StatusOK || len(found) != c.n || first != c.first {
			t.Errorf("%s: have %d rows from %q (%d), want %d from %q", c.path, len(found), first, w.Code, c.n, c.first)
		}
	}
	if body := h.get("truc", "/?view=tiles").Body.String(); strings.Count(body, `<li class="`) != 60 {
		t.Errorf("tiles: have %d, want all 60", strings.Count(body, `<li class="`))
	}
	if body := h.get("truc", "/?q=so&unit=2&sort=name").Body.String(); !strings.Contains(body, `href="/?q=so&amp;sort=name&amp;state=down&amp;unit=2"`) {
		t.Error("the strip loses the other filters")
	}
}

// TestBanners checks what every page says while alerts do not get out.
func TestBanners(t *testing.T) {
	h := newHouse(t)
	h.person("truc", notify.Duty, 0)
	if body := h.get("truc", "/").Body.String(); !strings.Contains(body, say("vi", "banner.silent")) {
		t.Error("nothing says that no channel is configured")
	}
	h = newHouse(t, notify.Channel{Name: "telegram", Recipient: "1", Language: targets.Vietnamese})
	h.person("truc", notify.Duty, 0)
	if body := h.get("truc", "/").Body.String(); strings.Contains(body, say("vi", "banner.silent")) {
		t.Error("a configured channel is called missing")
	}
	h.down(h.site("https://p.tinhmau.gov.vn", "Cổng", "Đơn vị"))
	old := targets.Millis(time.Now().Add(-5 * time.Minute))
	_, err := h.registry.DB().Write.Exec(`UPDATE alerts SET created_at = ?, not_before = ?`, old, old)
	must(t, err)
	if body := h.get("truc", "/").Body.String(); !strings.Contains(body, "5 phút") || !strings.Contains(body, "chưa gửi được") {
		t.Error("nothing says that an alert has been waiting for five minutes")
	}
	var health map[string]any
	w := h.get("", "/healthz")
	must(t, json.Unmarshal(w.Body.Bytes(), &health))
	if w.Code != http.StatusServiceUnavailable || health["ok"] != false || health["database_write"] != true || health["oldest_pending"] == "" || health["last_look"] == "" || health["database_bytes"] == 0.0 {
		t.Errorf("health with a stuck alert: have %d %v", w.Code, health)
	}
}

func (h *house) down(one targets.Site) {
	for n := range 5 {
		h.probe(one, time.Now().Add(time.Duration(n-9)*5*time.Second), monitor.Observation{Depth: monitor.Render, Outcome: monitor.Down, Cause: monitor.CauseTimeout})
	}
}

package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// group takes the sub-sites of one host down, and returns what they are told as.
func (h *house) group() notify.Group {
	h.t.Helper()
	var sites []targets.Site
	for n := range 6 {
		sites = append(sites, h.site(fmt.Sprintf("https://nhom.tinhmau.gov.vn/%d/", n), fmt.Sprintf("Trang con số %d", n), "Sở Ví Dụ"))
	}
	at := time.Now().Add(-5 * time.Second)
	for n := range 5 {
		for _, one := range sites {
			h.probe(one, at.Add(time.Duration(n)*time.Second), monitor.Observation{Depth: monitor.Render, Outcome: monitor.Down, Cause: monitor.CauseTimeout})
		}
	}
	groups, err := h.desk.Groups(h.t.Context(), 10)
	must(h.t, err)
	if len(groups) != 1 || groups[0].Members != 6 {
		h.t.Fatalf("have %+v, want one group of six", groups)
	}
	return groups[0]
}

// TestGroupPages shows a group in the place of its members, all of them on its own page, and takes it on with them.
func TestGroupPages(t *testing.T) {
	h := newHouse(t)
	h.person("truc", notify.Duty, 0)
	g := h.group()
	h.person("webmaster", notify.Webmaster, h.site("https://khac.tinhmau.gov.vn", "Cổng khác", "Sở Khác").Unit.ID)
	page := fmt.Sprintf("/groups/%d", g.ID)
	for _, test := range []struct {
		login, path string
		want        []string
		never       string
	}{
		{"truc", "/incidents", []string{"6 cổng gián đoạn cùng lúc", g.Number, page, "6/6"}, "Trang con số 3"},
		{"truc", page, []string{"Trang con số 0", "Trang con số 5", "Tôi nhận cả nhóm (6 sự cố)", "Điểm chung", "mở sự cố"}, ""},
		{"truc", "/alerts", []string{g.Number, "6 cổng gián đoạn cùng lúc"}, ""},
		{"truc", "/incidents/1", []string{page, "gộp vào nhóm sự cố"}, ""},
		{"webmaster", "/incidents", []string{"Đang diễn ra"}, g.Number},
		{"webmaster", "/alerts", nil, g.Number},
	} {
		t.Run(test.login+test.path, func(t *testing.T) {
			body := h.get(test.login, test.path).Body.String()
			for _, want := range test.want {
				if !strings.Contains(body, want) {
					t.Errorf("have no %q in %s", want, body)
				}
			}
			if test.never != "" && strings.Contains(body, test.never) {
				t.Errorf("have %q", test.never)
			}
		})
	}
	if have := h.post("truc", page+"/acknowledge").Code; have != http.StatusSeeOther {
		t.Errorf("have %d, want it taken on", have)
	}
	taken, err := h.desk.Incidents(t.Context(), notify.Filter{Live: true})
	must(t, err)
	for _, i := range taken {
		if i.State != notify.Acknowledged || i.AcknowledgedBy != "truc" {
			t.Errorf("have %s %s by %q, want it taken on with its group", i.Number, i.State, i.AcknowledgedBy)
		}
	}
}

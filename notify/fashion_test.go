package notify

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

func TestInFashion(t *testing.T) {
	grey, banner := baseline.Mark{Kind: baseline.MarkColour}, baseline.Mark{Kind: baseline.MarkAdded, Value: "chào mừng đại hội"}
	for _, test := range []struct {
		name         string
		grey, banner int // sites
		sites        int
		what         baseline.Mark
		n            int
	}{
		{"nothing", 0, 0, 100, baseline.Mark{}, 0},
		{"a few of many", 19, 0, 100, baseline.Mark{}, 0},
		{"a fifth", 20, 0, 100, grey, 20},
		{"a few of few", 4, 0, 6, baseline.Mark{}, 0},
		{"five of few", 5, 0, 6, grey, 5},
		{"the commoner one", 20, 30, 100, banner, 30},
	} {
		t.Run(test.name, func(t *testing.T) {
			recent := map[int64][]baseline.Mark{}
			for n := range test.grey {
				recent[int64(n)] = append(recent[int64(n)], grey)
			}
			for n := range test.banner {
				recent[int64(n)] = append(recent[int64(n)], banner)
			}
			if what, n := inFashion(recent, test.sites); what != test.what || n != test.n {
				t.Errorf("have %v on %d, want %v on %d", what, n, test.what, test.n)
			}
		})
	}
}

// TestMourning has a province go grey in half an hour, undeclared: one question, and no incident.
func TestMourning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{ConsoleURL: "https://canhcong.tinhmau.gov.vn"})
		var sites []targets.Site
		for n := range 20 {
			sites = append(sites, o.add(fmt.Sprintf("https://p%02d.tinhmau.gov.vn", n)))
		}
		defer o.open()()
		turn := func(excuse *baseline.Excuse) {
			for _, site := range sites[:10] {
				v := o.look(site, content, string(baseline.Changed))
				v.Evidence = []baseline.Evidence{{Signal: baseline.SignalColour, Concern: content, Expected: "41%", Seen: "0%", Excuse: excuse}}
				if _, err := o.Handle(t.Context(), v); err != nil {
					t.Fatal(err)
				}
				time.Sleep(3 * time.Minute)
			}
		}
		turn(nil)
		turn(nil)
		o.inbox.wantTitles(t, "❓ 5 cổng đổi màu trong một giờ. Có phải toàn tỉnh đổi giao diện (quốc tang)?")
		if m := o.inbox.all()[0]; !strings.Contains(m.Body, "5 trên 21 cổng") || !strings.HasSuffix(m.Body, "https://canhcong.tinhmau.gov.vn/events") {
			t.Errorf("have %s", m.Body)
		}
		time.Sleep(24 * time.Hour)
		turn(&baseline.Excuse{Kind: targets.Mourning}) // declared
		if list, err := o.Incidents(t.Context(), Filter{Quiet: true}); err != nil || len(list) != 0 || len(o.inbox.all()) != 1 {
			t.Errorf("have %d incidents (%v), %q, want nothing more", len(list), err, o.inbox.titles())
		}
	})
}

package notify

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

func TestGather(t *testing.T) {
	address, network, region := Bond{BondAddress, "203.0.113.7"}, Bond{BondNetwork, "203.0.113.0/24"}, Bond{Kind: BondRegion}
	domain := Bond{BondDomain, "evil.vip"}
	for _, test := range []struct {
		name string
		all  []company
		bond Bond
		want gathering
	}{
		{"nobody else", []company{{address, 1, 1, 80}}, Bond{}, alone},
		{"four of a small place", []company{{address, 4, 4, 8}}, Bond{}, alone},
		{"five of a small place", []company{{address, 5, 5, 8}}, address, together},
		{"five of a great place", []company{{address, 5, 5, 80}}, Bond{}, alone},
		{"eight of it", []company{{address, 8, 8, 80}}, address, together},
		{"five of it, three more suspected", []company{{address, 5, 8, 80}}, address, together},
		{"the first, many suspected", []company{{address, 1, 8, 80}}, address, waiting},
		{"a tenth of the region", []company{{region, 20, 20, 200}}, region, waiting},
		{"the wider place first", []company{{region, 90, 90, 200}, {address, 80, 80, 80}}, region, together},
		{"not enough of the region", []company{{region, 60, 60, 200}, {address, 20, 20, 80}}, address, together},
		{"the address before its network", []company{{address, 20, 20, 80}, {network, 20, 20, 80}}, address, together},
		{"nobody knows how many there are", []company{{Bond{BondIssuer, "major R3"}, 5, 5, 0}}, Bond{BondIssuer, "major R3"}, together},
		{"two portals attacked", []company{{domain, 2, 2, 0}}, Bond{}, alone},
		{"three portals attacked", []company{{domain, 3, 3, 0}}, domain, together},
	} {
		t.Run(test.name, func(t *testing.T) {
			if bond, have := gather(test.all); have != test.want || bond != test.bond {
				t.Errorf("have %v %v, want %v %v", bond, have, test.bond, test.want)
			}
		})
	}
}

func TestGroupNews(t *testing.T) {
	at := func(minutes float64) time.Time {
		return time.Date(2027, 2, 6, 2, 0, 0, 0, targets.Vietnam).Add(time.Duration(minutes * float64(time.Minute)))
	}
	g := gathered(Bond{BondHost, "a.tinhmau.gov.vn"}, baseline.ConcernAvailability, 20, at(0))
	g.ID = 1
	for _, test := range []struct {
		at   float64
		wait time.Duration
		told bool
	}{
		{0.1, 0, false}, // the first message says it
		{1, 4*time.Minute + 15*time.Second, true},
		{2, 0, false},
		{6, 4*time.Minute + 15*time.Second, true},
		{60, 0, true},
		{61, 4 * time.Minute, true},
	} {
		after, wait, told := g.news(at(test.at))
		if g = after; wait != test.wait || told != test.told {
			t.Errorf("minute %v: have %v %v, want %v %v", test.at, wait, told, test.wait, test.told)
		}
	}
	g = g.grow(Major, at(70))
	if !g.joinable(at(85)) || g.joinable(at(86)) || g.Severity != Major {
		t.Errorf("have %+v, want it open for 15 minutes", g)
	}
}

func TestPlaces(t *testing.T) {
	unknown := targets.Unit{ID: 1, Name: targets.UnknownUnit}
	sites := []targets.Site{
		{ID: 1, URL: "https://a.tinhmau.gov.vn/x", Unit: targets.Unit{ID: 7, Name: "Sở Ví Dụ"}},
		{ID: 2, URL: "https://a.tinhmau.gov.vn/y", Unit: unknown},
		{ID: 3, URL: "https://b.tinhmau.gov.vn/", Unit: unknown},
	}
	p := placesOf(sites, map[int64]netip.Addr{1: netip.MustParseAddr("203.0.113.7"), 2: netip.MustParseAddr("203.0.113.9"), 3: netip.MustParseAddr("2001:db8:1:2::3")}, time.Time{})
	if have, want := fmt.Sprint(p.bonds[1]), "[{region } {address 203.0.113.7} {network 203.0.113.0/24} {host a.tinhmau.gov.vn} {unit 7}]"; have != want {
		t.Errorf("have %s, want %s", have, want)
	}
	if have, want := fmt.Sprint(p.bonds[3]), "[{region } {address 2001:db8:1:2::3} {network 2001:db8:1::/48} {host b.tinhmau.gov.vn}]"; have != want {
		t.Errorf("have %s, want %s", have, want)
	}
	for b, want := range map[Bond]int{{Kind: BondRegion}: 3, {BondNetwork, "203.0.113.0/24"}: 2, {BondHost, "a.tinhmau.gov.vn"}: 2, {BondUnit, "1"}: 0} {
		if p.sites[b] != want {
			t.Errorf("%v: have %d sites, want %d", b, p.sites[b], want)
		}
	}
}

// swift believes an outage at the second look.
var swift = targets.Profile{Name: targets.DefaultProfile, ProbeEvery: time.Minute, RenderEvery: time.Minute, Recheck: []time.Duration{0}}

// met registers a site that a probe has met at an address.
func (o *office) met(url, address string) targets.Site {
	o.t.Helper()
	site := o.add(url)
	seen := monitor.Observation{Site: site, Depth: monitor.Probe, At: time.Now(), Outcome: monitor.OK,
		Wire: &monitor.Wire{Servers: []monitor.Server{{Name: site.Host(), Address: netip.MustParseAddr(address)}}}}
	if err := o.archive.Save(o.t.Context(), &seen, monitor.Rendering{}); err != nil {
		o.t.Fatal(err)
	}
	return site
}

// find hands over one look at a site.
func (o *office) find(site targets.Site, state string) {
	o.t.Helper()
	v := o.look(site, availability, looks[availability][state])
	v.Observation.Site.Profile = swift
	if _, err := o.Handle(o.t.Context(), v); err != nil {
		o.t.Fatal(err)
	}
}

// visit is a look that finds a site in a state at an instant.
type visit struct {
	at    time.Time
	site  targets.Site
	state string
}

// play hands over looks in their order.
func (o *office) play(visits []visit) {
	o.t.Helper()
	slices.SortStableFunc(visits, func(a, b visit) int { return a.at.Compare(b.at) })
	for _, v := range visits {
		time.Sleep(time.Until(v.at))
		o.find(v.site, v.state)
	}
}

// TestMassOutage takes a province down within five minutes, in the middle of which a portal is defaced. With CANHCONG_TEST_SITES
// it is as large as that says.
func TestMassOutage(t *testing.T) {
	size := 200
	if text := os.Getenv("CANHCONG_TEST_SITES"); text != "" {
		if _, err := fmt.Sscan(text, &size); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name string
		host func(n int) string // its address
	}{
		{"nothing in common", func(n int) string { return fmt.Sprintf("10.%d.%d.1", n/250, n%250) }},
		{"twenty networks", func(n int) string { return fmt.Sprintf("10.0.%d.%d", n%20, 1+n/20) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t, Options{})
				var sites []targets.Site
				for n := range size {
					sites = append(sites, o.met(fmt.Sprintf("https://p%04d.tinhmau.gov.vn", n), test.host(n)))
				}
				defer o.open()()
				start := time.Now()
				random := rand.New(rand.NewPCG(1, 2))
				var down []visit
				for _, site := range sites {
					seen := start.Add(time.Duration(random.Int64N(int64(5 * time.Minute)))).Add(time.Duration(random.Int64N(int64(time.Minute))))
					down = append(down, visit{seen, site, "d"}, visit{seen.Add(100 * time.Second), site, "d"})
				}
				slices.SortFunc(down, func(a, b visit) int { return a.at.Compare(b.at) })
				half := len(down) / 2
				o.play(down[:half])
				defaced := time.Now()
				o.see(o.site, content, "s d")
				o.play(down[half:])
				time.Sleep(10 * time.Minute)
				o.checkMass(start, defaced, size)
				var up []visit
				for n, site := range sites {
					back := time.Now().Add(time.Duration(n) * time.Second / 4)
					up = append(up, visit{back, site, "n"}, visit{back.Add(time.Minute), site, "n"})
				}
				before := len(o.inbox.all())
				o.play(up)
				time.Sleep(6 * time.Minute)
				after := o.inbox.all()[before:]
				if last := after[len(after)-1]; len(after) > 5 || !strings.HasPrefix(last.Title, fmt.Sprintf("✅ ĐÃ KHÔI PHỤC: %d cổng", size)) || o.pending() != 0 {
					t.Errorf("have %q, %d pending, want few messages and the last to say that all is well", o.inbox.titles()[before:], o.pending())
				}
			})
		})
	}
}

// checkMass checks what people were told while a province went down.
func (o *office) checkMass(start, defaced time.Time, size int) {
	o.t.Helper()
	confirmed, named := time.Time{}, map[string]bool{}
	list, err := o.Incidents(o.t.Context(), Filter{Limit: size + 1})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, i := range list {
		if i.Concern == availability && (confirmed.IsZero() || i.OpenedAt.Before(confirmed)) {
			confirmed = i.OpenedAt
		}
	}
	var first, attack time.Duration
	soon, edits := 0, 0
	for n, m := range o.inbox.all() {
		at := o.inbox.times[n]
		switch urgent := strings.Contains(m.Title, "thay đổi giao diện"); {
		case urgent && attack == 0:
			attack = cmp.Or(at.Sub(defaced), time.Nanosecond)
		case !urgent && first == 0:
			first = at.Sub(confirmed)
		}
		if at.Before(confirmed.Add(10 * time.Minute)) {
			soon++
		}
		if m.Replaces {
			edits++
		}
		text := m.Body
		if m.File != nil {
			text += string(m.File.Content)
		}
		for _, word := range strings.Fields(text) {
			if strings.HasSuffix(word, ".tinhmau.gov.vn") {
				named[word] = true
			}
		}
	}
	o.t.Logf("%d sites: %d messages in 10 minutes, %d of them edits; the first %v after the first was confirmed, the defacement after %v; %d named",
		size, soon, edits, first, attack, len(named))
	if soon > 20 || first > 90*time.Second || attack == 0 || attack > 30*time.Second || len(named) < size+1 || o.pending() != 0 {
		o.t.Errorf("have %q, %d pending", o.inbox.titles(), o.pending())
	}
}

// TestGroupLife follows the outage of one server from the first message to the last: one message, brought up to date, taken on
// once for all, and over when the last of its sites is back.
func TestGroupLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{ConsoleURL: "https://canhcong.tinhmau.gov.vn"})
		var sites []targets.Site
		for n := range 8 {
			sites = append(sites, o.met(fmt.Sprintf("https://p%d.tinhmau.gov.vn", n), "203.0.113.7"))
		}
		for n := range 30 {
			o.met(fmt.Sprintf("https://q%02d.tinhmau.gov.vn", n), fmt.Sprintf("198.51.100.%d", n))
		}
		defer o.open()()
		for range 2 {
			for _, site := range sites[:6] {
				o.find(site, "d")
			}
			time.Sleep(time.Minute)
		}
		o.inbox.wantTitles(t, "🟠 NGHIÊM TRỌNG: 6 cổng gián đoạn cùng lúc – cùng máy chủ 203.0.113.7")
		want := "Hiện tại: 6/6 cổng còn gián đoạn\n07:01 thứ Bảy 01/01/2000 · NH-2000-0001\nĐiểm chung: cùng máy chủ 203.0.113.7 (8 cổng có điểm này)\n"
		if m := o.inbox.all()[0]; !strings.HasPrefix(m.Body, want) || strings.Count(m.Body, "\n🟠 ") != 6 || !strings.HasSuffix(m.Body, "/groups/1") {
			t.Errorf("have %s\nwant %s", m.Body, want)
		}
		g, err := o.AcknowledgeGroup(t.Context(), 1, "trucA")
		if err != nil || g.State != Acknowledged {
			t.Fatalf("have %+v (%v)", g, err)
		}
		for range 2 {
			o.find(sites[6], "d")
			time.Sleep(10 * time.Second)
		}
		for range 2 {
			for _, site := range sites[:5] {
				o.find(site, "n")
			}
			time.Sleep(time.Minute)
		}
		time.Sleep(5 * time.Minute)
		for range 2 {
			o.find(sites[5], "n")
			o.find(sites[6], "n")
			time.Sleep(time.Minute)
		}
		time.Sleep(10 * time.Minute)
		o.inbox.wantTitles(t, "🟠", "👤 Đã tiếp nhận NH-2000-0001: 6 cổng", "🟠 NGHIÊM TRỌNG: 7 cổng", "✅ ĐÃ KHÔI PHỤC: 7 cổng gián đoạn cùng lúc")
		all := o.inbox.all()
		if !all[2].Replaces || all[2].ReplyTo != "a" || !strings.HasPrefix(all[2].Body, "Hiện tại: 2/7 cổng còn gián đoạn\n") || all[3].Replaces || all[3].ReplyTo != "a" {
			t.Errorf("have %+v, want the first message edited, and answered at the end", all[2:])
		}
		members, err := o.Members(t.Context(), 1)
		if err != nil || len(members) != 7 {
			t.Fatalf("have %d members (%v), want 7", len(members), err)
		}
		for n, i := range members {
			alerts, err := o.Alerts(t.Context(), i.ID)
			if err != nil || i.State != Closed || n < 6 && i.AcknowledgedBy != "trucA" {
				t.Errorf("have %+v (%v)", i, err)
			}
			for _, a := range alerts {
				if a.SentAt.IsZero() || a.CarriedBy == 0 {
					t.Errorf("%s: have %+v, want it carried by the group's", i.Number, a)
				}
			}
		}
		if _, err := o.AcknowledgeGroup(t.Context(), 9, "trucA"); err == nil {
			t.Error("have no error for a group that does not exist")
		}
	})
}

// A few outages that have nothing in common are told each by itself, and at once.
func TestNoGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		for n := range 40 {
			o.met(fmt.Sprintf("https://q%02d.tinhmau.gov.vn", n), fmt.Sprintf("198.51.%d.1", n))
		}
		defer o.open()()
		for n := range 4 {
			site, _, _ := o.registry.FindSite(t.Context(), fmt.Sprintf("https://q%02d.tinhmau.gov.vn", n))
			o.find(site, "d")
			o.find(site, "d")
			synctest.Wait()
		}
		if have := o.inbox.all(); len(have) != 4 || !o.inbox.times[3].Equal(o.inbox.times[0]) {
			t.Errorf("have %q at %v, want four at once", o.inbox.titles(), o.inbox.times)
		}
		if groups, err := o.Groups(t.Context(), 10); err != nil || len(groups) != 0 {
			t.Errorf("have %+v (%v), want none", groups, err)
		}
	})
}

// TestCampaign has one attacker go from portal to portal: each is told by itself and at once, the third makes it a campaign.
func TestCampaign(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		for n := range 4 {
			site := o.add(fmt.Sprintf("https://p%d.tinhmau.gov.vn", n))
			for range 2 {
				v := o.look(site, content, looks[content]["s"])
				v.Evidence = []baseline.Evidence{{Signal: baseline.SignalScriptOrigin, Concern: content, Weight: 5, Seen: "cdn.evil-example.vip", Examples: []string{"cdn.evil-example.vip"}}}
				if _, err := o.Handle(t.Context(), v); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
			time.Sleep(3 * time.Hour)
		}
		texts := slices.DeleteFunc(o.inbox.titles(), func(s string) bool { return strings.HasPrefix(s, "Đã duyệt") })
		if len(texts) != 6 || texts[3] != "🟠 NGHIÊM TRỌNG: CHIẾN DỊCH trên 3 cổng – cùng địa chỉ lạ evil-example[.]vip" || !strings.Contains(texts[5], "CHIẾN DỊCH trên 4 cổng") {
			t.Errorf("have %q, want each by itself, and the campaign after the third", texts)
		}
		g, err := o.Group(t.Context(), 1)
		if err != nil || g.Number != "CD-2000-0001" || g.Members != 4 || g.Open != 4 {
			t.Errorf("have %+v (%v), want a campaign of four", g, err)
		}
	})
}

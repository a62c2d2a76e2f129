package notify

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// lacking lists what is not ready, and the first that it concerns.
func (o *office) lacking(p targets.Period) string {
	o.t.Helper()
	r, err := o.Readiness(o.t.Context(), p, targets.Vietnamese)
	if err != nil {
		o.t.Fatal(err)
	}
	var list []string
	for _, l := range r.Lacks {
		if l.Kind.Text(targets.Vietnamese) == "" || l.Kind.ToDo(targets.English) == "" {
			o.t.Errorf("%s has no words", l.Kind)
		}
		list = append(list, string(l.Kind)+" "+l.Names[0])
	}
	return strings.Join(list, "\n")
}

func TestNothingIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		o := newOffice(t, Options{Cover: CoverAlways, Carriers: map[string]Sender{"inbox": in}, Upkeep: func() Upkeep { return Upkeep{Free: 0.04} }})
		bare := o.add("https://bare.tinhmau.gov.vn")
		unit := o.site.Unit.Name
		o.on("trucB", "Trực B")
		b, err := o.PersonByLogin(t.Context(), "trucb")
		if err != nil {
			t.Fatal(err)
		}
		o.shift(TierWatch, b, "02/01/2000 07:00", "03/01/2000 07:00")
		o.shift(TierTechnical, b, "02/01/2000 07:00", "03/01/2000 07:00")
		if err := o.Declare(t.Context(), Notice{Kind: NoticeDisk}); err != nil {
			t.Fatal(err)
		}
		want := `holes Trực giám sát: 07:00 thứ Bảy 01/01/2000 – 07:00 Chủ nhật 02/01/2000
baselines ` + bare.Host() + `
unreachable Trực B
untested inbox → trực
troubles Ổ ĐĨA MÁY GIÁM SÁT SẮP ĐẦY từ 07:00
disk 4%
backup –
secondway inbox
units ` + bare.Host() + `
contacts ` + unit + `
clashes Trực B: 07:00 Chủ nhật 02/01/2000`
		if have := o.lacking(targets.Period{}); have != want {
			t.Errorf("have:\n%s\nwant:\n%s", have, want)
		}
		o = newOffice(t, Options{Channels: []Channel{}})
		if have := o.lacking(targets.Period{}); !strings.HasPrefix(have, "channels console") {
			t.Errorf("have %s, want it said first that nobody can be told", have)
		}
	})
}

func TestAllIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		upkeep := Upkeep{Free: 0.5, Backup: time.Now()}
		o := newOffice(t, Options{Carriers: map[string]Sender{"inbox": in, "mail": in}, Upkeep: func() Upkeep { return upkeep }})
		o.paint()
		if _, err := o.AddPerson(t.Context(), Person{Login: "chunha", Name: "Chủ nhà", Role: Webmaster, UnitID: o.site.Unit.ID}); err != nil {
			t.Fatal(err)
		}
		p, err := o.registry.DeclarePeriod(t.Context(), targets.Period{Name: "Tết", UnitID: o.site.Unit.ID, From: moment(t, "03/01/2000 00:00"), Until: moment(t, "05/01/2000 00:00")})
		if err != nil {
			t.Fatal(err)
		}
		o.add("https://other.tinhmau.gov.vn") // of another unit
		a := o.person("truca", "mail")
		o.shift(TierWatch, a, "02/01/2000 19:00", "05/01/2000 07:00")
		for _, to := range []lane{{"inbox", "trực"}, {"mail", "truca@mail"}} {
			if err := o.TestChannel(t.Context(), to.channel, to.recipient, targets.Vietnamese); err != nil {
				t.Fatal(err)
			}
		}
		if have := o.lacking(p); have != "" {
			t.Errorf("have:\n%s\nwant nothing", have)
		}
		if m := o.inbox.all()[0]; m.Recipient != "trực" || !strings.Contains(m.Body, "Không phải sự cố") || m.Short == "" {
			t.Errorf("have the test %+v", m)
		}
		time.Sleep(provenFor + time.Hour)
		o.inbox.behave(func(Message) error { return &UnreachableError{Reason: "no such chat"} }, nil)
		if err := o.TestChannel(t.Context(), "inbox", "trực", targets.Vietnamese); err == nil {
			t.Error("a test that failed says nothing")
		}
		tests, err := o.ChannelTests(t.Context())
		if err != nil || len(tests) != 2 || !strings.Contains(tests[0].Problem, "no such chat") {
			t.Errorf("have %+v (%v), want why it failed", tests, err)
		}
		if have := o.lacking(targets.Period{}); !strings.Contains(have, "untested inbox → trực") || !strings.Contains(have, "backup 01/01/2000") || !strings.Contains(have, "units other.tinhmau.gov.vn") {
			t.Errorf("have:\n%s\nwant that nothing arrived for a week, nor was a backup made, of all portals", have)
		}
	})
}

// TestCertificatesHaveToOutlastThePeriod has two certificates that are fine today: one ends in the week after the period, in which
// nobody would renew it in time, one later.
func TestCertificatesHaveToOutlastThePeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		until := time.Now().AddDate(0, 0, 60)
		show := func(site targets.Site, end time.Time) {
			seen := monitor.Observation{Site: site, Depth: monitor.Probe, At: time.Now(), Outcome: monitor.OK, Certificate: &monitor.Certificate{NotAfter: end}}
			if err := o.archive.Save(t.Context(), &seen, monitor.Rendering{}); err != nil {
				t.Fatal(err)
			}
		}
		soon, fine := o.add("https://soon.tinhmau.gov.vn"), o.add("https://fine.tinhmau.gov.vn")
		show(soon, until.AddDate(1, 0, 0))
		time.Sleep(time.Hour)
		show(soon, until.Add(certificateMargin-24*time.Hour))
		show(fine, until.Add(certificateMargin+24*time.Hour))
		p, err := o.registry.DeclarePeriod(t.Context(), targets.Period{Name: "Tết", From: until.AddDate(0, 0, -10), Until: until})
		if err != nil {
			t.Fatal(err)
		}
		want := "certificates soon.tinhmau.gov.vn (" + until.Add(certificateMargin-24*time.Hour).In(targets.Vietnam).Format("02/01/2006") + ")"
		if have := o.lacking(p); !strings.Contains(have, want) || strings.Contains(have, "fine.tinhmau.gov.vn (") {
			t.Errorf("have:\n%s\nwant %s", have, want)
		}
		if have := o.lacking(targets.Period{}); strings.Contains(have, "certificates") {
			t.Errorf("have:\n%s\nwant nothing about certificates for the days ahead", have)
		}
	})
}

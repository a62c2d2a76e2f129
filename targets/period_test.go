package targets_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestWhichPeriodSetsThePace(t *testing.T) {
	pace := func(name string, probe, render time.Duration) targets.Profile {
		return targets.Profile{Name: name, ProbeEvery: probe, RenderEvery: render}
	}
	usual, intense := pace("thường", time.Minute, 15*time.Minute), pace("cao điểm", 30*time.Second, 5*time.Minute)
	slow, fastest := pace("chậm", 5*time.Minute, time.Hour), pace("gấp", 30*time.Second, 2*time.Minute)
	province := func(p targets.Profile) targets.Period { return targets.Period{Profile: p} }
	unit := func(id int64, p targets.Profile) targets.Period { return targets.Period{UnitID: id, Profile: p} }
	site := func(id int64, p targets.Profile) targets.Period { return targets.Period{SiteID: id, Profile: p} }
	for _, c := range []struct {
		name    string
		own     targets.Profile
		inForce []targets.Period
		want    string
	}{
		{"none", usual, nil, "thường"},
		{"the province's", usual, []targets.Period{province(intense)}, "cao điểm"},
		{"somebody else's", usual, []targets.Period{unit(9, intense), site(9, intense)}, "thường"},
		{"a unit's before the province's", usual, []targets.Period{province(intense), unit(2, fastest)}, "gấp"},
		{"a unit's exception", usual, []targets.Period{province(fastest), unit(2, intense)}, "cao điểm"},
		{"the site's before all", usual, []targets.Period{province(fastest), site(1, intense), unit(2, fastest)}, "cao điểm"},
		{"of two for the same the one that looks more often", usual, []targets.Period{province(intense), province(fastest), province(usual)}, "gấp"},
		{"a wide one slows nobody down", intense, []targets.Period{province(slow)}, "cao điểm"},
		{"nor a keener portal", fastest, []targets.Period{unit(2, intense)}, "gấp"},
		{"one for the portal may", usual, []targets.Period{site(1, slow)}, "chậm"},
	} {
		s := targets.Site{ID: 1, Unit: targets.Unit{ID: 2}, Profile: c.own}
		if p, ok := s.PeriodOf(c.inForce); ok {
			s.Profile = p.Profile
		}
		if s.Profile.Name != c.want {
			t.Errorf("%s: have the pace %q, want %q", c.name, s.Profile.Name, c.want)
		}
	}
}

// A site has the pace of the period as long as it lasts, and everybody can tell without reading the list.
func TestAPeriodStartsAndEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry, ctx := targets.New(targetstest.DB(t)), t.Context()
		site := targetstest.Site(t, registry, "https://phuongvidu.tinhmau.gov.vn/", "Phường Ví Dụ")
		p, err := registry.DeclarePeriod(ctx, targets.Period{Name: " Tết\nĐinh Mùi ", LetterNumber: "12/CV", From: time.Now().Add(time.Hour),
			Until: time.Now().Add(3 * time.Hour), DeclaredBy: "quantri"})
		if err != nil || p.Name != "Tết Đinh Mùi" || p.Profile.ProbeEvery != 30*time.Second {
			t.Fatalf("have %+v, %v", p, err)
		}
		edition := ""
		want := func(when, profile string, moved bool) {
			t.Helper()
			now, err := registry.Edition(ctx)
			if err != nil || (now != edition) != moved {
				t.Errorf("%s: have the edition %q after %q (%v), want it to have moved: %t", when, now, edition, err, moved)
			}
			edition = now
			one, err1 := registry.Site(ctx, site.ID)
			list, err2 := registry.Sites(ctx)
			found, _, err3 := registry.FindSite(ctx, site.URL)
			if err := errors.Join(err1, err2, err3); err != nil {
				t.Fatal(err)
			}
			for _, s := range []targets.Site{one, list[0], found} {
				if s.Profile.Name != profile {
					t.Errorf("%s: have the profile %q, want %q", when, s.Profile.Name, profile)
				}
			}
		}
		want("before", "thường", true)
		want("a moment later", "thường", false)
		time.Sleep(time.Hour)
		want("from its first instant", "cao điểm", true)
		time.Sleep(time.Hour)
		want("while it lasts", "cao điểm", false)
		time.Sleep(time.Hour)
		want("when it is over", "thường", true)
		again, err := registry.DeclarePeriod(ctx, targets.Period{Name: "Đại hội", SiteID: site.ID, From: time.Now(), Until: time.Now().Add(time.Hour), DeclaredBy: "quantri"})
		if err != nil {
			t.Fatal(err)
		}
		want("another one", "cao điểm", true)
		if again, err = registry.EndPeriod(ctx, again.ID, "quantri"); err != nil || again.EndedBy != "quantri" || again.InForce(time.Now()) {
			t.Errorf("have %+v, %v, want it ended", again, err)
		}
		want("ended early", "thường", true)
		if ended, err := registry.EndPeriod(ctx, again.ID, "truc"); err != nil || ended.EndedBy != "quantri" {
			t.Errorf("ended twice: have %+v, %v", ended, err)
		}
		if err := registry.Remove(ctx, site.ID); err != nil {
			t.Fatal(err)
		}
		if now, _ := registry.Edition(ctx); now == edition {
			t.Error("the edition does not move when a site is removed")
		}
	})
}

func TestAPeriodMustBeComplete(t *testing.T) {
	registry := targets.New(targetstest.DB(t))
	now := time.Now()
	for _, c := range []struct {
		change func(p *targets.Period)
		want   targets.PeriodProblem
	}{
		{func(p *targets.Period) { p.Name = " " }, targets.PeriodName},
		{func(p *targets.Period) { p.UnitID, p.SiteID = 1, 1 }, targets.PeriodScope},
		{func(p *targets.Period) { p.Until = p.From }, targets.PeriodOrder},
		{func(p *targets.Period) { p.From, p.Until = now.Add(-2*time.Hour), now.Add(-time.Hour) }, targets.PeriodOver},
		{func(p *targets.Period) { p.Until = now.Add(targets.LongestPeriod + time.Hour) }, targets.PeriodLong},
		{func(p *targets.Period) { p.Profile.Name = "không có" }, targets.PeriodUnknown},
		{func(p *targets.Period) { p.LetterNumber = strings.Repeat("số ", 60) }, targets.PeriodLetter},
	} {
		p := targets.Period{Name: "Tết", From: now, Until: now.Add(time.Hour), DeclaredBy: "quantri"}
		c.change(&p)
		_, err := registry.DeclarePeriod(t.Context(), p)
		wrong, ok := errors.AsType[*targets.PeriodError](err)
		if !ok || wrong.Problem != c.want || wrong.Text(targets.Vietnamese) == "" || wrong.Text(targets.English) == "" {
			t.Errorf("have %v, want %q in words", err, c.want)
		}
	}
	if _, err := registry.DeclarePeriod(t.Context(), targets.Period{Name: "Tết", UnitID: 77, From: now, Until: now.Add(time.Hour)}); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("a unit that is not there: have %v, want ErrNotFound", err)
	}
	if list, err := registry.Profiles(t.Context()); err != nil || len(list) != 2 || list[0].Name != targets.PeriodProfile || list[1].Name != targets.DefaultProfile {
		t.Errorf("have profiles %v (%v), want the two that come with the program, the keener one first", list, err)
	}
}

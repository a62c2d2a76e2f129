package targets_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestDeclareAndEndAnAppearanceEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := targets.New(targetstest.DB(t))
		site := targetstest.Site(t, registry, "https://phuongvidu.tinhmau.gov.vn/", "Phường Ví Dụ")
		now := time.Now()
		e, err := registry.Declare(t.Context(), targets.AppearanceEvent{Kind: targets.Festive, UnitID: site.Unit.ID, From: now, Until: now.Add(48 * time.Hour),
			Reason: "  Công văn\nsố 1 ", DeclaredBy: "truc"})
		if err != nil {
			t.Fatal(err)
		}
		if e.Reason != "Công văn số 1" || !e.Covers(site, now) || e.Covers(site, now.Add(48*time.Hour)) || !e.DeclaredAt.Equal(now) {
			t.Errorf("have %+v", e)
		}
		time.Sleep(time.Hour)
		ended, err := registry.EndAppearance(t.Context(), e.ID, "quantri")
		if err != nil || ended.EndedBy != "quantri" || !ended.End().Equal(time.Now()) || ended.Covers(site, time.Now()) || !ended.Covers(site, now.Add(time.Minute)) {
			t.Errorf("have %+v, %v; want it over now, and to have held before", ended, err)
		}
		time.Sleep(time.Hour)
		again, err := registry.EndAppearance(t.Context(), e.ID, "webmaster")
		if err != nil || again != ended {
			t.Errorf("ended twice: have %+v, %v; want %+v", again, err, ended)
		}
		for since, want := range map[time.Time]int{{}: 1, now: 1, time.Now(): 0} {
			if list, err := registry.AppearanceEvents(t.Context(), since); err != nil || len(list) != want {
				t.Errorf("since %v: have %d events, %v; want %d", since, len(list), err, want)
			}
		}
		if _, err := registry.EndAppearance(t.Context(), 99, "quantri"); !errors.Is(err, targets.ErrNotFound) {
			t.Errorf("an event that is not there: have %v, want ErrNotFound", err)
		}
	})
}

func TestAnAppearanceEventMustBeComplete(t *testing.T) {
	registry := targets.New(targetstest.DB(t))
	now := time.Now()
	for _, c := range []struct {
		name   string
		change func(e *targets.AppearanceEvent)
		want   targets.EventProblem
	}{
		{"kind", func(e *targets.AppearanceEvent) { e.Kind = "party" }, targets.EventKind},
		{"scope", func(e *targets.AppearanceEvent) { e.UnitID, e.SiteID = 1, 1 }, targets.EventScope},
		{"order", func(e *targets.AppearanceEvent) { e.Until = e.From }, targets.EventOrder},
		{"endless", func(e *targets.AppearanceEvent) { e.Until = time.Time{} }, targets.EventOrder},
		{"over", func(e *targets.AppearanceEvent) { e.From, e.Until = now.Add(-2*time.Hour), now.Add(-time.Hour) }, targets.EventOver},
		{"long", func(e *targets.AppearanceEvent) { e.Until = now.Add(targets.LongestAppearance + time.Hour) }, targets.EventLong},
		{"reason", func(e *targets.AppearanceEvent) { e.Reason = "   " }, targets.EventReason},
	} {
		e := targets.AppearanceEvent{Kind: targets.Mourning, From: now, Until: now.Add(time.Hour), Reason: "công điện", DeclaredBy: "truc"}
		c.change(&e)
		_, err := registry.Declare(t.Context(), e)
		wrong, ok := errors.AsType[*targets.EventError](err)
		if !ok || wrong.Problem != c.want || wrong.Text(targets.Vietnamese) == "" || wrong.Text(targets.English) == "" {
			t.Errorf("%s: have %v, want %q in words", c.name, err, c.want)
		}
	}
	_, err := registry.Declare(t.Context(), targets.AppearanceEvent{Kind: targets.Mourning, UnitID: 77, From: now, Until: now.Add(time.Hour), Reason: "công điện"})
	if !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("a unit that is not there: have %v, want ErrNotFound", err)
	}
}

func TestParseWhen(t *testing.T) {
	day := func(d, h, m int) time.Time { return time.Date(2027, 2, d, h, m, 0, 0, targets.Vietnam) }
	for _, c := range []struct {
		text string
		end  bool
		want time.Time
	}{{"2027-02-06T07:30", false, day(6, 7, 30)}, {"2027-02-06 07:30", true, day(6, 7, 30)}, {"06/02/2027 07:30", false, day(6, 7, 30)},
		{"2027-02-06", false, day(6, 0, 0)}, {"2027-02-06", true, day(7, 0, 0)}, {"06/02/2027", true, day(7, 0, 0)}, {"2027-02-06T00:30:00Z", false, day(6, 7, 30)}} {
		if have, err := targets.ParseWhen(c.text, c.end); err != nil || !have.Equal(c.want) {
			t.Errorf("%q (end %t): have %v, %v; want %v", c.text, c.end, have, err, c.want)
		}
	}
	for _, text := range []string{"", "mai", "2027-13-01", "31/02/2027"} {
		if have, err := targets.ParseWhen(text, false); err == nil {
			t.Errorf("%q: have %v, want an error", text, have)
		}
	}
}

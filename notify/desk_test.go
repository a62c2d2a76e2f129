package notify

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

const (
	content      = baseline.ConcernContent
	availability = baseline.ConcernAvailability
	certificate  = baseline.ConcernCertificate
	quality      = baseline.ConcernQuality
)

func TestIncidentFromSuspicionToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{ConsoleURL: "https://canhcong.tinhmau.gov.vn"})
		defer o.open()()
		o.see(o.site, availability, "n d d d")
		if list, _ := o.Incidents(t.Context(), Filter{}); len(list) != 0 || o.pending() != 0 {
			t.Fatalf("a suspicion is told: %v", list)
		}
		o.see(o.site, availability, "d")
		synctest.Wait()
		if i := o.only(); i.State != Open || i.Number != "SC-2000-0001" || i.Site.Unit.Name != "UBND phường Ví Dụ" {
			t.Errorf("have %+v", i)
		}
		time.Sleep(23 * time.Minute)
		if _, err := o.Acknowledge(t.Context(), 1, "trucA"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		o.see(o.site, availability, "n n")
		synctest.Wait()
		want := []string{"🟠 NGHIÊM TRỌNG: Không truy cập được", "👤 Đã tiếp nhận SC-2000-0001", "✅ ĐÃ KHÔI PHỤC: đã truy cập lại được"}
		if have := o.inbox.titles(); strings.Join(have, "|") != strings.Join(want, "|") {
			t.Errorf("have %q, want %q", have, want)
		}
		closing := o.inbox.all()[2]
		if closing.ReplyTo != "a" || !strings.Contains(closing.Body, "Kéo dài 23 phút") {
			t.Errorf("have %+v, want a reply to the first message that tells the duration", closing)
		}
		events, err := o.Timeline(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		var story []string
		for _, e := range events {
			story = append(story, string(e.Kind)+" "+e.Actor)
		}
		if have, want := strings.Join(story, ", "), "suspected canhcong, agreed canhcong, agreed canhcong, opened canhcong, acknowledged trucA, recovering canhcong, recovered canhcong"; have != want {
			t.Errorf("timeline:\nhave %s\nwant %s", have, want)
		}
	})
}

func TestHandleIsAllOrNothing(t *testing.T) {
	o := newOffice(t, Options{})
	o.see(o.site, availability, "d d d")
	if _, err := o.registry.DB().Write.Exec(`CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'no room'); END`); err != nil {
		t.Fatal(err)
	}
	v := o.look(o.site, availability, "down")
	if _, err := o.Handle(t.Context(), v); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Fatalf("have %v, want the error of the alert", err)
	}
	if i := o.only(); i.State != Suspected || i.BadLooks != 3 || i.Number != "" {
		t.Errorf("have %+v, want the suspicion as it was", i)
	}
	if events, _ := o.Timeline(t.Context(), 1); len(events) != 3 {
		t.Errorf("have %d events, want 3", len(events))
	}
	if _, err := o.registry.DB().Write.Exec(`DROP TRIGGER full`); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Handle(t.Context(), v); err != nil || o.only().State != Open || o.pending() != 1 {
		t.Errorf("have %v, %+v: the same look moves it once there is room", err, o.only())
	}
}

// After a crash between two rooms a look may be handed over again, or the next one says the same.
func TestRepetitionIsHarmless(t *testing.T) {
	o := newOffice(t, Options{})
	for range 2 {
		v := o.look(o.site, content, "defaced")
		for range 5 {
			if _, err := o.Handle(t.Context(), v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if i := o.only(); i.BadLooks != 2 || o.pending() != 2 {
		t.Errorf("have %d looks, %d alerts, want 2 looks, one text and one picture", i.BadLooks, o.pending())
	}
	o.see(o.site, content, "d d d s d")
	if o.only().BadLooks != 7 || o.pending() != 2 {
		t.Errorf("have %d alerts, want 2 however long it lasts", o.pending())
	}
}

func TestConcernsAreSeparate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, content, "d d")
		o.see(o.site, certificate, "e")
		time.Sleep(brisk.ProbeEvery)
		o.see(o.site, certificate, "e")
		o.see(o.site, availability, "d d d d")
		list, err := o.Incidents(t.Context(), Filter{Live: true, SiteID: o.site.ID})
		if err != nil || len(list) != 3 {
			t.Fatalf("have %v (%v), want three", list, err)
		}
		if list[0].Concern != availability || list[0].Number[8:] != "0003" || list[2].Number[8:] != "0001" {
			t.Errorf("have %s %s first, want the newest", list[0].Number, list[0].Concern)
		}
		clean := o.look(o.site, availability, "up")
		clean.Observation.Site.Profile = pace
		if again, err := o.Handle(t.Context(), clean); err != nil || again != (monitor.Again{Probe: 75 * time.Second}) {
			t.Errorf("have again %v (%v), want as long as clean looks have to be apart", again, err)
		}
	})
}

func TestNumbersRunByLocalYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		year := time.Date(2000, 12, 31, 16, 59, 0, 0, time.UTC) // 23:59 in Vietnam
		time.Sleep(time.Until(year))
		o.see(o.site, content, "d d")
		o.see(o.add("https://xamaumuc.tinhmau.gov.vn/"), content, "d d")
		time.Sleep(time.Minute)
		o.see(o.add("https://xavidu.tinhmau.gov.vn/"), content, "d d")
		list, err := o.Incidents(t.Context(), Filter{})
		if err != nil || len(list) != 3 {
			t.Fatal(list, err)
		}
		for n, want := range []string{"SC-2001-0001", "SC-2000-0002", "SC-2000-0001"} {
			if list[n].Number != want {
				t.Errorf("have %s, want %s", list[n].Number, want)
			}
		}
	})
}

func TestRaiseAndExcuse(t *testing.T) {
	o := newOffice(t, Options{})
	v := o.look(o.site, content, "changed")
	i, err := o.Raise(t.Context(), v, "webmaster", "Đơn vị không sửa trang này")
	if err != nil || i.State != Open || i.RaisedBy != "webmaster" || i.Site.Name != o.site.Name || o.pending() != 2 {
		t.Fatalf("have %+v, %d alerts (%v)", i, o.pending(), err)
	}
	if again, err := o.Raise(t.Context(), v, "webmaster", "Xin nhắc lại"); err != nil || again.ID != i.ID || o.pending() != 2 {
		t.Errorf("raised twice: have incident %d, %d alerts (%v)", again.ID, o.pending(), err)
	}
	if err := o.Excuse(t.Context(), o.site.ID, v.Observation.ID, "quantri", "đã xác minh: treo banner"); err != nil {
		t.Fatal(err)
	}
	if i := o.only(); i.State != Closed || i.CloseReason != Legitimate || i.CloseReason.Text(targets.Vietnamese) != "thay đổi hợp lệ" || o.pending() != 3 {
		t.Errorf("have %+v, %d alerts", i, o.pending())
	}
	if err := o.Excuse(t.Context(), o.site.ID, v.Observation.ID, "quantri", "lần nữa"); err != nil || o.pending() != 3 {
		t.Errorf("excused twice: %v, %d alerts", err, o.pending())
	}
}

func TestAcknowledgeIsIdempotent(t *testing.T) {
	o := newOffice(t, Options{})
	if _, err := o.Acknowledge(t.Context(), 7, "truc"); !errors.Is(err, ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
	o.see(o.site, content, "d d")
	first, err := o.Acknowledge(t.Context(), 1, "trucA")
	if err != nil {
		t.Fatal(err)
	}
	second, err := o.Acknowledge(t.Context(), 1, "trucB")
	if err != nil || second.AcknowledgedBy != "trucA" || targets.Millis(second.AcknowledgedAt) != targets.Millis(first.AcknowledgedAt) {
		t.Errorf("have %+v (%v), want the first one to count", second, err)
	}
	if alerts, _ := o.Alerts(t.Context(), 1); len(alerts) != 3 {
		t.Errorf("have %v, want opened, picture and acknowledged", alerts)
	}
}

func TestPeople(t *testing.T) {
	o := newOffice(t, Options{})
	ctx := t.Context()
	added, err := o.AddPerson(ctx, Person{Login: "truc", Name: "Trực A", Role: Duty})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.AddPerson(ctx, Person{Login: "truc", Name: "Trực B", Role: Duty}); !errors.Is(err, ErrTaken) {
		t.Errorf("the same login: have %v, want ErrTaken", err)
	}
	if _, err := o.AddPerson(ctx, Person{Login: "web", Name: "Webmaster", Role: Webmaster}); err == nil || errors.Is(err, ErrTaken) {
		t.Errorf("a webmaster without a unit: have %v", err)
	}
	if _, err := o.AddPerson(ctx, Person{Login: " Web", Name: "Webmaster", Role: Webmaster, UnitID: o.site.Unit.ID, Language: targets.English}); err != nil {
		t.Error(err)
	}
	byLogin, err := o.PersonByLogin(ctx, "truc")
	if err != nil || byLogin != added || byLogin.Language != targets.Vietnamese {
		t.Errorf("have %+v (%v), want %+v", byLogin, err, added)
	}
	if _, err := o.Person(ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
	var words *LoginError
	for _, bad := range []string{"", "ab", "1abc", "trực", "a b c", strings.Repeat("a", 41)} {
		if _, err := o.AddPerson(ctx, Person{Login: bad, Name: "X", Role: Duty}); !errors.As(err, &words) || words.Text(targets.English) == words.Text(targets.Vietnamese) {
			t.Errorf("login %q: have %v, want a LoginError with words", bad, err)
		}
	}
	gone, err := o.AddPerson(ctx, Person{Login: "gone", Name: "Gone", Role: Admin})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.registry.DB().Write.Exec(`UPDATE people SET retired_at = 1 WHERE id = ?`, gone.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.PersonByLogin(ctx, "gone"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a retired person by login: have %v, want ErrNotFound", err)
	}
	if _, err := o.Person(ctx, gone.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("a retired person: have %v, want ErrNotFound", err)
	}
	if web, err := o.PersonByLogin(ctx, "WEB"); err != nil || web.Login != "web" {
		t.Errorf("have %+v (%v), want web", web, err)
	}
	if all, err := o.People(ctx); err != nil || len(all) != 2 || all[0].Name != "Trực A" {
		t.Errorf("have %v (%v)", all, err)
	}
}

func TestWithoutChannelsTheConsoleIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		o := newOffice(t, Options{Channels: []Channel{}, Log: slog.New(slog.NewTextHandler(&logged, nil))})
		shut := o.open()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		shut()
		s, err := o.Outbox(t.Context())
		if err != nil || s.Configured || s.Pending != 0 || len(s.Channels) != 1 || s.Channels[0] != ConsoleChannel {
			t.Errorf("have %+v (%v)", s, err)
		}
		if alerts, err := o.RecentAlerts(t.Context(), 5); err != nil || len(alerts) != 1 || alerts[0].SentAt.IsZero() {
			t.Errorf("have %v (%v), want one alert that was sent", alerts, err)
		}
		if !strings.Contains(logged.String(), "Không truy cập được") {
			t.Errorf("the log does not say it: %s", logged.String())
		}
	})
}

// TestASuspicionThatExpiredBeginsAnew has one bad look, weeks of refusals, and then a bad look that is the first of another.
func TestASuspicionThatExpiredBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, availability, "d")
		time.Sleep(20 * 24 * time.Hour)
		o.see(o.site, availability, "d")
		list, err := o.Incidents(t.Context(), Filter{Quiet: true})
		if err != nil || len(list) != 2 || list[0].State != Suspected || list[0].BadLooks != 1 || list[1].State != Dropped {
			t.Fatalf("have %+v (%v), want the old one dropped and a new suspicion", list, err)
		}
		if events, err := o.Timeline(t.Context(), list[1].ID); err != nil || len(events) != 2 || events[1].Kind != ReasonExpired {
			t.Errorf("have %+v (%v), want the reason", events, err)
		}
	})
}

// TestWhatCannotBeConfirmedIsTold has a defacement seen once, and then only half a page.
func TestWhatCannotBeConfirmedIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, content, "d . .")
		time.Sleep(2 * brisk.RenderEvery)
		o.see(o.site, content, ".")
		synctest.Wait()
		if list := o.inbox.all(); len(list) == 0 || !strings.Contains(list[0].Body, "CHƯA XÁC MINH – không nhìn lại được trọn vẹn") {
			t.Errorf("have %+v, want an alert that says that it is not confirmed", list)
		}
		if i := o.only(); i.State != Open || i.BadLooks != 1 {
			t.Errorf("have %+v, want it open after one look", i)
		}
	})
}

// TestRetire takes a site off the list while something is wrong with it.
func TestRetire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, availability, "d d d d")
		o.see(o.site, content, "d")
		late := o.look(o.site, content, "defaced")
		if err := o.registry.Remove(t.Context(), o.site.ID); err != nil {
			t.Fatal(err)
		}
		if err := o.Retire(t.Context(), o.site.ID, "quantri"); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Handle(t.Context(), late); err != nil {
			t.Errorf("a look that was under way: %v", err)
		}
		list, err := o.Incidents(t.Context(), Filter{Quiet: true})
		if err != nil || len(list) != 2 || list[0].State != Dropped || list[1].State != Closed || list[1].CloseReason != Unwatched {
			t.Fatalf("have %+v (%v), want one dropped and one closed", list, err)
		}
		events, _ := o.Timeline(t.Context(), list[1].ID)
		if last := events[len(events)-1]; last.Kind != ReasonRetired || last.Actor != "quantri" {
			t.Errorf("have %+v, want the reason and who did it", last)
		}
		if alerts, _ := o.Alerts(t.Context(), list[1].ID); len(alerts) != 2 || alerts[1].Kind != KindClosed {
			t.Errorf("have %+v, want whoever was told to be told that it is over", alerts)
		}
	})
}

// TestRetireAtStart has a site removed by somebody who was killed before its incident was closed.
func TestRetireAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, availability, "d d d d")
		if err := o.registry.Remove(t.Context(), o.site.ID); err != nil {
			t.Fatal(err)
		}
		defer o.open()()
		synctest.Wait()
		if i := o.only(); i.State != Closed || i.CloseReason != Unwatched {
			t.Errorf("have %s %s, want it closed", i.State, i.CloseReason)
		}
	})
}

package notify

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// An outage that was announced is told only when it lasts longer than it was announced for; a recovery that nobody waits for is not.
func TestAnAnnouncedOutage(t *testing.T) {
	for _, c := range []struct {
		name  string
		do    func(o *office)
		story string
	}{
		{"it is over in time", func(o *office) {
			o.see(o.site, availability, "d d d d")
			time.Sleep(30 * time.Minute)
			o.see(o.site, availability, "n n")
			time.Sleep(time.Hour)
		}, ""},
		{"it lasts longer", func(o *office) {
			o.see(o.site, availability, "d d d d")
			time.Sleep(61 * time.Minute)
			synctest.Wait()
			o.see(o.site, availability, "d n n")
		}, "🟠 NGHIÊM TRỌNG: Không truy cập được|✅ ĐÃ KHÔI PHỤC: đã truy cập lại được"},
		{"the work is over early, the outage is not", func(o *office) {
			o.see(o.site, availability, "d d d d")
			time.Sleep(10 * time.Minute)
			if _, err := o.registry.EndAppearance(o.t.Context(), 1, "quantri"); err != nil {
				o.t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}, "🟠 NGHIÊM TRỌNG: Không truy cập được"},
		{"an attack meanwhile", func(o *office) {
			o.see(o.site, availability, "d d d d")
			o.see(o.site, content, "d d")
		}, "🔴 KHẨN: Nghi bị thay đổi giao diện"},
		{"another portal", func(o *office) {
			o.see(o.add("https://xamaumuc.tinhmau.gov.vn/"), availability, "d d d d")
		}, "🟠 NGHIÊM TRỌNG: Không truy cập được"},
	} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t, Options{})
			defer o.open()()
			err := o.Silence(t.Context(), Silence{Kind: targets.Maintenance, SiteID: o.site.ID, From: time.Now(), Until: time.Now().Add(time.Hour),
				Reason: "nâng cấp máy chủ", By: "chunha"})
			if err != nil {
				t.Fatal(err)
			}
			c.do(o)
			synctest.Wait()
			var have []string
			for _, title := range o.inbox.titles() {
				if !strings.HasPrefix(title, approvedAndNow.vi) {
					have = append(have, title)
				}
			}
			if strings.Join(have, "|") != c.story {
				t.Errorf("%s: have %q, want %q", c.name, have, c.story)
			}
			for _, m := range o.inbox.all() {
				opened := strings.Contains(m.Title, "Không truy cập được") && strings.Contains(m.Body, "phuongvidu")
				if announced := strings.Contains(m.Body, "Đã báo trước bảo trì đến "); announced != opened {
					t.Errorf("%s: have %s\n%s\nwant it said that it was announced: %t", c.name, m.Title, m.Body, opened)
				}
			}
		})
	}
}

func TestSnooze(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		o.see(o.site, content, "d d")
		synctest.Wait()
		in := func(d time.Duration) time.Time { return time.Now().Add(d) }
		for _, c := range []struct {
			name string
			s    Silence
			want error
		}{
			{"no reason", Silence{IncidentID: 1, Until: in(time.Minute), By: "truca"}, ErrReason},
			{"over", Silence{IncidentID: 1, Until: in(-time.Minute), By: "truca", Reason: "đang xử lý"}, ErrTooLong},
			{"too long", Silence{IncidentID: 1, Until: in(61 * time.Minute), By: "truca", Reason: "đang xử lý"}, ErrTooLong},
			{"an attack", Silence{IncidentID: 2, Until: in(time.Minute), By: "truca", Reason: "đang xử lý"}, ErrNeverQuiet},
			{"nobody's", Silence{IncidentID: 9, Until: in(time.Minute), By: "truca", Reason: "đang xử lý"}, ErrNotFound},
			{"half an hour", Silence{IncidentID: 1, Until: in(30 * time.Minute), By: "truca", Reason: "đang xử lý"}, nil},
		} {
			if err := o.Silence(t.Context(), c.s); !errors.Is(err, c.want) {
				t.Errorf("%s: have %v, want %v", c.name, err, c.want)
			}
		}
		if i, err := o.Incident(t.Context(), 1); err != nil || i.State != Acknowledged || i.AcknowledgedBy != "truca" || i.HushedUntil.IsZero() {
			t.Errorf("have %+v, %v, want it taken on and quiet", i, err)
		}
		before := len(o.inbox.all())
		if _, err := o.Fix(t.Context(), 1, "truca", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		o.see(o.site, availability, "d")
		synctest.Wait()
		if have := len(o.inbox.all()); have != before {
			t.Errorf("have %q while it is quiet", o.inbox.titles()[before:])
		}
		time.Sleep(25 * time.Minute)
		o.see(o.site, availability, "n n")
		synctest.Wait()
		want := "🟠 NGHIÊM TRỌNG: Hết tạm lắng, vẫn còn – Không truy cập được|✅ ĐÃ KHÔI PHỤC: đã truy cập lại được"
		if have := strings.Join(o.inbox.titles()[before:], "|"); have != want {
			t.Errorf("have %s\nwant %s", have, want)
		}
	})
}

// People can ask for quiet about what may be nothing; once it shows an attack they are told.
func TestSnoozeHidesNoAttack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, content, "s s")
		synctest.Wait()
		if err := o.Silence(t.Context(), Silence{IncidentID: 1, Until: time.Now().Add(time.Hour), By: "truca", Reason: "đang xử lý"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		before := len(o.inbox.all())
		o.see(o.site, content, "d")
		synctest.Wait()
		if have := o.inbox.titles()[before:]; len(have) == 0 || !strings.Contains(have[0], "🔴") {
			t.Errorf("have %q, want it told at once", have)
		}
	})
}

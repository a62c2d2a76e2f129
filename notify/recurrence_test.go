package notify

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

func TestCouldRecur(t *testing.T) {
	closed := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	for _, c := range []struct {
		name    string
		concern baseline.Concern
		because CloseReason
		after   time.Duration
		want    bool
	}{
		{"content within a fortnight", content, Recovered, 13 * 24 * time.Hour, true},
		{"content with something missing", content, Harmless, time.Hour, true},
		{"content after a fortnight", content, Recovered, 15 * 24 * time.Hour, false},
		{"a false alarm is none the second time", content, Refuted, time.Hour, false},
		{"a legitimate change", content, Legitimate, time.Hour, false},
		{"a portal that is watched again", content, Unwatched, time.Hour, false},
		{"down the same night", availability, Recovered, 23 * time.Hour, true},
		{"down two days later", availability, Recovered, 48 * time.Hour, false},
		{"a certificate", certificate, Recovered, 10 * 24 * time.Hour, true},
	} {
		i := Incident{Number: "SC-2027-0001", Concern: c.concern, State: Closed, CloseReason: c.because, ClosedAt: closed}
		if have := i.couldRecur(closed.Add(c.after)); have != c.want {
			t.Errorf("%s: have %t, want %t", c.name, have, c.want)
		}
		i.Drill = true
		if i.couldRecur(closed.Add(c.after)) {
			t.Errorf("%s: a drill does not come back", c.name)
		}
	}
}

func TestRecursWhereTheEvidenceOverlaps(t *testing.T) {
	down := func(c monitor.Cause) baseline.Verdict {
		v := verdict(availability, "down")
		v.Observation.Cause = c
		return v
	}
	lacks := func(where string) baseline.Verdict {
		return baseline.Verdict{Quality: baseline.Broken, Evidence: []baseline.Evidence{{Signal: baseline.SignalDegraded, Concern: quality, Where: where}}}
	}
	for _, c := range []struct {
		name    string
		concern baseline.Concern
		was, is baseline.Verdict
		want    bool
	}{
		{"any content", content, verdict(content, "suspicious"), verdict(content, "defaced"), true},
		{"the same cause", availability, down(monitor.CauseDNS), down(monitor.CauseDNS), true},
		{"another cause", availability, down(monitor.CauseDNS), down(monitor.CauseTLS), false},
		{"the same lack", quality, lacks("blank"), lacks("blank"), true},
		{"another lack", quality, lacks("blank"), lacks("heavy"), false},
	} {
		if have := recurs(c.concern, c.was, c.is); have != c.want {
			t.Errorf("%s: have %t, want %t", c.name, have, c.want)
		}
	}
}

// A page that is defaced again the next day is the same incident: same number, told as a recurrence, taken on anew.
func TestRecurrence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, content, "d d")
		synctest.Wait()
		if _, err := o.Acknowledge(t.Context(), 1, "truca"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		o.see(o.site, content, "n n")
		synctest.Wait()
		for n := range 2 {
			time.Sleep(time.Hour)
			o.see(o.site, content, "d d")
			synctest.Wait()
			list, err := o.Incidents(t.Context(), Filter{})
			if err != nil || len(list) != 1 || list[0].Number != "SC-2000-0001" || list[0].Recurrences != n+1 || list[0].State != Open || list[0].Owner != "truca" || list[0].AcknowledgedBy != "" {
				t.Fatalf("have %+v, %v, want the same incident, open again", list, err)
			}
			o.see(o.site, content, "n n")
			synctest.Wait()
		}
		var have []string
		for _, m := range o.inbox.all() {
			if m.Picture == nil && !strings.HasPrefix(m.Title, approvedAndNow.vi) {
				have = append(have, m.Title)
			}
		}
		want := "🔴 KHẨN: Nghi bị thay đổi giao diện|👤 Đã tiếp nhận SC-2000-0001|✅ ĐÃ KHÔI PHỤC: nội dung khớp bản mẫu đã duyệt|" +
			"🔴 KHẨN: TÁI DIỄN LẦN 2 – Nghi bị thay đổi giao diện|✅ ĐÃ KHÔI PHỤC: nội dung khớp bản mẫu đã duyệt|" +
			"🔴 KHẨN: TÁI DIỄN LẦN 3 – Nghi bị thay đổi giao diện|✅ ĐÃ KHÔI PHỤC: nội dung khớp bản mẫu đã duyệt"
		if strings.Join(have, "|") != want {
			t.Errorf("have %s\nwant %s", strings.Join(have, "|"), want)
		}
		all := o.inbox.all()
		if last := all[len(all)-1]; last.ReplyTo == "a" || last.ReplyTo == "" {
			t.Errorf("have a reply to %q, want one to the message that told of the recurrence", last.ReplyTo)
		}
		if dropped, err := o.Incident(t.Context(), 2); err != nil || dropped.State != Dropped || dropped.CloseReason != Recurrence {
			t.Errorf("have %+v, %v, want the suspicion to be one with the incident", dropped, err)
		}
	})
}

// An outage that nobody was told of, because it had been announced, comes back: that is told, and so is its end, also after a start.
func TestRecurrenceOfWhatWasNeverToldEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		shut := o.open()
		err := o.Silence(t.Context(), Silence{Kind: targets.Maintenance, SiteID: o.site.ID, From: time.Now(), Until: time.Now().Add(time.Hour),
			Reason: "nâng cấp máy chủ", By: "chunha"})
		if err != nil {
			t.Fatal(err)
		}
		o.see(o.site, availability, "d d d d")
		time.Sleep(10 * time.Minute)
		o.see(o.site, availability, "n n")
		time.Sleep(2 * time.Hour)
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		time.Sleep(10 * time.Minute)
		again := &office{Desk: New(o.registry, o.archive, o.judge, Options{Channels: o.channels}), t: t, inbox: o.inbox, site: o.site}
		shut()
		defer again.open()()
		synctest.Wait()
		again.see(o.site, availability, "n n")
		synctest.Wait()
		o.inbox.wantTitles(t, "🟠 NGHIÊM TRỌNG: TÁI DIỄN LẦN 2", "✅ ĐÃ KHÔI PHỤC")
	})
}

// What an incident was about may be lost: the next one of the site is told all the same.
func TestOpensAlthoughThePastIsLost(t *testing.T) {
	o := newOffice(t, Options{})
	o.see(o.site, content, "d d n n")
	o.exec(`UPDATE verdicts SET evidence = 'damaged' WHERE id = 1`)
	v := o.look(o.site, content, "defaced")
	if _, err := o.Handle(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	o.see(o.site, content, "d")
	list, err := o.Incidents(t.Context(), Filter{Live: true})
	if err != nil || len(list) != 1 {
		t.Fatalf("have %v (%v)", list, err)
	}
}

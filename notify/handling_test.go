package notify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// TestHands plays what people do between looks, in the language of TestNext: "V" finds it real, "F" a false alarm, "L" a legitimate
// change, "G" is a second person who finds it a false alarm, "K" says that it is mended.
func TestHands(t *testing.T) {
	for _, c := range []struct {
		concern      baseline.Concern
		looks, story string
		state        State
		because      CloseReason
	}{
		{content, "s s V V d n n", "suspected opened verified worsened recovering recovered", Closed, Recovered},
		{content, "s s F", "suspected opened refuted", Closed, Refuted},
		{content, "s s L", "suspected opened excused", Closed, Legitimate},
		{content, "d d F F", "suspected opened asked", Acknowledged, ""},
		{content, "d d F G", "suspected opened asked refuted", Closed, Refuted},
		{content, "d d F L", "suspected opened asked asked", Acknowledged, ""},
		{content, "d d F V G", "suspected opened asked verified asked", Acknowledged, ""},
		{content, "s s d F G", "suspected opened worsened asked refuted", Closed, Refuted},
		{content, "d V F K", "suspected", Suspected, ""},
		{content, "d d K n n", "suspected opened fixed recovering recovered", Closed, Recovered},
		{content, "d d K K d K n n", "suspected opened fixed unfixed fixed recovering recovered", Closed, Recovered},
		{content, "d d K n d", "suspected opened fixed recovering unfixed", Acknowledged, ""},
		{content, "s s K d", "suspected opened fixed worsened", Acknowledged, ""},
		{availability, "d d d d F", "suspected agreed agreed opened refuted", Closed, Refuted},
		{availability, "d d d d A V K", "suspected agreed agreed opened acknowledged verified fixed", Acknowledged, ""},
	} {
		i, story := play(t, c.concern, c.looks)
		if have := strings.Join(story, " "); have != c.story || i.State != c.state || i.CloseReason != c.because {
			t.Errorf("%s:\nhave %s → %s %s\nwant %s → %s %s", c.looks, have, i.State, i.CloseReason, c.story, c.state, c.because)
		}
		if i.State == Acknowledged && i.Owner == "" || i.Echoes != i.Finding.Excuses() {
			t.Errorf("%s: have owner %q, finding %q, echoes %t", c.looks, i.Owner, i.Finding, i.Echoes)
		}
	}
}

// An outage that the browser saw too is over when the browser says so; "p" and "r" are bad looks of a probe and of the browser,
// "P" and "R" clean ones, "K" a person who says that it is mended, "w" half an hour.
func TestEveryViewHasToBeClean(t *testing.T) {
	for _, c := range []struct{ looks, story string }{
		{"p p p r P P R", "recovering healing recovered"},
		{"p p p r P R", "recovering recovered"},
		{"p p p r P P P p P R", "recovering healing healing relapsed recovering recovered"},
		{"p p p r P P r P R", "recovering healing relapsed recovering recovered"},
		{"p p p r P P w P", "recovering healing recovered"},
		{"p p p r P R K P", "recovering recovered"},
		{"p p p r K P P P R", "fixed recovering healing healing recovered"},
		{"p p p r K R R P", "fixed recovering healing recovered"},
	} {
		i, now := Incident{Concern: availability}, time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
		var story []string
		for n, look := range strings.Fields(c.looks) {
			now = now.Add(2*time.Minute + 10*time.Second)
			v := verdict(availability, "down")
			if look == "P" || look == "R" {
				v = verdict(availability, "up")
			}
			v.ID, v.Observation = int64(n+1), monitor.Observation{ID: int64(n + 1), At: now, Depth: monitor.Probe, Site: targets.Site{Profile: pace}}
			if v.At = now; strings.ToLower(look) == "r" {
				v.Observation.Depth = monitor.Render
			}
			var reason Reason
			switch look {
			case "w":
				now = now.Add(30 * time.Minute)
				continue
			case "K":
				i, reason = i.Fix("truc", now)
			default:
				told := i.Told()
				if i, reason = i.Next(v, now); !told {
					continue
				}
			}
			if reason.moves() {
				story = append(story, string(reason))
			}
			if again := i.Again(reason, v); reason == ReasonHealing && slices.Contains(i.Views, monitor.Render) && again.Render == 0 {
				t.Errorf("%s: have %v, want the browser to be asked", c.looks, again)
			}
		}
		if have := strings.Join(story, " "); have != c.story {
			t.Errorf("%s:\nhave %s\nwant %s", c.looks, have, c.story)
		}
	}
}

// What a person ended stays quiet as long as looks see the same; a clean look ends that, and so does anything more.
func TestEchoOfWhatWasExcused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		opened := func(want int, when string) {
			t.Helper()
			synctest.Wait()
			if list, err := o.Incidents(t.Context(), Filter{}); err != nil || len(list) != want {
				t.Errorf("%s: have %d incidents (%v), want %d", when, len(list), err, want)
			}
		}
		o.see(o.site, availability, "d d d d")
		opened(1, "it is down")
		i, err := o.Verify(t.Context(), 1, FoundFalse, "trucA", "máy chủ chặn địa chỉ của trung tâm")
		if err != nil || i.State != Closed || i.CloseReason != Refuted {
			t.Fatalf("have %+v, %v", i, err)
		}
		o.see(o.site, availability, "d d d d d d")
		opened(1, "the same goes on")
		time.Sleep(time.Minute)
		o.see(o.site, availability, "n d d d d")
		opened(2, "it came back after it was well")
		o.see(o.site, content, "s s")
		opened(3, "it is suspicious, too")
		if _, err := o.Verify(t.Context(), 3, FoundLegitimate, "trucA", "đơn vị đổi giao diện"); err != nil {
			t.Fatal(err)
		}
		o.see(o.site, content, "s . s s")
		opened(3, "the same change goes on")
		o.see(o.site, content, "d d")
		opened(4, "it is worse than what was excused")
		want := []string{"🟠 NGHIÊM TRỌNG: Không truy cập được", "☑️ KẾT THÚC: báo sai", "🟠 NGHIÊM TRỌNG: Không truy cập được",
			"🟠 NGHIÊM TRỌNG: Nghi bị chèn nội dung lạ", "☑️ KẾT THÚC: thay đổi hợp lệ", "🔴 KHẨN: Nghi bị thay đổi giao diện"}
		if have := o.inbox.titles(); !slices.Equal(have, want) {
			t.Errorf("have %s, want %s", strings.Join(have, "|"), strings.Join(want, "|"))
		}
	})
}

func TestNothingIsExcusedForEver(t *testing.T) {
	closed := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	i := Incident{Concern: content, State: Closed, ClosedAt: closed, Echoes: true}
	sign := func(e ...baseline.Evidence) baseline.Verdict {
		v := verdict(content, "suspicious")
		for n := range e {
			e[n].Concern, e[n].Weight = content, 2
		}
		v.Evidence = e
		return v
	}
	region, text := baseline.Evidence{Signal: baseline.SignalRegion, Seen: "41%"}, baseline.Evidence{Signal: baseline.SignalTextAdded}
	promo, other := baseline.Evidence{Signal: baseline.SignalPromo, Where: "title", Seen: "nhà cái"}, baseline.Evidence{Signal: baseline.SignalPromo, Where: "title", Seen: "tài xỉu"}
	varied := region
	varied.Seen = "39%"
	for _, c := range []struct {
		name    string
		was, is baseline.Verdict
		after   time.Duration
		want    Reason
	}{
		{"the same", sign(region), sign(region), time.Hour, ReasonRepeated},
		{"how much varies", sign(region), sign(varied), time.Hour, ReasonRepeated},
		{"less", sign(region, text), sign(text), time.Hour, ReasonRepeated},
		{"more", sign(region), sign(region, text), time.Hour, ReasonSuspected},
		{"the same words", sign(promo), sign(promo), time.Hour, ReasonRepeated},
		{"other words", sign(promo), sign(other), time.Hour, ReasonSuspected},
		{"worse", sign(region), verdict(content, "defaced"), time.Hour, ReasonSuspected},
		{"after a fortnight", sign(region), sign(region), longestEcho + time.Minute, ReasonForgotten},
		{"a clean look", sign(region), verdict(content, "normal"), time.Hour, ReasonForgotten},
		{"a look that says nothing", sign(region), verdict(content, "unjudged"), longestEcho + time.Minute, ReasonRepeated},
	} {
		if after, have := i.Echo(c.was, c.is, closed.Add(c.after)); have != c.want || after.Echoes == (c.want == ReasonForgotten) {
			t.Errorf("%s: have %s, echoes %t, want %s", c.name, have, after.Echoes, c.want)
		}
	}
}

// Two people excuse what speaks for itself, and everybody is told how it stands.
func TestFourEyes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		for _, p := range []Person{{Login: "truca", Name: "Trực A", Role: Duty}, {Login: "quantri", Name: "quantri", Role: Admin}} {
			if _, err := o.AddPerson(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		o.see(o.site, content, "d d")
		synctest.Wait()
		for _, wrong := range []string{"", "  sai ", strings.Repeat("dài ", 200)} {
			if _, err := o.Verify(t.Context(), 1, FoundFalse, "truca", wrong); !errors.Is(err, ErrReason) {
				t.Errorf("%q: have %v, want ErrReason", wrong, err)
			}
		}
		if _, err := o.Verify(t.Context(), 7, FoundReal, "truca", ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("have %v, want ErrNotFound", err)
		}
		if i, err := o.Verify(t.Context(), 1, FoundFalse, "truca", "trang thử nghiệm"); err != nil || i.Asked != FoundFalse || i.State != Acknowledged {
			t.Fatalf("have %+v, %v", i, err)
		}
		synctest.Wait()
		if m := o.inbox.all(); !m[len(m)-1].Replaces || !strings.Contains(m[len(m)-1].Body, "CHỜ NGƯỜI THỨ HAI: Trực A đề nghị kết thúc vì “báo sai”") {
			t.Errorf("have %+v", m[len(m)-1])
		}
		if i, err := o.Verify(t.Context(), 1, FoundFalse, "quantri", "đã gọi đơn vị xác nhận"); err != nil || i.CloseReason != Refuted || i.FoundBy != "quantri" {
			t.Fatalf("have %+v, %v", i, err)
		}
		synctest.Wait()
		if m := o.inbox.all(); !strings.Contains(m[len(m)-1].Body, "ĐÃ XÁC MINH: báo sai (quantri)") {
			t.Errorf("have %+v", m[len(m)-1])
		}
	})
}

// Where there are only two eyes, one person's word excuses what speaks for itself when they say it again an hour later, and nobody
// can overlook that.
func TestTwoEyes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.on("quantri", "Quản trị")
		for login, role := range map[string]Role{"lanhdao": Leader, "chunha": Webmaster} {
			if _, err := o.AddPerson(t.Context(), Person{Login: login, Role: role, UnitID: o.site.Unit.ID}); err != nil {
				t.Fatal(err)
			}
		}
		o.see(o.site, content, "d d")
		say := func(want Finding, state State) (i Incident) {
			t.Helper()
			i, err := o.Verify(t.Context(), 1, FoundFalse, "quantri", "đã gọi đơn vị xác nhận")
			if err != nil || i.Asked != want || i.State != state {
				t.Fatalf("have %s, asked %q (%v), want %s, %q", i.State, i.Asked, err, state, want)
			}
			synctest.Wait()
			return i
		}
		say(FoundFalse, Acknowledged)
		if m := o.inbox.all(); !strings.Contains(m[len(m)-1].Body, "KHÔNG CÓ NGƯỜI THỨ HAI, nên từ 08:") {
			t.Errorf("have %s, want it said that nobody can agree", m[len(m)-1].Body)
		}
		time.Sleep(AloneAfter - time.Minute)
		say(FoundFalse, Acknowledged)
		o.on("truca", "Trực A")
		time.Sleep(time.Hour)
		say(FoundFalse, Acknowledged)
		o.exec(`UPDATE people SET retired_at = 1 WHERE login = 'truca'`)
		if i := say("", Closed); !i.Alone || !i.Echoes || i.CloseReason != Refuted {
			t.Errorf("have %+v, want it over, by one person's word", i)
		}
		if m := o.inbox.all(); !strings.Contains(m[len(m)-1].Body, "báo sai (Quản trị) – MỘT NGƯỜI quyết định") {
			t.Errorf("have %s, want it said who decided alone", m[len(m)-1].Body)
		}
		if i := o.only(); !i.Alone || !i.AskedAt.IsZero() {
			t.Errorf("have %+v, want it kept", i)
		}
	})
}

func TestOwnerAndMending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		for _, p := range []Person{{Login: "truca", Name: "Trực A", Role: Duty}, {Login: "kythuatb", Name: "Kỹ thuật B", Role: Duty}} {
			if _, err := o.AddPerson(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		o.see(o.site, availability, "d d d d")
		if _, err := o.Assign(t.Context(), 1, "khongco", "truca"); !errors.Is(err, ErrNotFound) {
			t.Errorf("have %v, want ErrNotFound", err)
		}
		if i, err := o.Assign(t.Context(), 1, "kythuatb", "truca"); err != nil || i.Owner != "kythuatb" || i.AcknowledgedBy != "truca" {
			t.Errorf("have %+v, %v", i, err)
		}
		if i, err := o.Fix(t.Context(), 1, "kythuatb", "khởi động lại máy chủ"); err != nil || i.FixedBy != "kythuatb" || len(i.Views) != 2 || !i.Told() {
			t.Errorf("have %+v, %v", i, err)
		}
		time.Sleep(time.Minute)
		o.see(o.site, availability, "d")
		synctest.Wait()
		last := o.inbox.all()[len(o.inbox.all())-1]
		if last.Title != "🟠 NGHIÊM TRỌNG: Chưa khắc phục được, lần nhìn sau vẫn thấy – Không truy cập được" || !strings.Contains(last.Body, "Người xử lý: Kỹ thuật B") {
			t.Errorf("have %+v", last)
		}
		if i := o.only(); !i.FixedAt.IsZero() || i.State != Acknowledged {
			t.Errorf("have %+v, want the word taken back", i)
		}
	})
}

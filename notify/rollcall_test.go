package notify

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// callUntil sleeps until an instant, calling the roll again and again.
func (o *office) callUntil(when string, every time.Duration) {
	o.t.Helper()
	for end := moment(o.t, when); time.Now().Before(end); time.Sleep(every) {
		if err := o.RollCall(o.t.Context()); err != nil {
			o.t.Fatal(err)
		}
	}
	if err := o.RollCall(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	synctest.Wait()
}

func TestWhoeverDoesNotCheckInIsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "06/02/2027 18:50")
		o := newOffice(t, Options{RollCall: true, Cover: CoverNever})
		defer o.open()()
		a, b, c, boss := o.on("truca", "Trực A"), o.on("trucb", "Trực B"), o.on("kythuatc", "Kỹ Thuật C"), o.on("lanhdaod", "Lãnh Đạo D")
		first := o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30")
		technical := o.shift(TierTechnical, c, "06/02/2027 19:00", "07/02/2027 07:30")
		o.shift(TierLeader, boss, "06/02/2027 19:00", "07/02/2027 07:30")
		o.callUntil("06/02/2027 19:14", time.Minute)
		if have := o.inbox.titles(); len(have) != 0 {
			t.Errorf("have %q within a quarter of an hour, want nothing", have)
		}
		o.shift(TierWatch, b, "06/02/2027 19:00", "07/02/2027 07:30") // a second one for the same shift
		if _, err := o.CheckIn(t.Context(), technical.ID); err != nil {
			t.Fatal(err)
		}
		o.callUntil("06/02/2027 19:25", time.Minute)
		if _, err := o.CheckIn(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
		o.callUntil("06/02/2027 19:45", time.Minute)
		want := []string{"⚠️ CHƯA NHẬN CA TRỰC: Trực A 06/02 19:00–07:30", "✅ CA TRỰC ĐÃ CÓ NGƯỜI NHẬN lúc 19:25 (chậm 10 phút)"}
		if have := o.inbox.titles(); strings.Join(have, "|") != strings.Join(want, "|") {
			t.Errorf("have %q, want %q", have, want)
		}
	})
}

func TestNobodyIsMissedWhereNobodyChecksIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "06/02/2027 18:50")
		o := newOffice(t, Options{Cover: CoverNever})
		defer o.open()()
		o.shift(TierWatch, o.on("truca", "Trực A"), "06/02/2027 19:00", "07/02/2027 07:30")
		o.callUntil("06/02/2027 19:30", time.Minute)
		if have := o.inbox.titles(); len(have) != 0 {
			t.Errorf("have %q, want nothing", have)
		}
	})
}

// A shift that nobody came to is over by itself.
func TestAbsenceEndsWithTheShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "06/02/2027 18:50")
		o := newOffice(t, Options{RollCall: true, Cover: CoverNever})
		defer o.open()()
		o.shift(TierWatch, o.on("truca", "Trực A"), "06/02/2027 19:00", "06/02/2027 19:30")
		o.callUntil("06/02/2027 19:35", time.Minute)
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 0 || len(o.inbox.titles()) != 2 {
			t.Errorf("have %v (%v) and %q, want nothing that lasts", live, err, o.inbox.titles())
		}
	})
}

func TestHolesAreToldOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "01/02/2027 03:00")
		o := newOffice(t, Options{})
		o.callUntil("01/02/2027 10:00", time.Hour/2)
		if have := o.kinds(); have != "" {
			t.Fatalf("have %q without a period, want nothing", have)
		}
		_, err := o.registry.DeclarePeriod(t.Context(), targets.Period{Name: "Tết Đinh Mùi", DeclaredBy: "quantri",
			From: moment(t, "06/02/2027 00:00"), Until: moment(t, "07/02/2027 00:00")})
		if err != nil {
			t.Fatal(err)
		}
		a := o.on("truca", "Trực A")
		o.shift(TierWatch, a, "05/02/2027 19:00", "06/02/2027 07:30")
		o.shift(TierWatch, a, "06/02/2027 07:30", "06/02/2027 19:00")
		for _, c := range []struct{ until, want string }{
			{"01/02/2027 19:30", "opened"},
			{"02/02/2027 07:30", "opened"},
			{"02/02/2027 08:00", "opened reminded"},
			{"03/02/2027 12:00", "opened reminded reminded"},
		} {
			if o.callUntil(c.until, time.Hour/2); o.kinds() != c.want {
				t.Errorf("%s: have %q, want %q", c.until, o.kinds(), c.want)
			}
		}
		shut := o.open()
		synctest.Wait()
		shut()
		o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30")
		if o.callUntil("08/02/2027 12:00", time.Hour/2); o.kinds() != "opened reminded reminded closed" {
			t.Errorf("have %q, want the end, once", o.kinds())
		}
		if have := o.inbox.all(); len(have) != 1 || have[0].Title != "📋 Ca trực 06/02 19:00–00:00 chưa có người" || !have[0].Quiet {
			t.Errorf("have %+v, want one message that wakes nobody", have)
		}
	})
}

// kinds lists what was queued.
func (o *office) kinds() string {
	o.t.Helper()
	list, err := o.alerts(o.t.Context(), "ORDER BY id")
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, a := range list {
		out = append(out, string(a.Kind))
	}
	return strings.Join(out, " ")
}

func TestHolesInWords(t *testing.T) {
	list := []Hole{{TierWatch, spanOf(t, "06/02/2027 19:00 – 07/02/2027 07:30")}, {TierTechnical, spanOf(t, "06/02/2027 00:00 – 09/02/2027 07:30")},
		{TierWatch, spanOf(t, "08/02/2027 19:00 – 09/02/2027 07:30")}, {TierWatch, spanOf(t, "09/02/2027 19:00 – 10/02/2027 07:30")}}
	var said []string
	for _, h := range list {
		said = append(said, h.String())
	}
	if have, want := shortened(said), "06/02 19:00–07:30; 06/02 00:00 – 09/02 07:30 (2); 08/02 19:00–07:30; … (+1)"; have != want {
		t.Errorf("have %q, want %q", have, want)
	}
}

// Whoever has not come on duty hears of it themselves, and so does the tier above.
func TestAbsenceGoesToTheTierAbove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := &post{}
		o, p := night(t, Channel{Name: "group", Sender: way{group, "group"}, Recipient: "nhóm"})
		o.rollCall = true
		o.watch(TierWatch, o.person("truca", "telegram"))
		technical := o.person("trucb", "telegram")
		o.watch(TierTechnical, technical)
		o.watch(TierLeader, o.leader("lanhdao", "telegram"))
		defer o.open()()
		on, err := o.Shifts(t.Context(), Span{time.Now(), time.Now().Add(time.Minute)})
		if err != nil || len(on) != 3 {
			t.Fatalf("have %v, %v, want three", on, err)
		}
		if _, err := o.CheckIn(t.Context(), on[1].ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		p.want(t, "when somebody checks in", "02:07:00 telegram trucb@telegram ✅ KIỂM TRA KÊNH")
		o.callUntil("06/02/2027 02:23", time.Minute)
		p.want(t, "a quarter of an hour later", "02:22:00 telegram truca@telegram ⚠️ CHƯA NHẬN CA TRỰC: Cán bộ truca", "02:22:00 telegram trucb@telegram ⚠️ CHƯA NHẬN CA TRỰC: Cán bộ truca")
		if have := group.log(); len(have) != 1 {
			t.Errorf("have %q in the shared chat, want one message", have)
		}
		if _, err := o.CheckIn(t.Context(), on[0].ID); err != nil {
			t.Fatal(err)
		}
		o.callUntil("06/02/2027 02:24", time.Minute)
		p.want(t, "when they come", "02:23:00 telegram truca@telegram ✅ CA TRỰC ĐÃ CÓ NGƯỜI NHẬN", "02:23:00 telegram trucb@telegram ✅ CA TRỰC ĐÃ CÓ NGƯỜI NHẬN",
			"02:23:00 telegram truca@telegram ✅ KIỂM TRA KÊNH")
	})
}

// Two people one after the other do not come on duty: the second is missed like the first, while that is still so.
func TestEachAbsenceIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "06/02/2027 18:50")
		o := newOffice(t, Options{RollCall: true, Cover: CoverNever})
		defer o.open()()
		o.shift(TierWatch, o.on("truca", "Trực A"), "06/02/2027 19:00", "07/02/2027 07:30")
		o.shift(TierWatch, o.on("trucb", "Trực B"), "07/02/2027 07:15", "07/02/2027 19:00")
		o.callUntil("07/02/2027 20:00", time.Minute)
		want := []string{"⚠️ CHƯA NHẬN CA TRỰC: Trực A 06/02 19:00–07:30", "⚠️ CHƯA NHẬN CA TRỰC: Trực B 07/02 07:15–19:00", "✅ CA TRỰC ĐÃ CÓ NGƯỜI NHẬN"}
		have := o.inbox.titles()
		if len(have) != len(want) || have[0] != want[0] || have[1] != want[1] || !strings.HasPrefix(have[2], want[2]) {
			t.Errorf("have %q, want %q", have, want)
		}
	})
}

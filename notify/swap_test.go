package notify

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// roster lists February 2027: "1 Trực A 06/02 19:00–07/02 07:30".
func (o *office) roster() string {
	o.t.Helper()
	shifts, err := o.Shifts(o.t.Context(), spanOf(o.t, "01/02/2027 00:00 – 01/03/2027 00:00"))
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, s := range shifts {
		out = append(out, fmt.Sprintf("%d %s %s–%s", s.Tier, s.Person.Name, minute(s.From)[:5]+minute(s.From)[10:], minute(s.Until)[:5]+minute(s.Until)[10:]))
	}
	return strings.Join(out, ", ")
}

func wantProblem(t *testing.T, what string, err error, want ShiftProblem) {
	t.Helper()
	var wrong *ShiftError
	if !errors.As(err, &wrong) || wrong.Problem != want {
		t.Errorf("%s: have %v, want %q", what, err, want)
	}
}

func TestSwap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "05/02/2027 10:00")
		o := newOffice(t, Options{})
		a, b := o.on("truca", "Trực A"), o.on("trucb", "Trực B")
		first := o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30")
		second := o.shift(TierWatch, b, "08/02/2027 19:00", "09/02/2027 07:30")
		_, err := o.Swap(t.Context(), Swap{ShiftID: first.ID, To: b.ID, By: "quantri", Reason: " "})
		wantProblem(t, "without a reason", err, ShiftReason)
		_, err = o.Swap(t.Context(), Swap{ShiftID: first.ID, To: a.ID, By: "quantri", Reason: "x"})
		wantProblem(t, "with oneself", err, ShiftSame)
		_, err = o.Swap(t.Context(), Swap{ShiftID: first.ID, To: b.ID, For: first.ID, By: "quantri", Reason: "x"})
		wantProblem(t, "for the same one", err, ShiftGone)
		if have, want := o.roster(), "1 Trực A 06/02 19:00–07/02 07:30, 1 Trực B 08/02 19:00–09/02 07:30"; have != want {
			t.Fatalf("after swaps that failed\nhave %s\nwant %s", have, want)
		}
		if _, err := o.Swap(t.Context(), Swap{ShiftID: first.ID, To: b.ID, For: second.ID, By: "quantri", Reason: "A về quê"}); err != nil {
			t.Fatal(err)
		}
		if have, want := o.roster(), "1 Trực B 06/02 19:00–07/02 07:30, 1 Trực A 08/02 19:00–09/02 07:30"; have != want {
			t.Errorf("have %s\nwant %s", have, want)
		}
		_, err = o.Swap(t.Context(), Swap{ShiftID: first.ID, To: b.ID, By: "quantri", Reason: "x"})
		wantProblem(t, "a second time", err, ShiftGone)
		changes, err := o.RosterChanges(t.Context(), 10)
		if err != nil || len(changes) != 2 || changes[1].Before.Person.Name != "Trực A" || changes[1].After.Person.Name != "Trực B" || changes[1].Before.RemovedFor != "A về quê" {
			t.Errorf("have %+v (%v), want who took whose place and why", changes, err)
		}
		list := "ngày;giờ;người trực\n06/02/2027;19:00-07:30;truca\n08/02/2027;19:00-07:30;trucb\n"
		report, err := o.ImportRoster(t.Context(), strings.NewReader(list), "quantri", false)
		if err != nil || len(report.Added) != 0 || len(report.Known) != 2 {
			t.Errorf("the list of before\nhave %v\n%s\nwant nothing undone", err, listing(report))
		}
	})
}

// TestSwapIsTold tells both people of a swap, each at their own addresses, with both dates and why.
func TestSwapIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		a, b := o.person("truca", "telegram", "mail"), o.person("trucb", "telegram")
		p.breaks("telegram truca@telegram", &UnreachableError{Reason: "bot was blocked"})
		first := o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30")
		second := o.shift(TierTechnical, b, "08/02/2027 19:00", "09/02/2027 07:30")
		defer o.open()()
		added, err := o.Swap(t.Context(), Swap{ShiftID: first.ID, To: b.ID, For: second.ID, By: "quantri", Reason: "A về quê"})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		p.want(t, "at once", "02:07:00 mail truca@mail 🔄 ĐỔI CA: "+b.Name+" trực thay bạn từ 19:00 thứ Bảy 06/02/2027 (mồng 1 Tết)",
			"02:07:00 telegram trucb@telegram 🔄 ĐỔI CA: bạn trực thay "+a.Name+" từ 19:00 thứ Bảy 06/02/2027 (mồng 1 Tết)")
		want := "Trực giám sát: 19:00 thứ Bảy 06/02/2027 (mồng 1 Tết) – 07:30 Chủ nhật 07/02/2027 (mồng 2 Tết): " + a.Name + " → " + b.Name +
			"\nTrực kỹ thuật: 19:00 thứ Hai 08/02/2027 (mồng 3 Tết) – 07:30 thứ Ba 09/02/2027 (mồng 4 Tết): " + b.Name + " → " + a.Name + "\nLý do: A về quê (quantri)"
		for _, body := range p.bodies {
			if body != want {
				t.Errorf("have %s\nwant %s", body, want)
			}
		}
		if told, err := o.ShiftAlerts(t.Context(), added[0].ID); err != nil || len(told) != 3 || told[0].PersonID == 0 {
			t.Errorf("have %+v, %v", told, err)
		}
		if s, err := o.Summary(t.Context()); err != nil || s.Sent != 0 {
			t.Errorf("have %d alerts counted (%v), want none", s.Sent, err)
		}
		time.Sleep(17*time.Hour + 30*time.Minute) // it has begun
		p.log()
		if _, err := o.Swap(t.Context(), Swap{ShiftID: added[0].ID, To: a.ID, By: "trucb", Reason: "ốm"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		p.want(t, "in the middle of the shift", "19:37:10 mail truca@mail 🔄 ĐỔI CA: bạn trực thay "+b.Name+" từ 19:37 thứ Bảy",
			"19:37:10 telegram trucb@telegram 🔄 ĐỔI CA: "+a.Name+" trực thay bạn từ 19:37 thứ Bảy")
	})
}

// Whoever falls ill in the middle of the night was on duty until then.
func TestSwapOfAShiftThatHasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "06/02/2027 19:05")
		o := newOffice(t, Options{})
		a, b := o.on("truca", "Trực A"), o.on("trucb", "Trực B")
		s := o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30")
		if _, err := o.CheckIn(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Hour)
		if _, err := o.Swap(t.Context(), Swap{ShiftID: s.ID, To: b.ID, By: "quantri", Reason: "A ốm"}); err != nil {
			t.Fatal(err)
		}
		if have, want := o.roster(), "1 Trực A 06/02 19:00–06/02 22:05, 1 Trực B 06/02 22:05–07/02 07:30"; have != want {
			t.Errorf("have %s\nwant %s", have, want)
		}
		now, err := o.OnDuty(t.Context(), time.Now())
		if err != nil || names(now) != "1 Trực B" || !now[0].CheckedIn.IsZero() {
			t.Errorf("have %+v (%v), want B, who has not checked in", now, err)
		}
		then, err := o.OnDuty(t.Context(), time.Now().Add(-time.Hour))
		if err != nil || names(then) != "1 Trực A" || then[0].CheckedIn.IsZero() {
			t.Errorf("have %+v (%v), want A, who had checked in", then, err)
		}
		time.Sleep(12 * time.Hour)
		_, err = o.RemoveShift(t.Context(), s.ID, "quantri", "x")
		wantProblem(t, "what was swapped", err, ShiftGone)
		shifts, err := o.Shifts(t.Context(), Span{time.Now().Add(-24 * time.Hour), time.Now()})
		if err != nil || len(shifts) != 2 {
			t.Fatalf("have %v (%v), want two", shifts, err)
		}
		_, err = o.RemoveShift(t.Context(), shifts[1].ID, "quantri", "x")
		wantProblem(t, "what is over", err, ShiftOver)
	})
}

func TestRemoveShift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		onDay(t, "06/02/2027 10:00")
		o := newOffice(t, Options{})
		a := o.on("truca", "Trực A")
		today := o.shift(TierWatch, a, "06/02/2027 07:30", "06/02/2027 19:00")
		tonight := o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30")
		_, err := o.RemoveShift(t.Context(), 99, "quantri", "x")
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("have %v, want ErrNotFound", err)
		}
		for _, s := range []Shift{today, tonight} {
			if _, err := o.RemoveShift(t.Context(), s.ID, "quantri", "nhập nhầm"); err != nil {
				t.Fatal(err)
			}
		}
		if have, want := o.roster(), "1 Trực A 06/02 07:30–06/02 10:00"; have != want {
			t.Errorf("have %s, want what is over to stay: %s", have, want)
		}
		o.shift(TierWatch, a, "06/02/2027 19:00", "07/02/2027 07:30") // again
		if have, want := o.roster(), "1 Trực A 06/02 07:30–06/02 10:00, 1 Trực A 06/02 19:00–07/02 07:30"; have != want {
			t.Errorf("have %s, want %s", have, want)
		}
	})
}

func TestCheckInAndHandOverInTime(t *testing.T) {
	s := shiftsOf(t, "1 a 06/02/2027 19:00 – 07/02/2027 07:30")[0]
	gone := s
	gone.RemovedAt = s.From
	for _, c := range []struct {
		when     string
		in, over ShiftProblem
	}{
		{"06/02/2027 18:29", ShiftEarly, ShiftEarly},
		{"06/02/2027 18:30", "", ShiftEarly},
		{"06/02/2027 18:59", "", ShiftEarly},
		{"06/02/2027 19:00", "", ""},
		{"07/02/2027 07:29", "", ""},
		{"07/02/2027 07:30", ShiftOver, ""},
		{"07/02/2027 19:30", ShiftOver, ""},
		{"07/02/2027 19:31", ShiftOver, ShiftLate},
	} {
		now := moment(t, c.when)
		in, problem := s.CheckIn(now)
		if problem != c.in || in.CheckedIn.Equal(now) != (c.in == "") {
			t.Errorf("check in at %s: have %q, want %q", c.when, problem, c.in)
		}
		if again, _ := in.CheckIn(now.Add(time.Minute)); !again.CheckedIn.Equal(in.CheckedIn) && c.in == "" {
			t.Errorf("check in twice: have %v, want %v", again.CheckedIn, in.CheckedIn)
		}
		out, problem := s.HandOver(now)
		if problem != c.over || out.HandedOver.Equal(now) != (c.over == "") {
			t.Errorf("hand over at %s: have %q, want %q", c.when, problem, c.over)
		}
		if _, problem := gone.CheckIn(now); problem != ShiftGone {
			t.Errorf("check in to what is gone: have %q", problem)
		}
		if _, problem := gone.HandOver(now); problem != ShiftGone {
			t.Errorf("hand over what is gone: have %q", problem)
		}
	}
}

package notify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// TestCounted says from when the time for reports is counted, and of what nothing has to be reported.
func TestCounted(t *testing.T) {
	seen := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	real := Incident{Number: "SC-2027-0012", Concern: content, Severity: Critical, State: Open, SuspectedAt: seen, OpenedAt: seen.Add(time.Minute)}
	for name, c := range map[string]struct {
		change func(*Incident)
		want   time.Time
	}{
		"the machine saw it":             {func(*Incident) {}, seen},
		"a person confirmed it":          {func(i *Incident) { i.Finding, i.FoundAt = FoundReal, seen.Add(time.Hour) }, seen},
		"a person confirmed it before":   {func(i *Incident) { i.Finding, i.FoundAt = FoundReal, seen.Add(-time.Hour) }, seen.Add(-time.Hour)},
		"raised by a person":             {func(i *Incident) { i.SuspectedAt, i.Severity = time.Time{}, Major }, seen.Add(time.Minute)},
		"over":                           {func(i *Incident) { i.State, i.CloseReason = Closed, Recovered }, seen},
		"a person moved it":              {func(i *Incident) { i.CountedAt = seen.Add(5 * time.Hour) }, seen.Add(5 * time.Hour)},
		"a false alarm":                  {func(i *Incident) { i.Finding = FoundFalse }, time.Time{}},
		"approved":                       {func(i *Incident) { i.State, i.CloseReason = Closed, Legitimate }, time.Time{}},
		"a false alarm that was counted": {func(i *Incident) { i.Finding, i.CountedAt = FoundFalse, seen }, time.Time{}},
		"nothing to report":              {func(i *Incident) { i.Needless = true }, time.Time{}},
		"a drill":                        {func(i *Incident) { i.Drill = true }, time.Time{}},
		"a suspicion":                    {func(i *Incident) { i.Number, i.State = "", Suspected }, time.Time{}},
		"merely lacking":                 {func(i *Incident) { i.Severity = Warning }, time.Time{}},
		"an outage":                      {func(i *Incident) { i.Concern = availability }, time.Time{}},
		"an outage that a person counts": {func(i *Incident) { i.Concern, i.CountedAt = availability, seen }, seen},
	} {
		i := real
		if c.change(&i); !i.Counted().Equal(c.want) {
			t.Errorf("%s: have %v, want %v", name, i.Counted(), c.want)
		}
	}
}

func TestClockStates(t *testing.T) {
	due := time.Date(2027, 2, 7, 2, 7, 0, 0, targets.Vietnam)
	sent := func(at time.Time) Letter { return Letter{"12/BC-TTCĐS", at, "trucA"} }
	for _, c := range []struct {
		own, closing Letter
		now          time.Time
		want         ClockState
	}{
		{now: due.Add(-clockNear - time.Second), want: ClockRuns}, {now: due.Add(-clockNear), want: ClockNear}, {now: due.Add(-1), want: ClockNear}, {now: due, want: ClockOver},
		{own: sent(due), now: due.Add(time.Hour), want: ClockSent}, {own: sent(due.Add(time.Second)), now: due.Add(time.Hour), want: ClockLate},
		{closing: sent(due.Add(time.Hour)), now: due.Add(2 * time.Hour), want: ClockCaught},
	} {
		clock := Clock{Incident: Incident{Filing: Filing{Closing: c.closing}}, Due: due, Letter: c.own}
		if have := clock.State(c.now); have != c.want || clock.Pressing(c.now) != (have == ClockNear || have == ClockOver) {
			t.Errorf("at %v: have %s, want %s", c.now, have, c.want)
		}
	}
}

// TestReportsFallDue lives through three days after a defacement: people are reminded, and what they write down stops the clocks.
func TestReportsFallDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{ConsoleURL: "https://canhcong.tinhmau.gov.vn"})
		o.see(o.site, availability, "d d d d") // an outage is no matter of reports, until a person says so
		o.see(o.site, content, "d d")
		live, err := o.Incidents(t.Context(), Filter{Live: true})
		if err != nil {
			t.Fatal(err)
		}
		i, outage := live[0], live[1]
		if clocks := o.Clocks(i); len(clocks) != 2 || clocks[0].Due.Sub(i.SuspectedAt) != 24*time.Hour || clocks[1].Due.Sub(i.SuspectedAt) != 72*time.Hour || len(o.Clocks(outage)) != 0 {
			t.Fatalf("have %+v and %+v", clocks, o.Clocks(outage))
		}
		pressing := func(want int, when string) {
			t.Helper()
			list, err := o.PressingClocks(t.Context())
			s, err2 := o.Summary(t.Context())
			if err := errors.Join(err, err2); err != nil || len(list) != want || len(s.Clocks) != want || want > 0 && s.Well() {
				t.Errorf("%s: have %d clocks (%v), want %d", when, len(list), err, want)
			}
		}
		pass := func(d time.Duration) {
			time.Sleep(d - time.Minute)
			defer o.open()() // for a minute: days of a loop that turns every second are long
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		pass(19*time.Hour + 50*time.Minute)
		pressing(0, "before")
		pass(time.Hour)
		pressing(1, "four hours before")
		reminders := slices.DeleteFunc(o.inbox.all(), func(m Message) bool { return !strings.HasPrefix(m.Title, "⏰") })
		if len(reminders) != 1 || !reminders[0].Quiet || !strings.Contains(reminders[0].Body, "⏰ Báo cáo ban đầu "+i.Number+" (phuongvidu.tinhmau.gov.vn): hạn 07:00 ") {
			t.Errorf("have %+v, want one reminder", reminders)
		}
		pass(4 * time.Hour)
		pressing(1, "too late")
		s, _ := o.Summary(t.Context())
		if have := s.note(targets.Vietnamese, ""); !strings.Contains(have.Body, "⏰ Báo cáo ban đầu "+i.Number) || !strings.Contains(have.Body, "ĐÃ QUÁ HẠN 50 phút") {
			t.Errorf("the daily note says %q", have.Body)
		}
		if i, err = o.Reported(t.Context(), i.ID, FilingInitial, Letter{" 12/BC-TTCĐS ", time.Now(), "trucA"}); err != nil || i.Initial.Number != "12/BC-TTCĐS" {
			t.Fatalf("have %+v, %v", i.Filing, err)
		}
		pressing(0, "sent")
		if state := o.Clocks(i)[0].State(time.Now()); state != ClockLate {
			t.Errorf("have %s, want late", state)
		}
		if outage, err = o.Count(t.Context(), outage.ID, time.Now().Add(-90*time.Hour), "quantri", "gián đoạn nghiêm trọng dịch vụ công"); err != nil {
			t.Fatal(err)
		}
		pressing(2, "an outage that was serious")
		if _, err = o.Spare(t.Context(), outage.ID, "quantri", "đã xem lại, không nghiêm trọng"); err != nil {
			t.Fatal(err)
		}
		pressing(0, "it was not")
		story := func(id int64) (list []string) {
			events, err := o.Timeline(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if e.Actor != Machine {
					list = append(list, string(e.Kind)+" "+e.Actor+" "+e.DetailText(targets.Vietnamese))
				}
			}
			return list
		}
		if have, want := strings.Join(append(story(i.ID), story(outage.ID)...), "|"), "reported trucA Báo cáo ban đầu: 12/BC-TTCĐS|counted quantri "+officialMoment(outage.CountedAt)+
			" · gián đoạn nghiêm trọng dịch vụ công|needless quantri đã xem lại, không nghiêm trọng"; have != want {
			t.Errorf("timelines:\nhave %s\nwant %s", have, want)
		}
	})
}

// TestFilingIsRefused: clocks are moved only with a reason, and nothing is sent that has no number or is still to come.
func TestFilingIsRefused(t *testing.T) {
	o := newOffice(t, Options{Deadlines: Deadlines{Initial: time.Hour}})
	o.see(o.site, content, "d d")
	i := o.only()
	if clocks := o.Clocks(i); clocks[0].Due.Sub(i.SuspectedAt) != time.Hour || clocks[1].Due.Sub(i.SuspectedAt) != 72*time.Hour {
		t.Errorf("have %+v, want the hour of the configuration", clocks)
	}
	now, later := time.Now(), time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		do   func() (Incident, error)
		want error
	}{
		"no reason":           {func() (Incident, error) { return o.Count(t.Context(), i.ID, now, "quantri", " ừ ") }, ErrReason},
		"from a time to come": {func() (Incident, error) { return o.Count(t.Context(), i.ID, later, "quantri", "lý do đủ dài") }, ErrFuture},
		"spared, no reason":   {func() (Incident, error) { return o.Spare(t.Context(), i.ID, "quantri", "") }, ErrReason},
		"no number": {func() (Incident, error) {
			return o.Reported(t.Context(), i.ID, FilingInitial, Letter{" ", now, "truc"})
		}, ErrLetter},
		"a number without end": {func() (Incident, error) {
			return o.Reported(t.Context(), i.ID, FilingInitial, Letter{strings.Repeat("1", 101), now, "truc"})
		}, ErrLetter},
		"sent tomorrow": {func() (Incident, error) {
			return o.Reported(t.Context(), i.ID, FilingInitial, Letter{"1", later, "truc"})
		}, ErrFuture},
		"nowhere":        {func() (Incident, error) { return o.Spare(t.Context(), 77, "quantri", "lý do đủ dài") }, ErrNotFound},
		"no such number": {func() (Incident, error) { return o.IncidentNumbered(t.Context(), "SC-1999-0001") }, ErrNotFound},
	} {
		if _, err := c.do(); !errors.Is(err, c.want) {
			t.Errorf("%s: have %v, want %v", name, err, c.want)
		}
	}
	if found, err := o.IncidentNumbered(t.Context(), i.Number); err != nil || found.ID != i.ID || found.Filing != (Filing{}) {
		t.Errorf("have %+v, %v, want it as it was", found.Filing, err)
	}
}

// TestRecurrenceIsReportedAnew: what comes back has clocks of its own.
func TestRecurrenceIsReportedAnew(t *testing.T) {
	was := Incident{ID: 1, Number: "SC-2027-0012", Filing: Filing{Initial: Letter{"12/BC", time.Unix(1, 0), "truc"}, Needless: true}}
	if back, _ := was.Recur(Incident{ID: 2, State: Open}); back.Filing != (Filing{}) || back.Number != was.Number {
		t.Errorf("have %+v", back)
	}
}

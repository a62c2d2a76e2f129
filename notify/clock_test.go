package notify

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// setClock sets the clock as the desk sees it. The bubble's clock cannot be set: what is rewritten is what a step leaves behind,
// all that was written down by a clock that showed another time.
func (o *office) setClock(by time.Duration) {
	o.t.Helper()
	time.Sleep(1234 * time.Millisecond) // when the outbox does nothing
	synctest.Wait()
	o.steps.Followed(o.steps.See(time.Now().Add(-by), time.Since(o.opened)))
	o.setClockAsleep(by)
}

// setClockAsleep does so while the program does not run.
func (o *office) setClockAsleep(by time.Duration) {
	o.t.Helper()
	for _, times := range []string{"incident_events SET at = at - ?", "incident_groups SET opened_at = opened_at - ?, grown_at = grown_at - ?1, told_at = told_at - ?1",
		"incidents SET suspected_at = suspected_at - ?, opened_at = opened_at - ?1, hushed_until = hushed_until - ?1", "escalations SET since = since - ?, at = at - ?1",
		"alerts SET created_at = created_at - ?, not_before = not_before - ?1, sent_at = sent_at - ?1, released_at = released_at - ?1, claimed_at = claimed_at - ?1"} {
		if _, err := o.registry.DB().Write.ExecContext(o.t.Context(), "UPDATE "+times, by.Milliseconds()); err != nil {
			o.t.Fatal(err)
		}
	}
}

var clockSteps = []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour, 2 * time.Hour /* as after a sleep */}

// TestEscalationFollowsAClockThatIsSet sets the clock eight minutes into an incident that nobody takes on, of one portal or of a
// host with six: the next people are told when they would have been, of the right time, and nobody twice.
func TestEscalationFollowsAClockThatIsSet(t *testing.T) {
	for portals, steps := range map[int][]time.Duration{1: clockSteps, 6: {-24 * time.Hour}} {
		for _, by := range steps {
			synctest.Test(t, func(t *testing.T) {
				o, p := night(t)
				o.watch(TierWatch, o.person("truca", "telegram"))
				o.watch(TierTechnical, o.person("trucb", "telegram"))
				o.watch(TierLeader, o.leader("lanhdao", "telegram"))
				defer o.open()()
				var sites []targets.Site
				for n := range portals {
					sites = append(sites, o.add("https://cum.tinhmau.gov.vn/"+string(rune('a'+n))))
				}
				for _, site := range sites {
					o.see(site, availability, "d d d d")
				}
				time.Sleep(8 * time.Minute)
				o.setClock(by)
				time.Sleep(8 * time.Minute)
				want := []string{"02:12:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 5 PHÚT", "02:22:00 telegram lanhdao@telegram ‼️ CHƯA AI NHẬN SAU 15 PHÚT"}
				if have := o.escalated(p); len(have) != 2 || !strings.HasPrefix(have[0], want[0]) || !strings.HasPrefix(have[1], want[1]) {
					t.Errorf("%d portals, set by %v: have %q, want %q", portals, by, have, want)
				}
			})
		}
	}
}

// escalated lists the messages that say that nobody has taken something on.
func (o *office) escalated(p *post) (list []string) {
	for _, line := range p.log() {
		if strings.Contains(line, "CHƯA AI NHẬN") {
			list = append(list, line)
		}
	}
	return list
}

// TestEscalationAfterAWrongClock has the clock set back by a day while the program does not run, a minute into an incident: the next
// people are told five minutes after the start, not a day later. An incident that comes back climbs anew.
func TestEscalationAfterAWrongClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram"))
		o.watch(TierTechnical, o.person("trucb", "telegram"))
		shut := o.open()
		o.see(o.site, availability, "d d d d")
		time.Sleep(time.Minute)
		shut()
		o.setClockAsleep(-24 * time.Hour)
		o.restart(p)
		shut = o.open()
		time.Sleep(6 * time.Minute)
		if have := o.escalated(p); len(have) != 1 || !strings.HasPrefix(have[0], "02:13:00 telegram trucb") {
			t.Errorf("have %q, want the next one told five minutes after the start", have)
		}
		shut()
		o.restart(p) // once more, which moves nothing
		defer o.open()()
		time.Sleep(25 * time.Minute)
		if have := o.escalated(p); len(have) < 2 || !strings.HasPrefix(have[0], "02:23:00") || !strings.HasPrefix(have[1], "02:38:00") {
			t.Errorf("have %q, want the steps fifteen and thirty minutes after the start", have)
		}
		o.see(o.site, availability, "n n")
		time.Sleep(time.Hour)
		o.see(o.site, availability, "d d d d")
		time.Sleep(6 * time.Minute)
		if have := o.escalated(p); len(have) != 1 || !strings.Contains(have[0], "trucb") {
			t.Errorf("have %q after it came back, want the next one told", have)
		}
	})
}

// TestSnoozeFollowsAClockThatIsSet sets the clock while an incident is snoozed, and while an outage was announced until a time: a
// snooze lasts as long as it was asked for, what was announced until the time on the wall.
func TestSnoozeFollowsAClockThatIsSet(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, -24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			o, _ := night(t)
			defer o.open()()
			o.see(o.site, availability, "d d d d")
			until := time.Now().Add(30 * time.Minute)
			if err := o.Silence(t.Context(), Silence{IncidentID: 1, Until: until, Reason: "đang thay máy chủ", By: "truca"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
			o.setClock(by)
			time.Sleep(19 * time.Minute)
			if i := o.only(); !i.HushedUntil.Equal(until) {
				t.Errorf("set by %v: have it quiet until %v a minute before its end, want %v", by, i.HushedUntil.In(targets.Vietnam), until.In(targets.Vietnam))
			}
			time.Sleep(2 * time.Minute)
			if i := o.only(); !i.HushedUntil.IsZero() {
				t.Errorf("set by %v: have it quiet until %v, want it over", by, i.HushedUntil.In(targets.Vietnam))
			}
		})
	}
}

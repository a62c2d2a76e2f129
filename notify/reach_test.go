package notify

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// Two people are told over one channel, which is away: neither is spared because the other one is to be told.
func TestNobodyIsSettledByWhoWasNotTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram"), o.person("trucb", "telegram"))
		p.breaks("telegram", &UnreachableError{Reason: "401 Unauthorized", Whole: true})
		defer o.open()()
		o.see(o.site, content, "d d")
		time.Sleep(10 * time.Minute)
		p.breaks("telegram", nil)
		time.Sleep(10 * time.Minute)
		seen := map[string]bool{}
		for _, line := range p.log() {
			if strings.Contains(line, "thay đổi giao diện") && !strings.Contains(line, "Đã duyệt") {
				seen[strings.Fields(line)[2]] = true
			}
		}
		if !seen["truca@telegram"] || !seen["trucb@telegram"] {
			t.Errorf("have %v, want both told", seen)
		}
	})
}

// Nor is anybody because of a shared chat on the same channel.
func TestSharedOnTheSameDeadWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		o := newOffice(t, Options{Channels: []Channel{{Name: "telegram", Sender: way{p, "telegram"}, Recipient: "-100"}}, Escalation: ladder, Carriers: map[string]Sender{"telegram": way{p, "telegram"}}})
		o.watch(TierWatch, o.person("truca", "telegram"))
		p.breaks("telegram", &UnreachableError{Reason: "401 Unauthorized", Whole: true})
		defer o.open()()
		o.see(o.site, content, "d d")
		time.Sleep(3 * time.Minute)
		p.breaks("telegram", nil)
		time.Sleep(10 * time.Minute)
		log := strings.Join(p.log(), "\n")
		if !strings.Contains(log, "truca@telegram 🔴") {
			t.Errorf("have\n%s\nwant truca told", log)
		}
	})
}

// Whoever is not reached at an address any more is not told there.
func TestNothingIsSentToAnAddressThatWasTakenAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram"))
		p.breaks("telegram", errOut)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		a, _, err := o.AddressOf(t.Context(), "telegram", "truca@telegram")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.RemoveAddress(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		p.breaks("telegram", nil)
		time.Sleep(time.Hour)
		p.want(t, "after it was taken away")
	})
}

// The next channel is used in time although the clock was set back.
func TestFailOverAfterTheClockWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram", "mail"))
		p.breaks("telegram", errOut)
		defer o.open()()
		o.see(o.site, content, "d d")
		synctest.Wait()
		o.exec(`UPDATE alerts SET created_at = created_at + 3600000`)
		time.Sleep(2 * time.Minute)
		if have := p.log(); len(have) == 0 || !slices.ContainsFunc(have, func(l string) bool { return strings.Contains(l, "mail truca@mail 🔴") }) {
			t.Errorf("have %q, want the next channel used after a minute", have)
		}
	})
}

// A subject that cannot be read delays nothing but itself.
func TestWhatCannotBeReadBlocksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		if err := o.Note(t.Context(), NoteMorning, "2000-01-01", func(targets.Language) Message { return Message{Title: "sáng"} }); err != nil {
			t.Fatal(err)
		}
		o.exec(`UPDATE notes SET words = '{'`)
		o.see(o.site, availability, "d d d d")
		defer o.open()()
		time.Sleep(time.Minute)
		o.inbox.wantTitles(t, "🟠")
	})
}

// A shared chat that could not be reached is taken out of the configuration: nothing is wrong with it any more.
func TestNoticeOfAWayThatIsGoneEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &post{}
		o := newOffice(t, Options{Channels: []Channel{{Name: "telegram", Sender: way{p, "telegram"}, Recipient: "-100"}}})
		p.breaks("telegram", &UnreachableError{Reason: "bot was kicked"})
		shut := o.open()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		shut()
		in := &inbox{}
		o.Desk = New(o.registry, o.archive, o.judge, Options{Channels: []Channel{{Name: "telegram", Sender: in, Recipient: "-200"}}})
		shut = o.open()
		time.Sleep(time.Hour)
		defer shut()
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 0 {
			t.Errorf("have %+v (%v), want none about an address that is not configured any more", live, err)
		}
	})
}

// An address moves to one that is known already: messages pass as before, and one of the two is left.
func TestAddressMovesToOneThatIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		who := o.person("truca", "telegram")
		if _, err := o.AddAddress(t.Context(), Address{PersonID: who.ID, Channel: "telegram", Recipient: "mới"}); err != nil {
			t.Fatal(err)
		}
		p.moved = map[string]string{"telegram truca@telegram": "mới"}
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		p.want(t, "where it was", "02:07:00 telegram truca@telegram 🟠")
		if list, err := o.Addresses(t.Context(), who.ID); err != nil || len(list) != 1 || list[0].Recipient != "mới" {
			t.Errorf("have %+v (%v), want the new one only", list, err)
		}
		o.see(o.site, availability, "n n")
		synctest.Wait()
		p.want(t, "where it is", "02:07:00 telegram mới ✅")
	})
}

package notify

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// TestOutboxMovesToTheChannelsOfNow changes the chat while alerts wait, and changes it back.
func TestOutboxMovesToTheChannelsOfNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old, in := &inbox{}, &inbox{}
		to := func(chat string, s Sender) Channel { return Channel{Name: "inbox", Recipient: chat, Sender: s} }
		o := newOffice(t, Options{Channels: []Channel{to("cũ", old)}})
		old.behave(func(Message) error { return errOut }, nil)
		shut := o.open()
		other := o.add("https://khac.tinhmau.gov.vn")
		o.see(o.site, content, "d d")
		o.see(other, availability, "d d d d n n")
		synctest.Wait()
		shut()
		desk := func(channels ...Channel) *office {
			return &office{Desk: New(o.registry, o.archive, o.judge, Options{Channels: channels}), t: t, inbox: in, site: o.site}
		}
		now := desk(to("mới", in), to("nữa", in))
		stop := fill(t, o)
		shut = now.open()
		synctest.Wait()
		if len(in.all()) != 0 {
			t.Errorf("have %q while the database is full", in.titles())
		}
		stop()
		time.Sleep(time.Minute)
		if have := in.numbers(); !slices.Equal(sorted(have), []string{"0001", "0001", "0002", "0002"}) || now.pending() != 0 {
			t.Errorf("have %v, %d pending, want each told once to each of the two", have, now.pending())
		}
		shut()
		shut = now.open() // a second start moves nothing
		synctest.Wait()
		shut()
		old.behave(nil, nil)
		back := desk(to("cũ", old))
		shut = back.open()
		synctest.Wait()
		shut()
		if have := old.numbers(); len(in.all()) != 4 || !slices.Equal(have, []string{"0001"}) {
			t.Errorf("have %v in the old chat and %d in the new ones, want the old one told what is open now", have, len(in.all()))
		}
	})
}

// fill lets nothing be written to the outbox until the function that it returns is called.
func fill(t *testing.T, o *office) (stop func()) {
	t.Helper()
	if _, err := o.registry.DB().Write.Exec(`CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'no room'); END`); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := o.registry.DB().Write.Exec(`DROP TRIGGER full`); err != nil {
			t.Fatal(err)
		}
	}
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// TestOutboxSurvivesAClockThatWasAhead puts an alert off until next year.
func TestOutboxSurvivesAClockThatWasAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, availability, "d d d d")
		if _, err := o.registry.DB().Write.Exec(`UPDATE alerts SET not_before = ?`, targets.Millis(time.Now().AddDate(1, 0, 0))); err != nil {
			t.Fatal(err)
		}
		defer o.open()()
		synctest.Wait()
		if have := o.inbox.numbers(); !slices.Equal(have, []string{"0001"}) {
			t.Errorf("have %v, want it at once", have)
		}
	})
}

// TestOutboxBacksOffWhenItCannotRemember sends, and cannot write down that it did.
func TestOutboxBacksOffWhenItCannotRemember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, availability, "d d d d")
		if _, err := o.registry.DB().Write.Exec(`CREATE TRIGGER full BEFORE UPDATE OF sent_at ON alerts BEGIN SELECT RAISE(ABORT, 'no room'); END`); err != nil {
			t.Fatal(err)
		}
		defer o.open()()
		time.Sleep(5 * time.Minute)
		if n := len(o.inbox.all()); n < 2 || n > 8 {
			t.Errorf("have %d messages in five minutes, want a few that say that they are repeats", n)
		}
	})
}

// TestOutboxFollowsAClockThatIsSet sets the clock while an alert waits for its next try: what a step leaves behind is rewritten, since
// the bubble's clock cannot be set. The alert is neither late nor early, and the order is kept.
func TestOutboxFollowsAClockThatIsSet(t *testing.T) {
	for _, by := range []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			o := newOffice(t, Options{})
			o.inbox.behave(func(Message) error { return &RetryAfterError{After: 10 * time.Minute} }, nil)
			defer o.open()()
			o.see(o.site, availability, "d d d d")
			synctest.Wait()
			o.see(o.add("https://khac.tinhmau.gov.vn"), availability, "d d d d")
			o.inbox.behave(nil, nil)
			time.Sleep(time.Minute)
			o.steps.Followed(o.steps.See(time.Now().Add(-by), time.Since(o.opened)))
			if err := o.postpone(t.Context(), -by); err != nil {
				t.Fatal(err)
			}
			time.Sleep(8 * time.Minute)
			o.inbox.wantTitles(t)
			time.Sleep(2 * time.Minute)
			if have := o.inbox.numbers(); !slices.Equal(have, []string{"0001", "0002"}) {
				t.Errorf("set by %v: have %v, want both in their order", by, have)
			}
		})
	}
}

package notify

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestWholeChannelFails revokes the token of a channel, and mends it.
func TestWholeChannelFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram", "mail"))
		revoked := &UnreachableError{Reason: "401 Unauthorized", Whole: true}
		p.breaks("telegram", revoked)
		shut := o.open()
		defer func() { shut() }()
		o.see(o.site, content, "d d")
		synctest.Wait()
		p.want(t, "at once", "02:07:00 mail truca@mail 🔴 KHẨN", "02:07:00 mail truca@mail 📵 KÊNH Telegram KHÔNG GỬI ĐƯỢC từ 02:07")
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 1 || live[0].Kind != NoticeWay("telegram") || live[0].Detail != revoked.Reason {
			t.Errorf("have %+v (%v), want the channel", live, err)
		}
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		p.want(t, "while it lasts nobody waits for it", "02:07:00 mail truca@mail 🟠")
		shut()
		o.restart(p)
		p.breaks("telegram", nil)
		shut = o.open()
		time.Sleep(6 * time.Minute)
		have := p.log()
		over := 0
		for _, line := range have {
			if strings.Contains(line, "✅ KÊNH Telegram") && strings.Contains(line, "GỬI LẠI ĐƯỢC") {
				over++
			}
		}
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 0 || over == 0 {
			t.Errorf("have %+v (%v) and\n\t%s\nwant it over", live, err, strings.Join(have, "\n\t"))
		}
		o.see(o.add("https://p1.tinhmau.gov.vn"), content, "d d")
		synctest.Wait()
		if have := p.log(); len(have) != 1 || !strings.Contains(have[0], "telegram truca@telegram 🔴") {
			t.Errorf("have %q, want the first channel used again", have)
		}
	})
}

// TestChannelThatDoesNotAnswer has a channel time out for an hour: people learn of it where they can, nothing that waits is given up,
// and all of it is over once something passes.
func TestChannelThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram", "mail"), o.person("trucb", "telegram"))
		p.breaks("telegram", context.DeadlineExceeded)
		defer o.open()()
		o.see(o.site, content, "d d")
		time.Sleep(awayAfter - time.Minute)
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 0 {
			t.Errorf("after nine minutes: have %+v (%v), want nothing said yet", live, err)
		}
		p.log()
		time.Sleep(10 * time.Minute)
		live, err := o.LiveNotices(t.Context())
		if err != nil || len(live) != 1 || live[0].Kind != NoticeAway("telegram") {
			t.Fatalf("have %+v (%v), want the channel", live, err)
		}
		if have := strings.Join(p.log(), "\n"); !strings.Contains(have, "mail truca@mail 📵 KÊNH Telegram KHÔNG TRẢ LỜI từ 02:07") {
			t.Errorf("have %s, want it told on the next channel", have)
		}
		time.Sleep(40 * time.Minute)
		p.breaks("telegram", nil)
		time.Sleep(longestRetry)
		have := strings.Join(p.log(), "\n")
		for _, want := range []string{"telegram trucb@telegram 🔴", "mail truca@mail ✅ KÊNH Telegram TRẢ LỜI LẠI"} {
			if !strings.Contains(have, want) {
				t.Errorf("have\n%s\nwant %s", have, want)
			}
		}
		if strings.Count(have, "KÊNH") != 1 {
			t.Errorf("have\n%s\nwant it told once, on the other channel", have)
		}
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 0 || o.pending() != 0 {
			t.Errorf("have %+v (%v), %d waiting, want it over", live, err, o.pending())
		}
	})
}

// TestSharedAddressFails throws the bot out of the shared chat.
func TestSharedAddressFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := &post{}
		o, p := night(t, Channel{Name: "telegram", Sender: way{group, "telegram"}, Recipient: "-100"})
		o.watch(TierWatch, o.person("truca", "telegram"))
		group.breaks("telegram", &UnreachableError{Reason: "bot was kicked"})
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		p.want(t, "the one on duty learns of both", "02:07:00 telegram truca@telegram 🟠", "02:07:00 telegram truca@telegram 📵 ĐỊA CHỈ CHUNG trên Telegram KHÔNG NHẬN ĐƯỢC TIN từ 02:07")
		group.breaks("telegram", nil)
		time.Sleep(6 * time.Minute)
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 0 || o.pending() != 0 {
			t.Errorf("have %+v (%v), %d waiting, want it over", live, err, o.pending())
		}
	})
}

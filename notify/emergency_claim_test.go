package notify

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestQueuedBeforeTheDiskWasFull has an alert wait when nothing can be written any more: it leaves from memory within a minute, and
// once there is room it is told again only where it may not have arrived, marked as such where it may have.
func TestQueuedBeforeTheDiskWasFull(t *testing.T) {
	const opening, unwritten, again = "🔴 KHẨN: Nghi bị thay đổi giao diện", " (chưa ghi được sổ)", " (gửi lại)"
	lost := errors.New("connection reset")
	for _, c := range []struct {
		name       string
		fails      func(tries int) (refuse, lose error) // while nothing can be written
		full, room []string                             // what arrives meanwhile, and afterwards
	}{
		{name: "the channel works", fails: func(int) (error, error) { return nil, nil },
			full: []string{opening + unwritten}},
		{name: "the channel is away", fails: func(int) (error, error) { return ErrNotSent, nil },
			room: []string{opening}},
		{name: "the answer is lost once", fails: func(tries int) (error, error) {
			if tries == 1 {
				return nil, lost
			}
			return nil, nil
		}, full: []string{opening + unwritten, opening + unwritten + again}},
		{name: "the answer is lost, then the channel", fails: func(tries int) (error, error) {
			if tries == 1 {
				return nil, lost
			}
			return ErrNotSent, nil
		}, full: []string{opening + unwritten}, room: []string{opening + again}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t, Options{})
				o.see(o.site, content, "d d")
				o.exec(`PRAGMA query_only = 1`)
				o.inbox.behave(func(Message) error { refuse, _ := c.fails(o.inbox.tries); return refuse },
					func(Message) error { _, lose := c.fails(o.inbox.tries); return lose })
				defer o.open()()
				time.Sleep(time.Minute)
				if have := o.fullTitles(); !slices.Equal(have, c.full) {
					t.Errorf("have %q a minute later, want %q", have, c.full)
				}
				o.inbox.behave(nil, nil)
				o.exec(`PRAGMA query_only = 0`)
				time.Sleep(10 * time.Minute)
				if have, want := o.fullTitles(), slices.Concat(c.full, c.room); !slices.Equal(have, want) {
					t.Errorf("have %q with room again, want %q", have, want)
				}
				if n := o.pending(); n != 0 {
					t.Errorf("%d alerts wait, want none", n)
				}
			})
		})
	}
}

func (o *office) fullTitles() (list []string) {
	for _, m := range o.inbox.all() {
		list = append(list, m.Title)
	}
	return list
}

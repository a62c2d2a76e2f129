package notify

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Shared is an address of the configuration that every alert goes to, and how well things arrive there.
type Shared struct {
	Channel   string
	Recipient string
	ProvenAt  time.Time   // when a message last arrived; zero before one has
	Test      ChannelTest // the latest by hand; the zero one when there was none
	Waiting   int         // alerts that have not left
	Oldest    time.Time   // since when the first of them waits
	Trouble   Notice      // what is known to keep them; the zero Notice when nothing is
}

// SharedAddresses returns the shared addresses in their order. Where no channel is configured there is none.
func (d *Desk) SharedAddresses(ctx context.Context) (list []Shared, err error) {
	proven, err := d.provenLanes(ctx)
	if err != nil {
		return nil, err
	}
	tests, err := d.channelTests(ctx)
	if err != nil {
		return nil, err
	}
	live, err := d.liveNotices(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range d.channels {
		l := lane{c.Name, c.Recipient}
		if c.Name == ConsoleChannel {
			continue
		}
		s := Shared{Channel: l.channel, Recipient: l.recipient, ProvenAt: proven[l]}
		if n := slices.IndexFunc(tests, func(t ChannelTest) bool { return t.Channel == l.channel && t.Recipient == l.recipient }); n >= 0 {
			s.Test = tests[n]
		}
		for _, n := range live {
			if n.Kind == NoticeWay(l.channel) || n.Kind == NoticeAway(l.channel) || n.Kind == noticeShared(l) {
				s.Trouble = n
			}
		}
		if s.Waiting, s.Oldest, err = d.waitingIn(ctx, l); err != nil {
			return nil, fmt.Errorf("count what waits for %s: %w", l.channel, err)
		}
		list = append(list, s)
	}
	return list, nil
}

// TestShared tries one of the shared addresses, as TestChannel does. The error wraps ErrNotFound when there is no such address.
func (d *Desk) TestShared(ctx context.Context, channel, recipient string) error {
	c, shared := d.senders[lane{channel, recipient}]
	if !shared || c.Name == ConsoleChannel {
		return fmt.Errorf("test a shared address of %s: %w", channel, ErrNotFound)
	}
	return d.TestChannel(ctx, channel, recipient, c.Language)
}

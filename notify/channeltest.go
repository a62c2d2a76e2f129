package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// ChannelTest is how the latest test of an address went.
type ChannelTest struct {
	Channel   string
	Recipient string
	At        time.Time
	Problem   string // "" when the message was delivered
}

// TestChannel sends a message to an address, at once and beside the outbox, that says that it is a test, and remembers how that
// went. An error that wraps ErrNotFound says that no such channel is configured; any other is the channel's.
func (d *Desk) TestChannel(ctx context.Context, channel, to string, lang targets.Language) error {
	sender := d.carrier(lane{channel, to})
	if sender == nil {
		return fmt.Errorf("test the channel %s: %w", channel, ErrNotFound)
	}
	t := ChannelTest{Channel: channel, Recipient: to, At: time.Now()}
	within, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	_, failure := sender.Send(within, testMessage(t, lang))
	if failure != nil {
		t.Problem = failure.Error()
	}
	return errors.Join(failure, d.keepChannelTest(context.WithoutCancel(ctx), t))
}

// ChannelTests returns the latest test of every address that was tested.
func (d *Desk) ChannelTests(ctx context.Context) ([]ChannelTest, error) { return d.channelTests(ctx) }

// wordNoIncident says what a test means.
var wordNoIncident = phrase{"Không phải sự cố; không cần làm gì.", "This is no incident; nothing has to be done."}

func testMessage(t ChannelTest, lang targets.Language) Message {
	s := speech{lang}
	title := s.say(wordTestTitle)
	return Message{Recipient: t.Recipient, Title: title, Body: s.lines(s.when(t.At), s.say(wordNoIncident)), Short: short("", title+" "+clock(t.At), ""), Severity: Info}
}

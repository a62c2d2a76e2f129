package notify

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Presence is what became of us in a conversation, as the channel says before anything is sent there.
type Presence struct {
	Channel string
	Chats   []string // the names that the conversation goes by: as recipients without any part of it, as in Press
	User    string   // who did it
	Here    bool     // messages arrive there
	Why     string   // the channel's own word: "kicked"
	Private bool     // it is one person's
}

// Present takes note of that. Where people are told of incidents it is what a message to there would have found out: a notice on the
// other ways, or the failure of somebody's address; or that this is over. The Answer is for a conversation of several people that
// nobody has configured, into which we were put: we have no business there.
func (d *Desk) Present(ctx context.Context, p Presence) (Answer, error) {
	now := time.Now()
	known, err := d.presentShared(ctx, p, now)
	for _, chat := range p.Chats {
		if err == nil {
			known, err = d.presentAt(ctx, p, chat, known, now)
		}
	}
	if err != nil {
		return Answer{}, fmt.Errorf("note what became of us in a conversation of %s: %w", p.Channel, err)
	}
	if known || p.Private || !p.Here {
		return Answer{}, nil
	}
	who, err := d.speakerOf(ctx, p.Channel, p.User, now)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Title: fmt.Sprintf(who.say(wordStrangeChat), p.Chats[0]), Body: who.say(wordStrangeChatHow)}, d.deny(ctx, who, p.Chats[0], "a conversation that is not configured")
}

// presentShared declares, of the shared addresses that a conversation is, whether they are reached.
func (d *Desk) presentShared(ctx context.Context, p Presence, now time.Time) (known bool, err error) {
	for _, c := range d.channels {
		to, err := d.forwarded(ctx, lane{c.Name, c.Recipient})
		if err != nil {
			return known, err
		}
		if c.Name != p.Channel || !slices.Contains(p.Chats, conversation(to)) {
			continue
		}
		n := Notice{Kind: noticeShared(lane{c.Name, c.Recipient}), Detail: p.reason()}
		if p.Here {
			n.Until, n.Detail = now, ""
		}
		if err := d.Declare(ctx, n); err != nil {
			return known, err
		}
		known = true
	}
	return known, nil
}

// presentAt notes at somebody's address whether it is reached.
func (d *Desk) presentAt(ctx context.Context, p Presence, chat string, known bool, now time.Time) (bool, error) {
	found, err := d.settleAddress(ctx, lane{p.Channel, chat}, p.Here, p.reason(), now)
	if found {
		d.rouse()
	}
	return known || found, err
}

func (p Presence) reason() string { return p.Channel + ": the bot is there no more: " + p.Why }

// Recipients lists the conversations that messages of a channel go to: the shared ones and people's own.
func (d *Desk) Recipients(ctx context.Context, channel string) (list []string, err error) {
	for _, c := range d.channels {
		if c.Name == channel {
			to, err := d.forwarded(ctx, lane{c.Name, c.Recipient})
			if err != nil {
				return nil, err
			}
			list = append(list, conversation(to))
		}
	}
	own, err := queryAddresses(ctx, d.registry.DB().Read, `a.channel = ?`, channel)
	for _, a := range own {
		list = append(list, conversation(a.Recipient))
	}
	return list, err
}

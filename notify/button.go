package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"canhcong/targets"
)

// buttonLasts is how long a button counts after it was sent.
const buttonLasts = 24 * time.Hour

// button is one Action as it was sent: under a message about an incident or a group, to one recipient.
type button struct {
	ID        string
	About     About
	Deed      deed
	Channel   string
	Recipient string
	Message   string // the channel's id of the message; "" until that is known
	ExpiresAt time.Time
}

// Press is a person pressing a button.
type Press struct {
	Button  string // Action.ID
	Channel string
	User    string // the channel's own name of the person: where they alone are reached
	Chat    string // where the message is: a recipient without any part after a colon or slash, which is a topic of it
	Message string // its receipt
}

// Answer is what somebody hears who pressed a button or said something.
type Answer struct {
	Toast    string // a line or two, which a channel that can shows to nobody else
	Discreet bool   // the toast is for nobody else, whatever the channel can
	Title    string // a message where it was said; "" for none
	Body     string
	Question int64  // the message asks something, in the reply to it: Asked is told where it stands; 0 when it does not
	Whom     string // the name of whoever is asked
}

// doubt is why a button does not do what it says.
type doubt string

// The doubts, all of which are answered alike by whoever forged a button and kindly to everybody else.
const (
	doubtForged  doubt = "forged"  // there is no such button, or it belongs to another message
	doubtExpired doubt = "expired" // it was sent too long ago
)

// doubtOf returns why a press of the button does not count, "" when it does. One whose message is not known yet, because it
// was pressed before the outbox could write it down, counts in the right conversation.
func (b button) doubtOf(p Press, now time.Time) doubt {
	switch {
	case b.Channel != p.Channel || conversation(b.Recipient) != p.Chat || b.Message != "" && b.Message != p.Message:
		return doubtForged
	case !now.Before(b.ExpiresAt):
		return doubtExpired
	}
	return ""
}

// conversation is a recipient without the part of it, a topic, that comes after a colon or slash.
func conversation(recipient string) string {
	if n := strings.IndexAny(recipient, ":/"); n >= 0 {
		return recipient[:n]
	}
	return recipient
}

// offering is a subject about which something can be done.
type offering interface {
	subject
	deeds() []deed
}

// actions are the buttons under a job's message to a recipient. On a channel that nobody listens to there are none, and when they cannot be made
// the message leaves without them.
func (d *Desk) actions(ctx context.Context, j job, to string, lang targets.Language) (list []Action) {
	s, ok := j.about.(offering)
	if !ok || !d.heard[j.channel] || j.picture() {
		return nil
	}
	message := ""
	if d.replaces(j) {
		message = j.first
	}
	for _, does := range s.deeds() {
		id, err := d.mint(ctx, button{About: s.about(), Deed: does, Channel: j.channel, Recipient: to, Message: message}, time.Now())
		if err != nil {
			d.log.ErrorContext(ctx, "an alert leaves without buttons", "about", s.label(), "error", err)
			return nil
		}
		list = append(list, Action{ID: id, Label: deedWords[does].in(lang)})
	}
	return list
}

// settleButtons ties the buttons of a message to it once it was sent, and forgets those of one that certainly was not. Those of
// a message that may have arrived stay as they are.
func (d *Desk) settleButtons(ctx context.Context, r delivery) error {
	switch {
	case r.err == nil && r.receipt.ID != "":
		return d.bindAll(ctx, r.actions, cmp.Or(r.receipt.MovedTo, r.to), r.receipt.ID)
	case r.err != nil && certainlyNotSent(r.err):
		return d.withdraw(ctx, r.actions)
	}
	return nil
}

// Press does what a button says, for whoever is known by the address they pressed it from. Pressing again changes nothing, and
// tells how things stand. An error means that it could not be done, and is worth another try.
func (d *Desk) Press(ctx context.Context, p Press) (Answer, error) {
	answer, err := d.press(ctx, p, time.Now())
	if err != nil {
		return Answer{}, fmt.Errorf("press a button: %w", err)
	}
	return answer, nil
}

func (d *Desk) press(ctx context.Context, p Press, now time.Time) (Answer, error) {
	who, err := d.speakerOf(ctx, p.Channel, p.User, now)
	if err != nil {
		return Answer{}, err
	}
	if who.rights == isStranger {
		return discreet(who.say(wordNotLinked)), d.deny(ctx, who, p.Button, "not linked")
	}
	b, err := d.buttonByID(ctx, p.Button)
	if errors.Is(err, ErrNotFound) {
		return discreet(who.say(wordButtonGone)), d.deny(ctx, who, p.Button, string(doubtForged))
	}
	if err != nil {
		return Answer{}, err
	}
	if doubt := b.doubtOf(p, now); doubt != "" {
		return d.doubtful(ctx, who, b, doubt)
	}
	if who.rights != mayAct {
		return discreet(who.say(wordNotOnRoster)), d.deny(ctx, who, b.object(), "not on the roster")
	}
	if b.Message == "" {
		if err := d.bind(ctx, b.ID, p.Message); err != nil {
			return Answer{}, err
		}
	}
	return d.perform(ctx, who, b, now)
}

// object names what a button is about as the audit log does.
func (b button) object() string { return fmt.Sprintf("%s/%d", b.About.Kind, b.About.ID) }

// doubtful answers a press that does not count.
func (d *Desk) doubtful(ctx context.Context, who speaker, b button, because doubt) (Answer, error) {
	if because == doubtForged {
		return discreet(who.say(wordButtonGone)), d.deny(ctx, who, b.object(), string(because))
	}
	about, err := subjectOf(ctx, d.registry.DB().Read, b.About)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Toast: fmt.Sprintf(who.say(wordButtonOld), about.label())}, nil
}

func discreet(toast string) Answer { return Answer{Toast: toast, Discreet: true} }

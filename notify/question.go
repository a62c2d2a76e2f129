package notify

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// questionLasts is how long somebody may take to write down a reason.
const questionLasts = 10 * time.Minute

// question asks one person for the reason of what they found, in the reply to the message that asks.
type question struct {
	ID         int64
	IncidentID int64
	PersonID   int64
	Finding    Finding
	Channel    string
	AskedAt    time.Time
}

// ask asks for the reason of a finding.
func (d *Desk) ask(ctx context.Context, who speaker, i Incident, f Finding, now time.Time) (Answer, error) {
	id, err := d.keepQuestion(ctx, question{IncidentID: i.ID, PersonID: who.ID, Finding: f, Channel: who.channel, AskedAt: now})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Toast: who.say(wordWriteWhy), Title: fmt.Sprintf(who.say(wordWhy), i.Number, f.Text(who.lang)), Body: who.say(wordHowToReply),
		Question: id, Whom: plain(who.Name)}, nil
}

// Asked is told by which message a question was asked, and in which conversation: the reply to it is the answer.
func (d *Desk) Asked(ctx context.Context, question int64, chat, message string) error {
	return d.placeQuestion(ctx, question, chat, message)
}

// hearReason takes a reply for the reason that its writer was asked for. ours is false when it is none.
func (d *Desk) hearReason(ctx context.Context, who speaker, c Command) (a Answer, ours bool, err error) {
	q, err := d.questionAt(ctx, c.Channel, c.Chat, c.ReplyTo)
	if errors.Is(err, ErrNotFound) || err == nil && q.PersonID != who.ID {
		return Answer{}, false, nil
	}
	switch {
	case err != nil:
		return Answer{}, false, err
	case who.rights != mayAct:
		return Answer{Title: who.say(wordNotOnRoster)}, true, nil
	case c.At.Sub(q.AskedAt) > questionLasts:
		return Answer{Title: who.say(wordAskedTooLongAgo)}, true, nil
	}
	a, err = d.takeReason(ctx, who, q, c.Text)
	return a, true, err
}

// takeReason records what somebody found, now that they have said why.
func (d *Desk) takeReason(ctx context.Context, who speaker, q question, reason string) (Answer, error) {
	i, err := d.incident(ctx, q.IncidentID)
	if err != nil {
		return Answer{}, err
	}
	if !i.Told() { // over, by this reply for one
		return Answer{Title: who.taken(i.taking(), time.Now())}, nil
	}
	if i.Red { // worse than when it was asked
		return Answer{Title: fmt.Sprintf(who.say(wordOnlyOnConsole), i.Number)}, nil
	}
	a, err := d.verified(ctx, who, i, q.Finding, reason)
	if errors.Is(err, ErrReason) {
		return Answer{Title: who.say(wordHowToReply), Question: q.ID, Whom: plain(who.Name)}, nil
	}
	return Answer{Title: a.Toast}, err
}

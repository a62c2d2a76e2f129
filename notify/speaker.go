package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/targets"
)

// rights are what somebody may do who speaks to us over a channel.
type rights int

const (
	isStranger rights = iota // nobody is known by that address
	isGuest                  // a person who sees one unit only: the console shows it to them
	mayAsk                   // about everything
	mayAct                   // too: on the list of duty, or on duty now
)

// speaker is who speaks to us over a channel, and what they may do. The zero Person is a stranger's.
type speaker struct {
	Person
	speech
	rights  rights
	channel string
	user    string
}

// speakerOf finds out who speaks: the person that an address of theirs, the one where they alone are reached, is linked to.
func (d *Desk) speakerOf(ctx context.Context, channel, user string, now time.Time) (speaker, error) {
	who := speaker{speech: speech{targets.Vietnamese}, channel: channel, user: user}
	_, p, err := d.AddressOf(ctx, channel, user)
	if err == nil {
		p, err = d.Person(ctx, p.ID) // who has retired is a stranger
	}
	if errors.Is(err, ErrNotFound) {
		return who, nil
	}
	if err != nil {
		return who, fmt.Errorf("find out who speaks: %w", err)
	}
	who.Person, who.speech = p, speech{p.Language}
	who.rights, err = d.rightsOf(ctx, p, now)
	return who, err
}

func (d *Desk) rightsOf(ctx context.Context, p Person, now time.Time) (rights, error) {
	if p.Role == Admin || p.Role == Duty {
		return mayAct, nil
	}
	watches, err := d.OnDuty(ctx, now)
	switch {
	case err != nil:
		return isGuest, err
	case slices.ContainsFunc(watches, func(w Watch) bool { return w.Person.ID == p.ID }):
		return mayAct, nil
	case p.Role == Leader:
		return mayAsk, nil
	}
	return isGuest, nil
}

// name is how the audit log calls them.
func (s speaker) name() string {
	if s.rights == isStranger {
		return s.channel + ":" + s.user
	}
	return s.Login
}

// mostDenials is how much of what an account tries in vain within an hour is written down: apps that are not Telegram's press
// anything, without end, and the audit log is kept for good.
const mostDenials = 20

// deny writes down that somebody tried what they may not.
func (d *Desk) deny(ctx context.Context, who speaker, object, because string) error {
	account, now := who.channel+":"+who.user, time.Now()
	if d.denials.over(account, now) {
		return nil
	}
	d.denials.add(account, now)
	return d.audit(ctx, who.name(), "denied", plain(object), who.channel+": "+because)
}

// AuditLog writes one line of the audit log, which is not this room's: who did what to what, "site/12".
type AuditLog func(ctx context.Context, actor, action, object, detail string) error

// logAudit stands in where no audit log is kept.
func (d *Desk) logAudit(ctx context.Context, actor, action, object, detail string) error {
	d.log.InfoContext(ctx, "said over a channel", "actor", actor, "action", action, "object", object, "detail", detail)
	return nil
}

package notify

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	linkLetters = 8                // of a code: 40 bits, of which an account may guess five in an hour
	linkLasts   = 15 * time.Minute // time to write it into a phone
	mostGuesses = 5                // wrong codes of one account in an hour
)

// LinkCode is what a person says once, over a channel, to have their account there for an address.
type LinkCode struct {
	Code  string // shown once, never kept
	Until time.Time
}

// NewLinkCode makes the code of a person. One made before, and not used, stops to count. The error wraps ErrNotFound.
func (d *Desk) NewLinkCode(ctx context.Context, personID int64) (LinkCode, error) {
	p, err := d.Person(ctx, personID)
	if err != nil {
		return LinkCode{}, fmt.Errorf("make a link code: %w", err)
	}
	now := time.Now()
	c := LinkCode{Code: rand.Text()[:linkLetters], Until: now.Add(linkLasts)} // base32: no 0, 1, 8 or 9 to mistake
	if err := d.keepLinkCode(ctx, p.ID, hashLink(c.Code), now, c.Until); err != nil {
		return LinkCode{}, fmt.Errorf("make the link code of %s: %w", p.Login, err)
	}
	return c, nil
}

// hashLink is how a code is kept, however it was typed.
func hashLink(typed string) string {
	sum := sha256.Sum256([]byte(strings.ToUpper(strings.TrimSpace(typed))))
	return hex.EncodeToString(sum[:])
}

// link makes the account that a code was said from an address of the person it was made for. Codes are only good where nobody
// else reads them: one that was said in a group stops to count.
func (d *Desk) link(ctx context.Context, c Command, code string, now time.Time) (Answer, error) {
	who, err := d.speakerOf(ctx, c.Channel, c.User, now)
	if err != nil {
		return Answer{}, err
	}
	if !c.Private {
		_, _, err := d.useLinkCode(ctx, hashLink(code), now)
		return Answer{}, err
	}
	account := c.Channel + ":" + c.User
	if d.guesses.over(account, now) {
		return Answer{}, nil
	}
	owner, ok, err := d.linkCodeOwner(ctx, hashLink(code), now)
	switch {
	case err != nil:
		return Answer{}, err
	case ok && who.rights != isStranger && who.ID != owner:
		return Answer{Title: fmt.Sprintf(who.say(wordLinkedToAnother), plain(who.Name))}, d.deny(ctx, who, personName(owner), "linked to another person")
	case !ok && who.rights != isStranger: // said before, or twice
		return who.welcome(), nil
	case ok:
		return d.linkTo(ctx, who, hashLink(code), now)
	}
	d.guesses.add(account, now)
	return Answer{Title: who.say(wordBadCode)}, d.deny(ctx, who, "person", "a link code that does not count")
}

// linkTo uses a code up.
func (d *Desk) linkTo(ctx context.Context, who speaker, hash string, now time.Time) (Answer, error) {
	owner, ok, err := d.useLinkCode(ctx, hash, now)
	if err != nil {
		return Answer{}, err
	}
	if !ok { // somebody else was faster
		return Answer{Title: who.say(wordBadCode)}, nil
	}
	_, err = d.AddAddress(ctx, Address{PersonID: owner, Channel: who.channel, Recipient: who.user})
	if errors.Is(err, ErrTaken) {
		return Answer{Title: who.say(wordBadCode)}, nil
	}
	if err != nil {
		return Answer{}, err
	}
	if who, err = d.speakerOf(ctx, who.channel, who.user, now); err != nil {
		return Answer{}, err
	}
	return who.welcome(), d.audit(ctx, who.Login, "person.link", personName(owner), who.channel)
}

func personName(id int64) string { return fmt.Sprintf("person/%d", id) }

// welcome says whose account this is, and what can be said here.
func (s speaker) welcome() Answer {
	return Answer{Title: fmt.Sprintf(s.say(wordWelcome), plain(s.Name)), Body: s.lines(s.say(wordWelcomeMore), s.help())}
}

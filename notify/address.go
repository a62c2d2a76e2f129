package notify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"canhcong/targets"
)

// Address is one way to reach one person. A person has any number, in the order in which they are tried; an address belongs to
// one person.
type Address struct {
	ID        int64
	PersonID  int64
	Channel   string    // name of the way: "telegram"
	Recipient string    // the channel's own address: a chat id, a mailbox
	Place     int       // 1 is tried first; 0, of a new one, is after all others
	ProvenAt  time.Time // when a message last arrived there; zero before one has
	FailedAt  time.Time // since when the channel says that nothing can arrive there; zero while something may
	Failure   string    // why, as the channel says
	CreatedAt time.Time
}

func (a Address) lane() lane { return lane{a.Channel, a.Recipient} }

// longestRecipient is how many characters an address may have: those of a mailbox (RFC 5321, 4.5.3.1) and room for a web hook.
const longestRecipient = 300

// AddressError says that something cannot be an address.
type AddressError struct{ says phrase }

// Error implements error.
func (e *AddressError) Error() string { return e.says.en }

// Text tells a person what is wrong and what to do about it.
func (e *AddressError) Text(lang targets.Language) string { return e.says.in(lang) }

// problem says what keeps an address from being one; nil when nothing does.
func (a Address) problem(ways []string) error {
	switch {
	case len(ways) == 0:
		return &AddressError{wordNoWays}
	case !slices.Contains(ways, a.Channel):
		list := strings.Join(ways, ", ")
		return &AddressError{phrase{fmt.Sprintf(wordNoSuchWay.vi, a.Channel, list), fmt.Sprintf(wordNoSuchWay.en, a.Channel, list)}}
	case a.Recipient == "" || utf8.RuneCountInString(a.Recipient) > longestRecipient || plain(a.Recipient) != a.Recipient:
		return &AddressError{wordNoRecipient}
	default:
		return nil
	}
}

// Ways returns the names of the configured ways to people, sorted: those that an address can be of.
func (d *Desk) Ways() []string { return slices.Sorted(maps.Keys(d.carriers)) }

// AddAddress gives a person one more address, at its place among the others. One that the person has already is made to count
// again, if it had failed, and keeps its place. The error is an *AddressError when it cannot be one, and wraps ErrTaken when it
// is somebody else's.
func (d *Desk) AddAddress(ctx context.Context, a Address) (Address, error) {
	a.Recipient = strings.TrimSpace(a.Recipient)
	err := a.problem(d.Ways())
	if err == nil {
		a, err = d.addAddress(ctx, a, time.Now())
	}
	if err != nil {
		return Address{}, fmt.Errorf("add an address of %s to person %d: %w", a.Channel, a.PersonID, err)
	}
	return a, nil
}

// Addresses returns the addresses of a person in the order in which they are tried.
func (d *Desk) Addresses(ctx context.Context, personID int64) ([]Address, error) {
	return addressesOf(ctx, d.registry.DB().Read, personID)
}

// Address returns one address that is still somebody's. The error wraps ErrNotFound.
func (d *Desk) Address(ctx context.Context, id int64) (Address, error) {
	return addressByID(ctx, d.registry.DB().Read, id)
}

// AddressOf returns an address by what its channel calls it, and whose it is. The error wraps ErrNotFound.
func (d *Desk) AddressOf(ctx context.Context, channel, recipient string) (Address, Person, error) {
	return addressOf(ctx, d.registry.DB().Read, lane{channel, recipient})
}

// MoveAddress puts an address at another place among those of its person, 1 being the first. The error wraps ErrNotFound.
func (d *Desk) MoveAddress(ctx context.Context, id int64, place int) error {
	return d.moveAddress(ctx, id, place)
}

// RemoveAddress takes an address from its person. The error wraps ErrNotFound.
func (d *Desk) RemoveAddress(ctx context.Context, id int64) error {
	return d.removeAddress(ctx, id, time.Now())
}

// TestAddress sends a message to an address now, so that its person and the console see whether it arrives. While one is under
// way it does nothing. The error wraps ErrNotFound.
func (d *Desk) TestAddress(ctx context.Context, id int64) error {
	if err := d.testAddress(ctx, id, time.Now()); err != nil {
		return fmt.Errorf("test address %d: %w", id, err)
	}
	d.rouse()
	return nil
}

// TestOf returns the last test of an address, and false when there was none.
func (d *Desk) TestOf(ctx context.Context, id int64) (Alert, bool, error) {
	list, err := d.alerts(ctx, "WHERE about_kind = ? AND about_id = ? ORDER BY id DESC LIMIT 1", AboutAddress, id)
	if err != nil || len(list) == 0 {
		return Alert{}, false, err
	}
	return list[0], true, nil
}

func (a Address) about() About { return About{AboutAddress, a.ID} }

func (a Address) label() string { return fmt.Sprintf("address %d", a.ID) }

// tell implements subject: all there is to say about an address is that this message has arrived.
func (a Address) tell(ctx context.Context, d *Desk, _ job, lang targets.Language) (Message, string, error) {
	p, err := d.Person(ctx, a.PersonID)
	if err != nil {
		return Message{}, "", fmt.Errorf("read whose address %d is: %w", a.ID, err)
	}
	s := speech{lang}
	return Message{
		Title: s.say(wordTestTitle),
		Body:  s.lines(fmt.Sprintf(s.say(wordTestBody), plain(p.Name)), s.when(time.Now())),
	}, "", nil
}

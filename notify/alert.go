package notify

import (
	"errors"
	"time"
)

// Kind is the fact an alert tells.
type Kind string

// The kinds of alerts.
const (
	KindOpened       Kind = "opened"
	KindWorsened     Kind = "worsened"
	KindConfirmed    Kind = "confirmed" // later looks agree; takes the place of the message that told the opening
	KindUpdated      Kind = "updated"   // how many a group tells of now; takes the place of the message that told the opening
	KindPicture      Kind = "picture"   // before and after, side by side; belongs to the text sent before it
	KindAcknowledged Kind = "acknowledged"
	KindVerified     Kind = "verified"  // what a person found out; takes the place of the message that told the opening
	KindUnfixed      Kind = "unfixed"   // it was said to be mended, and is not
	KindEscalated    Kind = "escalated" // nobody has taken it on; for those who are next
	KindWoken        Kind = "woken"     // people asked to be told nothing more of it for a while, which is over
	KindFlapping     Kind = "flapping"  // it comes and goes; opens the incident where nobody was told of it yet
	KindDigest       Kind = "digest"    // it still does
	KindClosed       Kind = "closed"
	KindReminded     Kind = "reminded" // what began before today still lasts
	KindTest         Kind = "test"     // whether an address works
	KindNoted        Kind = "noted"    // a note: nothing began and nothing is over
	KindSwapped      Kind = "swapped"  // a shift has changed hands
)

// Alert is one fact for one recipient, about an incident, say, or a notice: a row of the outbox.
type Alert struct {
	ID        int64
	About     About
	Kind      Kind
	Channel   string
	Recipient string
	PersonID  int64 // whose address that is; 0 for one that people share
	VerdictID int64 // of the incident
	CreatedAt time.Time
	NotBefore time.Time
	Attempts  int
	ClaimedAt time.Time // set before a try; zero when no try can have arrived unnoticed
	SentAt    time.Time // zero while it waits
	Receipt   string
	LastError string
	CarriedBy int64 // the alert whose message told this fact as well; 0 when it was sent by itself

	AfterID    int64     // the same fact at the person's address before this one; 0 at the first
	ReleasedAt time.Time // when that proved useless, so that this one is sent; zero while it is held
}

// ToldBefore says whether a message of its own told the alert before an instant.
func (a Alert) ToldBefore(t time.Time) bool {
	return a.CarriedBy == 0 && !a.SentAt.IsZero() && a.SentAt.Before(t)
}

// Event is one entry in the timeline of an incident.
type Event struct {
	ID         int64
	IncidentID int64
	At         time.Time
	Kind       Reason
	Actor      string // "canhcong" or a person's login
	Detail     string // a person's words, or, from the machine, the state that the look found: "defaced"
}

// OutboxState says how well alerts are leaving.
type OutboxState struct {
	Pending       int
	OldestPending time.Time // zero when nothing waits
	LastError     string    // of the alert tried last among those that wait
	Channels      []string  // names, as configured
	Configured    bool      // false when alerts only reach the log and the console
}

// RetryAfterError says that a channel wants to be left alone by one recipient's messages for a while.
type RetryAfterError struct{ After time.Duration }

// Error implements error.
func (e *RetryAfterError) Error() string { return "the channel asks to wait " + e.After.String() }

// RefusedError says that a channel has understood a message and will not take it: others to the same recipient may pass.
type RefusedError struct{ Reason string }

// Error implements error.
func (e *RefusedError) Error() string { return "refused: " + e.Reason }

// UnreachableError says that a recipient cannot be reached over a channel until a person mends something: the bot was thrown
// out of the group, the mailbox does not exist. With Whole nobody can: the token was revoked, the login is wrong.
type UnreachableError struct {
	Reason string
	Whole  bool
}

// Error implements error.
func (e *UnreachableError) Error() string { return "cannot be reached: " + e.Reason }

// ErrNotSent is wrapped by errors of a Sender that knows that the message has not arrived: the connection was refused,
// the name did not resolve. After any other error the next try is marked as a repeat.
var ErrNotSent = errors.New("nothing was sent")

// ErrPartSent is wrapped by errors of a Sender that has sent a text, and then failed at what belongs to it, whatever else the
// error says: the next try is a repeat.
var ErrPartSent = errors.New("only a part was sent")

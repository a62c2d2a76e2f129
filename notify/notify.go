// Package notify tells the right person.
//
// A Verdict moves the incident of its site and concern: suspected after the first bad look, open once later looks agree,
// closed once clean looks follow. Incident.Next decides and names its reason; the incident and the alerts that follow from
// it are written in one transaction. One outbox loop sends alerts through a Sender and marks them sent only afterwards, for
// as long as it takes: after a crash an alert may arrive twice, and then says so, but it is never lost.
//
// What the monitor has to say about itself, that it is blind for one, is a Notice, declared from outside: it opens and ends
// as an incident does, and its alerts leave through the same outbox. A Note is said once on its day even when nothing
// happened: it proves that the monitor lives.
//
// People answer over a channel that is listened to: a Press of a button under a message, or a Command. Who speaks is known by the
// address that they linked to themselves with a code; an Answer says what became of it.
//
// The room owns people, the roster of who is on duty, incidents with their timeline, notices, and alerts.
package notify

import (
	"context"
	"errors"
)

// ErrNotFound is returned (wrapped) when a named incident or person does not exist.
var ErrNotFound = errors.New("not found")

// ErrTaken is returned (wrapped) by AddPerson when the login belongs to somebody already.
var ErrTaken = errors.New("already taken")

// Sender carries messages over one channel.
type Sender interface {
	// Send delivers one message to one recipient and returns the channel's receipt. It tries once: repeating is the
	// outbox's work. A *RetryAfterError says how long the channel wants to be left alone. Any other error is tried again
	// with back-off. No error may contain a secret.
	Send(ctx context.Context, m Message) (Receipt, error)
}

// Message is an alert put into words, as plain data. A channel marks up, escapes and cuts it as its own rules demand.
type Message struct {
	Recipient string // the channel's own address: a chat id, a mailbox
	Title     string // one line: severity and what happened
	Body      string // plain text, UTF-8, of any length; its first lines matter most
	Picture   []byte // PNG; a message with a picture is sent after the text it belongs to, with Title as its caption
	File      *File  // sent with the text: a list that is too long for it, a report; nil for none
	Short     string // the same in 160 characters without accents, for channels that carry short texts; "" leaves it to the title
	Severity  Severity
	Link      string   // to the page of the console that says more; "" for none
	Actions   []Action // what the reader can do at once; a channel without buttons leaves them out
	ReplyTo   string   // receipt of the message this one belongs to; "" when there is none
	Quiet     bool     // nobody has to be disturbed: a channel that can delivers it without a sound
	Replaces  bool     // that message says the same, less surely: a channel that can edit puts this one in its place
}

// File is sent along with a message.
type File struct {
	Name    string // "danh-sach.txt"
	Type    string // "text/plain; charset=utf-8"
	Content []byte
}

// Action is a button under a message.
type Action struct {
	ID    string // opaque, at most 64 bytes: what the channel hands back when it is pressed
	Label string
}

// Receipt is the channel's proof of delivery.
type Receipt struct {
	ID      string
	MovedTo string // the recipient's address from now on, where the channel says that it has changed; "" otherwise
}

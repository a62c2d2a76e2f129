package notify

import (
	"strings"
	"time"
)

// Delivery is how far an alert has come.
type Delivery string

// The stages of an alert. The last five are final.
const (
	Queued        Delivery = "queued"        // it waits for its turn
	Held          Delivery = "held"          // it waits to see whether the same fact arrives at the person's address before
	Failing       Delivery = "failing"       // it was tried, and will be again
	Delivered     Delivery = "delivered"     // a message told it
	Spared        Delivery = "spared"        // there was no need: the person knows from another channel, or somebody is on it
	Undeliverable Delivery = "undeliverable" // nothing can arrive at the address; others were told
	Omitted       Delivery = "omitted"       // a picture that cannot be had, or that the channel does not take; its text was told
	Rerouted      Delivery = "moved"         // its channel is not configured any more; others were told
)

// What the last error of an alert says that was never sent, and will not be.
const (
	noteMoved         = "moved to the channels that are configured now"
	noteSpared        = "the person was told on another channel"
	noteTaken         = "somebody is on it, or it is over"
	noteRemoved       = "the address was taken away"
	noteUndeliverable = "nothing can arrive at the address; others were told"
)

// noPicture begins the last error of a picture that was given up.
const noPicture = "no picture: "

var unsentBecause = map[string]Delivery{
	noteMoved: Rerouted, noteSpared: Spared, noteTaken: Spared, noteRemoved: Spared, noteGrouped: Spared, noteUndeliverable: Undeliverable,
}

// Delivery says how far the alert has come.
func (a Alert) Delivery() Delivery {
	because, unsent := unsentBecause[a.LastError]
	switch {
	case !a.SentAt.IsZero() && unsent:
		return because
	case !a.SentAt.IsZero() && strings.HasPrefix(a.LastError, noPicture):
		return Omitted
	case !a.SentAt.IsZero():
		return Delivered
	case a.AfterID != 0 && a.ReleasedAt.IsZero():
		return Held
	case a.LastError != "":
		return Failing
	default:
		return Queued
	}
}

func (s Delivery) settled() bool { return s != Queued && s != Held && s != Failing }

// Since is when the alert could be sent first.
func (a Alert) Since() time.Time {
	if a.ReleasedAt.IsZero() {
		return a.CreatedAt
	}
	return a.ReleasedAt
}

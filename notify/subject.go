package notify

import (
	"context"
	"fmt"
	"strconv"

	"canhcong/targets"
)

// subject is what alerts tell of, as it stood when they were claimed: an incident of a site, or a notice of the monitor
// about itself.
type subject interface {
	name() name
	// label names it in the log.
	label() string
	// tell puts a job into words as things stand now. note says why there is nothing to send.
	tell(ctx context.Context, d *Desk, j job, lang targets.Language) (m Message, note string, err error)
}

// name is what the outbox knows a subject by: one of the two is 0.
type name struct{ incident, notice int64 }

func (i Incident) name() name { return name{incident: i.ID} }

func (i Incident) label() string { return i.Number }

func (n Notice) name() name { return name{notice: n.ID} }

func (n Notice) label() string { return fmt.Sprintf("%s notice %d", n.Kind, n.ID) }

// key begins the key of every alert about the subject.
func (n name) key() string {
	if n.notice != 0 {
		return fmt.Sprintf("notice-%d", n.notice)
	}
	return strconv.FormatInt(n.incident, 10)
}

// message puts a job into words, for the one who gets it.
func (d *Desk) message(ctx context.Context, j job) (m Message, note string, err error) {
	lang := d.senders[j.lane].Language
	if m, note, err = j.about.tell(ctx, d, j, lang); err != nil {
		return Message{}, "", err
	}
	m.Recipient, m.ReplyTo = j.lane.recipient, j.first
	m.Replaces = j.kind() == KindConfirmed && j.first != ""
	if j.repeat() {
		m.Title += " " + wordAgain.in(lang)
	}
	return m, note, nil
}

package notify

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"canhcong/targets"
)

// subject is what alerts tell of, as it stood when they were claimed: an incident of a site, a notice of the monitor about
// itself, or an address that is tried.
type subject interface {
	about() About
	// label names it in the log.
	label() string
	// tell puts a job into words as things stand now. note says why there is nothing to send.
	tell(ctx context.Context, d *Desk, j job, lang targets.Language) (m Message, note string, err error)
}

// About names what an alert tells of.
type About struct {
	Kind AboutKind
	ID   int64
}

// AboutKind is what kind of thing an alert tells of.
type AboutKind string

// The kinds of things that alerts tell of.
const (
	AboutIncident AboutKind = "incident"
	AboutNotice   AboutKind = "notice"
	AboutAddress  AboutKind = "address"
	AboutNote     AboutKind = "note"
	AboutGroup    AboutKind = "group"
	AboutShift    AboutKind = "shift" // that changed hands
)

func (i Incident) about() About { return About{AboutIncident, i.ID} }

func (i Incident) label() string { return i.Number }

func (n Notice) about() About { return About{AboutNotice, n.ID} }

func (n Notice) label() string { return fmt.Sprintf("%s notice %d", n.Kind, n.ID) }

// key begins the key of every alert about the subject.
func (a About) key() string {
	if a.Kind == AboutIncident {
		return strconv.FormatInt(a.ID, 10)
	}
	return fmt.Sprintf("%s-%d", a.Kind, a.ID)
}

// subjectOf reads what an alert tells of.
func subjectOf(ctx context.Context, q querier, a About) (subject, error) {
	switch a.Kind {
	case AboutIncident:
		return incidentByID(ctx, q, a.ID)
	case AboutNotice:
		return noticeByID(ctx, q, a.ID)
	case AboutGroup:
		return countedGroup(ctx, q, a.ID)
	case AboutAddress:
		return addressByID(ctx, q, a.ID)
	case AboutShift:
		return exchangeOf(ctx, q, a.ID)
	case AboutNote:
		return noteByID(ctx, q, a.ID)
	default:
		return nil, fmt.Errorf("an alert is about %q, which this version does not know", a.Kind)
	}
}

// unreadable is a subject that is there, but cannot be read: its alerts are tried again as what a channel refuses is, and hold up
// nothing else.
type unreadable struct {
	what About
	why  error
}

func (u unreadable) about() About { return u.what }

func (u unreadable) label() string { return u.what.key() }

// tell implements subject.
func (u unreadable) tell(context.Context, *Desk, job, targets.Language) (Message, string, error) {
	return Message{}, "", u.why
}

// legible reads what an alert tells of, as far as that can be.
func legible(ctx context.Context, q querier, a About) subject {
	s, err := subjectOf(ctx, q, a)
	if err != nil {
		return unreadable{a, err}
	}
	return s
}

// message puts a job into words, for the one who gets it.
func (d *Desk) message(ctx context.Context, j job) (m Message, note string, err error) {
	lang, err := d.languageOf(ctx, j.lane)
	if err != nil {
		return Message{}, "", err
	}
	if m, note, err = d.text(ctx, j, lang); err != nil {
		return Message{}, "", err
	}
	m.ReplyTo = j.first
	m.Replaces, m.Actions = d.replaces(j), d.actions(ctx, j, m.Recipient, lang)
	return m, note, nil
}

// text is what a job says, and to whom.
func (d *Desk) text(ctx context.Context, j job, lang targets.Language) (m Message, note string, err error) {
	if m, note, err = j.about.tell(ctx, d, j, lang); err != nil {
		return Message{}, "", err
	}
	if m.Recipient, err = d.forwarded(ctx, j.lane); err != nil {
		return Message{}, "", err
	}
	m.Link = d.pageOf(j.about.about())
	if m.Short == "" {
		m.Short = short("", m.Title, "")
	}
	if j.repeat() {
		again := wordAgain.in(lang)
		m.Title, m.Short = m.Title+" "+again, m.Short+" "+gsm(again)
	}
	return m, note, nil
}

// pageOf is where the console says more about something; "" without a console.
func (d *Desk) pageOf(a About) string {
	console := strings.TrimRight(d.consoleURL, "/")
	switch {
	case console == "":
		return ""
	case a.Kind == AboutIncident:
		return fmt.Sprintf("%s/incidents/%d", console, a.ID)
	case a.Kind == AboutGroup:
		return fmt.Sprintf("%s/groups/%d", console, a.ID)
	case a.Kind == AboutShift:
		return fmt.Sprintf("%s/roster/%d", console, a.ID)
	default:
		return console + "/alerts"
	}
}

// languageOf is the language of whoever reads what is sent in a lane: that of the configuration, or of the person.
func (d *Desk) languageOf(ctx context.Context, l lane) (targets.Language, error) {
	if c, shared := d.senders[l]; shared {
		return c.Language, nil
	}
	_, p, err := d.AddressOf(ctx, l.channel, l.recipient)
	if errors.Is(err, ErrNotFound) {
		return targets.Vietnamese, nil // an address that was taken away while a message to it was under way
	}
	return p.Language, err
}

// replaces says whether a job's message takes the place of the first one about its subject, which says the same less surely; or,
// where people can press buttons under it, how it stood before.
func (d *Desk) replaces(j job) bool {
	if j.first == "" || j.shared {
		return false
	}
	kind := j.kind()
	return kind == KindConfirmed || kind == KindVerified || kind == KindUpdated || kind == KindAcknowledged && d.heard[j.channel]
}

package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"canhcong/baseline"
	"canhcong/targets"
)

// LongestSnooze is how long people can ask not to be told more of an incident (tạm lắng).
const LongestSnooze = time.Hour

var (
	// ErrNeverQuiet is returned (wrapped) when an incident shall be quiet that is never to be: one that shows an attack, or a drill.
	ErrNeverQuiet = errors.New("what shows an attack is never quiet")
	// ErrTooLong is returned (wrapped) when it shall be quiet for longer than it may, or not at all.
	ErrTooLong = errors.New("an incident is quiet for an hour at most")
)

// Silence asks that people are not told of something for a while. It always ends, and excuses only what it names: of an incident
// that it goes on (tạm lắng), of portals the outages (bảo trì) or the change of looks that was announced for a time (báo trước thay đổi).
type Silence struct {
	IncidentID int64              // this incident; 0 to announce a change
	Kind       targets.Appearance // of the change that is announced: targets.Maintenance for outages
	UnitID     int64              // for every portal of this unit, or
	SiteID     int64              // for this portal; with neither, for all
	From       time.Time          // of an announcement
	Until      time.Time
	Reason     string
	By         string // login
}

// Silence records it. Of an incident it may last an hour, and nothing that shows an attack becomes quiet; what is announced is an
// appearance event, with the limits of one. The error wraps ErrReason, ErrNeverQuiet, ErrTooLong, ErrNotFound or those of
// targets.Registry.Declare.
func (d *Desk) Silence(ctx context.Context, s Silence) error {
	if s.IncidentID == 0 {
		_, err := d.registry.Declare(ctx, targets.AppearanceEvent{Kind: s.Kind, UnitID: s.UnitID, SiteID: s.SiteID, From: s.From, Until: s.Until,
			Reason: s.Reason, DeclaredBy: s.By})
		return err
	}
	s.Reason = targets.OneLine(s.Reason)
	i, err := d.incident(ctx, s.IncidentID)
	n, lasts := utf8.RuneCountInString(s.Reason), time.Until(s.Until)
	switch {
	case err != nil:
	case n < shortestReason || n > longestReason:
		err = ErrReason
	case i.loud():
		err = ErrNeverQuiet
	case lasts <= 0 || lasts > LongestSnooze:
		err = ErrTooLong
	default:
		_, err = d.handle(ctx, "snooze", s.IncidentID, s.By, s.Reason, func(i Incident, now time.Time) (Incident, Reason) { return i.Snooze(s.Until, s.By, now) })
	}
	if err != nil {
		return fmt.Errorf("be quiet about incident %d: %w", s.IncidentID, err)
	}
	return nil
}

// MaySnooze says whether people may ask not to be told more of the incident for a while.
func (i Incident) MaySnooze() bool { return i.Told() && !i.loud() && i.HushedUntil.IsZero() }

// loud says whether people cannot ask for quiet about an incident.
func (i Incident) loud() bool { return i.Red || i.Severity == Critical || i.Drill }

// Snooze returns the incident after a person asked not to be told more of it for a while. Whoever asks is on it.
func (i Incident) Snooze(until time.Time, actor string, now time.Time) (Incident, Reason) {
	if !i.MaySnooze() || !until.After(now) {
		return i, ReasonQuiet
	}
	i.take(actor, now)
	i.HushedUntil, i.HushedBy = until, actor
	return i, ReasonSnoozed
}

// Wake returns the incident after the time is over for which it was quiet. Where that was announced and nobody was told that it
// began, it is told now.
func (i Incident) Wake() (Incident, Reason) {
	if i.HushedUntil.IsZero() {
		return i, ReasonQuiet
	}
	reason := ReasonWoken
	if i.untold() {
		reason = ReasonStillThere
	}
	i.HushedUntil, i.HushedBy = time.Time{}, ""
	return i, reason
}

// quiet says whether an alert of a kind is not sent while the incident is quiet: of one that was announced nobody is told anything,
// of one that people know only what they have to hear.
func (i Incident) quiet(k Kind) bool {
	switch {
	case i.HushedUntil.IsZero():
		return false
	case i.untold():
		return true
	default:
		return k != KindClosed && k != KindVerified && k != KindAcknowledged
	}
}

// untold says whether nobody asked for the quiet, so that nobody knows.
func (i Incident) untold() bool { return i.HushedBy == "" || i.HushedBy == Machine }

// hushReason says why nobody is told.
func (i Incident) hushReason() Reason {
	if i.HushedBy == Machine {
		return ReasonSpared
	}
	return ReasonAnnounced
}

// hush keeps the opening of an outage quiet that was announced for this time, or that would be one message too many. What people
// asked for quiet about ends that when it turns out to be something about which nobody can.
func (d *Desk) hush(ctx context.Context, tx *sql.Tx, m *move, now time.Time) error {
	m.breakSilence()
	if m.before.Told() || !m.after.Told() || m.after.Drill || m.after.Concern != baseline.ConcernAvailability {
		return nil
	}
	until, err := d.announced(ctx, m.after, now)
	if m.after.HushedUntil, m.after.HushedBy = until, ""; err != nil || !until.IsZero() {
		return err
	}
	told, err := toldOf(ctx, tx, m.after.Site.ID, now.Add(-24*time.Hour))
	m.after = m.after.restrain(told, now)
	return err
}

// breakSilence tells of an incident again that shows an attack by now.
func (m *move) breakSilence() {
	if m.after.HushedUntil.IsZero() || !m.after.loud() {
		return
	}
	m.after.HushedUntil, m.after.HushedBy = time.Time{}, ""
	if len(m.tells()) == 0 && m.after.Told() {
		m.reason = ReasonWoken
	}
}

// announced returns until when outages of the site of an incident are announced, the zero time when they are not.
func (d *Desk) announced(ctx context.Context, i Incident, now time.Time) (until time.Time, err error) {
	all, err := d.registry.AppearanceEvents(ctx, now)
	for _, e := range all {
		if e.Kind == targets.Maintenance && e.Covers(i.Site, now) {
			until = later(until, e.End())
		}
	}
	return until, err
}

// wakeAll tells of what went on while people were not told of it, once that time is over, however it ended.
func (d *Desk) wakeAll(ctx context.Context, now time.Time) error {
	list, err := queryIncidents(ctx, d.registry.DB().Read, `WHERE hushed_until IS NOT NULL AND state IN ('open', 'acknowledged')`)
	if err != nil {
		return fmt.Errorf("list what is quiet: %w", err)
	}
	for _, i := range list {
		if failed := d.wakeOne(ctx, i, now); failed != nil {
			err = errors.Join(err, fmt.Errorf("end the quiet about %s: %w", i.Number, failed)) // which holds up no other
		}
		if targets.CannotWrite(err) {
			return err
		}
	}
	return err
}

func (d *Desk) wakeOne(ctx context.Context, i Incident, now time.Time) (err error) {
	until := i.HushedUntil
	if i.HushedBy == "" {
		if i.Site, err = d.registry.PastSite(ctx, i.Site.ID); err == nil {
			until, err = d.announced(ctx, i, now)
		}
	}
	if err != nil || until.After(now) {
		return err
	}
	_, err = d.handle(ctx, "wake", i.ID, Machine, "", func(i Incident, _ time.Time) (Incident, Reason) { return i.Wake() })
	return err
}

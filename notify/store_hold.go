package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// free is what chooses the alerts that wait for nothing but their turn.
const free = `(after_id IS NULL OR released_at IS NOT NULL)`

// watchman goes over what is queued for people once, and decides what has to become of it.
type watchman struct {
	desk     *Desk
	now      time.Time
	owners   map[lane]int64 // by lane: whose address it is, of a channel that is configured
	working  map[lane]bool  // nothing is known to keep messages from arriving there
	subjects map[About]subject
}

// tend lets go of what is held and has to be, settles what is not needed any more, and tells others of what cannot arrive. It
// returns when that changes by itself, the zero time when it does not.
func (d *Desk) tend(ctx context.Context, now time.Time) (next time.Time, err error) {
	w := &watchman{desk: d, now: now, owners: map[lane]int64{}, working: map[lane]bool{}, subjects: map[About]subject{}}
	if err = w.knowLanes(ctx); err != nil {
		return next, fmt.Errorf("find out who can be reached: %w", err)
	}
	if next, err = w.tendHeld(ctx); err != nil {
		return next, fmt.Errorf("let go of what is held: %w", err)
	}
	if err = w.tendOvertaken(ctx); err != nil {
		return next, fmt.Errorf("settle what was told elsewhere: %w", err)
	}
	if err = w.tendLost(ctx); err != nil {
		return next, fmt.Errorf("tell others of what cannot arrive: %w", err)
	}
	if err = d.probe(ctx, now); err != nil {
		return next, fmt.Errorf("try the channels that do not work: %w", err)
	}
	return next, nil
}

func (w *watchman) knowLanes(ctx context.Context) error {
	q := w.desk.registry.DB().Read
	all, err := w.desk.allContacts(ctx, q)
	if err != nil {
		return err
	}
	down, err := waysDown(ctx, q)
	for _, c := range all {
		for _, a := range c.addresses {
			w.owners[a.lane()], w.working[a.lane()] = a.PersonID, a.FailedAt.IsZero() && !down[a.Channel]
		}
	}
	return err
}

// homeless says whether there is no way any more to where a person's alert goes.
func (w *watchman) homeless(a Alert) bool {
	return a.PersonID != 0 && w.owners[lane{a.Channel, a.Recipient}] != a.PersonID
}

// gone says whether nothing can arrive where a person's alert goes.
func (w *watchman) gone(a Alert) bool {
	return w.homeless(a) || a.PersonID != 0 && !w.working[lane{a.Channel, a.Recipient}]
}

// lost says whether an alert has been tried where nothing can arrive, or cannot be.
func (w *watchman) lost(a Alert) bool { return w.homeless(a) || w.gone(a) && a.Attempts > 0 }

// subject reads what an alert is about, once.
func (w *watchman) subject(ctx context.Context, a Alert) subject {
	s, known := w.subjects[a.About]
	if !known {
		s = legible(ctx, w.desk.registry.DB().Read, a.About)
		w.subjects[a.About] = s
	}
	return s
}

// pressure is how much it matters that somebody learns of what an alert is about, and how long they may take to take it on.
func (w *watchman) pressure(ctx context.Context, a Alert) (pressure, time.Duration) {
	much, grave := pressureOf(w.subject(ctx, a))
	return much, w.desk.ladders[grave].first()
}

// pair is an alert and the one for the same person that was to be sent after it.
type pair struct{ before, after Alert }

const (
	// held and overtaken choose alerts by the few rows that wait, not by the many that ever had one after them: hence the +.
	held      = `SELECT id FROM alerts WHERE sent_at IS NULL AND released_at IS NULL AND +after_id IS NOT NULL`
	overtaken = `SELECT h.id FROM (SELECT id FROM alerts WHERE sent_at IS NULL) b CROSS JOIN alerts h ON h.after_id = b.id WHERE h.sent_at IS NOT NULL`
)

// lastResorts chooses what waits at the last address of a person.
const lastResorts = `a WHERE sent_at IS NULL AND person_id IS NOT NULL AND about_kind <> 'address' AND ` + free + `
	AND NOT EXISTS (SELECT 1 FROM alerts h WHERE h.after_id = a.id) ORDER BY +id`

// pairs returns the alerts that a query chooses, each with the one before it.
func (w *watchman) pairs(ctx context.Context, chosen string) (list []pair, err error) {
	q := w.desk.registry.DB().Read
	after, err := queryAlerts(ctx, q, `WHERE id IN (`+chosen+`) ORDER BY id`)
	if err != nil || len(after) == 0 {
		return nil, err
	}
	first, err := queryAlerts(ctx, q, `WHERE id IN (SELECT after_id FROM alerts WHERE id IN (`+chosen+`))`)
	before := map[int64]Alert{}
	for _, a := range first {
		before[a.ID] = a
	}
	for _, a := range after {
		if b, ok := before[a.AfterID]; ok {
			list = append(list, pair{b, a})
		}
	}
	return list, err
}

func (w *watchman) tendHeld(ctx context.Context) (next time.Time, err error) {
	list, err := w.pairs(ctx, held)
	if err != nil {
		return next, err
	}
	for _, p := range list {
		h := hold{alert: p.after, before: p.before, gone: w.gone(p.before)}
		h.pressure, h.answer = w.pressure(ctx, p.after)
		fate, at := h.next(w.now)
		switch {
		case fate == fateLetGo:
			err = w.desk.letGo(ctx, p.after, w.now)
		case fate == fateSpare:
			err = w.desk.settle(ctx, p.after, p.before.ID, noteSpared, w.now)
		case !at.IsZero() && (next.IsZero() || at.Before(next)):
			next = at
		}
		if err != nil {
			return next, err
		}
	}
	return next, nil
}

// tendOvertaken settles what still waits at one address of a person who has learnt of it at a later one, unless it may be of use
// yet: a channel that comes back shows how things stand, and has buttons.
func (w *watchman) tendOvertaken(ctx context.Context) error {
	list, err := w.pairs(ctx, overtaken)
	if err != nil {
		return err
	}
	for _, p := range list {
		much, _ := w.pressure(ctx, p.before)
		note := noteSpared
		if p.after.Delivery() == Undeliverable {
			note, much = noteUndeliverable, pressing
		}
		if much != calm && !w.gone(p.before) {
			continue
		}
		if err := w.desk.settle(ctx, p.before, p.after.ID, note, w.now); err != nil {
			return err
		}
	}
	return nil
}

// tendLost looks for what waits at the last address of a person, where nothing can arrive: whoever is next is told at once.
func (w *watchman) tendLost(ctx context.Context) error {
	waiting, err := queryAlerts(ctx, w.desk.registry.DB().Read, lastResorts)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		if !w.lost(a) {
			continue
		}
		if n, ok := w.subject(ctx, a).(Notice); ok && n.Kind == NoticeWay(a.Channel) {
			continue // it finds out when the channel works again
		}
		if err := w.desk.tellOthers(ctx, a, w.homeless(a), w.now); err != nil {
			return err
		}
	}
	return nil
}

// tellOthers queues what cannot arrive for whoever is next, and settles it once a message has told somebody else: what merely waits
// there may wait for the same channel. Of an address that is gone the same person does at another one. While there is nobody else it
// stays, and is tried again.
func (d *Desk) tellOthers(ctx context.Context, a Alert, gone bool, now time.Time) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		if err := d.queueAgain(ctx, tx, a, now); err != nil {
			return err
		}
		var other int64
		err := tx.QueryRowContext(ctx, `SELECT id FROM alerts WHERE about_kind = ?1 AND about_id = ?2 AND kind = ?3 AND channel <> ?4
			AND (person_id IS NULL OR person_id <> ?5 OR ?9) AND sent_at IS NOT NULL AND last_error NOT IN (?6, ?7, ?8) ORDER BY id LIMIT 1`,
			a.About.Kind, a.About.ID, a.Kind, ConsoleChannel, a.PersonID, noteUndeliverable, noteMoved, noteRemoved, gone).Scan(&other)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return settleAlert(ctx, tx, a, other, noteUndeliverable, now)
	})
}

// queueAgain queues what an alert tells for those who are to learn of it now, as far as they have not.
func (d *Desk) queueAgain(ctx context.Context, tx *sql.Tx, a Alert, now time.Time) error {
	f := fact{about: a.About, kind: a.Kind, verdictID: a.VerdictID}
	// The degree is what the key says between the kind and the address.
	err := tx.QueryRowContext(ctx, `SELECT substr(dedupe, ?2, length(dedupe) - length('/' || channel || '/' || recipient) - ?2 + 1), urgent
		FROM alerts WHERE id = ?1`, a.ID, len(f.about.key()+"/"+string(f.kind))+1).Scan(&f.degree, &f.urgent)
	if err != nil {
		return err
	}
	list, err := d.audience(ctx, tx, f, now)
	if err == nil {
		err = queuePersonal(ctx, tx, f, list, now)
	}
	return err
}

// letGo makes an alert due that was held.
func (d *Desk) letGo(ctx context.Context, a Alert, now time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE alerts SET released_at = ?1, not_before = ?1 WHERE id = ?2 AND released_at IS NULL AND sent_at IS NULL`,
		targets.Millis(now), a.ID)
	return err
}

func (d *Desk) settle(ctx context.Context, a Alert, carrier int64, because string, now time.Time) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error { return settleAlert(ctx, tx, a, carrier, because, now) })
}

// settleAlert marks an alert that will not be sent: another one told what it had to tell.
func settleAlert(ctx context.Context, tx *sql.Tx, a Alert, carrier int64, because string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE alerts SET sent_at = ?, carried_by = ?, last_error = ? WHERE id = ? AND sent_at IS NULL`,
		targets.Millis(now), carrier, because, a.ID)
	return err
}

package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// fact is what one alert per channel tells.
type fact struct {
	about     name
	kind      Kind
	degree    string // tells facts of one kind apart: an incident can worsen more than once
	verdictID int64  // of an incident
}

// queue writes the alerts that follow from a move, in the transaction that writes the move.
func (d *Desk) queue(ctx context.Context, tx *sql.Tx, m move, now time.Time) error {
	for _, kind := range m.tells() {
		f := fact{about: m.after.name(), kind: kind, verdictID: m.after.WorstVerdictID}
		if m.reason == ReasonWorsened {
			f.degree = m.after.degree()
		}
		if err := d.queueFact(ctx, tx, f, now); err != nil {
			return fmt.Errorf("queue the alert that incident %d has %s: %w", m.after.ID, kind, err)
		}
	}
	return nil
}

// queueFact writes one alert per channel. Whoever was never told that it began is not told that it is over.
func (d *Desk) queueFact(ctx context.Context, tx *sql.Tx, f fact, now time.Time) error {
	for _, c := range d.channels {
		if _, err := tx.ExecContext(ctx, `INSERT INTO alerts (incident_id, notice_id, verdict_id, kind, channel, recipient, dedupe, created_at, not_before)
			SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 || '/' || ?4 || ?8 || '/' || ?5 || '/' || ?6, ?9, ?9
			WHERE ?4 NOT IN ('acknowledged', 'closed', 'confirmed') OR EXISTS (SELECT 1 FROM alerts WHERE dedupe = ?7 || '/opened/' || ?5 || '/' || ?6)
			ON CONFLICT (dedupe) DO NOTHING`,
			orNull(f.about.incident), orNull(f.about.notice), orNull(f.verdictID), f.kind, c.Name, c.Recipient, f.about.key(), f.degree, targets.Millis(now)); err != nil {
			return err
		}
	}
	return nil
}

// orNull returns an ID as it is stored, NULL for 0.
func orNull(id int64) sql.NullInt64 { return sql.NullInt64{Int64: id, Valid: id != 0} }

// noteMoved is what an alert says that was queued for a channel which is not configured any more.
const noteMoved = "moved to the channels that are configured now"

// readdress queues what waits for channels that are not configured any more for those that are, in one transaction. The
// old rows are marked as carried, and give up their place: a channel that comes back can be told what is open then.
func (d *Desk) readdress(ctx context.Context, now time.Time) error {
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		waiting, err := queryAlerts(ctx, tx, `WHERE sent_at IS NULL ORDER BY id`)
		if err != nil {
			return err
		}
		for _, a := range waiting {
			if _, known := d.senders[lane{a.Channel, a.Recipient}]; known {
				continue
			}
			if err := d.moveAlert(ctx, tx, a, now); err != nil {
				return fmt.Errorf("move alert %d: %w", a.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("queue anew what waits for channels of before: %w", err)
	}
	return nil
}

func (d *Desk) moveAlert(ctx context.Context, tx *sql.Tx, a Alert, now time.Time) error {
	var carrier int64
	for _, c := range d.channels {
		// The fact is what the key says before the address.
		err := tx.QueryRowContext(ctx, `INSERT INTO alerts (incident_id, notice_id, kind, dedupe, channel, recipient, verdict_id, created_at, not_before)
			SELECT incident_id, notice_id, kind, substr(dedupe, 1, length(dedupe) - length('/' || channel || '/' || recipient)) || '/' || ?2 || '/' || ?3,
			?2, ?3, verdict_id, created_at, ?4 FROM alerts WHERE id = ?1 ON CONFLICT (dedupe) DO UPDATE SET dedupe = dedupe RETURNING id`,
			a.ID, c.Name, c.Recipient, targets.Millis(now)).Scan(&carrier)
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE alerts SET sent_at = ?, carried_by = ?, last_error = ?, dedupe = 'moved/' || id || '/' || dedupe WHERE id = ?`,
		targets.Millis(now), carrier, noteMoved, a.ID)
	return err
}

// hasten makes due what waits for longer than any back-off lasts: it was put off by a clock that was ahead.
func (d *Desk) hasten(ctx context.Context, now time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE alerts SET not_before = ?1 WHERE sent_at IS NULL AND not_before > ?2`,
		targets.Millis(now), targets.Millis(now.Add(longestRetry)))
	if err != nil {
		return fmt.Errorf("make alerts due that a wrong clock put off: %w", err)
	}
	return nil
}

// catchUp tells channels that have been configured since about the incidents and notices that are still open.
func (d *Desk) catchUp(ctx context.Context, now time.Time) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		open, err := openFacts(ctx, tx)
		for _, f := range open {
			if err := d.queueFact(ctx, tx, f, now); err != nil {
				return fmt.Errorf("tell every channel what is open: %w", err)
			}
		}
		return err
	})
}

// openFacts lists the openings of what is not over, in the order in which it began.
func openFacts(ctx context.Context, q querier) (list []fact, err error) {
	rows, err := q.QueryContext(ctx, `SELECT id, 0, worst_verdict_id, opened_at FROM incidents WHERE state IN ('open', 'acknowledged')
		UNION ALL SELECT 0, id, 0, since FROM notices WHERE until IS NULL ORDER BY 4`)
	if err != nil {
		return nil, fmt.Errorf("list what is open: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		f, since := fact{kind: KindOpened}, int64(0)
		if err := rows.Scan(&f.about.incident, &f.about.notice, &f.verdictID, &since); err != nil {
			return nil, fmt.Errorf("list what is open: %w", err)
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

const alertColumns = `id, coalesce(incident_id, 0), coalesce(notice_id, 0), kind, channel, recipient, coalesce(verdict_id, 0), created_at, not_before, attempts,
	coalesce(claimed_at, 0), coalesce(sent_at, 0), receipt, last_error, coalesce(carried_by, 0)`

// alerts returns the alerts that the end of a query chooses.
func (d *Desk) alerts(ctx context.Context, end string, args ...any) ([]Alert, error) {
	list, err := queryAlerts(ctx, d.registry.DB().Read, end, args...)
	if err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	return list, nil
}

func queryAlerts(ctx context.Context, q querier, end string, args ...any) (list []Alert, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+alertColumns+` FROM alerts `+end, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a Alert
		var created, notBefore, claimed, sent int64
		if err := rows.Scan(&a.ID, &a.IncidentID, &a.NoticeID, &a.Kind, &a.Channel, &a.Recipient, &a.VerdictID, &created, &notBefore,
			&a.Attempts, &claimed, &sent, &a.Receipt, &a.LastError, &a.CarriedBy); err != nil {
			return nil, err
		}
		a.CreatedAt, a.NotBefore = targets.FromMillis(created), targets.FromMillis(notBefore)
		a.ClaimedAt, a.SentAt = targets.FromMillis(claimed), targets.FromMillis(sent)
		list = append(list, a)
	}
	return list, rows.Err()
}

func (d *Desk) outbox(ctx context.Context) (OutboxState, error) {
	s := OutboxState{Configured: d.configured}
	for _, c := range d.channels {
		s.Channels = append(s.Channels, c.Name)
	}
	var oldest int64
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT count(*), coalesce(min(created_at), 0), coalesce((SELECT last_error
		FROM alerts WHERE sent_at IS NULL AND last_error <> '' ORDER BY not_before DESC LIMIT 1), '')
		FROM alerts WHERE sent_at IS NULL`).Scan(&s.Pending, &oldest, &s.LastError)
	if err != nil {
		return OutboxState{}, fmt.Errorf("read the outbox: %w", err)
	}
	s.OldestPending = targets.FromMillis(oldest)
	return s, nil
}

// lane is one recipient on one channel: what is sent to them keeps its order, and never waits for anybody else.
type lane struct{ channel, recipient string }

// unsent chooses the alerts that wait in a lane.
const unsent = `WHERE channel = ? AND recipient = ? AND sent_at IS NULL`

// claim picks what a lane sends next and marks it as being tried, before it is. ok is false when nothing is due. Texts
// go in the order they were queued, with all that waits about the same subject in one message; a picture goes once no
// text is due and the text it belongs to has been sent.
func (d *Desk) claim(ctx context.Context, l lane, now time.Time) (job job, ok bool, err error) {
	// Nearly always nothing is due, which is found out without taking the writer's turn.
	if next, err := nextDue(ctx, d.registry.DB().Read, l, now); err != nil || next == (due{}) {
		return job, false, err
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		next, err := nextDue(ctx, tx, l, now)
		if err != nil || next == (due{}) {
			return err
		}
		ok = true
		job, err = claimAll(ctx, tx, l, next, now)
		return err
	})
	if err != nil {
		return job, false, fmt.Errorf("claim an alert for %s: %w", l.channel, err)
	}
	return job, ok, nil
}

// due is what a lane sends next: the texts about a subject, or its picture. It is zero when nothing is due.
type due struct {
	about   name
	picture bool
}

func nextDue(ctx context.Context, q querier, l lane, now time.Time) (next due, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(incident_id, 0), coalesce(notice_id, 0), kind = 'picture' FROM alerts a `+unsent+` AND not_before <= ?
		AND (kind <> 'picture' OR NOT EXISTS (SELECT 1 FROM alerts t WHERE t.incident_id = a.incident_id
			AND t.channel = a.channel AND t.recipient = a.recipient AND t.kind <> 'picture' AND t.sent_at IS NULL))
		ORDER BY kind = 'picture', id LIMIT 1`, l.channel, l.recipient, targets.Millis(now)).
		Scan(&next.about.incident, &next.about.notice, &next.picture)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return next, err
}

// sameSubject chooses the alerts of a lane about one subject.
const sameSubject = ` WHERE channel = ?1 AND recipient = ?2 AND incident_id IS ?3 AND notice_id IS ?4 `

func claimAll(ctx context.Context, tx *sql.Tx, l lane, next due, now time.Time) (j job, err error) {
	const waiting = sameSubject + `AND sent_at IS NULL AND (kind = 'picture') = ?5`
	key := []any{l.channel, l.recipient, orNull(next.about.incident), orNull(next.about.notice)}
	j = job{lane: l}
	if j.alerts, err = queryAlerts(ctx, tx, waiting+` ORDER BY id`, append(key, next.picture)...); err != nil {
		return j, err
	}
	if j.about, err = subjectByName(ctx, tx, next.about); err != nil {
		return j, err
	}
	err = tx.QueryRowContext(ctx, `SELECT receipt FROM alerts`+sameSubject+`AND sent_at IS NOT NULL AND kind <> 'picture' AND last_error <> ?5
		ORDER BY id LIMIT 1`, append(key, noteMoved)...).Scan(&j.first)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return j, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE alerts SET claimed_at = ?6`+waiting, append(key, next.picture, targets.Millis(now))...)
	return j, err
}

func subjectByName(ctx context.Context, q querier, n name) (subject, error) {
	if n.notice != 0 {
		return noticeByID(ctx, q, n.notice)
	}
	return incidentByID(ctx, q, n.incident)
}

// markSent records that one message carried all alerts of a job, or that there is nothing to send for them.
func (d *Desk) markSent(ctx context.Context, j job, r Receipt, note string, now time.Time) error {
	carrier := j.alerts[len(j.alerts)-1].ID
	return d.onEach(ctx, j, func(tx *sql.Tx, a Alert) error {
		carried := sql.NullInt64{Int64: carrier, Valid: a.ID != carrier}
		_, err := tx.ExecContext(ctx, `UPDATE alerts SET sent_at = ?, receipt = ?, carried_by = ?, attempts = attempts + 1,
			last_error = ? WHERE id = ?`, targets.Millis(now), r.ID, carried, note, a.ID)
		return err
	})
}

// markFailed records a try that failed. Unless it certainly did not arrive, the claim stays: the next try is a repeat.
func (d *Desk) markFailed(ctx context.Context, j job, cause error, again time.Time) error {
	return d.onEach(ctx, j, func(tx *sql.Tx, a Alert) error {
		keep := !certainlyNotSent(cause) || !a.ClaimedAt.IsZero()
		_, err := tx.ExecContext(ctx, `UPDATE alerts SET attempts = attempts + 1, last_error = ?, not_before = ?,
			claimed_at = CASE WHEN ? THEN claimed_at END WHERE id = ?`, cause.Error(), targets.Millis(again), keep, a.ID)
		return err
	})
}

func (d *Desk) onEach(ctx context.Context, j job, mark func(*sql.Tx, Alert) error) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		for _, a := range j.alerts {
			if err := mark(tx, a); err != nil {
				return fmt.Errorf("mark alert %d: %w", a.ID, err)
			}
		}
		return nil
	})
}

// park holds everything that waits in a lane, so that its order survives a restart.
func (d *Desk) park(ctx context.Context, l lane, until time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE alerts SET not_before = max(not_before, ?) `+unsent,
		targets.Millis(until), l.channel, l.recipient)
	return err
}

// nextTry returns when the next alert that waits becomes due, the zero time when none does.
func (d *Desk) nextTry(ctx context.Context, now time.Time) (time.Time, error) {
	var ms int64
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT coalesce(min(not_before), 0) FROM alerts
		WHERE sent_at IS NULL AND not_before > ?`, targets.Millis(now)).Scan(&ms)
	return targets.FromMillis(ms), err
}

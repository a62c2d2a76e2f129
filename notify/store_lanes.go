package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// lane is one recipient on one channel: what is sent to them never waits for anybody else.
type lane struct{ channel, recipient string }

// track is one of the two ways to a recipient. Each keeps its order, and what is urgent never waits for what is not.
type track struct {
	lane
	urgent bool
}

func (t track) other() track { return track{t.lane, !t.urgent} }

// unsent chooses the alerts that wait in a track for nothing but their turn. What was for a person is not sent to an address that
// is not theirs any more.
const unsent = `WHERE channel = ?1 AND recipient = ?2 AND urgent = ?3 AND sent_at IS NULL AND ` + free + `
	AND (person_id IS NULL OR person_id IN (SELECT own.person_id FROM addresses own WHERE own.channel = ?1 AND own.recipient = ?2 AND own.retired_at IS NULL))`

// waitingLanes lists the lanes in which something waits.
func (d *Desk) waitingLanes(ctx context.Context) (list []lane, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT DISTINCT channel, recipient FROM alerts WHERE sent_at IS NULL AND `+free)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l lane
		if err := rows.Scan(&l.channel, &l.recipient); err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

// waitingIn counts what waits in a lane, and says since when.
func (d *Desk) waitingIn(ctx context.Context, l lane) (n int, oldest time.Time, err error) {
	var ms int64
	err = d.registry.DB().Read.QueryRowContext(ctx, `SELECT count(*), coalesce(min(created_at), 0) FROM alerts
		WHERE channel = ? AND recipient = ? AND sent_at IS NULL AND `+free, l.channel, l.recipient).Scan(&n, &ms)
	return n, targets.FromMillis(ms), err
}

// claim picks what a track sends next and marks it as being tried, before it is. ok is false when nothing is due. Texts
// go in the order they were queued, with all that waits about the same subject in one message, and all subjects in one when
// there are many; a picture goes once no text is due and the text it belongs to has been sent. most limits the subjects of
// one message, 0 does not.
func (d *Desk) claim(ctx context.Context, t track, most int, now time.Time) (j job, ok bool, err error) {
	// Nearly always nothing is due, which is found out without taking the writer's turn.
	if next, err := nextDue(ctx, d.registry.DB().Read, t, now); err != nil || next == (due{}) {
		return j, false, err
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		next, err := nextDue(ctx, tx, t, now)
		if err != nil || next == (due{}) {
			return err
		}
		if ok = true; next.together(most) {
			j, err = claimMany(ctx, tx, t, most, now)
			return err
		}
		j, err = claimAll(ctx, tx, t, next, now)
		return err
	})
	if err != nil {
		return j, false, fmt.Errorf("claim an alert for %s: %w", t.channel, err)
	}
	j.told = d.emergency.recall(j.alerts, now)
	return j, ok, nil
}

// due is what a track sends next: the texts about a subject, or its picture. It is zero when nothing is due.
type due struct {
	about   About
	picture bool
	many    int // subjects that could be told in one message with it
}

const dueNow = unsent + ` AND not_before <= ?4 `

func nextDue(ctx context.Context, q querier, t track, now time.Time) (next due, err error) {
	key := []any{t.channel, t.recipient, t.urgent, targets.Millis(now)}
	alone := false
	err = q.QueryRowContext(ctx, `SELECT about_kind, about_id, kind = 'picture', `+ofDrill+` OR NOT `+inLists+` FROM alerts a `+dueNow+`
		AND (kind <> 'picture' OR NOT EXISTS (SELECT 1 FROM alerts t WHERE t.about_kind = a.about_kind AND t.about_id = a.about_id
			AND t.channel = a.channel AND t.recipient = a.recipient AND t.kind <> 'picture' AND t.sent_at IS NULL AND `+free+`))
		ORDER BY kind = 'picture', id LIMIT 1`, key...).Scan(&next.about.Kind, &next.about.ID, &next.picture, &alone)
	if errors.Is(err, sql.ErrNoRows) {
		return due{}, nil
	}
	if err != nil || next.picture || alone {
		return next, err
	}
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM (`+dueSubjects+`)`, key...).Scan(&next.many)
	return next, err
}

// inLists says whether an alert may be told in a list with others: of what is urgent only that nobody has taken it on, which may be
// true of many at once.
const inLists = `(urgent = 0 OR kind = 'escalated')`

// ofDrill says whether an alert is about a drill, which is told by itself: it counts nowhere.
const ofDrill = `EXISTS (SELECT 1 FROM incidents i WHERE about_kind = 'incident' AND i.id = about_id AND i.drill = 1)`

// dueSubjects lists what texts are due about that can be told together, in the order they were queued. They are found by the few rows
// that wait, not by the many that tell of incidents: hence the +.
const dueSubjects = `SELECT about_kind, about_id FROM alerts ` + dueNow + `AND kind <> 'picture' AND +about_kind IN ('incident', 'notice')
	AND NOT ` + ofDrill + ` AND ` + inLists + ` GROUP BY 1, 2 ORDER BY min(id)`

// sameSubject chooses the alerts of a lane about one subject.
const sameSubject = ` WHERE channel = ?1 AND recipient = ?2 AND about_kind = ?4 AND about_id = ?5 `

func claimAll(ctx context.Context, tx *sql.Tx, t track, next due, now time.Time) (j job, err error) {
	const waiting = sameSubject + `AND urgent = ?3 AND sent_at IS NULL AND (kind = 'picture') = ?6
		AND (kind <> 'updated' OR not_before <= ?7)` // what changes later is told later
	key := []any{t.channel, t.recipient, t.urgent, next.about.Kind, next.about.ID}
	j = job{track: t}
	if j.alerts, err = queryAlerts(ctx, tx, waiting+` ORDER BY id`, append(key, next.picture, targets.Millis(now))...); err != nil {
		return j, err
	}
	j.about = legible(ctx, tx, next.about)
	err = tx.QueryRowContext(ctx, `SELECT receipt, last_error = ?6 FROM alerts`+sameSubject+`AND sent_at IS NOT NULL
		AND kind <> 'picture' AND receipt <> '' ORDER BY kind <> 'opened', CASE kind WHEN 'opened' THEN -id ELSE id END LIMIT 1`, append(key, noteTogether)...).Scan(&j.first, &j.shared)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return j, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE alerts SET claimed_at = ?7`+waiting, append(key, next.picture, targets.Millis(now))...)
	return j, err
}

// claimMany takes all that waits about everything that is due, or about the first so many subjects.
func claimMany(ctx context.Context, tx *sql.Tx, t track, most int, now time.Time) (j job, err error) {
	if most <= 0 {
		most = -1
	}
	const waiting = ` ` + unsent + ` AND kind <> 'picture' AND (+about_kind, +about_id) IN (` + dueSubjects + ` LIMIT ?5)`
	key := []any{t.channel, t.recipient, t.urgent, targets.Millis(now), most}
	j = job{track: t}
	if j.alerts, err = queryAlerts(ctx, tx, waiting+` ORDER BY id`, key...); err != nil {
		return j, err
	}
	j.about = batchOf(ctx, tx, j.alerts)
	_, err = tx.ExecContext(ctx, `UPDATE alerts SET claimed_at = ?4`+waiting, key...)
	return j, err
}

// markSent records that one message carried all alerts of a job, or that there is nothing to send for them.
func (d *Desk) markSent(ctx context.Context, j job, r Receipt, note string, now time.Time) error {
	carrier, sent := j.alerts[len(j.alerts)-1].ID, note == ""
	if _, many := j.about.(batch); many && sent {
		note = noteTogether
	}
	return d.onEach(ctx, j, func(tx *sql.Tx, a Alert) error {
		carried := sql.NullInt64{Int64: carrier, Valid: a.ID != carrier}
		_, err := tx.ExecContext(ctx, `UPDATE alerts SET sent_at = ?, receipt = ?, carried_by = ?, attempts = attempts + 1,
			last_error = ? WHERE id = ?`, targets.Millis(now), r.ID, carried, note, a.ID)
		return err
	}, func(tx *sql.Tx) error {
		if !sent {
			return nil
		}
		return proveAddress(ctx, tx, j.lane, now)
	})
}

// markFailed records a try that failed. Unless it certainly did not arrive, the claim stays: the next try is a repeat.
func (d *Desk) markFailed(ctx context.Context, j job, cause error, again, now time.Time) error {
	return d.onEach(ctx, j, func(tx *sql.Tx, a Alert) error {
		keep := !certainlyNotSent(cause) || !a.ClaimedAt.IsZero()
		_, err := tx.ExecContext(ctx, `UPDATE alerts SET attempts = attempts + 1, last_error = ?, not_before = ?,
			claimed_at = CASE WHEN ? THEN claimed_at END WHERE id = ? AND sent_at IS NULL`, cause.Error(), targets.Millis(again), keep, a.ID)
		return err
	}, func(tx *sql.Tx) error {
		var gone *UnreachableError
		if !errors.As(cause, &gone) || gone.Whole {
			return nil
		}
		return failAddress(ctx, tx, j.lane, gone.Reason, now)
	})
}

// giveUp ends the alerts of a job that its channel refuses again and again, of which another channel has told: they would count as an
// outbox that is stuck.
func (d *Desk) giveUp(ctx context.Context, j job, now time.Time) error {
	return d.onEach(ctx, j, func(tx *sql.Tx, a Alert) error {
		_, err := tx.ExecContext(ctx, `UPDATE alerts SET sent_at = ?1, last_error = ?2 WHERE id = ?3 AND sent_at IS NULL AND attempts >= ?4 AND EXISTS (
			SELECT 1 FROM alerts o WHERE o.about_kind = alerts.about_kind AND o.about_id = alerts.about_id AND o.kind = alerts.kind
			AND o.channel <> alerts.channel AND o.sent_at IS NOT NULL AND o.last_error IN ('', ?5))`,
			targets.Millis(now), noteUndeliverable, a.ID, mostRefusals, noteTogether)
		return err
	}, func(*sql.Tx) error { return nil })
}

// onEach records the same of every alert of a job, and then once of their lane.
func (d *Desk) onEach(ctx context.Context, j job, mark func(*sql.Tx, Alert) error, then func(*sql.Tx) error) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		for _, a := range j.alerts {
			if err := mark(tx, a); err != nil {
				return fmt.Errorf("mark alert %d: %w", a.ID, err)
			}
		}
		return then(tx)
	})
}

// park holds everything that waits in a track, so that its order survives a restart.
func (d *Desk) park(ctx context.Context, t track, until time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE alerts SET not_before = max(not_before, ?4) `+unsent,
		t.channel, t.recipient, t.urgent, targets.Millis(until))
	return err
}

// release makes due what park has held until an instant.
func (d *Desk) release(ctx context.Context, t track, until, now time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE alerts SET not_before = ?5 `+unsent+` AND not_before = ?4`,
		t.channel, t.recipient, t.urgent, targets.Millis(until), targets.Millis(now))
	return err
}

// nextTry returns when the next alert that waits becomes due, the zero time when none does.
func (d *Desk) nextTry(ctx context.Context, now time.Time) (time.Time, error) {
	var ms int64
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT coalesce(min(not_before), 0) FROM alerts
		WHERE sent_at IS NULL AND not_before > ? AND `+free, targets.Millis(now)).Scan(&ms)
	return targets.FromMillis(ms), err
}

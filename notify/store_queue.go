package notify

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"canhcong/targets"
)

// fact is what one alert per channel tells.
type fact struct {
	about     About
	kind      Kind
	degree    string // tells facts of one kind apart: an incident can worsen more than once
	verdictID int64  // of an incident
	urgent    bool   // see track; its picture is not: it must not delay another text
	wait      time.Duration
	late      bool   // for those who have not been told that it began
	not       string // a channel that it is not told on: it is about that one
}

// queue writes the alerts that follow from a move, in the transaction that writes the move.
func (d *Desk) queue(ctx context.Context, tx *sql.Tx, m move, now time.Time) error {
	for _, kind := range m.tells() {
		if m.after.quiet(kind) || m.leaves(kind) {
			continue
		}
		f := fact{about: m.after.about(), kind: kind, degree: m.degree(), verdictID: m.after.WorstVerdictID, urgent: m.after.urgent(), wait: m.wait}
		if err := d.queueFact(ctx, tx, f, now); err != nil {
			return fmt.Errorf("queue the alert that incident %d has %s: %w", m.after.ID, kind, err)
		}
	}
	return nil
}

// queueFact writes the alerts that tell a fact: on the channels that people share, and at the addresses of those who have to
// learn of it.
func (d *Desk) queueFact(ctx context.Context, tx *sql.Tx, f fact, now time.Time) error {
	if err := d.queueShared(ctx, tx, f, now); err != nil {
		return err
	}
	list, err := d.audience(ctx, tx, f, now)
	if err != nil {
		return err
	}
	return queuePersonal(ctx, tx, f, list, now)
}

// openedThere says whether it was told, or is to be, on a channel that the subject began, the first time or any other: what was
// moved to other channels was not.
const openedThere = `EXISTS (SELECT 1 FROM alerts o WHERE o.about_kind = ?1 AND o.about_id = ?2 AND o.kind = 'opened' AND o.channel = ?5 AND o.recipient = ?6 AND o.last_error <> ?13)`

// queueShared writes one alert per channel that people share. Where nobody was told that it began nobody is told that it is over.
func (d *Desk) queueShared(ctx context.Context, tx *sql.Tx, f fact, now time.Time) error {
	for _, c := range d.channels {
		if c.Name == f.not {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO alerts (about_kind, about_id, verdict_id, kind, channel, recipient, dedupe, created_at, not_before, urgent)
			SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 || '/' || ?4 || ?8 || '/' || ?5 || '/' || ?6, ?9, ?11, ?10 AND ?4 <> 'picture'
			WHERE CASE WHEN ?12 THEN NOT `+openedThere+`
				WHEN ?4 IN ('acknowledged', 'closed', 'confirmed', 'updated', 'verified', 'unfixed', 'woken', 'flapping', 'digest') THEN `+openedThere+` ELSE true END
			ON CONFLICT (dedupe) DO NOTHING`,
			f.about.Kind, f.about.ID, orNull(f.verdictID), f.kind, c.Name, c.Recipient, f.about.key(), f.degree, targets.Millis(now), f.urgent,
			targets.Millis(now.Add(f.wait)), f.late, noteMoved); err != nil {
			return err
		}
	}
	return nil
}

// orNull returns an ID as it is stored, NULL for 0.
func orNull(id int64) sql.NullInt64 { return sql.NullInt64{Int64: id, Valid: id != 0} }

// readdress queues what waits for channels that are not configured any more for those that are, in one transaction. The
// old rows are marked as carried, and give up their place: a channel that comes back can be told what is open then.
func (d *Desk) readdress(ctx context.Context, now time.Time) error {
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		waiting, err := queryAlerts(ctx, tx, `WHERE sent_at IS NULL ORDER BY id`)
		if err != nil {
			return err
		}
		for _, a := range waiting {
			if _, known := d.senders[lane{a.Channel, a.Recipient}]; known || a.PersonID != 0 {
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
		err := tx.QueryRowContext(ctx, `INSERT INTO alerts (about_kind, about_id, kind, dedupe, channel, recipient, verdict_id, created_at, not_before, urgent)
			SELECT about_kind, about_id, kind, substr(dedupe, 1, length(dedupe) - length('/' || channel || '/' || recipient)) || '/' || ?2 || '/' || ?3,
			?2, ?3, verdict_id, created_at, ?4, urgent FROM alerts WHERE id = ?1 ON CONFLICT (dedupe) DO UPDATE SET dedupe = dedupe RETURNING id`,
			a.ID, c.Name, c.Recipient, targets.Millis(now)).Scan(&carrier)
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE alerts SET sent_at = ?, carried_by = ?, last_error = ?, dedupe = 'moved/' || id || '/' || dedupe WHERE id = ?`,
		targets.Millis(now), carrier, noteMoved, a.ID)
	return err
}

// catchUp tells channels that have been configured since about the incidents and notices that are still open.
func (d *Desk) catchUp(ctx context.Context, now time.Time) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		open, err := openFacts(ctx, tx)
		for _, f := range open {
			if err := d.queueShared(ctx, tx, f, now); err != nil {
				return fmt.Errorf("tell every channel what is open: %w", err)
			}
		}
		return err
	})
}

// openFacts lists the openings of what is not over, in the order in which it began.
func openFacts(ctx context.Context, q querier) (list []fact, err error) {
	rows, err := q.QueryContext(ctx, `SELECT 'incident', id, worst_verdict_id, concern = 'content' AND severity IN ('critical', 'major'), opened_at
		FROM incidents i WHERE state IN ('open', 'acknowledged') AND hushed_until IS NULL
			AND NOT EXISTS (SELECT 1 FROM incident_groups g WHERE g.id = i.group_id AND g.bond NOT IN ('domain', 'text'))
		UNION ALL SELECT 'group', id, 0, bond IN ('domain', 'text'), opened_at FROM incident_groups WHERE state <> 'closed'
		UNION ALL SELECT 'notice', id, 0, kind = 'blind', since FROM notices WHERE until IS NULL AND kind NOT LIKE ? || '%' ORDER BY 5`, noticeAway)
	if err != nil {
		return nil, fmt.Errorf("list what is open: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		f, since := fact{kind: KindOpened, late: true}, int64(0)
		if err := rows.Scan(&f.about.Kind, &f.about.ID, &f.verdictID, &f.urgent, &since); err != nil {
			return nil, fmt.Errorf("list what is open: %w", err)
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

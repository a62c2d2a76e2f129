package baseline

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

const wardColumns = `anchor_id, observation_id, at, text_at, structure_at, mac`

// wards returns the looks in quarantine, past and present, that a condition names.
func (j *Judge) wards(ctx context.Context, where string, args ...any) (list []ward, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT `+wardColumns+` FROM baseline_quarantine WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read the quarantine: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var w ward
		var at int64
		if err := found.Scan(&w.AnchorID, &w.ObservationID, &at, &w.TextAt, &w.StructureAt, &w.mac); err != nil {
			return nil, err
		}
		w.At = targets.FromMillis(at)
		list = append(list, w)
	}
	return list, found.Err()
}

// waiting returns the looks that have something left to teach: texts of looks until then, structure of those two days older.
// Oldest first.
func (j *Judge) waiting(ctx context.Context, anchorID int64, until time.Time) ([]ward, error) {
	return j.wards(ctx, `anchor_id = ? AND (text_at = 0 AND at <= ? OR structure_at = 0 AND at <= ?) ORDER BY at`,
		anchorID, targets.Millis(until), targets.Millis(until.Add(textDelay-structureDelay)))
}

func (j *Judge) lastAdmitted(ctx context.Context, anchorID int64) (time.Time, error) {
	var at int64
	err := j.db.Read.QueryRowContext(ctx, `SELECT ifnull(max(at), 0) FROM baseline_quarantine WHERE anchor_id = ?`, anchorID).Scan(&at)
	return targets.FromMillis(at), err
}

// rolling returns what was learnt around an approved observation, nil when nothing was. The error wraps ErrTampered.
func (j *Judge) rolling(ctx context.Context, anchorID int64) (*Rolling, error) {
	var text, mac string
	err := j.db.Read.QueryRowContext(ctx, `SELECT profile, mac FROM baseline_rollings WHERE anchor_id = ?`, anchorID).Scan(&text, &mac)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what was learnt around observation %d: %w", anchorID, err)
	}
	if !same(mac, j.sealRolling(anchorID, text)) {
		return nil, fmt.Errorf("what was learnt around observation %d: %w", anchorID, ErrTampered)
	}
	var r Rolling
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return nil, fmt.Errorf("read what was learnt around observation %d: %w", anchorID, err)
	}
	return &r, nil
}

// applyCustody writes what a look changed in the quarantine, in the transaction of its verdict.
func (j *Judge) applyCustody(ctx context.Context, tx *sql.Tx, c custody) error {
	if err := evict(ctx, tx, c.evict); err != nil {
		return err
	}
	if w := c.admit; w != nil {
		if err := j.admit(ctx, tx, *w); err != nil {
			return err
		}
	}
	for _, w := range c.learnt {
		if _, err := tx.ExecContext(ctx, `UPDATE baseline_quarantine SET text_at = ?, structure_at = ? WHERE anchor_id = ? AND observation_id = ?`,
			w.TextAt, w.StructureAt, w.AnchorID, w.ObservationID); err != nil {
			return fmt.Errorf("write what was learnt: %w", err)
		}
	}
	if len(c.learnt) == 0 {
		return nil
	}
	text, err := json.Marshal(c.rolling)
	if err != nil {
		return fmt.Errorf("write what was learnt: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO baseline_rollings (anchor_id, profile, mac) VALUES (?, ?, ?)
		ON CONFLICT (anchor_id) DO UPDATE SET profile = excluded.profile, mac = excluded.mac`, c.anchor, string(text), j.sealRolling(c.anchor, string(text)))
	if err != nil {
		return fmt.Errorf("write what was learnt: %w", err)
	}
	return nil
}

// admit keeps a clean look to be learnt from, and drops those that are forgotten by now.
func (j *Judge) admit(ctx context.Context, tx *sql.Tx, w ward) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO baseline_quarantine (anchor_id, observation_id, at, mac) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		w.AnchorID, w.ObservationID, targets.Millis(w.At), j.sealWard(w))
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM baseline_quarantine WHERE anchor_id = ? AND at < ?`, w.AnchorID, targets.Millis(w.At.Add(-sampleLife)))
	}
	if err != nil {
		return fmt.Errorf("keep a look to learn from: %w", err)
	}
	return nil
}

// evict throws out what waits: looks that taught nothing yet altogether, the structure of the others.
func evict(ctx context.Context, tx *sql.Tx, anchors []int64) error {
	for _, id := range anchors {
		_, err := tx.ExecContext(ctx, `DELETE FROM baseline_quarantine WHERE anchor_id = ? AND text_at = 0`, id)
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE baseline_quarantine SET structure_at = ? WHERE anchor_id = ? AND structure_at = 0`, refused, id)
		}
		if err != nil {
			return fmt.Errorf("throw out what waits to be learnt: %w", err)
		}
	}
	return nil
}

func (j *Judge) evictNow(ctx context.Context, anchors []int64) error {
	return j.db.Tx(ctx, func(tx *sql.Tx) error { return evict(ctx, tx, anchors) })
}

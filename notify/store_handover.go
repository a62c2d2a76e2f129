package notify

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"canhcong/targets"
)

// keepHandover writes an entry of the shift log, and that its shift was handed over.
func (d *Desk) keepHandover(ctx context.Context, h Handover) (Handover, error) {
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		s, err := shiftByID(ctx, tx, h.Shift.ID)
		if err != nil {
			return err
		}
		var problem ShiftProblem
		if h.Shift, problem = s.HandOver(h.At); problem != "" {
			return &ShiftError{problem}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE shifts SET handed_over_at = ? WHERE id = ?`, targets.Millis(h.Shift.HandedOver), h.Shift.ID); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `INSERT INTO handovers (shift_id, at, words, facts) VALUES (?, ?, ?, ?) RETURNING id`,
			h.Shift.ID, targets.Millis(h.At), h.Words, h.Facts).Scan(&h.ID)
	})
	return h, err
}

// handovers returns the first entries of the shift log that a condition chooses, the newest first.
func (d *Desk) handovers(ctx context.Context, limit int, where string, args ...any) (list []Handover, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT h.id, h.at, h.words, h.facts, h.shift_id FROM handovers h JOIN shifts s ON s.id = h.shift_id
		WHERE `+where+` ORDER BY h.at DESC, h.id DESC LIMIT `+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("read the shift log: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Handover
		var at int64
		if err := rows.Scan(&h.ID, &at, &h.Words, &h.Facts, &h.Shift.ID); err != nil {
			return nil, fmt.Errorf("read the shift log: %w", err)
		}
		h.At = targets.FromMillis(at)
		list = append(list, h)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the shift log: %w", err)
	}
	for i := range list {
		if list[i].Shift, err = d.shift(ctx, list[i].Shift.ID); err != nil {
			return nil, fmt.Errorf("read the shift log: %w", err)
		}
	}
	return list, nil
}

// noticesSince returns the notices that began, ended or lasted since an instant, the oldest first.
func (d *Desk) noticesSince(ctx context.Context, since time.Time) ([]Notice, error) {
	return d.notices(ctx, "WHERE until IS NULL OR until >= ?1 OR since >= ?1 ORDER BY since", targets.Millis(since))
}

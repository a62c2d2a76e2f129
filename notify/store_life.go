package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// beginLife writes a new run. seen is when the one before it was last seen, zero when it was ended or there was none.
func (d *Desk) beginLife(ctx context.Context, now time.Time) (id int64, seen time.Time, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		var ms int64
		err := tx.QueryRowContext(ctx, `SELECT CASE WHEN ended_at IS NULL THEN seen_at ELSE 0 END FROM lives ORDER BY id DESC LIMIT 1`).Scan(&ms)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		seen = targets.FromMillis(ms)
		return tx.QueryRowContext(ctx, `INSERT INTO lives (began_at, seen_at) VALUES (?1, ?1) RETURNING id`, targets.Millis(now)).Scan(&id)
	})
	return id, seen, err
}

// lived says whether the program had run before an instant.
func (d *Desk) lived(ctx context.Context, before time.Time) (lived bool, err error) {
	err = d.registry.DB().Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM lives WHERE began_at <= ?)`, targets.Millis(before)).Scan(&lived)
	if err != nil {
		return false, fmt.Errorf("ask whether the program ran: %w", err)
	}
	return lived, nil
}

func (d *Desk) seeLife(ctx context.Context, id int64, now time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE lives SET seen_at = ? WHERE id = ?`, targets.Millis(now), id)
	return err
}

func (d *Desk) endLife(ctx context.Context, id int64, now time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE lives SET seen_at = ?1, ended_at = ?1 WHERE id = ?2`, targets.Millis(now), id)
	return err
}

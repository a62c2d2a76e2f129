package notify

import (
	"context"
	"database/sql"
	"time"

	"canhcong/targets"
)

// suspicionsBefore lists the suspicions that were dropped before an instant.
func (d *Desk) suspicionsBefore(ctx context.Context, before time.Time) (ids []int64, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT id FROM incidents
		WHERE state = 'dropped' AND number IS NULL AND opened_at IS NULL AND closed_at < ? ORDER BY id`, targets.Millis(before))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

func (d *Desk) forgetSuspicions(ctx context.Context, ids []int64) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			for _, change := range []string{`DELETE FROM incident_events WHERE incident_id = ?`, `DELETE FROM incident_bonds WHERE incident_id = ?`,
				`DELETE FROM incidents WHERE id = ?`} {
				if _, err := tx.ExecContext(ctx, change, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

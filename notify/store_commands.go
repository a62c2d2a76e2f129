package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// numbered returns what has a number: an incident, or many with one cause.
func (d *Desk) numbered(ctx context.Context, number string) (a About, err error) {
	err = d.registry.DB().Read.QueryRowContext(ctx, `SELECT 'incident', id FROM incidents WHERE number = ?1
		UNION ALL SELECT 'group', id FROM incident_groups WHERE number = ?1`, number).Scan(&a.Kind, &a.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return About{}, ErrNotFound
	}
	return a, err
}

// comingShifts returns the shifts that begin after an instant and before another.
func (d *Desk) comingShifts(ctx context.Context, after, before time.Time) ([]Shift, error) {
	list, err := queryShifts(ctx, d.registry.DB().Read, standing+` AND s.from_at > ?1 AND s.from_at < ?2`, targets.Millis(after), targets.Millis(before))
	if err != nil {
		return nil, fmt.Errorf("read who is on duty next: %w", err)
	}
	return list, nil
}

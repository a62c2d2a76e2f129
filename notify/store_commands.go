package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// incidentByNumber returns the incident of a number, with only the ID of its site.
func incidentByNumber(ctx context.Context, q querier, number string) (Incident, error) {
	return scanIncident(q.QueryRowContext(ctx, `SELECT `+incidentColumns+` FROM incidents WHERE number = ?`, number))
}

// comingShifts returns the shifts that begin after an instant and before another.
func (d *Desk) comingShifts(ctx context.Context, after, before time.Time) ([]Shift, error) {
	list, err := queryShifts(ctx, d.registry.DB().Read, standing+` AND s.from_at > ?1 AND s.from_at < ?2`, targets.Millis(after), targets.Millis(before))
	if err != nil {
		return nil, fmt.Errorf("read who is on duty next: %w", err)
	}
	return list, nil
}

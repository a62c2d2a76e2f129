package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// counts returns how many alerts left since one instant, and how many incidents began and ended since another.
func (d *Desk) counts(ctx context.Context, today, lately time.Time) (sent, begun, ended int, err error) {
	err = d.registry.DB().Read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM (SELECT DISTINCT about_kind, about_id, kind FROM alerts
			WHERE sent_at >= ?1 AND kind NOT IN ('picture', 'noted', 'swapped') AND carried_by IS NULL AND last_error <> ?3 AND NOT `+ofDrill+`)),
		(SELECT count(*) FROM incidents WHERE opened_at >= ?2 AND drill = 0),
		(SELECT count(*) FROM incidents WHERE closed_at >= ?2 AND opened_at IS NOT NULL AND drill = 0)`,
		targets.Millis(today), targets.Millis(lately), noteMoved).Scan(&sent, &begun, &ended)
	if err != nil {
		return 0, 0, 0, fmt.Errorf("count alerts and incidents: %w", err)
	}
	return sent, begun, ended, nil
}

package monitor

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// Probes returns which of the looks at a site were probes, of those since an instant.
func (a *Archive) Probes(ctx context.Context, siteID int64, since time.Time) (map[int64]bool, error) {
	rows, err := a.db.Read.QueryContext(ctx, `SELECT id FROM observations WHERE site_id = ? AND depth = 'probe' AND at >= ?`, siteID, targets.Millis(since))
	if err != nil {
		return nil, fmt.Errorf("list the probes of site %d: %w", siteID, err)
	}
	defer rows.Close()
	probes := map[int64]bool{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list the probes of site %d: %w", siteID, err)
		}
		probes[id] = true
	}
	return probes, rows.Err()
}

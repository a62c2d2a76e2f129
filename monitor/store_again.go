package monitor

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// hasten makes the next look of a depth due no later than at, on a full disk as well.
func (m *Monitor) hasten(ctx context.Context, siteID int64, d Depth, at time.Time) error {
	return m.asked.unless(m.writeSooner(ctx, siteID, d, at), look{siteID, d}, at)
}

func (m *Monitor) writeSooner(ctx context.Context, siteID int64, d Depth, at time.Time) error {
	if err := m.writeDown(ctx); err != nil { // the end of a quiet look must not be written over the wish
		return err
	}
	if _, err := m.archive.db.Write.ExecContext(ctx, `UPDATE looks SET next_due_at = min(next_due_at, ?) WHERE site_id = ? AND depth = ?`,
		targets.Millis(at), siteID, d); err != nil {
		return fmt.Errorf("hasten the next %s of site %d: %w", d, siteID, err)
	}
	return nil
}

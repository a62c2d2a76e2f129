package notify

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"canhcong/targets"
)

// What people wait for is planned by the clock on the wall, and follows it when it is set: when alerts become due, from when on
// those who are told have time to take something on, and until when somebody wants to hear no more of it. What has happened
// keeps the time that it was written down with.

// postpone moves all that is planned.
func (d *Desk) postpone(ctx context.Context, by time.Duration) error {
	err := d.plans(ctx, by.Milliseconds(),
		`UPDATE alerts SET not_before = not_before + ?1 WHERE sent_at IS NULL`,
		`UPDATE incidents SET hushed_until = hushed_until + ?1 WHERE hushed_until IS NOT NULL AND hushed_by <> ''`, // otherwise it was announced, until a time
		`UPDATE incident_groups SET told_at = told_at + ?1, grown_at = grown_at + ?1 WHERE state <> 'closed'`,      // when they say that they have been told
		`INSERT INTO escalations (about_kind, about_id, since, step, at) SELECT about_kind, about_id, since, 0, since + ?1 FROM (`+begun+`) WHERE true
			ON CONFLICT DO UPDATE SET at = at + ?1`)
	if err != nil {
		return fmt.Errorf("move what waits by %v: %w", by, err)
	}
	return nil
}

// begun lists what nobody has taken on, and since when.
const begun = `SELECT 'incident' about_kind, id about_id, ` + incidentBegun + ` since FROM incidents i WHERE state = 'open' AND since IS NOT NULL
	UNION ALL SELECT 'group', id, opened_at FROM incident_groups WHERE state = 'open'`

// hasten makes due what waits for longer than it can: it was put off by a clock that was ahead and set while the program did not run.
func (d *Desk) hasten(ctx context.Context, now time.Time) error {
	err := d.plans(ctx, targets.Millis(now),
		fmt.Sprintf(`UPDATE alerts SET not_before = ?1 WHERE sent_at IS NULL AND not_before > ?1 + %d`, longestRetry.Milliseconds()),
		fmt.Sprintf(`UPDATE incidents SET hushed_until = ?1 + %d WHERE hushed_by <> '' AND hushed_until > ?1 + %[1]d`, max(LongestSnooze, spareFor).Milliseconds()),
		`UPDATE escalations SET at = ?1 WHERE step = 0 AND at > ?1`,
		`INSERT INTO escalations (about_kind, about_id, since, step, at) SELECT about_kind, about_id, since, 0, ?1 FROM (`+begun+`) WHERE since > ?1
			ON CONFLICT DO NOTHING`)
	if err != nil {
		return fmt.Errorf("make due what a wrong clock put off: %w", err)
	}
	return nil
}

// plans writes to what is planned in one transaction: all of it follows the clock or none.
func (d *Desk) plans(ctx context.Context, value int64, updates ...string) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		for _, update := range updates {
			if _, err := tx.ExecContext(ctx, update, value); err != nil {
				return err
			}
		}
		return nil
	})
}

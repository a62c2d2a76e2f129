package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// AfterRestore prepares the outbox of a database that was restored from a backup: what waited there when the copy was made
// has most likely been sent since. It is sent once more all the same, because nothing is ever dropped, but marked as perhaps
// sent before.
func AfterRestore(ctx context.Context, db *targets.DB, now time.Time) error {
	if _, err := db.Write.ExecContext(ctx, `UPDATE alerts SET claimed_at = ? WHERE sent_at IS NULL AND claimed_at IS NULL`, targets.Millis(now)); err != nil {
		return fmt.Errorf("mark the alerts of a restored database: %w", err)
	}
	return nil
}

package baseline

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// Decided is how many versions of baselines people decided on at one site.
type Decided struct{ Approved, Rejected int }

// Decided counts what people decided from an instant until just before another, by site. It counts what the rows say: whether
// nobody has tampered with them is seen when they are used.
func (j *Judge) Decided(ctx context.Context, from, until time.Time) (map[int64]Decided, error) {
	all, err := j.decided(ctx, targets.Millis(from), targets.Millis(until))
	if err != nil {
		return nil, fmt.Errorf("count what was approved: %w", err)
	}
	return all, nil
}

package notify

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// suspicionsKept is how long a suspicion is remembered that came to nothing: every portal has some, and each keeps the looks from being
// deleted that it rests on.
const suspicionsKept = 90 * 24 * time.Hour

// forgetAtOnce is how many rows one transaction deletes, so that alerts do not wait for it.
const forgetAtOnce = 100

// ForgetSuspicions deletes the suspicions of long ago that nobody was ever told of, and returns how many. Incidents stay for ever.
func (d *Desk) ForgetSuspicions(ctx context.Context, now time.Time) (n int, err error) {
	old, err := d.suspicionsBefore(ctx, now.Add(-suspicionsKept))
	for some := range slices.Chunk(old, forgetAtOnce) {
		if err == nil {
			err = d.forgetSuspicions(ctx, some)
		}
		if err == nil {
			n += len(some)
		}
	}
	if err != nil {
		return n, fmt.Errorf("forget what was merely suspected: %w", err)
	}
	return n, nil
}

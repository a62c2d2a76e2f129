package notify

import (
	"context"
	"time"
)

// Listens says whether people can answer over any channel.
func (d *Desk) Listens() bool { return len(d.heard) > 0 }

// Heard returns up to where a listener has done what was said to it: what it gave to Hear last, and when. Both are zero before
// that.
func (d *Desk) Heard(ctx context.Context, listener string) (position int64, at time.Time, err error) {
	return d.heardUpTo(ctx, listener)
}

// Hear keeps up to where a listener has done what was said to it.
func (d *Desk) Hear(ctx context.Context, listener string, position int64) error {
	return d.hear(ctx, listener, position, time.Now())
}

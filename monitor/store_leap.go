package monitor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// ErrLeapt is returned (wrapped) by Retain while the clock may be wrong.
var ErrLeapt = errors.New("the clock is far ahead of the last look before")

// A clock that is years ahead would make everything old. It cannot be told from a machine that was off for as long; so after such a
// time nothing is deleted for a day of looking, in which people, who are told that retention fails, or a time service set it right.
const (
	longestLeap = 2 * day
	leapSettles = day
)

// leapt returns an error that wraps ErrLeapt when a time without any look ended less than a day ago.
func (a *Archive) leapt(ctx context.Context, now time.Time) error {
	var first, before sql.NullInt64
	err := a.db.Read.QueryRowContext(ctx, `SELECT min(from_at), (SELECT max(from_at) FROM tallies WHERE hours = 1 AND from_at <= ?1)
		FROM tallies WHERE hours = 1 AND from_at > ?1 AND from_at <= ?2`, targets.Millis(now.Add(-leapSettles)), targets.Millis(now)).Scan(&first, &before)
	if err != nil {
		return fmt.Errorf("ask since when anything was looked at: %w", err)
	}
	last, begun := targets.FromMillis(before.Int64), now
	if first.Valid {
		begun = targets.FromMillis(first.Int64)
	}
	if !before.Valid || begun.Sub(last) <= longestLeap {
		return nil
	}
	return fmt.Errorf("nothing was looked at from %s to %s, nothing is deleted for %s after that: %w", last.In(targets.Vietnam).Format("15:04 02/01/2006"),
		begun.In(targets.Vietnam).Format("15:04 02/01/2006"), leapSettles, ErrLeapt)
}

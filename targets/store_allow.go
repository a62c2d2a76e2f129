package targets

import (
	"cmp"
	"context"
	"fmt"

	"canhcong/monitor/egress"
)

// SetAllow replaces a site's exceptions from the egress policy. Only an administrator's word may bring it about. The error
// wraps ErrNotFound.
func (r *Registry) SetAllow(ctx context.Context, id int64, allow []egress.Exception) error {
	const update = `UPDATE sites SET allow = ? WHERE id = ? AND removed_at IS NULL`
	result, err := r.db.Write.ExecContext(ctx, update, AllowList(allow), id)
	if err != nil {
		return fmt.Errorf("set the exceptions of site %d: %w", id, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("set the exceptions of site %d: %w", id, cmp.Or(err, ErrNotFound))
	}
	return nil
}

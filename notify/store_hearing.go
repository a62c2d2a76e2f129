package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

func (d *Desk) heardUpTo(ctx context.Context, listener string) (position int64, at time.Time, err error) {
	var ms int64
	err = d.registry.DB().Read.QueryRowContext(ctx, `SELECT position, heard_at FROM listeners WHERE name = ?`, listener).Scan(&position, &ms)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, time.Time{}, nil
	}
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("read where %s is: %w", listener, err)
	}
	return position, targets.FromMillis(ms), nil
}

func (d *Desk) hear(ctx context.Context, listener string, position int64, now time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `INSERT INTO listeners (name, position, heard_at) VALUES (?1, ?2, ?3)
		ON CONFLICT (name) DO UPDATE SET position = ?2, heard_at = ?3`, listener, position, targets.Millis(now))
	if err != nil {
		return fmt.Errorf("keep where %s is: %w", listener, err)
	}
	return nil
}

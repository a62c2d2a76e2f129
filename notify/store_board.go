package notify

import (
	"context"
	"fmt"
)

func (d *Desk) readBoards(ctx context.Context) (map[lane]*board, error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT channel, recipient, receipt, pinned FROM boards`)
	if err != nil {
		return nil, fmt.Errorf("read the boards: %w", err)
	}
	defer rows.Close()
	boards := map[lane]*board{}
	for rows.Next() {
		var l lane
		var b board
		if err := rows.Scan(&l.channel, &l.recipient, &b.receipt, &b.pinned); err != nil {
			return nil, fmt.Errorf("read the boards: %w", err)
		}
		boards[l] = &b
	}
	return boards, rows.Err()
}

func (d *Desk) saveBoard(ctx context.Context, l lane, b board) error {
	if _, err := d.registry.DB().Write.ExecContext(ctx, `INSERT INTO boards (channel, recipient, receipt, pinned) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (channel, recipient) DO UPDATE SET receipt = ?3, pinned = ?4`, l.channel, l.recipient, b.receipt, b.pinned); err != nil {
		return fmt.Errorf("remember the board of %s: %w", l.channel, err)
	}
	return nil
}

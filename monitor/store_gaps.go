package monitor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// saveGap writes a gap that is new, or its end.
func (a *Archive) saveGap(ctx context.Context, g *Gap) error {
	var to any
	if !g.To.IsZero() {
		to = targets.Millis(g.To)
	}
	if g.ID != 0 {
		_, err := a.db.Write.ExecContext(ctx, `UPDATE gaps SET to_at = ?, detail = ? WHERE id = ?`, to, g.Detail, g.ID)
		return err
	}
	return a.db.Write.QueryRowContext(ctx, `INSERT INTO gaps (from_at, to_at, detail) VALUES (?, ?, ?) RETURNING id`,
		targets.Millis(g.From), to, g.Detail).Scan(&g.ID)
}

// OpenGap returns the gap that lasts, nil when there is none: a monitor that was blind when it stopped is blind when it
// starts, until it sees.
func (a *Archive) OpenGap(ctx context.Context) (*Gap, error) {
	g, err := scanGap(a.db.Read.QueryRowContext(ctx, `SELECT id, from_at, coalesce(to_at, 0), detail FROM gaps WHERE to_at IS NULL ORDER BY id DESC LIMIT 1`))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read whether our own network was away: %w", err)
	}
	return &g, nil
}

// Gaps returns the times within [from, to) in which our own network was away, oldest first.
func (a *Archive) Gaps(ctx context.Context, from, to time.Time) ([]Gap, error) {
	rows, err := a.db.Read.QueryContext(ctx, `SELECT id, from_at, coalesce(to_at, 0), detail FROM gaps
		WHERE from_at < ? AND (to_at IS NULL OR to_at > ?) ORDER BY from_at`, targets.Millis(to), targets.Millis(from))
	if err != nil {
		return nil, fmt.Errorf("read when our own network was away: %w", err)
	}
	defer rows.Close()
	var list []Gap
	for rows.Next() {
		g, err := scanGap(rows)
		if err != nil {
			return nil, fmt.Errorf("read when our own network was away: %w", err)
		}
		list = append(list, g)
	}
	return list, rows.Err()
}

func scanGap(row interface{ Scan(...any) error }) (g Gap, err error) {
	var from, to int64
	err = row.Scan(&g.ID, &from, &to, &g.Detail)
	g.From, g.To = targets.FromMillis(from), targets.FromMillis(to)
	return g, err
}

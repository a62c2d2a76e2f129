package monitor

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"canhcong/targets"
)

// dueBut counts the looks of each depth that are due, but for some.
func (m *Monitor) dueBut(ctx context.Context, now time.Time, some map[look]bool) (map[Depth]Backlog, error) {
	names := make([]string, 0, len(some))
	for l, is := range some {
		if is {
			names = append(names, fmt.Sprintf("%d %s", l.siteID, l.depth))
		}
	}
	list, err := json.Marshal(names)
	if err != nil {
		return nil, fmt.Errorf("name the looks under way: %w", err)
	}
	rows, err := m.archive.db.Read.QueryContext(ctx, `SELECT depth, count(*), min(next_due_at) FROM looks
		WHERE next_due_at <= ? AND site_id || ' ' || depth NOT IN (SELECT value FROM json_each(?)) GROUP BY depth`, targets.Millis(now), string(list))
	if err != nil {
		return nil, fmt.Errorf("count the looks that wait: %w", err)
	}
	defer rows.Close()
	all := map[Depth]Backlog{}
	for rows.Next() {
		var (
			depth  Depth
			one    Backlog
			oldest int64
		)
		if err := rows.Scan(&depth, &one.Looks, &oldest); err != nil {
			return nil, fmt.Errorf("count the looks that wait: %w", err)
		}
		one.Oldest = now.Sub(targets.FromMillis(oldest))
		all[depth] = one
	}
	return all, rows.Err()
}

package baseline

import "context"

// decided counts decisions by site. A version that was superseded had been approved.
func (j *Judge) decided(ctx context.Context, from, until int64) (map[int64]Decided, error) {
	rows, err := j.db.Read.QueryContext(ctx, `SELECT site_id, sum(state <> ?1), sum(state = ?1) FROM baselines
		WHERE decided_at >= ?2 AND decided_at < ?3 GROUP BY site_id`, Rejected, from, until)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]Decided{}
	for rows.Next() {
		var siteID int64
		var d Decided
		if err := rows.Scan(&siteID, &d.Approved, &d.Rejected); err != nil {
			return nil, err
		}
		all[siteID] = d
	}
	return all, rows.Err()
}

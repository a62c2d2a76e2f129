package baseline

import "context"

// verdictsAfter returns the verdicts that follow a place in time, oldest first; of every site when siteID is 0.
func (j *Judge) verdictsAfter(ctx context.Context, siteID int64, from replayMark, limit int) (list []Verdict, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT `+verdictColumns+` FROM verdicts
		WHERE (? = 0 OR site_id = ?) AND (at, id) > (?, ?) ORDER BY at, id LIMIT ?`, siteID, siteID, from.at, from.id, limit)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		v, err := scanVerdict(found)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, found.Err()
}

func (j *Judge) neededIDs(ctx context.Context) (ids []int64, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT observation_id FROM baselines WHERE observation_id IS NOT NULL
		UNION SELECT observation_id FROM baseline_samples
		UNION SELECT anchor_id FROM baseline_samples WHERE anchor_id > 0
		UNION SELECT observation_id FROM baseline_quarantine
		UNION SELECT anchor_id FROM baseline_quarantine`)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var id int64
		if err := found.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, found.Err()
}

package monitor

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// CertificateEnds returns until when the certificate holds that each of these sites showed last. Sites that never showed one are
// missing.
func (a *Archive) CertificateEnds(ctx context.Context, siteIDs []int64) (map[int64]time.Time, error) {
	ids, err := json.Marshal(siteIDs)
	if err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	rows, err := a.db.Read.QueryContext(ctx, `SELECT value, coalesce((SELECT certificate FROM observations WHERE site_id = value
		AND certificate LIKE '{%' ORDER BY at DESC LIMIT 1), '') FROM json_each(?)`, string(ids))
	if err != nil {
		return nil, fmt.Errorf("read the certificates of sites: %w", err)
	}
	defer rows.Close()
	ends := map[int64]time.Time{}
	for rows.Next() {
		var site int64
		var text string
		if err := rows.Scan(&site, &text); err != nil {
			return nil, fmt.Errorf("read the certificates of sites: %w", err)
		}
		var c Certificate
		if text != "" && json.Unmarshal([]byte(text), &c) == nil && !c.NotAfter.IsZero() {
			ends[site] = c.NotAfter
		}
	}
	return ends, rows.Err()
}

package notify

import (
	"context"
	"errors"

	"canhcong/targets"
)

// unreported returns the incidents that somebody may have to be reminded of to report them, oldest first, with their sites.
func (d *Desk) unreported(ctx context.Context) ([]Incident, error) {
	list, err := queryIncidents(ctx, d.registry.DB().Read, `WHERE number IS NOT NULL AND drill = 0 AND needless = 0 AND closing_at IS NULL
		AND (counted_at IS NOT NULL OR concern = 'content') ORDER BY id`)
	if err != nil {
		return nil, err
	}
	for n, i := range list {
		if list[n].Site, err = d.registry.PastSite(ctx, i.Site.ID); err != nil && !errors.Is(err, targets.ErrNotFound) {
			return nil, err
		}
	}
	return list, nil
}

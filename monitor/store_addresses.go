package monitor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
)

// Addresses returns where each of these sites was when a probe last found out: the address that answered, or the first one that
// its name had. Sites of which that is not known are missing.
func (a *Archive) Addresses(ctx context.Context, siteIDs []int64) (map[int64]netip.Addr, error) {
	ids, err := json.Marshal(siteIDs)
	if err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	rows, err := a.db.Read.QueryContext(ctx, `SELECT value, coalesce((SELECT wire FROM observations WHERE site_id = value AND depth = 'probe'
		AND wire LIKE '%"address%' ORDER BY at DESC LIMIT 1), '') FROM json_each(?)`, string(ids))
	if err != nil {
		return nil, fmt.Errorf("read the addresses of sites: %w", err)
	}
	defer rows.Close()
	found := map[int64]netip.Addr{}
	for rows.Next() {
		var site int64
		var text string
		if err := rows.Scan(&site, &text); err != nil {
			return nil, fmt.Errorf("read the addresses of sites: %w", err)
		}
		var w Wire
		if text != "" && json.Unmarshal([]byte(text), &w) == nil {
			if address := w.address(); address.IsValid() {
				found[site] = address
			}
		}
	}
	return found, rows.Err()
}

// address is where the host stands that the page was asked of.
func (w Wire) address() netip.Addr {
	for _, s := range w.Servers {
		switch {
		case s.Address.IsValid():
			return s.Address.Unmap()
		case len(s.Addresses) > 0:
			return s.Addresses[0].Unmap()
		}
	}
	return netip.Addr{}
}

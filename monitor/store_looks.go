package monitor

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"canhcong/targets"
)

// due is one look that is to be made.
type due struct {
	siteID     int64
	depth      Depth
	at         time.Time
	turn       time.Time // its place in the queue
	done       int
	faults     int
	trouble           // as looks of this depth found it
	probeDowns int    // probes in a row that found the site down
	memory     Memory // of the last probe that brought a good body
	stored     string // the memory as it was read: reading it is left to the look, since much more is read than looked at
}

// recall reads the memory.
func (d *due) recall() error { return d.memory.Scan(d.stored) }

// plan makes sure that each site has a row for each depth: a new one is due soon, and one that was planned at another pace is
// brought forward where that was slower.
func (m *Monitor) plan(ctx context.Context, sites []watchedSite, starting bool, now time.Time) error {
	known, err := m.allPlans(ctx)
	if err != nil {
		return err
	}
	return m.archive.db.Tx(ctx, func(tx *sql.Tx) error {
		for _, s := range sites {
			for _, d := range []Depth{Probe, Render} {
				was, ok := known[look{s.ID, d}]
				at := firstLook(s.Site, d, now)
				if ok {
					at = caughtUp(s.Site, d, was.dueAt, was.trouble, starting, now)
				}
				if ok && at.Equal(was.dueAt) {
					continue
				}
				if _, err := tx.ExecContext(ctx, `INSERT INTO looks (site_id, depth, next_due_at) VALUES (?, ?, ?)
					ON CONFLICT DO UPDATE SET next_due_at = excluded.next_due_at`, s.ID, d, targets.Millis(at)); err != nil {
					return fmt.Errorf("plan the looks of %s: %w", s.URL, err)
				}
			}
		}
		return nil
	})
}

const dueColumns = `SELECT site_id, depth, next_due_at, done, faults, downs, blocks, memory,
	CASE depth WHEN 'render' THEN ifnull((SELECT p.downs FROM looks p WHERE p.site_id = l.site_id AND p.depth = 'probe'), 0) ELSE 0 END
	FROM looks l`

// dueLooks returns the looks that are due. A plan that lies further ahead than any is made is due too: the clock has been set
// back since.
func (m *Monitor) dueLooks(ctx context.Context, now, farAhead time.Time) ([]due, error) {
	return m.queryDue(ctx, dueColumns+` WHERE next_due_at <= ? UNION ALL `+dueColumns+` WHERE next_due_at > ?`, targets.Millis(now), targets.Millis(farAhead))
}

// plannedLook returns a look as it is planned, due or not; none when the site is not looked at any more.
func (m *Monitor) plannedLook(ctx context.Context, key look) ([]due, error) {
	return m.queryDue(ctx, dueColumns+` WHERE site_id = ? AND depth = ?`, key.siteID, key.depth)
}

func (m *Monitor) queryDue(ctx context.Context, query string, args ...any) ([]due, error) {
	rows, err := m.archive.db.Read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the looks that are due: %w", err)
	}
	defer rows.Close()
	var list []due
	for rows.Next() {
		var (
			d  due
			at int64
		)
		if err := rows.Scan(&d.siteID, &d.depth, &at, &d.done, &d.faults, &d.downs, &d.blocks, &d.stored, &d.probeDowns); err != nil {
			return nil, fmt.Errorf("read the looks that are due: %w", err)
		}
		d.at = targets.FromMillis(at)
		list = append(list, d)
	}
	return list, rows.Err()
}

// nextDue returns when the next look is due; ok is false when none is planned.
func (m *Monitor) nextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	var ms sql.NullInt64
	if err := m.archive.db.Read.QueryRowContext(ctx, `SELECT min(next_due_at) FROM looks`).Scan(&ms); err != nil {
		return time.Time{}, false, fmt.Errorf("read when the next look is due: %w", err)
	}
	return targets.FromMillis(ms.Int64), ms.Valid, nil
}

// planned is when a look is due and how it went lately.
type planned struct {
	look
	dueAt  time.Time
	faults int
	trouble
}

const planColumns = `SELECT site_id, depth, next_due_at, faults, downs, blocks FROM looks`

// allPlans returns the plan of every look.
func (m *Monitor) allPlans(ctx context.Context) (map[look]planned, error) {
	list, err := m.plans(ctx, planColumns)
	plans := make(map[look]planned, len(list))
	for _, p := range list {
		plans[p.look] = p
	}
	return plans, err
}

// latePlans returns the plan of each look that was due before an instant, or ended in our own fault several times in a row.
func (m *Monitor) latePlans(ctx context.Context, before time.Time, faults int) ([]planned, error) {
	return m.plans(ctx, planColumns+` WHERE next_due_at <= ? UNION `+planColumns+` WHERE faults > 0 AND faults >= ?`, targets.Millis(before), faults)
}

func (m *Monitor) plans(ctx context.Context, query string, args ...any) ([]planned, error) {
	rows, err := m.archive.db.Read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the plan of looks: %w", err)
	}
	defer rows.Close()
	var list []planned
	for rows.Next() {
		var (
			p  planned
			at int64
		)
		if err := rows.Scan(&p.siteID, &p.depth, &at, &p.faults, &p.downs, &p.blocks); err != nil {
			return nil, fmt.Errorf("read the plan of looks: %w", err)
		}
		p.dueAt = targets.FromMillis(at)
		list = append(list, p)
	}
	return list, rows.Err()
}

// ask makes looks at a site due now.
func (m *Monitor) ask(ctx context.Context, siteID int64, now time.Time, depths ...Depth) error {
	for _, d := range depths {
		if err := m.asked.unless(m.writeNow(ctx, siteID, d, now), look{siteID, d}, now); err != nil {
			return fmt.Errorf("ask for a %s of site %d: %w", d, siteID, err)
		}
	}
	return nil
}

func (m *Monitor) writeNow(ctx context.Context, siteID int64, d Depth, now time.Time) error {
	if err := m.writeDown(ctx); err != nil { // the end of a quiet look must not be written over the wish
		return err
	}
	_, err := m.archive.db.Write.ExecContext(ctx, `UPDATE looks SET next_due_at = ? WHERE site_id = ? AND depth = ?`, targets.Millis(now), siteID, d)
	return err
}

// postpone moves the whole plan.
func (m *Monitor) postpone(ctx context.Context, by time.Duration) error {
	if _, err := m.archive.db.Write.ExecContext(ctx, `UPDATE looks SET next_due_at = next_due_at + ?`, by.Milliseconds()); err != nil {
		return fmt.Errorf("move the plan of looks by %v: %w", by, err)
	}
	return nil
}

// forget drops the plan of a site that is no longer watched. What was seen of it stays.
func (m *Monitor) forget(ctx context.Context, siteID int64) error {
	m.lulls.forget(siteID)
	m.hearings.forget(siteID)
	if _, err := m.archive.db.Write.ExecContext(ctx, `DELETE FROM looks WHERE site_id = ?`, siteID); err != nil {
		return fmt.Errorf("forget the looks of site %d: %w", siteID, err)
	}
	return nil
}

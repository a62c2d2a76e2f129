package monitor

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

const observationColumns = `id, site_id, depth, at, took_ms, outcome, cause, detail, status, final_url, certificate, timings,
	page, screenshot, thumbnail`

func (a *Archive) insert(ctx context.Context, o *Observation) error {
	certificate, err := toJSON(o.Certificate)
	if err != nil {
		return err
	}
	timings, err := toJSON(o.Timings)
	if err != nil {
		return err
	}
	return a.db.Write.QueryRowContext(ctx, `INSERT INTO observations
		(site_id, depth, at, took_ms, outcome, cause, detail, status, final_url, certificate, timings, page, screenshot, thumbnail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		o.Site.ID, o.Depth, targets.Millis(o.At), o.Took.Milliseconds(), o.Outcome, o.Cause, o.Detail, o.Status, o.FinalURL,
		certificate, timings, o.PageHash, o.Screenshot, o.Thumbnail).Scan(&o.ID)
}

// find returns one observation without its page. The site is read by the room that owns it.
func (a *Archive) find(ctx context.Context, id int64) (Observation, error) {
	o, err := scanObservation(a.db.Read.QueryRowContext(ctx, `SELECT `+observationColumns+` FROM observations WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Observation{}, ErrNotFound
	}
	if err != nil {
		return Observation{}, err
	}
	o.Site, err = targets.New(a.db).PastSite(ctx, o.Site.ID)
	return o, err
}

func (a *Archive) newest(ctx context.Context, siteID int64, limit int) ([]Observation, error) {
	site, err := targets.New(a.db).PastSite(ctx, siteID)
	if err != nil {
		return nil, err
	}
	rows, err := a.db.Read.QueryContext(ctx,
		`SELECT `+observationColumns+` FROM observations WHERE site_id = ? ORDER BY at DESC, id DESC LIMIT ?`, siteID, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Observation
	for rows.Next() {
		o, err := scanObservation(rows)
		if err != nil {
			return nil, err
		}
		o.Site = site
		list = append(list, o)
	}
	return list, rows.Err()
}

func scanObservation(row interface{ Scan(...any) error }) (Observation, error) {
	var (
		o                    Observation
		at, took             int64
		certificate, timings string
	)
	if err := row.Scan(&o.ID, &o.Site.ID, &o.Depth, &at, &took, &o.Outcome, &o.Cause, &o.Detail, &o.Status, &o.FinalURL,
		&certificate, &timings, &o.PageHash, &o.Screenshot, &o.Thumbnail); err != nil {
		return Observation{}, err
	}
	o.At, o.Took = targets.FromMillis(at), time.Duration(took)*time.Millisecond
	return o, errors.Join(fromJSON(certificate, &o.Certificate), fromJSON(timings, &o.Timings))
}

func toJSON[T any](v *T) (string, error) {
	if v == nil {
		return "", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

func fromJSON[T any](s string, v **T) error {
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), v)
}

// due is one look that is to be made.
type due struct {
	siteID      int64
	depth       Depth
	at          time.Time
	done        int
	faults      int
	fingerprint string
}

// plan makes sure that every site has a row for each depth; a new one is due at first(depth).
func (m *Monitor) plan(ctx context.Context, sites []targets.Site, first func(targets.Site, Depth) time.Time) error {
	return m.archive.db.Tx(ctx, func(tx *sql.Tx) error {
		for _, s := range sites {
			for _, d := range []Depth{Probe, Render} {
				if _, err := tx.ExecContext(ctx, `INSERT INTO looks (site_id, depth, next_due_at) VALUES (?, ?, ?)
					ON CONFLICT DO NOTHING`, s.ID, d, targets.Millis(first(s, d))); err != nil {
					return fmt.Errorf("plan the looks of %s: %w", s.URL, err)
				}
			}
		}
		return nil
	})
}

// dueLooks returns the looks that are due, the longest overdue first. A plan that lies further ahead than any is made is due
// too: the clock has been set back since.
func (m *Monitor) dueLooks(ctx context.Context, now, farAhead time.Time) ([]due, error) {
	rows, err := m.archive.db.Read.QueryContext(ctx, `SELECT site_id, depth, next_due_at, done, faults, fingerprint
		FROM looks WHERE next_due_at <= ? OR next_due_at > ? ORDER BY next_due_at`, targets.Millis(now), targets.Millis(farAhead))
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
		if err := rows.Scan(&d.siteID, &d.depth, &at, &d.done, &d.faults, &d.fingerprint); err != nil {
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
	siteID int64
	depth  Depth
	dueAt  time.Time
	faults int
}

// plans returns the plan of every look that is due or has failed.
func (m *Monitor) plans(ctx context.Context, now time.Time) ([]planned, error) {
	rows, err := m.archive.db.Read.QueryContext(ctx,
		`SELECT site_id, depth, next_due_at, faults FROM looks WHERE next_due_at <= ? OR faults > 0`, targets.Millis(now))
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
		if err := rows.Scan(&p.siteID, &p.depth, &at, &p.faults); err != nil {
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
		if _, err := m.archive.db.Write.ExecContext(ctx,
			`UPDATE looks SET next_due_at = ? WHERE site_id = ? AND depth = ?`, targets.Millis(now), siteID, d); err != nil {
			return fmt.Errorf("ask for a %s of site %d: %w", d, siteID, err)
		}
	}
	return nil
}

// forget drops the plan of a site that is no longer watched. What was seen of it stays.
func (m *Monitor) forget(ctx context.Context, siteID int64) error {
	m.lulls.forget(siteID)
	if _, err := m.archive.db.Write.ExecContext(ctx, `DELETE FROM looks WHERE site_id = ?`, siteID); err != nil {
		return fmt.Errorf("forget the looks of site %d: %w", siteID, err)
	}
	return nil
}

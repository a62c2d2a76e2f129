package monitor

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"canhcong/targets"
)

const observationColumns = `id, site_id, depth, at, took_ms, outcome, cause, detail, status, final_url, certificate, timings, wire,
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
	wire, err := toJSON(o.Wire)
	if err != nil {
		return err
	}
	return a.db.Write.QueryRowContext(ctx, `INSERT INTO observations
		(site_id, depth, at, took_ms, outcome, cause, detail, status, final_url, certificate, timings, wire, page, screenshot, thumbnail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		o.Site.ID, o.Depth, targets.Millis(o.At), o.Took.Milliseconds(), o.Outcome, o.Cause, o.Detail, o.Status, o.FinalURL,
		certificate, timings, wire, o.PageHash, o.Screenshot, o.Thumbnail).Scan(&o.ID)
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
		o                          Observation
		at, took                   int64
		certificate, timings, wire string
	)
	if err := row.Scan(&o.ID, &o.Site.ID, &o.Depth, &at, &took, &o.Outcome, &o.Cause, &o.Detail, &o.Status, &o.FinalURL,
		&certificate, &timings, &wire, &o.PageHash, &o.Screenshot, &o.Thumbnail); err != nil {
		return Observation{}, err
	}
	o.At, o.Took = targets.FromMillis(at), time.Duration(took)*time.Millisecond
	return o, errors.Join(fromJSON(certificate, &o.Certificate), fromJSON(timings, &o.Timings), fromJSON(wire, &o.Wire))
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

package monitor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/targets"
)

// deleteAtOnce is how many rows one transaction deletes: some milliseconds, so that looks do not wait for it.
const deleteAtOnce = 100

// nextSite returns the site with looks that follows another, by number.
func (a *Archive) nextSite(ctx context.Context, after int64) (siteID int64, ok bool, err error) {
	err = a.db.Read.QueryRowContext(ctx, `SELECT site_id FROM observations WHERE site_id > ? ORDER BY site_id LIMIT 1`, after).Scan(&siteID)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return siteID, err == nil, err
}

func (a *Archive) oldLooks(ctx context.Context, siteID int64, before time.Time) (list []oldLook, err error) {
	rows, err := a.db.Read.QueryContext(ctx, `SELECT id, depth, at, outcome || ' ' || cause || ' ' || status, page || screenshot FROM observations
		WHERE site_id = ? AND at < ? ORDER BY at, id`, siteID, targets.Millis(before))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var l oldLook
		var at int64
		if err := rows.Scan(&l.id, &l.depth, &at, &l.end, &l.pictured); err != nil {
			return nil, err
		}
		l.at = targets.FromMillis(at)
		list = append(list, l)
	}
	return list, rows.Err()
}

// deleteLooks deletes observations, except those that a row refers to by now.
func (a *Archive) deleteLooks(ctx context.Context, ids []int64) (n int, err error) {
	for some := range slices.Chunk(ids, deleteAtOnce) {
		err := a.db.Tx(ctx, func(tx *sql.Tx) error {
			for _, id := range some {
				_, err := tx.ExecContext(ctx, `DELETE FROM observations WHERE id = ?`, id)
				switch {
				case targets.IsReferenced(err):
				case err != nil:
					return fmt.Errorf("delete observation %d: %w", id, err)
				default:
					n++
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// named returns the marks of all artefacts that observations name.
func (a *Archive) named(ctx context.Context) (list marks, err error) {
	const atOnce = 5000
	for last, n := int64(0), atOnce; n == atOnce; {
		if n, err = a.namedAfter(ctx, &last, atOnce, &list); err != nil {
			return nil, err
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

func (a *Archive) namedAfter(ctx context.Context, last *int64, limit int, list *marks) (n int, err error) {
	rows, err := a.db.Read.QueryContext(ctx, `SELECT id, page, screenshot, thumbnail FROM observations WHERE id > ? AND page <> '' ORDER BY id LIMIT ?`, *last, limit)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var hashes [3]string
		if err := rows.Scan(last, &hashes[0], &hashes[1], &hashes[2]); err != nil {
			return n, err
		}
		for _, h := range hashes {
			if mark, ok := markOf(h); ok {
				*list = append(*list, mark)
			}
		}
	}
	return n, rows.Err()
}

// rolledAtOnce is how many sites of a day are added up in one transaction.
const rolledAtOnce = 200

// rollUp adds up the hours of every whole day before an instant.
func (a *Archive) rollUp(ctx context.Context, before time.Time) error {
	for {
		var first, site sql.NullInt64
		if err := a.db.Read.QueryRowContext(ctx, `SELECT min(from_at) FROM tallies WHERE hours = 1`).Scan(&first); err != nil {
			return err
		}
		begin := dayOf(targets.FromMillis(first.Int64))
		end := begin.Add(day) // there is no summer time in Vietnam
		if !first.Valid || end.After(before) {
			return nil
		}
		if err := a.db.Read.QueryRowContext(ctx, `SELECT min(site_id) FROM tallies WHERE hours = 1 AND from_at >= ? AND from_at < ?`,
			targets.Millis(begin), targets.Millis(end)).Scan(&site); err != nil {
			return err
		}
		if err := a.rollUpDay(ctx, begin, end, site.Int64, site.Int64+rolledAtOnce); err != nil {
			return err
		}
	}
}

// rollUpDay replaces the hours of a day by their sum, for the sites numbered from low to below high.
func (a *Archive) rollUpDay(ctx context.Context, begin, end time.Time, low, high int64) error {
	return a.db.Tx(ctx, func(tx *sql.Tx) error {
		const which = ` FROM tallies WHERE hours = 1 AND from_at >= ?1 AND from_at < ?2 AND site_id >= ?3 AND site_id < ?4`
		args := []any{targets.Millis(begin), targets.Millis(end), low, high}
		if _, err := tx.ExecContext(ctx, `INSERT INTO tallies (hours, from_at, site_id, up_ms, down_ms, blocked_ms, probes, answers, took_ms, slowest_ms)
			SELECT 24, ?1, site_id, sum(up_ms), sum(down_ms), sum(blocked_ms), sum(probes), sum(answers), sum(took_ms), max(slowest_ms)`+which+` GROUP BY site_id
			ON CONFLICT DO UPDATE SET up_ms = up_ms + excluded.up_ms, down_ms = down_ms + excluded.down_ms, blocked_ms = blocked_ms + excluded.blocked_ms,
				probes = probes + excluded.probes, answers = answers + excluded.answers, took_ms = took_ms + excluded.took_ms, slowest_ms = max(slowest_ms, excluded.slowest_ms)`,
			args...); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE`+which, args...)
		return err
	})
}

package monitor

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"canhcong/targets"
)

// Spans of the rows in tallies, in hours.
const (
	hourly = 1
	daily  = 24
)

// writeDown records looks that were made and what probes found, in one transaction. A look asked for while one ran stays
// due: at is when that one began to be due, and a later next_due_at in the row is somebody's wish.
func (a *Archive) writeDown(ctx context.Context, looks map[look]ended, tally talliesByHour) error {
	err := a.db.Tx(ctx, func(tx *sql.Tx) error {
		if err := writeLooks(ctx, tx, looks); err != nil {
			return err
		}
		return writeTallies(ctx, tx, tally)
	})
	if err != nil {
		return fmt.Errorf("record %d looks: %w", len(looks), err)
	}
	return nil
}

func writeLooks(ctx context.Context, tx *sql.Tx, looks map[look]ended) error {
	update, err := tx.PrepareContext(ctx, `UPDATE looks SET done = ?1, faults = ?2, downs = ?10, blocks = ?11, memory = ?3, done_at = ?4,
		seen_at = iif(?5, ?4, seen_at), next_due_at = CASE WHEN next_due_at > ?6 THEN min(next_due_at, ?7) ELSE ?7 END
		WHERE site_id = ?8 AND depth = ?9`)
	if err != nil {
		return err
	}
	defer update.Close()
	for _, e := range looks {
		if _, err := update.ExecContext(ctx, e.done, e.faults, e.memory, targets.Millis(e.at), e.saw,
			targets.Millis(e.due.at), targets.Millis(e.next), e.siteID, e.depth, e.downs, e.blocks); err != nil {
			return err
		}
	}
	return nil
}

func writeTallies(ctx context.Context, tx *sql.Tx, tally talliesByHour) error {
	add, err := tx.PrepareContext(ctx, `INSERT INTO tallies (hours, from_at, site_id, up_ms, down_ms, blocked_ms, probes, answers, took_ms, slowest_ms)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET up_ms = up_ms + excluded.up_ms,
		down_ms = down_ms + excluded.down_ms, blocked_ms = blocked_ms + excluded.blocked_ms, probes = probes + excluded.probes,
		answers = answers + excluded.answers, took_ms = took_ms + excluded.took_ms, slowest_ms = max(slowest_ms, excluded.slowest_ms)`)
	if err != nil {
		return err
	}
	defer add.Close()
	for key, t := range tally {
		if _, err := add.ExecContext(ctx, key.hour, key.siteID, t.up.Milliseconds(), t.down.Milliseconds(), t.blocked.Milliseconds(),
			t.probes, t.answers, t.took.Milliseconds(), t.slowest.Milliseconds()); err != nil {
			return err
		}
	}
	return nil
}

// sumTallies adds up what was found of a site from one instant to another. The rows of a site lie far apart, since those of an
// hour are written together; each is found by its key.
func (a *Archive) sumTallies(ctx context.Context, siteID int64, from, to time.Time) (t tally, err error) {
	for _, hours := range []int{hourly, daily} {
		step := time.Duration(hours) * time.Hour
		begin := from.Truncate(time.Hour)
		if hours == daily {
			begin = dayOf(from)
		}
		var up, down, blocked, took, slowest int64
		var probes, answers int
		err := a.db.Read.QueryRowContext(ctx, `WITH RECURSIVE steps (at) AS (SELECT ?1 UNION ALL SELECT at + ?2 FROM steps WHERE at + ?2 < ?3)
			SELECT coalesce(sum(up_ms), 0), coalesce(sum(down_ms), 0), coalesce(sum(blocked_ms), 0), coalesce(sum(probes), 0), coalesce(sum(answers), 0),
				coalesce(sum(took_ms), 0), coalesce(max(slowest_ms), 0)
			FROM steps CROSS JOIN tallies ON hours = ?4 AND from_at = steps.at AND site_id = ?5`,
			targets.Millis(begin), step.Milliseconds(), targets.Millis(to), hours, siteID).
			Scan(&up, &down, &blocked, &probes, &answers, &took, &slowest)
		if err != nil {
			return tally{}, err
		}
		t = t.and(tally{up: millis(up), down: millis(down), blocked: millis(blocked), probes: probes, answers: answers, took: millis(took), slowest: millis(slowest)})
	}
	return t, nil
}

// sumAllTallies adds up the same for every site, in one pass over the rows of the time.
func (a *Archive) sumAllTallies(ctx context.Context, from, to time.Time) (map[int64]tally, error) {
	rows, err := a.db.Read.QueryContext(ctx, `SELECT site_id, sum(up_ms), sum(down_ms), sum(blocked_ms), sum(probes), sum(answers), sum(took_ms), max(slowest_ms)
		FROM tallies WHERE hours = ?1 AND from_at >= ?2 AND from_at < ?5 OR hours = ?3 AND from_at >= ?4 AND from_at < ?5 GROUP BY site_id`,
		hourly, targets.Millis(from.Truncate(time.Hour)), daily, targets.Millis(dayOf(from)), targets.Millis(to))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]tally{}
	for rows.Next() {
		var siteID, up, down, blocked, took, slowest int64
		var t tally
		if err := rows.Scan(&siteID, &up, &down, &blocked, &t.probes, &t.answers, &took, &slowest); err != nil {
			return nil, err
		}
		t.up, t.down, t.blocked, t.took, t.slowest = millis(up), millis(down), millis(blocked), millis(took), millis(slowest)
		all[siteID] = t
	}
	return all, rows.Err()
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// dayOf is the midnight, in Vietnam, before an instant.
func dayOf(at time.Time) time.Time {
	at = at.In(targets.Vietnam)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, targets.Vietnam)
}

// Seen returns when each site last told anything by a look, good or bad, whether that was worth keeping or not.
func (a *Archive) Seen(ctx context.Context) (map[int64]time.Time, error) {
	rows, err := a.db.Read.QueryContext(ctx, `SELECT site_id, max(seen_at) FROM looks WHERE seen_at > 0 GROUP BY site_id`)
	if err != nil {
		return nil, fmt.Errorf("read when sites were looked at: %w", err)
	}
	defer rows.Close()
	all := map[int64]time.Time{}
	for rows.Next() {
		var siteID, at int64
		if err := rows.Scan(&siteID, &at); err != nil {
			return nil, fmt.Errorf("read when sites were looked at: %w", err)
		}
		all[siteID] = targets.FromMillis(at)
	}
	return all, rows.Err()
}

package monitor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// claim writes down that a job's run of a day begins; false when it was made, or failed so lately or so often that it is not
// tried now. A run that never ended was interrupted, since the program runs once and a job once in it: it is made again.
func (t *Timetable) claim(ctx context.Context, name, day string, now time.Time) (mine bool, err error) {
	err = t.db.Tx(ctx, func(tx *sql.Tx) error {
		var tries int
		var started int64
		var ended sql.NullInt64
		var failed string
		var ahead bool
		err := tx.QueryRowContext(ctx, `SELECT tries, started_at, ended_at, error, ahead FROM daily_runs WHERE name = ? AND day = ?`, name, day).
			Scan(&tries, &started, &ended, &failed, &ahead)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case ahead && now.Before(targets.FromMillis(started)):
			tries = 0 // it was made too early
		case ended.Valid && failed == "", tries >= dailyTries:
			return nil
		case ended.Valid && now.Before(targets.FromMillis(started).Add(tryAgainAfter)):
			return nil
		}
		mine = true
		_, err = tx.ExecContext(ctx, `INSERT INTO daily_runs (name, day, tries, started_at, error) VALUES (?1, ?2, ?3, ?4, '')
			ON CONFLICT DO UPDATE SET tries = ?3, started_at = ?4, ended_at = NULL, ahead = 0`, name, day, tries+1, targets.Millis(now))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("begin %s of %s: %w", name, day, err)
	}
	return mine, nil
}

// doubt marks the runs that were made far in the future: by a clock that was ahead then, or else by one that was right, and that
// is behind now. When their time comes it shows which: a run that was made later than that is made again.
func (t *Timetable) doubt(ctx context.Context, name string, now time.Time) error {
	if _, err := t.db.Write.ExecContext(ctx, `UPDATE daily_runs SET ahead = 1 WHERE name = ? AND started_at > ? AND ahead = 0`,
		name, targets.Millis(now.Add(farAhead))); err != nil {
		return fmt.Errorf("look for runs of %s in the future: %w", name, err)
	}
	return nil
}

// record writes down how a run ended.
func (t *Timetable) record(ctx context.Context, name, day string, now time.Time, failed error) error {
	text := ""
	if failed != nil {
		text = failed.Error()
	}
	if _, err := t.db.Write.ExecContext(ctx, `UPDATE daily_runs SET ended_at = ?, error = ? WHERE name = ? AND day = ?`,
		targets.Millis(now), text, name, day); err != nil {
		return fmt.Errorf("record %s of %s: %w", name, day, err)
	}
	return nil
}

// Failing returns the jobs whose last run failed, with how, by name. While one is tried again it still counts as failing.
func (t *Timetable) Failing(ctx context.Context) (map[string]string, error) {
	rows, err := t.db.Read.QueryContext(ctx, `SELECT name, error FROM daily_runs AS r WHERE error <> ''
		AND day = (SELECT max(day) FROM daily_runs WHERE name = r.name AND (ended_at IS NOT NULL OR error <> ''))`)
	if err != nil {
		return nil, fmt.Errorf("read the failed daily jobs: %w", err)
	}
	defer rows.Close()
	failing := map[string]string{}
	for rows.Next() {
		var name, how string
		if err := rows.Scan(&name, &how); err != nil {
			return nil, fmt.Errorf("read the failed daily jobs: %w", err)
		}
		failing[name] = how
	}
	return failing, rows.Err()
}

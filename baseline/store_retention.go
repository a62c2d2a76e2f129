package baseline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"canhcong/targets"
)

// neededOf returns the looks at a site that baselines, and what is or will be learnt, rest on. Those that taught all they could
// are needed from an instant on only.
func (j *Judge) neededOf(ctx context.Context, siteID, lessons int64) (map[int64]bool, error) {
	found, err := j.db.Read.QueryContext(ctx, `WITH mine AS (SELECT id, observation_id FROM baselines WHERE site_id = ?1)
		SELECT observation_id FROM mine WHERE observation_id IS NOT NULL
		UNION SELECT s.observation_id FROM mine JOIN baseline_samples s ON s.baseline_id = mine.id
		UNION SELECT s.anchor_id FROM mine JOIN baseline_samples s ON s.baseline_id = mine.id
		UNION SELECT q.observation_id FROM mine JOIN baseline_quarantine q ON q.anchor_id = mine.observation_id
			WHERE q.at >= ?2 OR q.text_at = 0 OR q.structure_at = 0`, siteID, lessons)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	needed := map[int64]bool{}
	for found.Next() {
		var id int64
		if err := found.Scan(&id); err != nil {
			return nil, err
		}
		needed[id] = true
	}
	return needed, found.Err()
}

// openSince returns when learning began of what is being learnt or on offer; ok is false when nothing is.
func (j *Judge) openSince(ctx context.Context, siteID int64) (at int64, ok bool, err error) {
	err = j.db.Read.QueryRowContext(ctx, `SELECT created_at FROM baselines WHERE site_id = ? AND state IN ('learning', 'offered')`, siteID).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return at, err == nil, err
}

// saidOf returns what was said of a site, oldest first. Evidence is read from an instant on only.
func (j *Judge) saidOf(ctx context.Context, siteID, evidenceFrom int64) (list []said, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT id, observation_id, at, availability, content, certificate, iif(at >= ?, evidence, '[]')
		FROM verdicts WHERE site_id = ? ORDER BY at, id`, evidenceFrom, siteID)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var s said
		if err := found.Scan(&s.id, &s.observationID, &s.at, &s.availability, &s.content, &s.certificate, &s.evidence); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, found.Err()
}

// deleteAtOnce is how many rows one transaction deletes, so that looks do not wait for it.
const deleteAtOnce = 100

// forgetLessons deletes looks from the quarantine that taught all they could.
func (j *Judge) forgetLessons(ctx context.Context, looks []int64) error {
	for some := range slices.Chunk(looks, deleteAtOnce) {
		err := j.db.Tx(ctx, func(tx *sql.Tx) error {
			for _, id := range some {
				if _, err := tx.ExecContext(ctx, `DELETE FROM baseline_quarantine WHERE observation_id = ? AND text_at <> 0 AND structure_at <> 0`, id); err != nil {
					return fmt.Errorf("forget that observation %d was learnt from: %w", id, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unsay deletes verdicts, except those that a state, an incident or an alert refers to, and returns the looks that it deleted
// them of.
func (j *Judge) unsay(ctx context.Context, list []said) (looks []int64, err error) {
	for some := range slices.Chunk(list, deleteAtOnce) {
		err := j.db.Tx(ctx, func(tx *sql.Tx) error {
			for _, s := range some {
				_, err := tx.ExecContext(ctx, `DELETE FROM verdicts WHERE id = ?`, s.id)
				switch {
				case targets.IsReferenced(err):
				case err != nil:
					return fmt.Errorf("delete verdict %d: %w", s.id, err)
				default:
					looks = append(looks, s.observationID)
				}
			}
			return nil
		})
		if err != nil {
			return looks, err
		}
	}
	return looks, nil
}

package baseline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

const baselineColumns = `id, site_id, version, state, ifnull(observation_id, 0), content_hash, profile, mac, decided_by, ifnull(decided_at, 0),
	reason, created_at`

func scanRow(s interface{ Scan(...any) error }) (r row, err error) {
	var decided, created int64
	err = s.Scan(&r.ID, &r.SiteID, &r.Version, &r.State, &r.ObservationID, &r.ContentHash, &r.profile, &r.mac, &r.DecidedBy, &decided,
		&r.Reason, &created)
	r.DecidedAt, r.CreatedAt = targets.FromMillis(decided), targets.FromMillis(created)
	return r, err
}

// rows returns the baselines that a condition names, seals checked.
func (j *Judge) rows(ctx context.Context, where string, args ...any) ([]Baseline, error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT `+baselineColumns+` FROM baselines WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var list []Baseline
	for found.Next() {
		r, err := scanRow(found)
		if err != nil {
			return nil, err
		}
		b, err := j.unseal(r)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, found.Err()
}

// openRow returns the baseline of a site that is being learnt or on offer; ok is false when there is none.
func (j *Judge) openRow(ctx context.Context, siteID int64) (r row, ok bool, err error) {
	r, err = scanRow(j.db.Read.QueryRowContext(ctx,
		`SELECT `+baselineColumns+` FROM baselines WHERE site_id = ? AND state IN ('learning', 'offered')`, siteID))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	if err != nil {
		return row{}, false, fmt.Errorf("read what is learnt of site %d: %w", siteID, err)
	}
	r.Baseline, err = j.unseal(r)
	return r, err == nil, err
}

// approvedRow returns the approved row of a site as it is stored, its seal unchecked.
func (j *Judge) approvedRow(ctx context.Context, siteID int64) (r row, ok bool, err error) {
	r, err = scanRow(j.db.Read.QueryRowContext(ctx, `SELECT `+baselineColumns+` FROM baselines WHERE site_id = ? AND state = 'approved'`, siteID))
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

func (j *Judge) sampleIDs(ctx context.Context, baselineID int64) (ids []int64, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT observation_id FROM baseline_samples WHERE baseline_id = ? ORDER BY observation_id`, baselineID)
	if err != nil {
		return nil, fmt.Errorf("read the samples of baseline %d: %w", baselineID, err)
	}
	defer found.Close()
	for found.Next() {
		var id int64
		if err := found.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, found.Err()
}

// apply writes what an observation taught, in the transaction of its verdict.
func (j *Judge) apply(ctx context.Context, tx *sql.Tx, v Verdict, step lesson) (err error) {
	id, at := step.target.ID, targets.Millis(v.At)
	if step.begin {
		err = tx.QueryRowContext(ctx, `INSERT INTO baselines (site_id, version, state, content_hash, profile, mac, decided_by, reason, created_at)
			SELECT ?1, ifnull(max(version), 0) + 1, 'learning', '', '', '', '', '', ?2 FROM baselines WHERE site_id = ?1 RETURNING id`,
			v.Observation.Site.ID, at).Scan(&id)
		if err != nil {
			return fmt.Errorf("begin to learn: %w", err)
		}
	}
	if step.sample {
		if err := addSample(ctx, tx, id, v.Observation.ID); err != nil {
			return err
		}
	}
	switch {
	case step.offer:
		_, err = tx.ExecContext(ctx, `UPDATE baselines SET state = 'offered', observation_id = ?, content_hash = ?, profile = ?
			WHERE id = ? AND state = 'learning'`, v.Observation.ID, step.hash, step.profile, id)
	case step.profile != "":
		r := step.target
		r.profile = step.profile
		_, err = tx.ExecContext(ctx, `UPDATE baselines SET profile = ?, mac = ? WHERE id = ? AND state = 'approved'`, r.profile, j.seal(r), id)
	}
	if err != nil {
		return fmt.Errorf("write what was learnt: %w", err)
	}
	return nil
}

func addSample(ctx context.Context, tx *sql.Tx, baselineID, observationID int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO baseline_samples (baseline_id, observation_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, baselineID, observationID)
	if err != nil {
		return fmt.Errorf("keep a sample: %w", err)
	}
	return nil
}

// decide writes a person's decision on the candidate that is on offer, if it still is.
func (j *Judge) decide(ctx context.Context, r row, state string, d Decision) (Baseline, error) {
	r = r.decided(state, d, time.Now())
	r.mac = j.seal(r)
	err := j.db.Tx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE baselines SET state = ?, mac = ?, decided_by = ?, decided_at = ?, reason = ?
			WHERE id = ? AND state = 'offered' AND content_hash = ?`,
			r.State, r.mac, r.DecidedBy, targets.Millis(r.DecidedAt), r.Reason, r.ID, r.ContentHash)
		if err != nil {
			return err
		}
		return exactlyOne(result)
	})
	return r.Baseline, err
}

// supersede replaces the approved version by a new one, if it still is the approved one.
func (j *Judge) supersede(ctx context.Context, current, next row, d Decision) (Baseline, error) {
	now := time.Now()
	err := j.db.Tx(ctx, func(tx *sql.Tx) error {
		old, err := scanRow(tx.QueryRowContext(ctx, `SELECT `+baselineColumns+` FROM baselines WHERE id = ?`, current.ID))
		if err != nil {
			return err
		}
		if old.State != Approved {
			return ErrNotShown
		}
		old = j.retired(old)
		if _, err = tx.ExecContext(ctx, `UPDATE baselines SET state = ?, mac = ?, reason = ?, profile = ? WHERE id = ?`,
			old.State, j.seal(old), old.Reason, old.profile, old.ID); err != nil {
			return err
		}
		next = next.decided(Approved, d, now)
		next.CreatedAt = next.DecidedAt
		return j.insertVersion(ctx, tx, &next)
	})
	if err != nil {
		return Baseline{}, err
	}
	return j.unseal(next)
}

// retired is an approved row as it goes into history. One whose seal is broken does not go there as approved once: it is
// marked, and what it says was never relied on again.
func (j *Judge) retired(r row) row {
	_, err := j.unseal(r)
	r.State = Superseded
	if err != nil {
		r.State, r.Reason, r.profile = Rejected, "seal broken; was: "+r.Reason, ""
	}
	return r
}

func (j *Judge) insertVersion(ctx context.Context, tx *sql.Tx, r *row) error {
	if err := tx.QueryRowContext(ctx, `SELECT max(version) + 1 FROM baselines WHERE site_id = ?`, r.SiteID).Scan(&r.Version); err != nil {
		return err
	}
	r.mac = j.seal(*r)
	err := tx.QueryRowContext(ctx, `INSERT INTO baselines (site_id, version, state, observation_id, content_hash, profile, mac, decided_by, decided_at, reason, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		r.SiteID, r.Version, r.State, r.ObservationID, r.ContentHash, r.profile, r.mac, r.DecidedBy, targets.Millis(r.DecidedAt), r.Reason,
		targets.Millis(r.CreatedAt)).Scan(&r.ID)
	if err != nil {
		return err
	}
	return addSample(ctx, tx, r.ID, r.ObservationID)
}

func exactlyOne(result sql.Result) error {
	n, err := result.RowsAffected()
	if err == nil && n != 1 {
		err = ErrNotShown
	}
	return err
}

package baseline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

const baselineColumns = `id, site_id, version, state, ifnull(observation_id, 0), content_hash, profile, variants, mac, decided_by, ifnull(decided_at, 0),
	reason, created_at`

func scanRow(s interface{ Scan(...any) error }) (r row, err error) {
	var decided, created int64
	err = s.Scan(&r.ID, &r.SiteID, &r.Version, &r.State, &r.ObservationID, &r.ContentHash, &r.profile, &r.packed, &r.mac, &r.DecidedBy, &decided,
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

func (j *Judge) sampleIDs(ctx context.Context, baselineID, anchorID int64) (ids []int64, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT observation_id FROM baseline_samples WHERE baseline_id = ? AND anchor_id = ? ORDER BY observation_id`,
		baselineID, anchorID)
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
		if id, err = begin(ctx, tx, v.Observation.Site.ID, at); err != nil {
			return err
		}
	}
	if step.sample {
		if err := addSample(ctx, tx, id, step.anchor, v.Observation.ID); err != nil {
			return err
		}
	}
	switch {
	case step.offer:
		_, err = tx.ExecContext(ctx, `UPDATE baselines SET state = 'offered', observation_id = ?, content_hash = ?, profile = ?
			WHERE id = ? AND state = 'learning'`, v.Observation.ID, step.hash, step.profile, id)
	case step.profile != "":
		r := step.target
		r.profile, r.packed = step.profile, step.packed
		_, err = tx.ExecContext(ctx, `UPDATE baselines SET profile = ?, variants = ?, mac = ? WHERE id = ? AND state = 'approved'`,
			r.profile, r.packed, j.seal(r), id)
	}
	if err != nil {
		return fmt.Errorf("write what was learnt: %w", err)
	}
	return j.applyCustody(ctx, tx, step.custody)
}

// begin adds an empty version to learn into.
func begin(ctx context.Context, tx *sql.Tx, siteID, at int64) (id int64, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO baselines (site_id, version, state, content_hash, profile, mac, decided_by, reason, created_at)
		SELECT ?1, ifnull(max(version), 0) + 1, 'learning', '', '', '', '', '', ?2 FROM baselines WHERE site_id = ?1 RETURNING id`,
		siteID, at).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("begin to learn: %w", err)
	}
	return id, nil
}

func (j *Judge) beginLearning(ctx context.Context, siteID int64) error {
	return j.db.Tx(ctx, func(tx *sql.Tx) error {
		_, err := begin(ctx, tx, siteID, targets.Millis(time.Now()))
		return err
	})
}

func addSample(ctx context.Context, tx *sql.Tx, baselineID, anchorID, observationID int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO baseline_samples (baseline_id, anchor_id, observation_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		baselineID, anchorID, observationID)
	if err != nil {
		return fmt.Errorf("keep a sample: %w", err)
	}
	return nil
}

// decide writes a person's decision on the candidate that is on offer, if it still is. One that is approved takes the place
// of the version in force, or goes beside its variants.
func (j *Judge) decide(ctx context.Context, r row, state string, d Decision) (Baseline, error) {
	r = r.decided(state, d, time.Now())
	err := j.db.Tx(ctx, func(tx *sql.Tx) (err error) {
		if state == Approved {
			if r, err = j.succeed(ctx, tx, r, d); err != nil {
				return err
			}
		}
		r.mac = j.seal(r)
		result, err := tx.ExecContext(ctx, `UPDATE baselines SET state = ?, variants = ?, mac = ?, decided_by = ?, decided_at = ?, reason = ?
			WHERE id = ? AND state = 'offered' AND content_hash = ?`,
			r.State, r.packed, r.mac, r.DecidedBy, targets.Millis(r.DecidedAt), r.Reason, r.ID, r.ContentHash)
		if err != nil {
			return err
		}
		return exactlyOne(result)
	})
	return r.Baseline, err
}

// succeed retires the version in force, if there is one, for a candidate that was learnt anew.
func (j *Judge) succeed(ctx context.Context, tx *sql.Tx, r row, d Decision) (row, error) {
	old, err := scanRow(tx.QueryRowContext(ctx, `SELECT `+baselineColumns+` FROM baselines WHERE site_id = ? AND state = 'approved'`, r.SiteID))
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	if d.Beside {
		b, err := j.unseal(old)
		if err != nil {
			return r, err
		}
		if r.Variants, err = beside(b, d); err != nil {
			return r, err
		}
		with, err := packed(r.Baseline)
		if err != nil {
			return r, err
		}
		r.packed = with.packed
		if err := copySamples(ctx, tx, old, r.Baseline); err != nil {
			return r, err
		}
	}
	return r, j.retire(ctx, tx, old)
}

// replace puts a new version in the place of the approved one, if that still is the approved one. Samples of the variants
// that it goes on with are those of version from.
func (j *Judge) replace(ctx context.Context, currentID int64, next Baseline, from int64, d Decision) (Baseline, error) {
	now := time.Now()
	r, err := packed(next)
	if err != nil {
		return Baseline{}, err
	}
	err = j.db.Tx(ctx, func(tx *sql.Tx) error {
		read := func(id int64) (row, error) {
			return scanRow(tx.QueryRowContext(ctx, `SELECT `+baselineColumns+` FROM baselines WHERE id = ?`, id))
		}
		old, err := read(currentID)
		if err != nil {
			return err
		}
		if old.State != Approved {
			return ErrNotShown
		}
		if err := j.retire(ctx, tx, old); err != nil {
			return err
		}
		r = r.decided(Approved, d, now)
		r.CreatedAt = r.DecidedAt
		if err := j.insertVersion(ctx, tx, &r); err != nil {
			return err
		}
		source, err := read(from)
		if err != nil {
			return err
		}
		return copySamples(ctx, tx, source, r.Baseline)
	})
	if err != nil {
		return Baseline{}, err
	}
	return j.unseal(r)
}

// copySamples keeps the samples of every look that a new version goes on accepting.
func copySamples(ctx context.Context, tx *sql.Tx, from row, to Baseline) error {
	for i, v := range to.variants() {
		anchorID := v.ObservationID
		if i == 0 {
			anchorID = 0
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO baseline_samples (baseline_id, anchor_id, observation_id)
			SELECT ?, ?, observation_id FROM baseline_samples WHERE baseline_id = ? AND iif(anchor_id = 0, ?, anchor_id) = ? ON CONFLICT DO NOTHING`,
			to.ID, anchorID, from.ID, from.ObservationID, v.ObservationID)
		if err != nil {
			return fmt.Errorf("keep the samples: %w", err)
		}
	}
	return nil
}

func (j *Judge) retire(ctx context.Context, tx *sql.Tx, old row) error {
	old = j.retired(old)
	_, err := tx.ExecContext(ctx, `UPDATE baselines SET state = ?, mac = ?, reason = ?, profile = ?, variants = ? WHERE id = ?`,
		old.State, j.seal(old), old.Reason, old.profile, old.packed, old.ID)
	return err
}

// retired is an approved row as it goes into history. One whose seal is broken does not go there as approved once: it is
// marked, and what it says was never relied on again.
func (j *Judge) retired(r row) row {
	_, err := j.unseal(r)
	r.State = Superseded
	if err != nil {
		r.State, r.Reason, r.profile, r.packed = Rejected, "seal broken; was: "+r.Reason, "", ""
	}
	return r
}

func (j *Judge) insertVersion(ctx context.Context, tx *sql.Tx, r *row) error {
	if err := tx.QueryRowContext(ctx, `SELECT max(version) + 1 FROM baselines WHERE site_id = ?`, r.SiteID).Scan(&r.Version); err != nil {
		return err
	}
	r.mac = j.seal(*r)
	err := tx.QueryRowContext(ctx, `INSERT INTO baselines (site_id, version, state, observation_id, content_hash, profile, variants, mac, decided_by, decided_at, reason, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		r.SiteID, r.Version, r.State, r.ObservationID, r.ContentHash, r.profile, r.packed, r.mac, r.DecidedBy, targets.Millis(r.DecidedAt), r.Reason,
		targets.Millis(r.CreatedAt)).Scan(&r.ID)
	if err != nil {
		return err
	}
	return addSample(ctx, tx, r.ID, 0, r.ObservationID)
}

func exactlyOne(result sql.Result) error {
	n, err := result.RowsAffected()
	if err == nil && n != 1 {
		err = ErrNotShown
	}
	return err
}

// ApprovedSites are the sites that have an approved baseline, and so are compared with something.
func (j *Judge) ApprovedSites(ctx context.Context) (map[int64]bool, error) {
	rows, err := j.db.Read.QueryContext(ctx, `SELECT site_id FROM baselines WHERE state = 'approved'`)
	if err != nil {
		return nil, fmt.Errorf("list the sites with a baseline: %w", err)
	}
	defer rows.Close()
	approved := map[int64]bool{}
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list the sites with a baseline: %w", err)
		}
		approved[id] = true
	}
	return approved, rows.Err()
}

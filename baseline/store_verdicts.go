package baseline

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/targets"
)

const verdictColumns = `id, site_id, observation_id, ifnull(baseline_id, 0), anchor_id, at, availability, content, quality, certificate, score, evidence`

func scanVerdict(s interface{ Scan(...any) error }) (v Verdict, err error) {
	var at int64
	var evidence string
	if err = s.Scan(&v.ID, &v.Observation.Site.ID, &v.Observation.ID, &v.BaselineID, &v.AnchorID, &at, &v.Availability, &v.Content, &v.Quality,
		&v.Certificate, &v.Score, &evidence); err != nil {
		return Verdict{}, err
	}
	v.At = targets.FromMillis(at)
	return v, json.Unmarshal([]byte(evidence), &v.Evidence)
}

// storedVerdict returns the verdict of an observation without its observation; ok is false when there is none.
func (j *Judge) storedVerdict(ctx context.Context, observationID int64) (v Verdict, ok bool, err error) {
	v, err = scanVerdict(j.db.Read.QueryRowContext(ctx, `SELECT `+verdictColumns+` FROM verdicts WHERE observation_id = ?`, observationID))
	if errors.Is(err, sql.ErrNoRows) {
		return Verdict{}, false, nil
	}
	return v, err == nil, err
}

func (j *Judge) verdictByID(ctx context.Context, id int64) (Verdict, error) {
	v, err := scanVerdict(j.db.Read.QueryRowContext(ctx, `SELECT `+verdictColumns+` FROM verdicts WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return v, err
}

func (j *Judge) newestVerdicts(ctx context.Context, siteID int64, limit int) ([]Verdict, error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT `+verdictColumns+` FROM verdicts WHERE site_id = ? ORDER BY at DESC, id DESC LIMIT ?`, siteID, limit)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var list []Verdict
	for found.Next() {
		v, err := scanVerdict(found)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, found.Err()
}

// Sight is what one stored look said of the availability of its site.
type Sight struct {
	LookID       int64
	At           time.Time
	Availability Availability
}

// Sights returns what the looks at a site said of its availability since an instant, oldest first. What only said again what the
// one before had said was not stored.
func (j *Judge) Sights(ctx context.Context, siteID int64, since time.Time) (list []Sight, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT observation_id, at, availability FROM verdicts WHERE site_id = ? AND at >= ? ORDER BY at, id`,
		siteID, targets.Millis(since))
	if err != nil {
		return nil, fmt.Errorf("read how available site %d was: %w", siteID, err)
	}
	defer found.Close()
	for found.Next() {
		var s Sight
		var at int64
		if err := found.Scan(&s.LookID, &at, &s.Availability); err != nil {
			return nil, fmt.Errorf("read how available site %d was: %w", siteID, err)
		}
		s.At = targets.FromMillis(at)
		list = append(list, s)
	}
	return list, found.Err()
}

// alarmsSince returns what speaks for itself in the verdicts of a site since it began to be learnt.
func (j *Judge) alarmsSince(ctx context.Context, siteID int64, since time.Time) (alarms []Evidence, err error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT evidence FROM verdicts WHERE site_id = ? AND at >= ? AND evidence <> '[]' ORDER BY at`,
		siteID, targets.Millis(since))
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var text string
		var list []Evidence
		if err := found.Scan(&text); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, err
		}
		for _, e := range list {
			if absolute(e.Signal) && e.Weight > 0 && !slices.ContainsFunc(alarms, e.repeats) {
				alarms = append(alarms, e)
			}
		}
	}
	return alarms, found.Err()
}

// degradedSince counts the incomplete looks at a site since it began to be learnt.
func (j *Judge) degradedSince(ctx context.Context, siteID int64, since time.Time) (n int, err error) {
	err = j.db.Read.QueryRowContext(ctx, `SELECT count(*) FROM verdicts WHERE site_id = ? AND at >= ? AND quality <> 'complete'`,
		siteID, targets.Millis(since)).Scan(&n)
	return n, err
}

// keep writes a verdict, what was learnt with it and the state of its site, all or nothing. A verdict that says nothing new
// is not stored and carries the ID of the stored one that said the same.
func (j *Judge) keep(ctx context.Context, v Verdict, step lesson) (Verdict, error) {
	err := j.db.Tx(ctx, func(tx *sql.Tx) error {
		was, err := siteStates(ctx, tx, v.Observation.Site.ID)
		if err != nil {
			return err
		}
		if !worthKeeping(v, was) {
			v.ID = was[ConcernAvailability].verdictID
			return touch(ctx, tx, v)
		}
		v = v.lasting(was[ConcernQuality])
		if v.ID, err = insertVerdict(ctx, tx, v); err != nil {
			return err
		}
		if err := setStates(ctx, tx, v, was); err != nil {
			return err
		}
		if step.empty() {
			return nil
		}
		return j.apply(ctx, tx, v, step)
	})
	if err != nil {
		return Verdict{}, fmt.Errorf("store the verdict: %w", err)
	}
	return v, nil
}

func insertVerdict(ctx context.Context, tx *sql.Tx, v Verdict) (id int64, err error) {
	list := v.Evidence
	if list == nil {
		list = []Evidence{}
	}
	evidence, err := json.Marshal(list)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO verdicts (site_id, observation_id, baseline_id, anchor_id, at, availability, content, quality, certificate, score, evidence)
		VALUES (?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (observation_id) DO UPDATE SET observation_id = excluded.observation_id RETURNING id`,
		v.Observation.Site.ID, v.Observation.ID, v.BaselineID, v.AnchorID, targets.Millis(v.At), v.Availability, v.Content, v.Quality, v.Certificate,
		v.Score, string(evidence)).Scan(&id)
	return id, err
}

// known is one row of states.
type known struct {
	state           string
	since, lookedAt int64
	looks           int // in a row
	verdictID       int64
}

func siteStates(ctx context.Context, tx *sql.Tx, siteID int64) (map[Concern]known, error) {
	found, err := tx.QueryContext(ctx, `SELECT concern, state, since, looks, verdict_id, looked_at FROM states WHERE site_id = ?`, siteID)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	was := map[Concern]known{}
	for found.Next() {
		var c Concern
		var k known
		if err := found.Scan(&c, &k.state, &k.since, &k.looks, &k.verdictID, &k.lookedAt); err != nil {
			return nil, err
		}
		was[c] = k
	}
	return was, found.Err()
}

var concerns = []Concern{ConcernAvailability, ConcernContent, ConcernCertificate, ConcernQuality}

// setStates moves the states of a site to what a verdict says. What it does not know stays as it was, and as old.
func setStates(ctx context.Context, tx *sql.Tx, v Verdict, was map[Concern]known) error {
	for _, c := range concerns {
		query := `INSERT INTO states (site_id, concern, state, since, looks, verdict_id, looked_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (site_id, concern) DO `
		if v.silent(c) {
			query += `NOTHING`
		} else {
			query += `UPDATE SET looked_at = excluded.looked_at, since = excluded.since, looks = excluded.looks,
				state = excluded.state, verdict_id = excluded.verdict_id WHERE excluded.looked_at >= looked_at`
		}
		k := was[c].row(v, c)
		if _, err := tx.ExecContext(ctx, query, v.Observation.Site.ID, c, k.state, k.since, k.looks, k.verdictID, k.lookedAt); err != nil {
			return err
		}
	}
	return nil
}

// touch notes that a look found the states that it can see as they were.
func touch(ctx context.Context, tx *sql.Tx, v Verdict) error {
	for _, c := range concerns {
		if v.silent(c) {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE states SET looked_at = max(looked_at, ?) WHERE site_id = ? AND concern = ?`,
			targets.Millis(v.At), v.Observation.Site.ID, c); err != nil {
			return err
		}
	}
	return nil
}

func (j *Judge) states(ctx context.Context) (map[int64]SiteState, error) {
	found, err := j.db.Read.QueryContext(ctx, `SELECT site_id, concern, state, since, verdict_id, looked_at FROM states`)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	all := map[int64]SiteState{}
	for found.Next() {
		var site int64
		var c Concern
		var k known
		if err := found.Scan(&site, &c, &k.state, &k.since, &k.verdictID, &k.lookedAt); err != nil {
			return nil, err
		}
		all[site] = all[site].with(site, c, k)
	}
	return all, found.Err()
}

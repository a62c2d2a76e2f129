package targets

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Add starts watching a site. It normalises the address, creates the unit when it is new, and returns the stored Site.
// The error wraps ErrDuplicate when the same portal is already watched, ErrNotFound when the profile does not exist,
// and *AddressError or *DraftError when the site cannot be watched as it was entered.
func (r *Registry) Add(ctx context.Context, d Draft) (Site, error) {
	site, err := d.site()
	if err != nil {
		return Site{}, fmt.Errorf("add site: %w", err)
	}
	err = r.db.Tx(ctx, func(tx *sql.Tx) error {
		known, ok, err := siteByKey(ctx, tx, site.Key)
		if err != nil {
			return err
		}
		if ok {
			return fmt.Errorf("%w as site %d (%s)", ErrDuplicate, known.ID, known.Name)
		}
		site, err = insertSite(ctx, tx, site, time.Now())
		return err
	})
	if err != nil {
		return Site{}, fmt.Errorf("add site %s: %w", site.URL, err)
	}
	return site, nil
}

// Remove stops watching a site. Its history stays in the database. The error wraps ErrNotFound.
func (r *Registry) Remove(ctx context.Context, id int64) error {
	const remove = `UPDATE sites SET removed_at = ? WHERE id = ? AND removed_at IS NULL`
	result, err := r.db.Write.ExecContext(ctx, remove, Millis(time.Now()), id)
	if err != nil {
		return fmt.Errorf("remove site %d: %w", id, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("remove site %d: %w", id, cmp.Or(err, ErrNotFound))
	}
	return nil
}

// Site returns one watched site. The error wraps ErrNotFound.
func (r *Registry) Site(ctx context.Context, id int64) (Site, error) {
	return r.one(ctx, id, selectSites+` WHERE s.id = ? AND s.removed_at IS NULL`)
}

// PastSite returns a site whether it is still watched or was removed, for the rooms that show history. The error wraps ErrNotFound.
func (r *Registry) PastSite(ctx context.Context, id int64) (Site, error) {
	return r.one(ctx, id, selectSites+` WHERE s.id = ?`)
}

func (r *Registry) one(ctx context.Context, id int64, query string) (Site, error) {
	site, err := scanSite(r.db.Read.QueryRowContext(ctx, query, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	sites := []Site{site}
	if err == nil {
		err = r.underPeriods(ctx, sites)
	}
	if err != nil {
		return Site{}, fmt.Errorf("site %d: %w", id, err)
	}
	return sites[0], nil
}

// FindSite returns the watched site whose key equals that of address; ok is false when there is none.
// The error is an *AddressError when the address has no key.
func (r *Registry) FindSite(ctx context.Context, address string) (s Site, ok bool, err error) {
	key, _, err := Key(address)
	if err != nil {
		return Site{}, false, err
	}
	s, ok, err = siteByKey(ctx, r.db.Read, key)
	sites := []Site{s}
	if err == nil && ok {
		err = r.underPeriods(ctx, sites)
	}
	return sites[0], ok, err
}

// Sites returns every watched site, ordered by priority, unit and name.
func (r *Registry) Sites(ctx context.Context) ([]Site, error) {
	return r.sites(ctx, `s.removed_at IS NULL`)
}

// SitesBetween returns every site that was watched at some time from an instant until just before another, in the same order, also
// those that were removed since.
func (r *Registry) SitesBetween(ctx context.Context, from, until time.Time) ([]Site, error) {
	return r.sites(ctx, `s.added_at < ? AND (s.removed_at IS NULL OR s.removed_at > ?)`, Millis(until), Millis(from))
}

func (r *Registry) sites(ctx context.Context, where string, args ...any) ([]Site, error) {
	rows, err := r.db.Read.QueryContext(ctx, selectSites+` WHERE `+where+` ORDER BY s.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	defer rows.Close()
	var sites []Site
	for rows.Next() {
		site, err := scanSite(rows)
		if err != nil {
			return nil, fmt.Errorf("list sites: %w", err)
		}
		sites = append(sites, site)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	if err := r.underPeriods(ctx, sites); err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	sortSites(sites)
	return sites, nil
}

// Units returns every unit, ordered by name.
func (r *Registry) Units(ctx context.Context) ([]Unit, error) {
	rows, err := r.db.Read.QueryContext(ctx, `SELECT id, name FROM units ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("list units: %w", err)
	}
	defer rows.Close()
	var units []Unit
	for rows.Next() {
		var u Unit
		if err := rows.Scan(&u.ID, &u.Name); err != nil {
			return nil, fmt.Errorf("list units: %w", err)
		}
		units = append(units, u)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list units: %w", err)
	}
	sortUnits(units)
	return units, nil
}

// FindUnit returns the unit of a name, in whatever spelling; ok is false when there is none.
func (r *Registry) FindUnit(ctx context.Context, name string) (u Unit, ok bool, err error) {
	err = r.db.Read.QueryRowContext(ctx, `SELECT id, name FROM units WHERE fold = ?`, spelling(name)).Scan(&u.ID, &u.Name)
	if errors.Is(err, sql.ErrNoRows) {
		return Unit{}, false, nil
	}
	if err != nil {
		return Unit{}, false, fmt.Errorf("find unit %q: %w", name, err)
	}
	return u, true, nil
}

// Profile returns a named profile. The error wraps ErrNotFound.
func (r *Registry) Profile(ctx context.Context, name string) (Profile, error) {
	return profileByName(ctx, r.db.Read, name)
}

// Profiles returns every profile, the one that looks most often first.
func (r *Registry) Profiles(ctx context.Context) (list []Profile, err error) {
	rows, err := r.db.Read.QueryContext(ctx, `SELECT `+profileColumns+` FROM profiles p ORDER BY p.probe_every_ms, p.render_every_ms, p.name`)
	if err != nil {
		return nil, fmt.Errorf("list profiles: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row profileRow
		if err := rows.Scan(row.columns()...); err != nil {
			return nil, fmt.Errorf("list profiles: %w", err)
		}
		p, err := row.profile()
		if err != nil {
			return nil, fmt.Errorf("list profiles: %w", err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// SaveProfile adds or replaces a profile. The error says what in it cannot be kept.
func (r *Registry) SaveProfile(ctx context.Context, p Profile) error {
	if err := p.check(); err != nil {
		return fmt.Errorf("save profile %q: %w", p.Name, err)
	}
	const upsert = `INSERT INTO profiles (name, probe_every_ms, render_every_ms, recheck_ms, confirm_ms, learn_every_ms, learn_looks)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET probe_every_ms = excluded.probe_every_ms, render_every_ms = excluded.render_every_ms,
			recheck_ms = excluded.recheck_ms, confirm_ms = excluded.confirm_ms,
			learn_every_ms = excluded.learn_every_ms, learn_looks = excluded.learn_looks`
	_, err := r.db.Write.ExecContext(ctx, upsert, OneLine(p.Name), p.ProbeEvery.Milliseconds(), p.RenderEvery.Milliseconds(),
		waitsJSON(p.Recheck), waitsJSON(p.Confirm), p.LearnEvery.Milliseconds(), p.LearnLooks)
	if err != nil {
		return fmt.Errorf("save profile %q: %w", p.Name, err)
	}
	return nil
}

const profileColumns = `p.name, p.probe_every_ms, p.render_every_ms, p.recheck_ms, p.confirm_ms, p.learn_every_ms, p.learn_looks`

const selectSites = `SELECT s.id, s.key, s.url, s.name, s.priority, s.note, s.allow, s.added_at, coalesce(s.removed_at, 0), u.id, u.name, ` + profileColumns + `
	FROM sites s JOIN units u ON u.id = s.unit_id JOIN profiles p ON p.name = s.profile`

// scanner is a *sql.Row or *sql.Rows.
type scanner interface{ Scan(into ...any) error }

func scanSite(row scanner) (s Site, err error) {
	var added, removed int64
	var allow string
	var pace profileRow
	into := []any{&s.ID, &s.Key, &s.URL, &s.Name, &s.Priority, &s.Note, &allow, &added, &removed, &s.Unit.ID, &s.Unit.Name}
	if err := row.Scan(append(into, pace.columns()...)...); err != nil {
		return Site{}, err
	}
	s.AddedAt, s.RemovedAt = FromMillis(added), FromMillis(removed)
	if s.Allow, err = ParseAllow(allow); err != nil {
		return Site{}, fmt.Errorf("site %d: %w", s.ID, err)
	}
	s.Profile, err = pace.profile()
	return s, err
}

func siteByKey(ctx context.Context, q querier, key string) (Site, bool, error) {
	site, err := scanSite(q.QueryRowContext(ctx, selectSites+` WHERE s.key = ? AND s.removed_at IS NULL`, key))
	if errors.Is(err, sql.ErrNoRows) {
		return Site{}, false, nil
	}
	if err != nil {
		return Site{}, false, fmt.Errorf("find site %s: %w", key, err)
	}
	return site, true, nil
}

// insertSite stores a site that came from a Draft, with its unit where that is new.
func insertSite(ctx context.Context, tx *sql.Tx, s Site, now time.Time) (_ Site, err error) {
	if s.Profile, err = profileByName(ctx, tx, s.Profile.Name); err != nil {
		return s, err
	}
	if s.Unit, err = ensureUnit(ctx, tx, s.Unit.Name, now); err != nil {
		return s, err
	}
	s.AddedAt = FromMillis(Millis(now))
	const insert = `INSERT INTO sites (key, url, name, unit_id, priority, profile, note, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`
	err = tx.QueryRowContext(ctx, insert, s.Key, s.URL, s.Name, s.Unit.ID, s.Priority, s.Profile.Name, s.Note, Millis(now)).Scan(&s.ID)
	if err != nil {
		return s, fmt.Errorf("insert site %s: %w", s.Key, err)
	}
	return s, nil
}

// ensureUnit returns the unit of that name, in whatever spelling it was entered first.
func ensureUnit(ctx context.Context, tx *sql.Tx, name string, now time.Time) (u Unit, err error) {
	const insert = `INSERT INTO units (name, fold, created_at) VALUES (?, ?, ?) ON CONFLICT (fold) DO UPDATE SET name = name RETURNING id, name`
	if err := tx.QueryRowContext(ctx, insert, name, spelling(name), Millis(now)).Scan(&u.ID, &u.Name); err != nil {
		return Unit{}, fmt.Errorf("insert unit %q: %w", name, err)
	}
	return u, nil
}

func profileByName(ctx context.Context, q querier, name string) (Profile, error) {
	var row profileRow
	err := q.QueryRowContext(ctx, `SELECT `+profileColumns+` FROM profiles p WHERE p.name = ?`, OneLine(name)).Scan(row.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Profile{}, fmt.Errorf("profile %q: %w", name, err)
	}
	return row.profile()
}

// profileRow is a profile as the database keeps it.
type profileRow struct {
	Profile
	probe, render, learn int64
	recheck, confirm     string
}

func (p *profileRow) columns() []any {
	return []any{&p.Name, &p.probe, &p.render, &p.recheck, &p.confirm, &p.learn, &p.LearnLooks}
}

func (p *profileRow) profile() (Profile, error) {
	p.ProbeEvery, p.RenderEvery, p.LearnEvery = fromMilliseconds(p.probe), fromMilliseconds(p.render), fromMilliseconds(p.learn)
	var err error
	if p.Recheck, err = parseWaits(p.recheck); err != nil {
		return Profile{}, fmt.Errorf("profile %q: re-check waits: %w", p.Name, err)
	}
	if p.Confirm, err = parseWaits(p.confirm); err != nil {
		return Profile{}, fmt.Errorf("profile %q: confirmation waits: %w", p.Name, err)
	}
	return p.Profile, nil
}

func fromMilliseconds(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

// waitsJSON writes waits as a JSON list of milliseconds.
func waitsJSON(waits []time.Duration) string {
	ms := make([]int64, len(waits))
	for i, w := range waits {
		ms[i] = w.Milliseconds()
	}
	text, _ := json.Marshal(ms) // numbers cannot fail
	return string(text)
}

func parseWaits(text string) ([]time.Duration, error) {
	var ms []int64
	if err := json.Unmarshal([]byte(text), &ms); err != nil {
		return nil, err
	}
	waits := make([]time.Duration, len(ms))
	for i, n := range ms {
		waits[i] = fromMilliseconds(n)
	}
	return waits, nil
}

// insertSites stores sites and completes them in place.
func insertSites(ctx context.Context, tx *sql.Tx, sites []Site) (err error) {
	now := time.Now()
	for i, site := range sites {
		if sites[i], err = insertSite(ctx, tx, site, now); err != nil {
			return err
		}
	}
	return nil
}

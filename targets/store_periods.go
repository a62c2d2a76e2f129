package targets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// DeclarePeriod writes down a heightened period and returns it with its ID, its whole profile and the time. Its Profile needs
// a name only; "" is PeriodProfile. The error is a *PeriodError when the period cannot be declared as it was entered, and
// wraps ErrNotFound when its unit or site does not exist.
func (r *Registry) DeclarePeriod(ctx context.Context, p Period) (Period, error) {
	p, err := p.declared(time.Now())
	if err == nil {
		p.Profile, err = r.Profile(ctx, cmp.Or(p.Profile.Name, PeriodProfile))
		if errors.Is(err, ErrNotFound) {
			err = &PeriodError{PeriodUnknown}
		}
	}
	if err == nil {
		err = r.scopeExists(ctx, p.UnitID, p.SiteID)
	}
	if err == nil {
		err = r.db.Write.QueryRowContext(ctx, `INSERT INTO periods (name, letter_number, unit_id, site_id, profile, from_at, until_at, declared_by, declared_at)
			VALUES (?, ?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, ?) RETURNING id`,
			p.Name, p.LetterNumber, p.UnitID, p.SiteID, p.Profile.Name, Millis(p.From), Millis(p.Until), p.DeclaredBy, Millis(p.DeclaredAt)).Scan(&p.ID)
	}
	if err != nil {
		return Period{}, fmt.Errorf("declare a period: %w", err)
	}
	return p, nil
}

// EndPeriod ends a period before its time. One that is over stays as it is; one that has not begun never will. The error
// wraps ErrNotFound.
func (r *Registry) EndPeriod(ctx context.Context, id int64, by string) (Period, error) {
	now := Millis(time.Now())
	_, err := r.db.Write.ExecContext(ctx, `UPDATE periods SET ended_at = ?1, ended_by = ?2 WHERE id = ?3 AND ended_at IS NULL AND until_at > ?1`,
		now, by, id)
	if err != nil {
		return Period{}, fmt.Errorf("end period %d: %w", id, err)
	}
	return r.Period(ctx, id)
}

// Period returns one period. The error wraps ErrNotFound.
func (r *Registry) Period(ctx context.Context, id int64) (Period, error) {
	list, err := r.periods(ctx, `t.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Period{}, fmt.Errorf("period %d: %w", id, err)
	}
	return list[0], nil
}

// Periods returns every period that was not over before an instant, the one declared last first. The zero time is all of them.
func (r *Registry) Periods(ctx context.Context, since time.Time) ([]Period, error) {
	list, err := r.periods(ctx, `t.until_at > ?1 AND ifnull(t.ended_at, t.until_at) > ?1`, Millis(since))
	if err != nil {
		return nil, fmt.Errorf("list periods: %w", err)
	}
	return list, nil
}

// PeriodsInForce returns the periods that last at an instant.
func (r *Registry) PeriodsInForce(ctx context.Context, at time.Time) ([]Period, error) {
	list, err := r.periods(ctx, inForce, Millis(at))
	if err != nil {
		return nil, fmt.Errorf("list the periods in force: %w", err)
	}
	return list, nil
}

const inForce = `t.until_at > ?1 AND t.from_at <= ?1 AND ifnull(t.ended_at, t.until_at) > ?1`

// Edition names the present content of the list of sites, periods included: while it stays the same, Sites returns the same.
// Asking costs one small query.
func (r *Registry) Edition(ctx context.Context) (edition string, err error) {
	err = r.db.Read.QueryRowContext(ctx, `SELECT number || ':' || ifnull((SELECT group_concat(id) FROM
		(SELECT t.id FROM periods t WHERE `+inForce+` ORDER BY t.id)), '') FROM editions`, Millis(time.Now())).Scan(&edition)
	if err != nil {
		return "", fmt.Errorf("ask for the edition of the sites: %w", err)
	}
	return edition, nil
}

func (r *Registry) periods(ctx context.Context, where string, args ...any) (list []Period, err error) {
	rows, err := r.db.Read.QueryContext(ctx, `SELECT t.id, t.name, t.letter_number, ifnull(t.unit_id, 0), ifnull(t.site_id, 0), t.from_at, t.until_at,
		t.declared_by, t.declared_at, t.ended_by, ifnull(t.ended_at, 0), `+profileColumns+`
		FROM periods t JOIN profiles p ON p.name = t.profile WHERE `+where+` ORDER BY t.id DESC`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p Period
		var from, until, declared, ended int64
		var pace profileRow
		into := []any{&p.ID, &p.Name, &p.LetterNumber, &p.UnitID, &p.SiteID, &from, &until, &p.DeclaredBy, &declared, &p.EndedBy, &ended}
		if err := rows.Scan(append(into, pace.columns()...)...); err != nil {
			return nil, err
		}
		if p.Profile, err = pace.profile(); err != nil {
			return nil, err
		}
		p.From, p.Until, p.DeclaredAt, p.EndedAt = FromMillis(from), FromMillis(until), FromMillis(declared), FromMillis(ended)
		list = append(list, p)
	}
	return list, rows.Err()
}

// underPeriods gives sites the pace of the periods that last now.
func (r *Registry) underPeriods(ctx context.Context, sites []Site) error {
	list, err := r.PeriodsInForce(ctx, time.Now())
	if err != nil || len(list) == 0 {
		return err
	}
	for i, s := range sites {
		if p, ok := s.PeriodOf(list); ok {
			sites[i].Profile, sites[i].PeriodID = p.Profile, p.ID
		}
	}
	return nil
}

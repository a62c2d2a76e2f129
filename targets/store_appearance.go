package targets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Declare writes down an appearance event and returns it with its ID and the time. The error is an *EventError when the
// event cannot be declared as it was entered, and wraps ErrNotFound when its unit or site does not exist.
func (r *Registry) Declare(ctx context.Context, e AppearanceEvent) (AppearanceEvent, error) {
	e, err := e.declared(time.Now())
	if err == nil {
		err = r.scopeExists(ctx, e.UnitID, e.SiteID)
	}
	if err == nil {
		err = r.db.Write.QueryRowContext(ctx, `INSERT INTO appearance_events (kind, unit_id, site_id, from_at, until_at, reason, declared_by, declared_at)
			VALUES (?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, ?) RETURNING id`,
			e.Kind, e.UnitID, e.SiteID, Millis(e.From), Millis(e.Until), e.Reason, e.DeclaredBy, Millis(e.DeclaredAt)).Scan(&e.ID)
	}
	if err != nil {
		return AppearanceEvent{}, fmt.Errorf("declare an appearance event: %w", err)
	}
	return e, nil
}

// scopeExists fails with ErrNotFound where something is declared for a unit or a site that is not there; 0 is neither.
func (r *Registry) scopeExists(ctx context.Context, unitID, siteID int64) error {
	if siteID != 0 {
		_, err := r.Site(ctx, siteID)
		return err
	}
	var one int
	err := r.db.Read.QueryRowContext(ctx, `SELECT 1 FROM units WHERE id = ?1 UNION SELECT 1 WHERE ?1 = 0`, unitID).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("unit %d: %w", unitID, ErrNotFound)
	}
	return err
}

// EndAppearance ends an event before its time. One that is over stays as it is. The error wraps ErrNotFound.
func (r *Registry) EndAppearance(ctx context.Context, id int64, by string) (AppearanceEvent, error) {
	now := Millis(time.Now())
	_, err := r.db.Write.ExecContext(ctx, `UPDATE appearance_events SET ended_at = ?1, ended_by = ?2 WHERE id = ?3 AND ended_at IS NULL AND until_at > ?1`,
		now, by, id)
	if err != nil {
		return AppearanceEvent{}, fmt.Errorf("end appearance event %d: %w", id, err)
	}
	return r.AppearanceEvent(ctx, id)
}

// AppearanceEvent returns one event. The error wraps ErrNotFound.
func (r *Registry) AppearanceEvent(ctx context.Context, id int64) (AppearanceEvent, error) {
	list, err := r.appearances(ctx, `id = ?`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return AppearanceEvent{}, fmt.Errorf("appearance event %d: %w", id, err)
	}
	return list[0], nil
}

// AppearanceEvents returns every event that was not over before an instant, the one declared last first. The zero time is
// all of them.
func (r *Registry) AppearanceEvents(ctx context.Context, since time.Time) ([]AppearanceEvent, error) {
	list, err := r.appearances(ctx, `until_at > ?1 AND ifnull(ended_at, until_at) > ?1 ORDER BY id DESC`, Millis(since))
	if err != nil {
		return nil, fmt.Errorf("list appearance events: %w", err)
	}
	return list, nil
}

func (r *Registry) appearances(ctx context.Context, where string, args ...any) (list []AppearanceEvent, err error) {
	rows, err := r.db.Read.QueryContext(ctx, `SELECT id, kind, ifnull(unit_id, 0), ifnull(site_id, 0), from_at, until_at, reason, declared_by, declared_at,
		ended_by, ifnull(ended_at, 0) FROM appearance_events WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e AppearanceEvent
		var from, until, declared, ended int64
		if err := rows.Scan(&e.ID, &e.Kind, &e.UnitID, &e.SiteID, &from, &until, &e.Reason, &e.DeclaredBy, &declared, &e.EndedBy, &ended); err != nil {
			return nil, err
		}
		e.From, e.Until, e.DeclaredAt, e.EndedAt = FromMillis(from), FromMillis(until), FromMillis(declared), FromMillis(ended)
		list = append(list, e)
	}
	return list, rows.Err()
}

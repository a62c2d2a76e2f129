package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

const shiftColumns = `s.id, s.tier, s.from_at, s.until_at, coalesce(s.checked_in_at, 0), s.note, s.added_by, s.added_at, coalesce(s.instead_of, 0),
	coalesce(s.handed_over_at, 0), s.removed_by, coalesce(s.removed_at, 0), s.removed_for,
	p.id, p.login, p.name, p.role, coalesce(p.unit_id, 0), p.language, p.created_at`

func scanShift(row interface{ Scan(...any) error }) (s Shift, err error) {
	var from, until, in, added, over, removed, created int64
	p := &s.Person
	err = row.Scan(&s.ID, &s.Tier, &from, &until, &in, &s.Note, &s.AddedBy, &added, &s.InsteadOf, &over, &s.RemovedBy, &removed, &s.RemovedFor,
		&p.ID, &p.Login, &p.Name, &p.Role, &p.UnitID, &p.Language, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return Shift{}, ErrNotFound
	}
	s.From, s.Until, s.CheckedIn, s.HandedOver = targets.FromMillis(from), targets.FromMillis(until), targets.FromMillis(in), targets.FromMillis(over)
	s.AddedAt, s.RemovedAt, p.CreatedAt = targets.FromMillis(added), targets.FromMillis(removed), targets.FromMillis(created)
	return s, err
}

// queryShifts returns the shifts that a condition chooses, the lowest tier first, within a tier who began first.
func queryShifts(ctx context.Context, q querier, where string, args ...any) (list []Shift, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+shiftColumns+` FROM shifts s JOIN people p ON p.id = s.person_id
		WHERE `+where+` ORDER BY s.tier, s.from_at, p.name, s.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		s, err := scanShift(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// standing chooses the shifts that count: in the roster still, of people who have not retired.
const standing = `s.removed_at IS NULL AND p.retired_at IS NULL`

// onDuty returns who is on duty at an instant, the lowest tier first, within a tier who began first.
func onDuty(ctx context.Context, q querier, at time.Time) ([]Watch, error) {
	shifts, err := queryShifts(ctx, q, standing+` AND s.from_at <= ?1 AND s.until_at > ?1`, targets.Millis(at))
	if err != nil {
		return nil, fmt.Errorf("read who is on duty: %w", err)
	}
	var list []Watch
	for _, s := range shifts {
		list = append(list, s.Watch)
	}
	return list, nil
}

func (d *Desk) addShifts(ctx context.Context, by string, list []Shift, now time.Time) (added []Shift, err error) {
	for _, s := range list {
		if problem := s.problem(); problem != "" {
			return nil, fmt.Errorf("add a shift: %w", &ShiftError{problem})
		}
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		added = nil
		for _, s := range list {
			s.AddedBy, s.AddedAt = by, stored(now)
			isNew, err := insertShift(ctx, tx, &s)
			if err != nil {
				return err
			}
			if isNew {
				added = append(added, s)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("add %d shifts: %w", len(list), err)
	}
	return added, nil
}

// insertShift writes a shift and gives it its ID, unless the same one is in the roster.
func insertShift(ctx context.Context, tx *sql.Tx, s *Shift) (isNew bool, err error) {
	err = tx.QueryRowContext(ctx, `INSERT INTO shifts (tier, person_id, from_at, until_at, note, added_by, added_at, instead_of)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (tier, person_id, from_at, until_at) WHERE removed_at IS NULL DO NOTHING RETURNING id`,
		s.Tier, s.Person.ID, targets.Millis(s.From), targets.Millis(s.Until), s.Note, s.AddedBy, targets.Millis(s.AddedAt), orNull(s.InsteadOf)).Scan(&s.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

package notify

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
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
	err = tx.QueryRowContext(ctx, `INSERT INTO shifts (tier, person_id, from_at, until_at, note, added_by, added_at, instead_of, checked_in_at, handed_over_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (tier, person_id, from_at, until_at) WHERE removed_at IS NULL DO NOTHING RETURNING id`,
		s.Tier, s.Person.ID, targets.Millis(s.From), targets.Millis(s.Until), s.Note, s.AddedBy, targets.Millis(s.AddedAt), orNull(s.InsteadOf),
		millis(s.CheckedIn), millis(s.HandedOver)).Scan(&s.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// importShifts adds the shifts of a list that are not in the roster, and tells those that are.
func (d *Desk) importShifts(ctx context.Context, by string, list []Shift, dryRun bool, now time.Time) (added, known []Shift, err error) {
	if dryRun {
		return siftShifts(ctx, d.registry.DB().Read, list)
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		added, known, err = siftShifts(ctx, tx, list)
		for i := range added {
			if err == nil {
				added[i].AddedBy, added[i].AddedAt = by, stored(now)
				_, err = insertShift(ctx, tx, &added[i])
			}
		}
		return err
	})
	return added, known, err
}

// siftShifts tells the shifts that are new from those that are in the roster already, were given to somebody else since, or stand
// twice in the list.
func siftShifts(ctx context.Context, q querier, list []Shift) (fresh, known []Shift, err error) {
	seen := map[string]bool{}
	for _, s := range list {
		key := fmt.Sprint(s.Tier, s.Person.ID, targets.Millis(s.From), targets.Millis(s.Until))
		there := seen[key]
		if !there {
			err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM shifts s WHERE tier = ? AND person_id = ? AND from_at = ? AND until_at = ?
				AND (removed_at IS NULL OR EXISTS (SELECT 1 FROM shifts WHERE instead_of = s.id)))`,
				s.Tier, s.Person.ID, targets.Millis(s.From), targets.Millis(s.Until)).Scan(&there)
			if err != nil {
				return nil, nil, fmt.Errorf("look for a shift of %s: %w", s.Person.Login, err)
			}
		}
		if seen[key] = true; there {
			known = append(known, s)
		} else {
			fresh = append(fresh, s)
		}
	}
	return fresh, known, nil
}

func shiftByID(ctx context.Context, q querier, id int64) (Shift, error) {
	list, err := queryShifts(ctx, q, `s.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Shift{}, fmt.Errorf("read shift %d: %w", id, err)
	}
	return list[0], nil
}

func (d *Desk) shift(ctx context.Context, id int64) (Shift, error) {
	return shiftByID(ctx, d.registry.DB().Read, id)
}

func (d *Desk) shifts(ctx context.Context, span Span) ([]Shift, error) {
	list, err := queryShifts(ctx, d.registry.DB().Read, standing+` AND s.from_at < ? AND s.until_at > ?`, targets.Millis(span.Until), targets.Millis(span.From))
	if err != nil {
		return nil, fmt.Errorf("read the roster: %w", err)
	}
	return list, nil
}

func (d *Desk) removeShift(ctx context.Context, id int64, by, reason string, now time.Time) (s Shift, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		s, err = takeShift(ctx, tx, id, by, reason, now)
		if err != nil || !now.After(s.From) {
			return err
		}
		_, err = insertShift(ctx, tx, &s.parted(0, by, stored(now))[0]) // what is over of it was somebody's
		return err
	})
	if err != nil {
		return Shift{}, fmt.Errorf("remove shift %d: %w", id, err)
	}
	return s, nil
}

// takeShift takes a shift from its person and returns it as it was.
func takeShift(ctx context.Context, tx *sql.Tx, id int64, by, reason string, now time.Time) (Shift, error) {
	s, err := shiftByID(ctx, tx, id)
	if err != nil {
		return Shift{}, err
	}
	if problem := s.change(reason, now); problem != "" {
		return Shift{}, &ShiftError{problem}
	}
	_, err = tx.ExecContext(ctx, `UPDATE shifts SET removed_by = ?, removed_at = ?, removed_for = ? WHERE id = ?`, by, targets.Millis(now), reason, id)
	return s, err
}

func (d *Desk) swap(ctx context.Context, w Swap, now time.Time) (added []Shift, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		added = nil
		first, err := takeShift(ctx, tx, w.ShiftID, w.By, w.Reason, now)
		if err != nil {
			return err
		}
		if first.Person.ID == w.To {
			return &ShiftError{ShiftSame}
		}
		list := first.parted(w.To, w.By, stored(now))
		if w.For != 0 {
			second, err := takeShift(ctx, tx, w.For, w.By, w.Reason, now)
			if err != nil {
				return err
			}
			if second.Person.ID != w.To {
				return &ShiftError{ShiftPerson}
			}
			list = append(list, second.parted(first.Person.ID, w.By, stored(now))...)
		}
		for _, s := range list {
			isNew, err := insertShift(ctx, tx, &s)
			if err == nil && !isNew {
				err = &ShiftError{ShiftSame}
			}
			if err != nil {
				return err
			}
			if s, err = shiftByID(ctx, tx, s.ID); err != nil {
				return err
			}
			added = append(added, s)
		}
		return d.queueExchange(ctx, tx, w, added, now)
	})
	return added, err
}

func (d *Desk) rosterChanges(ctx context.Context, limit int) (list []Change, err error) {
	gone, err := queryShifts(ctx, d.registry.DB().Read, `s.id IN (SELECT id FROM shifts WHERE removed_at IS NOT NULL ORDER BY removed_at DESC, id DESC LIMIT ?)`, limit)
	if err != nil {
		return nil, fmt.Errorf("list changes of the roster: %w", err)
	}
	for _, before := range gone {
		after, err := queryShifts(ctx, d.registry.DB().Read, `s.instead_of = ? AND s.person_id <> ?`, before.ID, before.Person.ID)
		if err != nil {
			return nil, fmt.Errorf("list changes of the roster: %w", err)
		}
		list = append(list, Change{Before: before, After: append(after, Shift{})[0]})
	}
	slices.SortFunc(list, func(a, b Change) int {
		return cmp.Or(b.Before.RemovedAt.Compare(a.Before.RemovedAt), cmp.Compare(b.Before.ID, a.Before.ID))
	})
	return list, nil
}

func (d *Desk) checkIn(ctx context.Context, id int64, now time.Time) (s Shift, isNew bool, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		before, err := shiftByID(ctx, tx, id)
		if err != nil {
			return err
		}
		var problem ShiftProblem
		if s, problem = before.CheckIn(now); problem != "" {
			return &ShiftError{problem}
		}
		isNew = before.CheckedIn.IsZero()
		_, err = tx.ExecContext(ctx, `UPDATE shifts SET checked_in_at = ? WHERE id = ?`, targets.Millis(s.CheckedIn), id)
		return err
	})
	return s, isNew, err
}

// shiftsGivenBack returns the shift that was given for another one in the same swap, had being the shift that was given and got
// what became of it; none where nothing was given for it.
func shiftsGivenBack(ctx context.Context, q querier, had, got Shift) ([]Shift, error) {
	return queryShifts(ctx, q, `s.added_at = ? AND s.person_id = ? AND s.instead_of IN (SELECT id FROM shifts WHERE person_id = ? AND removed_at = ?)`,
		targets.Millis(got.AddedAt), had.Person.ID, got.Person.ID, targets.Millis(had.RemovedAt))
}

package targets

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// SetHoliday writes down what a day is, in the place of what was computed or set for it before. The error is a *HolidayError
// when it cannot be set as it was entered.
func (r *Registry) SetHoliday(ctx context.Context, h Holiday) (Holiday, error) {
	h, err := h.set(time.Now())
	if err == nil {
		_, err = r.db.Write.ExecContext(ctx, `INSERT INTO holidays (day, name, kind, source, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET name = excluded.name, kind = excluded.kind, source = excluded.source, set_by = excluded.set_by, set_at = excluded.set_at`,
			h.Day.Format(time.DateOnly), h.Name, h.Kind, h.Source, h.SetBy, Millis(h.SetAt))
	}
	if err != nil {
		return Holiday{}, fmt.Errorf("set a holiday: %w", err)
	}
	return h, nil
}

// RemoveHoliday takes back what was set for a day: what is computed counts again. The error wraps ErrNotFound when nothing was.
func (r *Registry) RemoveHoliday(ctx context.Context, day time.Time) error {
	written := day.In(Vietnam).Format(time.DateOnly)
	done, err := r.db.Write.ExecContext(ctx, `DELETE FROM holidays WHERE day = ?`, written)
	if err != nil {
		return fmt.Errorf("take back the holiday of %s: %w", written, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("take back the holiday of %s: %w", written, ErrNotFound)
	}
	return nil
}

// Holidays returns the holiday table of a year, in order: what is computed, and what was set instead.
func (r *Registry) Holidays(ctx context.Context, year int) ([]Holiday, error) {
	decided, err := r.setHolidays(ctx, year)
	if err != nil {
		return nil, fmt.Errorf("read the holidays of %d: %w", year, err)
	}
	list := decided
	for _, h := range ComputedHolidays(year) {
		if !slices.ContainsFunc(decided, func(d Holiday) bool { return d.Day.Equal(h.Day) }) {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, byDay)
	return list, nil
}

func (r *Registry) setHolidays(ctx context.Context, year int) (list []Holiday, err error) {
	rows, err := r.db.Read.QueryContext(ctx, `SELECT day, name, kind, source, set_by, set_at FROM holidays WHERE day GLOB ?`, fmt.Sprintf("%04d-*", year))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h Holiday
		var day string
		var at int64
		if err := rows.Scan(&day, &h.Name, &h.Kind, &h.Source, &h.SetBy, &at); err != nil {
			return nil, err
		}
		if h.Day, err = time.ParseInLocation(time.DateOnly, day, Vietnam); err != nil {
			return nil, err
		}
		h.SetAt = FromMillis(at)
		list = append(list, h)
	}
	return list, rows.Err()
}

package notify

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

const personColumns = `id, login, name, role, coalesce(unit_id, 0), language, created_at`

func scanPerson(row interface{ Scan(...any) error }) (p Person, err error) {
	var created int64
	err = row.Scan(&p.ID, &p.Login, &p.Name, &p.Role, &p.UnitID, &p.Language, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, ErrNotFound
	}
	p.CreatedAt = targets.FromMillis(created)
	return p, err
}

func (d *Desk) addPerson(ctx context.Context, p Person, now time.Time) (Person, error) {
	if p.Language == "" {
		p.Language = targets.Vietnamese
	}
	p.CreatedAt = targets.FromMillis(targets.Millis(now))
	unit := sql.NullInt64{Int64: p.UnitID, Valid: p.UnitID != 0}
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `INSERT INTO people (login, name, role, unit_id, language, created_at)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (login) DO NOTHING RETURNING id`,
			p.Login, p.Name, p.Role, unit, p.Language, targets.Millis(now)).Scan(&p.ID)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrTaken
	}
	if err != nil {
		return Person{}, fmt.Errorf("add the person %q: %w", p.Login, err)
	}
	return p, nil
}

func (d *Desk) personByID(ctx context.Context, id int64) (Person, error) {
	p, err := scanPerson(d.registry.DB().Read.QueryRowContext(ctx, `SELECT `+personColumns+` FROM people
		WHERE id = ? AND retired_at IS NULL`, id))
	if err != nil {
		return Person{}, fmt.Errorf("read person %d: %w", id, err)
	}
	return p, nil
}

func (d *Desk) personByLogin(ctx context.Context, login string) (Person, error) {
	p, err := scanPerson(d.registry.DB().Read.QueryRowContext(ctx, `SELECT `+personColumns+` FROM people
		WHERE login = ? AND retired_at IS NULL`, login))
	if err != nil {
		return Person{}, fmt.Errorf("read the person %q: %w", login, err)
	}
	return p, nil
}

func (d *Desk) people(ctx context.Context) (list []Person, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT `+personColumns+` FROM people
		WHERE retired_at IS NULL ORDER BY name, id`)
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		p, err := scanPerson(rows)
		if err != nil {
			return nil, fmt.Errorf("list people: %w", err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

func (d *Desk) setLanguage(ctx context.Context, id int64, lang targets.Language) error {
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE people SET language = ? WHERE id = ?`, lang, id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, ErrNotFound)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set the language of person %d: %w", id, err)
	}
	return nil
}

// peopleByID returns everybody who has not retired.
func peopleByID(ctx context.Context, q querier) (map[int64]Person, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+personColumns+` FROM people WHERE retired_at IS NULL`)
	if err != nil {
		return nil, fmt.Errorf("list people: %w", err)
	}
	defer rows.Close()
	all := map[int64]Person{}
	for rows.Next() {
		p, err := scanPerson(rows)
		if err != nil {
			return nil, fmt.Errorf("list people: %w", err)
		}
		all[p.ID] = p
	}
	return all, rows.Err()
}

package targets

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// saveContacts writes contacts down, all or none. What was checked before it was changed has to be checked again.
func (r *Registry) saveContacts(ctx context.Context, list []Contact) error {
	return r.db.Tx(ctx, func(tx *sql.Tx) error {
		for _, c := range list {
			_, err := tx.ExecContext(ctx, `INSERT INTO contacts (unit_id, body, fold, name, duty, phone, mailbox, from_at, until_at, written_by, written_at)
				VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), ?, ?)
				ON CONFLICT (fold) DO UPDATE SET unit_id = excluded.unit_id, body = excluded.body, name = excluded.name, duty = excluded.duty,
				checked_at = iif(phone = excluded.phone AND mailbox = excluded.mailbox, checked_at, NULL),
				checked_by = iif(phone = excluded.phone AND mailbox = excluded.mailbox, checked_by, ''),
				phone = excluded.phone, mailbox = excluded.mailbox, from_at = excluded.from_at, until_at = excluded.until_at,
				written_by = excluded.written_by, written_at = excluded.written_at`,
				c.UnitID, c.Body, c.fold(), c.Name, c.Duty, c.Phone, c.Mailbox, Millis(c.From), Millis(c.Until), c.WrittenBy, Millis(c.WrittenAt))
			if err != nil {
				return fmt.Errorf("write down a contact of %s: %w", c.Body, err)
			}
		}
		return nil
	})
}

// Contacts returns every contact, also those that hold no longer, by body and name.
func (r *Registry) Contacts(ctx context.Context) (list []Contact, err error) {
	rows, err := r.db.Read.QueryContext(ctx, `SELECT id, coalesce(unit_id, 0), body, name, duty, phone, mailbox, coalesce(from_at, 0), coalesce(until_at, 0),
		written_by, written_at, checked_by, coalesce(checked_at, 0) FROM contacts ORDER BY unit_id IS NULL, fold`)
	if err != nil {
		return nil, fmt.Errorf("list contacts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c Contact
		var from, until, written, checked int64
		if err := rows.Scan(&c.ID, &c.UnitID, &c.Body, &c.Name, &c.Duty, &c.Phone, &c.Mailbox, &from, &until, &c.WrittenBy, &written, &c.CheckedBy, &checked); err != nil {
			return nil, fmt.Errorf("list contacts: %w", err)
		}
		c.From, c.Until, c.WrittenAt, c.CheckedAt = FromMillis(from), FromMillis(until), FromMillis(written), FromMillis(checked)
		list = append(list, c)
	}
	return list, rows.Err()
}

// CheckContact writes down that somebody has seen that a contact is right. The error wraps ErrNotFound.
func (r *Registry) CheckContact(ctx context.Context, id int64, by string) error {
	return r.changeContact(ctx, id, `UPDATE contacts SET checked_at = ?, checked_by = ? WHERE id = ?`, Millis(time.Now()), by, id)
}

// EndContact writes down that a contact holds no longer. The error wraps ErrNotFound.
func (r *Registry) EndContact(ctx context.Context, id int64, by string) error {
	return r.changeContact(ctx, id, `UPDATE contacts SET until_at = min(coalesce(until_at, ?1), ?1), written_by = ?2, written_at = ?1 WHERE id = ?3`, Millis(time.Now()), by, id)
}

func (r *Registry) changeContact(ctx context.Context, id int64, query string, args ...any) error {
	done, err := r.db.Write.ExecContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("change contact %d: %w", id, err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("change contact %d: %w", id, ErrNotFound)
	}
	return nil
}

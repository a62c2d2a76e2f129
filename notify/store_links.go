package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// keepLinkCode keeps the hash of a person's code in the place of any before.
func (d *Desk) keepLinkCode(ctx context.Context, personID int64, hash string, now, until time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `INSERT INTO link_codes (person_id, hash, made_at, expires_at) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (person_id) DO UPDATE SET hash = ?2, made_at = ?3, expires_at = ?4, used_at = NULL`,
		personID, hash, targets.Millis(now), targets.Millis(until))
	if err != nil {
		return fmt.Errorf("keep a link code: %w", err)
	}
	return nil
}

// validCode chooses the code that a hash belongs to, while it counts.
const validCode = ` WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2 AND person_id IN (SELECT id FROM people WHERE retired_at IS NULL)`

// linkCodeOwner returns whom a code was made for, and false when it does not count.
func (d *Desk) linkCodeOwner(ctx context.Context, hash string, now time.Time) (personID int64, ok bool, err error) {
	err = d.registry.DB().Read.QueryRowContext(ctx, `SELECT person_id FROM link_codes`+validCode, hash, targets.Millis(now)).Scan(&personID)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look up a link code: %w", err)
	}
	return personID, true, nil
}

// useLinkCode uses a code up and returns whom it was made for; false when it does not count (any more).
func (d *Desk) useLinkCode(ctx context.Context, hash string, now time.Time) (personID int64, ok bool, err error) {
	err = d.registry.DB().Write.QueryRowContext(ctx, `UPDATE link_codes SET used_at = ?2`+validCode+` RETURNING person_id`, hash, targets.Millis(now)).Scan(&personID)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("use a link code: %w", err)
	}
	return personID, true, nil
}

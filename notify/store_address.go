package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/targets"
)

const addressColumns = `a.id, a.person_id, a.channel, a.recipient, a.place, coalesce(a.proven_at, 0), coalesce(a.failed_at, 0), a.failure, a.created_at`

func scanAddress(row interface{ Scan(...any) error }) (a Address, err error) {
	var proven, failed, created int64
	err = row.Scan(&a.ID, &a.PersonID, &a.Channel, &a.Recipient, &a.Place, &proven, &failed, &a.Failure, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return Address{}, ErrNotFound
	}
	a.ProvenAt, a.FailedAt, a.CreatedAt = targets.FromMillis(proven), targets.FromMillis(failed), targets.FromMillis(created)
	return a, err
}

// queryAddresses returns the addresses that a condition chooses, of people and addresses that have not retired, everybody's
// first address first.
func queryAddresses(ctx context.Context, q querier, where string, args ...any) (list []Address, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+addressColumns+` FROM addresses a JOIN people p ON p.id = a.person_id
		WHERE a.retired_at IS NULL AND p.retired_at IS NULL AND `+where+` ORDER BY p.name, p.id, a.place`, args...)
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanAddress(rows)
		if err != nil {
			return nil, fmt.Errorf("list addresses: %w", err)
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

func addressesOf(ctx context.Context, q querier, personID int64) ([]Address, error) {
	return queryAddresses(ctx, q, `a.person_id = ?`, personID)
}

// oneAddress returns the first address that a condition chooses.
func oneAddress(ctx context.Context, q querier, where string, args ...any) (Address, error) {
	list, err := queryAddresses(ctx, q, where, args...)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Address{}, err
	}
	return list[0], nil
}

func addressByID(ctx context.Context, q querier, id int64) (Address, error) {
	a, err := oneAddress(ctx, q, `a.id = ?`, id)
	if err != nil {
		return a, fmt.Errorf("read address %d: %w", id, err)
	}
	return a, nil
}

func addressOf(ctx context.Context, q querier, l lane) (Address, Person, error) {
	a, err := oneAddress(ctx, q, `a.channel = ? AND a.recipient = ?`, l.channel, l.recipient)
	if err != nil {
		return Address{}, Person{}, fmt.Errorf("find an address of %s: %w", l.channel, err)
	}
	p, err := scanPerson(q.QueryRowContext(ctx, `SELECT `+personColumns+` FROM people WHERE id = ?`, a.PersonID))
	if err != nil {
		return Address{}, Person{}, fmt.Errorf("read whose address %d is: %w", a.ID, err)
	}
	return a, p, nil
}

func (d *Desk) addAddress(ctx context.Context, a Address, now time.Time) (Address, error) {
	if _, err := d.personByID(ctx, a.PersonID); err != nil {
		return a, err
	}
	place := a.Place
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		others, err := addressesOf(ctx, tx, a.PersonID)
		if err != nil {
			return err
		}
		isNew := !slices.ContainsFunc(others, func(other Address) bool { return other.lane() == a.lane() })
		err = tx.QueryRowContext(ctx, `INSERT INTO addresses (person_id, channel, recipient, place, created_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (channel, recipient) WHERE retired_at IS NULL DO UPDATE SET failed_at = NULL, failure = ''
			WHERE person_id = excluded.person_id RETURNING id`,
			a.PersonID, a.Channel, a.Recipient, len(others)+1, targets.Millis(now)).Scan(&a.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrTaken
		}
		if err == nil && isNew && place > 0 {
			err = placeAddress(ctx, tx, a, place)
		}
		if err == nil {
			a, err = addressByID(ctx, tx, a.ID)
		}
		return err
	})
	return a, err
}

// placeAddress puts an address at a place among those of its person, and gives all of them their number.
func placeAddress(ctx context.Context, tx *sql.Tx, a Address, place int) error {
	all, err := addressesOf(ctx, tx, a.PersonID)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(all, func(other Address) bool { return other.ID == a.ID })
	at := min(max(place-1, 0), len(others))
	for n, one := range slices.Insert(others, at, a) {
		if _, err := tx.ExecContext(ctx, `UPDATE addresses SET place = ? WHERE id = ?`, n+1, one.ID); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) moveAddress(ctx context.Context, id int64, place int) error {
	return d.onAddress(ctx, "move", id, func(tx *sql.Tx, a Address) error {
		return placeAddress(ctx, tx, a, place)
	})
}

func (d *Desk) removeAddress(ctx context.Context, id int64, now time.Time) error {
	return d.onAddress(ctx, "remove", id, func(tx *sql.Tx, a Address) error {
		if _, err := tx.ExecContext(ctx, `UPDATE addresses SET retired_at = ? WHERE id = ?`, targets.Millis(now), a.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE addresses SET place = place - 1 WHERE person_id = ? AND place > ? AND retired_at IS NULL`, a.PersonID, a.Place); err != nil {
			return err
		}
		return endTests(ctx, tx, a, noteRemoved, now)
	})
}

// endTests gives up the tests of an address that wait: there is nothing more to learn from them.
func endTests(ctx context.Context, tx *sql.Tx, a Address, because string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE alerts SET sent_at = ?, last_error = ? WHERE about_kind = ? AND about_id = ? AND sent_at IS NULL`,
		targets.Millis(now), because, AboutAddress, a.ID)
	return err
}

// proveAddress records that a message has arrived in a lane, if it is somebody's address.
func proveAddress(ctx context.Context, tx *sql.Tx, l lane, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE addresses SET proven_at = ?, failed_at = NULL, failure = ''
		WHERE channel = ? AND recipient = ? AND retired_at IS NULL`, targets.Millis(now), l.channel, l.recipient)
	return err
}

// failAddress records that the channel says that nothing can arrive in a lane, if it is somebody's address. Its tests have
// found out what they were to find out.
func failAddress(ctx context.Context, tx *sql.Tx, l lane, because string, now time.Time) error {
	a, _, err := addressOf(ctx, tx, l)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE addresses SET failed_at = coalesce(failed_at, ?), failure = ? WHERE id = ?`, targets.Millis(now), because, a.ID)
	}
	if err != nil {
		return err
	}
	return endTests(ctx, tx, a, noteUndeliverable, now)
}

// settleAddress records whether anything can arrive in a lane, if it is somebody's address, as the channel says by itself.
func (d *Desk) settleAddress(ctx context.Context, l lane, reached bool, because string, now time.Time) (found bool, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		if !reached {
			_, _, err := addressOf(ctx, tx, l)
			if errors.Is(err, ErrNotFound) {
				return nil
			}
			if found = err == nil; found {
				err = failAddress(ctx, tx, l, because, now)
			}
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE addresses SET failed_at = NULL, failure = '' WHERE channel = ? AND recipient = ? AND retired_at IS NULL`, l.channel, l.recipient)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		found = n > 0
		return err
	})
	return found, err
}

func (d *Desk) onAddress(ctx context.Context, doing string, id int64, do func(*sql.Tx, Address) error) error {
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		a, err := addressByID(ctx, tx, id)
		if err != nil {
			return err
		}
		return do(tx, a)
	})
	if err != nil {
		return fmt.Errorf("%s address %d: %w", doing, id, err)
	}
	return nil
}

// testAddress queues a test, unless one is under way.
func (d *Desk) testAddress(ctx context.Context, id int64, now time.Time) error {
	return d.onAddress(ctx, "queue a test of", id, func(tx *sql.Tx, a Address) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO alerts (about_kind, about_id, kind, channel, recipient, person_id, dedupe, created_at, not_before)
			SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 || '/' || ?3 || ':' || ?8 || '/' || ?4 || '/' || ?5, ?8, ?8
			WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE about_kind = ?1 AND about_id = ?2 AND sent_at IS NULL)
			ON CONFLICT (dedupe) DO NOTHING`,
			AboutAddress, a.ID, KindTest, a.Channel, a.Recipient, a.PersonID, a.about().key(), targets.Millis(now))
		return err
	})
}

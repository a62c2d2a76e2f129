package web

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// store keeps credentials, sessions and the audit log: the only tables of this room.
type store struct {
	db *targets.DB
}

// credential is how one person proves who they are.
type credential struct {
	Password string // argon2id in PHC form, "" until one is chosen
	HasCode  bool   // a one-time code is waiting
}

// session is one browser that somebody logged in with.
type session struct {
	PersonID  int64
	UsedAt    time.Time
	ExpiresAt time.Time
}

// entry is one line of the audit log.
type entry struct {
	ID     int64
	At     time.Time
	Actor  string // a login, as it was typed when a login failed
	Action string
	Object string // "site/12", "look/40", "person/3"
	Detail string
	IP     string
}

// credential returns the credential of a person; a person without a row has the zero one.
func (s store) credential(ctx context.Context, personID int64, now time.Time) (credential, error) {
	var c credential
	var hash string
	var until sql.NullInt64
	err := s.db.Read.QueryRowContext(ctx, `SELECT password, code_hash, code_until FROM credentials WHERE person_id = ?`, personID).
		Scan(&c.Password, &hash, &until)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("read the credential of person %d: %w", personID, err)
	}
	c.HasCode = hash != "" && until.Int64 > targets.Millis(now)
	return c, nil
}

// setCode gives a person a one-time code. It takes away the password and every session: a code is given to somebody who
// has no password, or must no longer use it.
func (s store) setCode(ctx context.Context, personID int64, hash string, until, now time.Time) error {
	return s.tx(ctx, "give a code", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO credentials (person_id, password, code_hash, code_until, changed_at) VALUES (?1, '', ?2, ?3, ?4)
			ON CONFLICT (person_id) DO UPDATE SET password = '', code_hash = ?2, code_until = ?3, changed_at = ?4`,
			personID, hash, targets.Millis(until), targets.Millis(now))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM sessions WHERE person_id = ?`, personID)
		return err
	})
}

// personOfCode returns who a code that still counts was given to; ok is false when there is nobody.
func (s store) personOfCode(ctx context.Context, hash string, now time.Time) (id int64, ok bool, err error) {
	err = s.db.Read.QueryRowContext(ctx, `SELECT person_id FROM credentials WHERE code_hash = ? AND code_until > ?`,
		hash, targets.Millis(now)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look up a code: %w", err)
	}
	return id, true, nil
}

// useCode turns a code into a password, once: ok is false when the code does not count any more.
func (s store) useCode(ctx context.Context, hash, password string, now time.Time) (ok bool, err error) {
	err = s.tx(ctx, "use a code", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE credentials SET password = ?, code_hash = '', code_until = NULL, changed_at = ?
			WHERE code_hash = ? AND code_until > ?`, password, targets.Millis(now), hash, targets.Millis(now))
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		ok = n == 1
		return err
	})
	return ok, err
}

// openSession stores a session under the hash of its token.
func (s store) openSession(ctx context.Context, hash string, personID int64, now, expires time.Time) error {
	return s.tx(ctx, "open a session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions (token_hash, person_id, created_at, used_at, expires_at) VALUES (?, ?, ?, ?, ?)`,
			hash, personID, targets.Millis(now), targets.Millis(now), targets.Millis(expires))
		return err
	})
}

// session returns a stored session, however old; ok is false when there is none.
func (s store) session(ctx context.Context, hash string) (found session, ok bool, err error) {
	var used, expires int64
	err = s.db.Read.QueryRowContext(ctx, `SELECT person_id, used_at, expires_at FROM sessions WHERE token_hash = ?`, hash).
		Scan(&found.PersonID, &used, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return found, false, nil
	}
	if err != nil {
		return found, false, fmt.Errorf("look up a session: %w", err)
	}
	found.UsedAt, found.ExpiresAt = targets.FromMillis(used), targets.FromMillis(expires)
	return found, true, nil
}

// touchSession notes that a session is in use.
func (s store) touchSession(ctx context.Context, hash string, now time.Time) error {
	return s.tx(ctx, "touch a session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sessions SET used_at = ? WHERE token_hash = ?`, targets.Millis(now), hash)
		return err
	})
}

// closeSession ends one session.
func (s store) closeSession(ctx context.Context, hash string) error {
	return s.tx(ctx, "close a session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE token_hash = ?`, hash)
		return err
	})
}

// sweep forgets sessions that have ended. It is also how the health page finds out whether the database can be written.
func (s store) sweep(ctx context.Context, now time.Time) error {
	return s.tx(ctx, "sweep sessions", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE expires_at < ?`, targets.Millis(now))
		return err
	})
}

// write adds one line to the audit log.
func (s store) write(ctx context.Context, e entry) error {
	return s.tx(ctx, "write the audit log", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO audit (at, actor, action, object, detail, ip) VALUES (?, ?, ?, ?, ?, ?)`,
			targets.Millis(e.At), e.Actor, e.Action, e.Object, e.Detail, e.IP)
		return err
	})
}

// entries returns lines of the audit log older than the line named, newest first; before 0 starts at the newest.
func (s store) entries(ctx context.Context, before int64, limit int) ([]entry, error) {
	return s.query(ctx, `SELECT id, at, actor, action, object, detail, ip FROM audit WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2`, before, limit)
}

// entriesOf returns the lines about one object, oldest first.
func (s store) entriesOf(ctx context.Context, object string) ([]entry, error) {
	return s.query(ctx, `SELECT id, at, actor, action, object, detail, ip FROM audit WHERE object = ? ORDER BY id`, object)
}

func (s store) query(ctx context.Context, query string, args ...any) ([]entry, error) {
	rows, err := s.db.Read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	defer rows.Close()
	var out []entry
	for rows.Next() {
		var e entry
		var at int64
		if err := rows.Scan(&e.ID, &at, &e.Actor, &e.Action, &e.Object, &e.Detail, &e.IP); err != nil {
			return nil, fmt.Errorf("read the audit log: %w", err)
		}
		e.At = targets.FromMillis(at)
		out = append(out, e)
	}
	return out, rows.Err()
}

func (s store) tx(ctx context.Context, doing string, f func(tx *sql.Tx) error) error {
	if err := s.db.Tx(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

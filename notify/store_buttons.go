package notify

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"canhcong/targets"
)

// buttonBytes is how much chance is in the ID of a button: nobody guesses 128 bits.
const buttonBytes = 16

// buttonsKept is how long a button is remembered after it has expired, so that a late press is answered for what it was.
const buttonsKept = 30 * 24 * time.Hour

// mint returns the ID of a button. One under a message that was sent before is the same again, while it lasts long enough.
func (d *Desk) mint(ctx context.Context, b button, now time.Time) (id string, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT id FROM buttons WHERE about_kind = ? AND about_id = ? AND channel = ? AND deed = ?
			AND recipient = ? AND message = ? AND message <> '' AND expires_at > ? ORDER BY expires_at DESC LIMIT 1`,
			b.About.Kind, b.About.ID, b.Channel, b.Deed, b.Recipient, b.Message, targets.Millis(now.Add(buttonLasts/2))).Scan(&id)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM buttons WHERE expires_at < ?`, targets.Millis(now.Add(-buttonsKept))); err != nil {
			return err
		}
		chance := make([]byte, buttonBytes)
		rand.Read(chance)
		id = base64.RawURLEncoding.EncodeToString(chance)
		_, err = tx.ExecContext(ctx, `INSERT INTO buttons (id, about_kind, about_id, deed, channel, recipient, message, made_at, expires_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, id, b.About.Kind, b.About.ID, b.Deed, b.Channel, b.Recipient, b.Message,
			targets.Millis(now), targets.Millis(now.Add(buttonLasts)))
		return err
	})
	return id, err
}

func (d *Desk) buttonByID(ctx context.Context, id string) (button, error) {
	b := button{ID: id}
	var expires int64
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT about_kind, about_id, deed, channel, recipient, message, expires_at FROM buttons WHERE id = ?`, id).
		Scan(&b.About.Kind, &b.About.ID, &b.Deed, &b.Channel, &b.Recipient, &b.Message, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return button{}, ErrNotFound
	}
	if err != nil {
		return button{}, fmt.Errorf("read a button: %w", err)
	}
	b.ExpiresAt = targets.FromMillis(expires)
	return b, nil
}

// bind ties a button to the message it was pressed under, before the outbox could say which one that is.
func (d *Desk) bind(ctx context.Context, id, message string) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE buttons SET message = ? WHERE id = ? AND message = ''`, message, id)
	if err != nil {
		return fmt.Errorf("tie a button to its message: %w", err)
	}
	return nil
}

// bindAll ties the buttons that were sent under a message to it, and to where it went.
func (d *Desk) bindAll(ctx context.Context, sent []Action, recipient, message string) error {
	return d.onButtons(ctx, sent, "tie the buttons to their message", `UPDATE buttons SET recipient = ?2, message = ?3 WHERE id = ?1`, recipient, message)
}

// withdraw forgets the buttons of a message that certainly did not arrive.
func (d *Desk) withdraw(ctx context.Context, unsent []Action) error {
	return d.onButtons(ctx, unsent, "forget the buttons of a message that was not sent", `DELETE FROM buttons WHERE id = ?1 AND message = ''`)
}

func (d *Desk) onButtons(ctx context.Context, list []Action, doing, query string, args ...any) error {
	if len(list) == 0 {
		return nil
	}
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		for _, a := range list {
			if _, err := tx.ExecContext(ctx, query, append([]any{a.ID}, args...)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// used writes down who pressed a button first.
func (d *Desk) used(ctx context.Context, id, login string, now time.Time) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE buttons SET used_at = ?, used_by = ? WHERE id = ? AND used_at IS NULL`, targets.Millis(now), login, id)
	if err != nil {
		return fmt.Errorf("write down that a button was pressed: %w", err)
	}
	return nil
}

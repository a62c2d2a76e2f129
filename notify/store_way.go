package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"canhcong/targets"
)

// probe sees to it that something is tried on every channel that does not work, so that it is noticed when it works again: where
// nothing waits, the shared address, or else one person, is to be told there of the very trouble.
func (d *Desk) probe(ctx context.Context, now time.Time) error {
	for _, trouble := range []NoticeKind{noticeWay, noticeAway} {
		ways, err := waysWith(ctx, d.registry.DB().Read, trouble)
		if err != nil {
			return err
		}
		for channel := range ways {
			if d.carriers[channel] == nil {
				continue
			}
			shared := ""
			for _, c := range d.channels {
				if c.Name == channel {
					shared = c.Recipient
				}
			}
			_, err := d.registry.DB().Write.ExecContext(ctx, `INSERT INTO alerts (about_kind, about_id, kind, channel, recipient, person_id, dedupe, created_at, not_before)
				SELECT ?1, n.id, ?2, a.channel, a.recipient, a.person_id, ?1 || '-' || n.id || '/' || ?2 || '/' || a.channel || '/' || a.recipient, ?3, ?3
				FROM notices n JOIN (SELECT id, channel, recipient, person_id FROM addresses WHERE retired_at IS NULL UNION ALL SELECT 0, ?4, ?6, NULL WHERE ?6 <> '') a ON a.channel = ?4
				WHERE n.kind = ?5 AND n.until IS NULL AND NOT EXISTS (SELECT 1 FROM alerts WHERE channel = ?4 AND sent_at IS NULL AND `+free+`)
				ORDER BY a.id LIMIT 1 ON CONFLICT (dedupe) DO NOTHING`,
				AboutNotice, KindOpened, targets.Millis(now), channel, trouble+NoticeKind(channel), shared)
			if err != nil {
				return fmt.Errorf("queue something for %s: %w", channel, err)
			}
		}
	}
	return nil
}

// forgetWays ends the notices about ways and shared addresses that are not configured any more, without a word: nothing will ever
// arrive there that could say that they work again.
func (d *Desk) forgetWays(ctx context.Context, now time.Time) error {
	known := map[NoticeKind]bool{}
	for channel := range d.carriers {
		known[NoticeWay(channel)] = true
	}
	for l := range d.senders {
		known[NoticeWay(l.channel)], known[noticeShared(l)] = true, true
	}
	live, err := d.liveNotices(ctx)
	for _, n := range live {
		if !strings.HasPrefix(string(n.Kind), string(noticeWay)) || known[n.Kind] {
			continue
		}
		if _, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE notices SET until = ? WHERE id = ?`, targets.Millis(later(now, n.Since)), n.ID); err != nil {
			return fmt.Errorf("end the %s notice: %w", n.Kind, err)
		}
		d.log.WarnContext(ctx, "notice moved", "notice", n.Kind, "reason", ReasonRetired)
	}
	return err
}

// follow records that an address has moved: a person's own is changed, with all that waits there; for one of the configuration it
// is remembered.
func (d *Desk) follow(ctx context.Context, l lane, to string, now time.Time) error {
	return d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		a, _, err := addressOf(ctx, tx, l)
		if errors.Is(err, ErrNotFound) {
			_, err := tx.ExecContext(ctx, `INSERT INTO forwards (channel, recipient, moved_to, at) VALUES (?, ?, ?, ?)
				ON CONFLICT (channel, recipient) DO UPDATE SET moved_to = excluded.moved_to, at = excluded.at`,
				l.channel, l.recipient, to, targets.Millis(now))
			return err
		}
		if err != nil {
			return err
		}
		if known, _, err := addressOf(ctx, tx, lane{l.channel, to}); err == nil && known.PersonID == a.PersonID {
			_, err := tx.ExecContext(ctx, `UPDATE addresses SET retired_at = ? WHERE id = ?`, targets.Millis(now), a.ID)
			return err
		} else if !errors.Is(err, ErrNotFound) {
			return err // somebody else's: there is nothing to follow
		}
		if _, err := tx.ExecContext(ctx, `UPDATE addresses SET recipient = ?, failed_at = NULL, failure = '' WHERE id = ?`, to, a.ID); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE OR IGNORE alerts SET recipient = ?1, dedupe = substr(dedupe, 1, length(dedupe) - length(recipient)) || ?1
			WHERE channel = ?2 AND recipient = ?3 AND person_id = ?4`, to, l.channel, l.recipient, a.PersonID)
		return err
	})
}

// forwarded is where messages of a lane go now.
func (d *Desk) forwarded(ctx context.Context, l lane) (recipient string, err error) {
	err = d.registry.DB().Read.QueryRowContext(ctx, `SELECT moved_to FROM forwards WHERE channel = ? AND recipient = ?`, l.channel, l.recipient).Scan(&recipient)
	if errors.Is(err, sql.ErrNoRows) {
		return l.recipient, nil
	}
	if err != nil {
		return "", fmt.Errorf("read where an address of %s has moved: %w", l.channel, err)
	}
	return recipient, nil
}

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

// declare moves the live notice of a kind, and queues what follows, in one transaction.
func (d *Desk) declare(ctx context.Context, said Notice, now time.Time) (n Notice, r Reason, err error) {
	// Nearly always the same is said again, which is found out without taking the writer's turn.
	if n, r, err = moveNotice(ctx, d.registry.DB().Read, said, now); err != nil || !r.moves() {
		return n, r, err
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		if n, r, err = moveNotice(ctx, tx, said, now); err != nil || !r.moves() {
			return err
		}
		if err := saveNotice(ctx, tx, &n); err != nil {
			return err
		}
		for _, kind := range n.tells(r) {
			if err := d.queueFact(ctx, tx, fact{about: n.about(), kind: kind, urgent: n.urgent(), not: n.Kind.away()}, now); err != nil {
				return err
			}
		}
		return nil
	})
	return n, r, err
}

// remindOf queues the reminder of a day, unless it was queued or the notice began on that day.
func (d *Desk) remindOf(ctx context.Context, kind NoticeKind, o occasion, now time.Time) (again bool, err error) {
	n, err := liveNotice(ctx, d.registry.DB().Read, kind)
	if err != nil || !n.Live() || !n.Since.Before(o.at) {
		return false, err
	}
	f := fact{about: n.about(), kind: o.tells, degree: o.name, urgent: n.urgent()}
	if again, err = unsaid(ctx, d.registry.DB().Read, f); err != nil || !again {
		return false, err
	}
	return true, d.registry.DB().Tx(ctx, func(tx *sql.Tx) error { return d.queueFact(ctx, tx, f, now) })
}

// unsaid says whether nobody was told of a fact yet.
func unsaid(ctx context.Context, q querier, f fact) (yes bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM alerts WHERE about_kind = ? AND about_id = ? AND instr(dedupe, ?) = 1)`,
		f.about.Kind, f.about.ID, fmt.Sprintf("%s/%s%s/", f.about.key(), f.kind, f.degree)).Scan(&yes)
	return yes, err
}

// liveNotice returns the live notice of a kind, the zero Notice when there is none.
func liveNotice(ctx context.Context, q querier, kind NoticeKind) (Notice, error) {
	n, err := scanNotice(q.QueryRowContext(ctx, `SELECT `+noticeColumns+` FROM notices WHERE kind = ? AND until IS NULL`, kind))
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return n, err
}

// moveNotice returns what becomes of the live notice of a kind, without writing it.
func moveNotice(ctx context.Context, q querier, said Notice, now time.Time) (Notice, Reason, error) {
	said.Since, said.Until = stored(said.Since), stored(said.Until)
	live, err := liveNotice(ctx, q, said.Kind)
	if err != nil {
		return Notice{}, "", err
	}
	n, r := live.Next(said, stored(now))
	return n, r, nil
}

// stored returns an instant as it comes back from the database.
func stored(t time.Time) time.Time { return targets.FromMillis(targets.Millis(t)) }

// saveNotice writes a notice, and gives it its ID when it is new.
func saveNotice(ctx context.Context, tx *sql.Tx, n *Notice) error {
	if n.ID == 0 {
		return tx.QueryRowContext(ctx, `INSERT INTO notices (kind, since, detail, sites) VALUES (?, ?, ?, ?) RETURNING id`,
			n.Kind, targets.Millis(n.Since), n.Detail, n.Sites).Scan(&n.ID)
	}
	_, err := tx.ExecContext(ctx, `UPDATE notices SET until = ?, detail = ?, sites = ? WHERE id = ?`, millis(n.Until), n.Detail, n.Sites, n.ID)
	return err
}

const noticeColumns = `id, kind, since, coalesce(until, 0), detail, sites`

func scanNotice(row interface{ Scan(...any) error }) (n Notice, err error) {
	var since, until int64
	err = row.Scan(&n.ID, &n.Kind, &since, &until, &n.Detail, &n.Sites)
	if errors.Is(err, sql.ErrNoRows) {
		return Notice{}, ErrNotFound
	}
	n.Since, n.Until = targets.FromMillis(since), targets.FromMillis(until)
	return n, err
}

func noticeByID(ctx context.Context, q querier, id int64) (Notice, error) {
	return scanNotice(q.QueryRowContext(ctx, `SELECT `+noticeColumns+` FROM notices WHERE id = ?`, id))
}

// notices returns the notices that the end of a query chooses.
func (d *Desk) notices(ctx context.Context, end string, args ...any) (list []Notice, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT `+noticeColumns+` FROM notices `+end, args...)
	if err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		n, err := scanNotice(rows)
		if err != nil {
			return nil, fmt.Errorf("list notices: %w", err)
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

func (d *Desk) liveNotices(ctx context.Context) ([]Notice, error) {
	list, err := d.notices(ctx, "WHERE until IS NULL")
	slices.SortFunc(list, func(a, b Notice) int { return slices.Index(NoticeKinds, a.Kind) - slices.Index(NoticeKinds, b.Kind) })
	return list, err
}

package notify

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"canhcong/targets"
)

// allContacts returns everybody who has an address of a channel that is configured.
func (d *Desk) allContacts(ctx context.Context, q querier) (all contacts, err error) {
	list, err := queryAddresses(ctx, q, `true`)
	if err != nil {
		return nil, err
	}
	people, err := peopleByID(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		if d.carriers[a.Channel] == nil {
			continue
		}
		if n := len(all); n == 0 || all[n-1].person.ID != a.PersonID {
			all = append(all, contact{person: people[a.PersonID]})
		}
		last := &all[len(all)-1]
		last.addresses = append(last.addresses, a)
	}
	return all, nil
}

// called lists the people whom an alert was queued for that says that something began, got worse, or was not taken on.
func called(ctx context.Context, q querier, a About) ([]int64, error) {
	return queryPeople(ctx, q, `kind IN (?3, ?4, ?5) AND last_error <> ?6`, a, KindOpened, KindWorsened, KindEscalated, noteTaken)
}

// informed lists those who want to hear how it goes on. Whoever was to be told only because nobody had taken it on, and has not been,
// need not know of it any more.
func informed(ctx context.Context, q querier, a About) ([]int64, error) {
	return queryPeople(ctx, q, `(kind IN (?3, ?4) OR kind = ?5 AND last_error <> ?6 AND coalesce(sent_at, claimed_at) IS NOT NULL)`,
		a, KindOpened, KindWorsened, KindEscalated, noteTaken)
}

// queryPeople lists whose alerts about something a condition chooses.
func queryPeople(ctx context.Context, q querier, where string, a About, args ...any) (people []int64, err error) {
	c, err := climbOf(ctx, q, a)
	if err != nil {
		return nil, fmt.Errorf("find out since when people are told: %w", err)
	}
	rows, err := q.QueryContext(ctx, `SELECT DISTINCT person_id FROM alerts WHERE about_kind = ?1 AND about_id = ?2 AND person_id IS NOT NULL
		AND created_at >= ?7 AND `+where, append([]any{a.Kind, a.ID}, append(args, targets.Millis(c.since))...)...)
	if err != nil {
		return nil, fmt.Errorf("list who was told: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("list who was told: %w", err)
		}
		people = append(people, id)
	}
	return people, rows.Err()
}

// waysDown are the channels that nobody can be reached on.
func waysDown(ctx context.Context, q querier) (map[string]bool, error) {
	return waysWith(ctx, q, noticeWay)
}

// waysWith are the channels about which there is a live notice.
func waysWith(ctx context.Context, q querier, trouble NoticeKind) (map[string]bool, error) {
	rows, err := q.QueryContext(ctx, `SELECT kind FROM notices WHERE until IS NULL AND kind LIKE ? || '%'`, trouble)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	down := map[string]bool{}
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			return nil, err
		}
		down[strings.TrimPrefix(kind, string(trouble))] = true
	}
	return down, rows.Err()
}

// queuePersonal writes what people are told at their own addresses: due at the first of each person, and held at the others until
// the one before proves useless.
func queuePersonal(ctx context.Context, tx *sql.Tx, f fact, list []Address, now time.Time) error {
	var before, person int64
	for _, a := range list {
		if a.PersonID != person {
			before, person = 0, a.PersonID
		}
		if a.Channel == f.not {
			continue
		}
		err := tx.QueryRowContext(ctx, `INSERT INTO alerts (about_kind, about_id, verdict_id, kind, channel, recipient, person_id, after_id, dedupe, created_at, not_before, urgent)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 || '/' || ?4 || ?10 || '/' || ?5 || '/' || ?6, ?11, ?13, ?12 AND ?4 <> 'picture')
			ON CONFLICT (dedupe) DO UPDATE SET dedupe = dedupe RETURNING id`,
			f.about.Kind, f.about.ID, orNull(f.verdictID), f.kind, a.Channel, a.Recipient, a.PersonID, orNull(before), f.about.key(), f.degree,
			targets.Millis(now), f.urgent, targets.Millis(now.Add(f.wait))).Scan(&before)
		if err != nil {
			return fmt.Errorf("queue for address %d: %w", a.ID, err)
		}
	}
	return nil
}

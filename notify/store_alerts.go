package notify

import (
	"context"
	"fmt"

	"canhcong/targets"
)

const alertColumns = `id, about_kind, about_id, kind, channel, recipient, coalesce(verdict_id, 0), created_at, not_before, attempts,
	coalesce(claimed_at, 0), coalesce(sent_at, 0), receipt, last_error, coalesce(carried_by, 0),
	coalesce(person_id, 0), coalesce(after_id, 0), coalesce(released_at, 0)`

// alerts returns the alerts that the end of a query chooses.
func (d *Desk) alerts(ctx context.Context, end string, args ...any) ([]Alert, error) {
	list, err := queryAlerts(ctx, d.registry.DB().Read, end, args...)
	if err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	return list, nil
}

func queryAlerts(ctx context.Context, q querier, end string, args ...any) (list []Alert, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+alertColumns+` FROM alerts `+end, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a Alert
		var created, notBefore, claimed, sent, released int64
		if err := rows.Scan(&a.ID, &a.About.Kind, &a.About.ID, &a.Kind, &a.Channel, &a.Recipient, &a.VerdictID, &created, &notBefore,
			&a.Attempts, &claimed, &sent, &a.Receipt, &a.LastError, &a.CarriedBy, &a.PersonID, &a.AfterID, &released); err != nil {
			return nil, err
		}
		a.CreatedAt, a.NotBefore = targets.FromMillis(created), targets.FromMillis(notBefore)
		a.ClaimedAt, a.SentAt = targets.FromMillis(claimed), targets.FromMillis(sent)
		a.ReleasedAt = targets.FromMillis(released)
		list = append(list, a)
	}
	return list, rows.Err()
}

func (d *Desk) outbox(ctx context.Context) (OutboxState, error) {
	s := OutboxState{Configured: d.configured}
	for _, c := range d.channels {
		s.Channels = append(s.Channels, c.Name)
	}
	var oldest int64
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT count(*), coalesce(min(coalesce(released_at, created_at)), 0), coalesce((SELECT last_error
		FROM alerts WHERE sent_at IS NULL AND last_error <> '' ORDER BY not_before DESC LIMIT 1), '')
		FROM alerts WHERE sent_at IS NULL AND `+free).Scan(&s.Pending, &oldest, &s.LastError)
	if err != nil {
		return OutboxState{}, fmt.Errorf("read the outbox: %w", err)
	}
	s.OldestPending = targets.FromMillis(oldest)
	if !s.Configured {
		people, err := d.allContacts(ctx, d.registry.DB().Read)
		if err != nil {
			return OutboxState{}, fmt.Errorf("find out who can be reached: %w", err)
		}
		s.Configured = len(people) > 0
	}
	return s, nil
}

// resting says whether nothing waits and nothing is going on, which is how it nearly always is: one question in place of many.
func (d *Desk) resting(ctx context.Context) bool {
	var busy bool
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM alerts WHERE sent_at IS NULL)
		OR EXISTS (SELECT 1 FROM incidents WHERE state IN ('suspected', 'open', 'acknowledged'))
		OR EXISTS (SELECT 1 FROM incident_groups WHERE state <> 'closed')
		OR EXISTS (SELECT 1 FROM notices WHERE until IS NULL)`).Scan(&busy)
	return err == nil && !busy
}

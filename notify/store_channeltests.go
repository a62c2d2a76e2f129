package notify

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"canhcong/targets"
)

// keepChannelTest writes down how a test went; if it arrived at somebody's address, that is proven.
func (d *Desk) keepChannelTest(ctx context.Context, t ChannelTest) error {
	err := d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO channel_tests (channel, recipient, at, problem) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET at = excluded.at, problem = excluded.problem`, t.Channel, t.Recipient, targets.Millis(t.At), t.Problem)
		if err != nil || t.Problem != "" {
			return err
		}
		return proveAddress(ctx, tx, lane{t.Channel, t.Recipient}, t.At)
	})
	if err != nil {
		return fmt.Errorf("write down how the test of %s went: %w", t.Channel, err)
	}
	return nil
}

func (d *Desk) channelTests(ctx context.Context) (list []ChannelTest, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT channel, recipient, at, problem FROM channel_tests ORDER BY channel, recipient`)
	if err != nil {
		return nil, fmt.Errorf("read the tests of channels: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var t ChannelTest
		var at int64
		if err := rows.Scan(&t.Channel, &t.Recipient, &at, &t.Problem); err != nil {
			return nil, fmt.Errorf("read the tests of channels: %w", err)
		}
		t.At = targets.FromMillis(at)
		list = append(list, t)
	}
	return list, rows.Err()
}

// provenLanes returns when a message last arrived in each lane: an alert, or a test by hand.
func (d *Desk) provenLanes(ctx context.Context) (map[lane]time.Time, error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT channel, recipient, max(at) FROM (
		SELECT channel, recipient, sent_at AS at FROM alerts WHERE sent_at IS NOT NULL AND carried_by IS NULL AND last_error = ''
		UNION ALL SELECT channel, recipient, at FROM channel_tests WHERE problem = '') GROUP BY channel, recipient`)
	if err != nil {
		return nil, fmt.Errorf("see where messages arrived: %w", err)
	}
	defer rows.Close()
	proven := map[lane]time.Time{}
	for rows.Next() {
		var l lane
		var at int64
		if err := rows.Scan(&l.channel, &l.recipient, &at); err != nil {
			return nil, fmt.Errorf("see where messages arrived: %w", err)
		}
		proven[l] = targets.FromMillis(at)
	}
	return proven, rows.Err()
}

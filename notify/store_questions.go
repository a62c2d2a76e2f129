package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"canhcong/targets"
)

func (d *Desk) keepQuestion(ctx context.Context, q question) (id int64, err error) {
	err = d.registry.DB().Write.QueryRowContext(ctx, `INSERT INTO questions (incident_id, person_id, finding, channel, asked_at) VALUES (?, ?, ?, ?, ?) RETURNING id`,
		q.IncidentID, q.PersonID, q.Finding, q.Channel, targets.Millis(q.AskedAt)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("keep a question: %w", err)
	}
	return id, nil
}

func (d *Desk) placeQuestion(ctx context.Context, id int64, chat, message string) error {
	_, err := d.registry.DB().Write.ExecContext(ctx, `UPDATE questions SET chat = ?, message = ? WHERE id = ?`, chat, message, id)
	if err != nil {
		return fmt.Errorf("keep where a question stands: %w", err)
	}
	return nil
}

// questionAt returns the question that a message asks.
func (d *Desk) questionAt(ctx context.Context, channel, chat, message string) (question, error) {
	q := question{Channel: channel}
	var asked int64
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT id, incident_id, person_id, finding, asked_at FROM questions
		WHERE channel = ? AND chat = ? AND message = ? AND message <> '' ORDER BY id DESC LIMIT 1`, channel, chat, message).
		Scan(&q.ID, &q.IncidentID, &q.PersonID, &q.Finding, &asked)
	if errors.Is(err, sql.ErrNoRows) {
		return q, ErrNotFound
	}
	if err != nil {
		return q, fmt.Errorf("look for a question: %w", err)
	}
	q.AskedAt = targets.FromMillis(asked)
	return q, nil
}

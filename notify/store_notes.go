package notify

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"canhcong/targets"
)

// noteText is the words of a note in one language, as they are stored.
type noteText struct{ Title, Body string }

// keepNote writes a note and queues it, in one transaction; false when it was said already.
func (d *Desk) keepNote(ctx context.Context, n Note) (said bool, err error) {
	texts := map[targets.Language]noteText{}
	for lang, m := range n.Words {
		texts[lang] = noteText{m.Title, m.Body}
	}
	words, err := json.Marshal(texts)
	if err != nil {
		return false, err
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE notes SET day = day || ', too early ' || id WHERE kind = ? AND day = ? AND at > ?`,
			n.Kind, n.Day, targets.Millis(n.At)); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `INSERT INTO notes (kind, day, at, words) VALUES (?, ?, ?, ?) ON CONFLICT (kind, day) DO NOTHING RETURNING id`,
			n.Kind, n.Day, targets.Millis(n.At), string(words)).Scan(&n.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		said = true
		return d.queueFact(ctx, tx, fact{about: n.about(), kind: KindNoted}, n.At)
	})
	return said, err
}

func scanNote(row interface{ Scan(...any) error }) (n Note, err error) {
	var at int64
	var words string
	err = row.Scan(&n.ID, &n.Kind, &n.Day, &at, &words)
	if errors.Is(err, sql.ErrNoRows) {
		return Note{}, ErrNotFound
	}
	if err != nil {
		return Note{}, err
	}
	texts := map[targets.Language]noteText{}
	if err := json.Unmarshal([]byte(words), &texts); err != nil {
		return Note{}, fmt.Errorf("read the words of note %d: %w", n.ID, err)
	}
	n.At, n.Words = targets.FromMillis(at), map[targets.Language]Message{}
	for lang, text := range texts {
		n.Words[lang] = Message{Title: text.Title, Body: text.Body}
	}
	return n, nil
}

const noteColumns = `SELECT id, kind, day, at, words FROM notes`

func noteByID(ctx context.Context, q querier, id int64) (Note, error) {
	return scanNote(q.QueryRowContext(ctx, noteColumns+` WHERE id = ?`, id))
}

func (d *Desk) notes(ctx context.Context, limit int) (list []Note, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, noteColumns+` ORDER BY id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("list notes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		n, err := scanNote(rows)
		if err != nil {
			return nil, fmt.Errorf("list notes: %w", err)
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

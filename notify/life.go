package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// Life is one run of the program, from its start until it is told to stop.
type Life struct {
	desk *Desk
	id   int64
}

// Begin writes down that a run has begun. When the one before it was never ended, people are told so in one quiet line, at
// most once an hour: since when nothing was watched, and, from when the machine was started (booted), whether all of it had
// stopped.
func (d *Desk) Begin(ctx context.Context, booted time.Time) (*Life, error) {
	now := time.Now()
	id, seen, err := d.beginLife(ctx, now)
	if err != nil {
		return nil, fmt.Errorf("begin to watch: %w", err)
	}
	l := &Life{desk: d, id: id}
	if seen.IsZero() {
		return l, nil
	}
	sites, err := d.registry.Sites(ctx)
	if err != nil {
		return nil, fmt.Errorf("begin to watch: %w", err)
	}
	hour := now.In(targets.Vietnam).Format("2006-01-02 15h")
	return l, d.Note(ctx, NoteRestart, hour, func(lang targets.Language) Message {
		return restarted(speech{lang}, now, seen, len(sites), booted.After(seen))
	})
}

// beatNow takes note that the outbox has gone round.
func (d *Desk) beatNow() {
	now := time.Now()
	d.beat.Store(&now)
}

// Idle is how long the outbox has not gone round, which it does every few seconds; 0 before Run. It asks nobody, so that it
// answers while the database hangs.
func (d *Desk) Idle() time.Duration {
	if at := d.beat.Load(); at != nil {
		return time.Since(*at)
	}
	return 0
}

// Beat writes down that the run goes on, which proves that the database can be written.
func (l *Life) Beat(ctx context.Context) error {
	if err := l.desk.seeLife(ctx, l.id, time.Now()); err != nil {
		return fmt.Errorf("write down that the program runs: %w", err)
	}
	return nil
}

// End writes down that the run was told to stop.
func (l *Life) End(ctx context.Context) error {
	if err := l.desk.endLife(ctx, l.id, time.Now()); err != nil {
		return fmt.Errorf("write down that the program stops: %w", err)
	}
	return nil
}

package notify

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// unanswered lists the incidents that nobody has taken on.
func (d *Desk) unanswered(ctx context.Context) (list []unanswered, err error) {
	q := d.registry.DB().Read
	open, err := queryIncidents(ctx, q, `WHERE state = ? ORDER BY id`, Open)
	for _, i := range open {
		if len(d.ladders[i.Severity]) == 0 {
			continue
		}
		c, err := climbOf(ctx, q, i.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, unanswered{i, c})
	}
	return list, err
}

// begun is when people were told that an incident began, the last time that it did.
const begun = `(SELECT max(at) FROM incident_events WHERE incident_id = ?1 AND kind IN ('opened', 'unseen', 'raised', 'recurred', 'stillthere', 'practised'))`

// climbOf is how far an incident has come.
func climbOf(ctx context.Context, q querier, incidentID int64) (c climb, err error) {
	var since int64
	err = q.QueryRowContext(ctx, `SELECT b.since, (SELECT coalesce(max(step), 0) FROM escalations e WHERE e.incident_id = ?1 AND e.since = b.since)
		FROM (SELECT coalesce(`+begun+`, 0) since) b`, incidentID).Scan(&since, &c.steps)
	c.since = targets.FromMillis(since)
	return c, err
}

// climbStep tells the people of one step, if nobody has taken the incident on in the meantime, and returns who they are.
func (d *Desk) climbStep(ctx context.Context, id int64, step int, now time.Time) (names []string, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		names = nil
		i, err := incidentByID(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := climbOf(ctx, tx, id)
		if err != nil || c.steps >= step || !i.waiting() {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO escalations (incident_id, since, step, at) VALUES (?, ?, ?, ?)`,
			id, targets.Millis(c.since), step, targets.Millis(now)); err != nil {
			return err
		}
		names, err = d.queueStep(ctx, tx, i, c.since, step, now)
		return err
	})
	return names, err
}

// queueStep queues what the people of a step are told, and writes it into the timeline. The last step is for everybody, and for
// the channels that people share.
func (d *Desk) queueStep(ctx context.Context, tx *sql.Tx, i Incident, since time.Time, step int, now time.Time) (names []string, err error) {
	f := fact{about: i.about(), kind: KindEscalated, degree: fmt.Sprintf(":%d:%d", since.Unix(), step), verdictID: i.WorstVerdictID, urgent: true}
	told, err := called(ctx, tx, f.about)
	if err != nil {
		return nil, err
	}
	r, err := d.roll(ctx, tx, now)
	if err != nil {
		return nil, err
	}
	people := r.next(told)
	if d.ladders[i.Severity].last(step) {
		people = r.everybody()
		err = d.queueShared(ctx, tx, f, now)
	}
	if err == nil {
		err = queuePersonal(ctx, tx, f, r.all.of(people), now)
	}
	if err == nil && i.Concern == baseline.ConcernContent {
		picture := fact{about: f.about, kind: KindPicture, verdictID: f.verdictID}
		err = queuePersonal(ctx, tx, picture, r.all.of(without(people, told)), now)
	}
	names = r.all.names(people)
	if err != nil || len(names) == 0 && !d.ladders[i.Severity].last(step) {
		return names, err
	}
	return names, writeEvent(ctx, tx, Event{IncidentID: i.ID, At: now, Kind: ReasonEscalated, Actor: Machine, Detail: strings.Join(names, ", ")})
}

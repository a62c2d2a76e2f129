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

// untaken chooses the incidents that are by themselves and in a state, of those that people were told of.
const untaken = `WHERE state IN ('open', 'acknowledged') AND state = ? AND hushed_until IS NULL
	AND NOT EXISTS (SELECT 1 FROM incident_groups g WHERE g.id = group_id AND g.bond NOT IN ('domain', 'text')) ORDER BY +id`

// unanswered lists what nobody has taken on: groups, and incidents that are not left to one.
func (d *Desk) unanswered(ctx context.Context) (list []unanswered, err error) {
	q := d.registry.DB().Read
	incidents, err := queryIncidents(ctx, q, untaken, Open)
	if err != nil {
		return nil, err
	}
	groups, err := queryGroups(ctx, q, `WHERE state <> 'closed' AND state = ? ORDER BY id`, Open)
	var all []burden
	for _, i := range incidents {
		all = append(all, i)
	}
	for _, g := range groups {
		all = append(all, g)
	}
	for _, b := range all {
		if len(d.ladders[b.waiting()]) == 0 {
			continue
		}
		c, err := climbOf(ctx, q, b.about())
		if err != nil {
			return nil, err
		}
		list = append(list, unanswered{b, c})
	}
	return list, err
}

// incidentBegun is when people were told that an incident i began, the last time that it did.
const incidentBegun = `coalesce((SELECT at FROM incident_events WHERE incident_id = i.id AND kind IN ('opened', 'recurred', 'stillthere')
	ORDER BY id DESC LIMIT 1), opened_at)`

// climbOf is how far something has come since people were told that it began, the last time that it did.
func climbOf(ctx context.Context, q querier, a About) (c climb, err error) {
	begun := map[AboutKind]string{
		AboutIncident: `SELECT ` + incidentBegun + ` FROM incidents i WHERE id = ?1`,
		AboutGroup:    `SELECT opened_at FROM incident_groups WHERE id = ?1`,
	}[a.Kind]
	if begun == "" {
		return c, nil // it began once
	}
	var since, from int64
	err = q.QueryRowContext(ctx, `SELECT b.since, coalesce(max(e.step), 0), coalesce(min(CASE e.step WHEN 0 THEN e.at END), b.since)
		FROM (SELECT coalesce((`+begun+`), 0) since) b LEFT JOIN escalations e ON e.about_kind = ?2 AND e.about_id = ?1 AND e.since = b.since`,
		a.ID, a.Kind).Scan(&since, &c.steps, &from)
	c.since, c.from = targets.FromMillis(since), targets.FromMillis(from)
	return c, err
}

// climbStep tells the people of one step, if nobody has taken it on in the meantime, and returns who they are.
func (d *Desk) climbStep(ctx context.Context, a About, step int, now time.Time) (names []string, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		names = nil
		s, err := subjectOf(ctx, tx, a)
		if err != nil {
			return err
		}
		c, err := climbOf(ctx, tx, a)
		b, ok := s.(burden)
		if err != nil || !ok || b.waiting() == "" || c.steps >= step {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO escalations (about_kind, about_id, since, step, at) VALUES (?, ?, ?, ?, ?)`,
			a.Kind, a.ID, targets.Millis(c.since), step, targets.Millis(now)); err != nil {
			return err
		}
		names, err = d.queueStep(ctx, tx, b, c.since, step, now)
		return err
	})
	return names, err
}

// queueStep queues what the people of a step are told, and writes it into the timelines. The last step is for
// everybody, and for the channels that people share.
func (d *Desk) queueStep(ctx context.Context, tx *sql.Tx, b burden, since time.Time, step int, now time.Time) (names []string, err error) {
	f := fact{about: b.about(), kind: KindEscalated, degree: fmt.Sprintf(":%d:%d", since.Unix(), step), urgent: true}
	i, _ := b.(Incident)
	f.verdictID = i.WorstVerdictID
	told, err := called(ctx, tx, f.about)
	if err != nil {
		return nil, err
	}
	r, err := d.roll(ctx, tx, now)
	if err != nil {
		return nil, err
	}
	people, last := r.next(told), d.ladders[b.waiting()].last(step)
	if last {
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
	if err != nil || len(names) == 0 && !last {
		return names, err
	}
	return names, writeStep(ctx, tx, b, strings.Join(names, ", "), now)
}

// writeStep writes into the timeline of an incident who was told that nobody has taken it on; of a group, into those of all its
// members that wait for that.
func writeStep(ctx context.Context, tx *sql.Tx, b burden, told string, now time.Time) error {
	g, many := b.(Group)
	if !many {
		return writeEvent(ctx, tx, Event{IncidentID: b.about().ID, At: now, Kind: ReasonEscalated, Actor: Machine, Detail: told})
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO incident_events (incident_id, at, kind, actor, detail)
		SELECT id, ?, ?, ?, ? FROM incidents WHERE group_id = ? AND state = ? ORDER BY id`,
		targets.Millis(now), ReasonEscalated, Machine, strings.TrimSuffix(g.Number+": "+told, ": "), g.ID, Open)
	if err != nil {
		return fmt.Errorf("write the timelines of %s: %w", g.Number, err)
	}
	return nil
}

package notify

import (
	"context"
	"fmt"

	"canhcong/targets"
)

// met is which incidents may have an episode in a span: those that are not over, or were not when it began.
const met = `drill = 0 AND number IS NOT NULL AND (closed_at IS NULL OR closed_at >= ?1)`

// episodesBetween returns the episodes of real incidents that began before the end of a span and were not over when it began.
func (d *Desk) episodesBetween(ctx context.Context, s Span) (list []Episode, err error) {
	incidents, err := queryIncidents(ctx, d.registry.DB().Read, `WHERE `+met+` ORDER BY id`, targets.Millis(s.From))
	if err != nil {
		return nil, fmt.Errorf("list the incidents of a span: %w", err)
	}
	timelines, err := d.timelines(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, i := range incidents {
		for _, e := range episodes(i, timelines[i.ID]) {
			if e.OpenedAt.Before(s.Until) && (e.EndedAt.IsZero() || !e.EndedAt.Before(s.From)) {
				list = append(list, e)
			}
		}
	}
	return list, nil
}

// timelines reads what happened to those incidents, by incident, oldest first.
func (d *Desk) timelines(ctx context.Context, s Span) (map[int64][]Event, error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT id, incident_id, at, kind, actor FROM incident_events
		WHERE incident_id IN (SELECT id FROM incidents WHERE `+met+`) AND at < ?2 ORDER BY incident_id, id`, targets.Millis(s.From), targets.Millis(s.Until))
	if err != nil {
		return nil, fmt.Errorf("read the timelines of a span: %w", err)
	}
	defer rows.Close()
	all := map[int64][]Event{}
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&e.ID, &e.IncidentID, &at, &e.Kind, &e.Actor); err != nil {
			return nil, fmt.Errorf("read the timelines of a span: %w", err)
		}
		e.At = targets.FromMillis(at)
		all[e.IncidentID] = append(all[e.IncidentID], e)
	}
	return all, rows.Err()
}

// countTold counts the messages that were delivered in a span: of incidents of the portals that count, and, where all do, of
// everything else but tests, daily notes and swaps of shifts. Pictures belong to the message before them.
func (d *Desk) countTold(ctx context.Context, covered map[int64]targets.Site, all bool, s Span, f *Figures) error {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT coalesce(i.site_id, 0), count(*), count(DISTINCT a.about_kind || a.about_id || a.kind)
		FROM alerts a LEFT JOIN incidents i ON a.about_kind = ?3 AND i.id = a.about_id
		WHERE a.sent_at >= ?1 AND a.sent_at < ?2 AND a.kind NOT IN (?4, ?5, ?6, ?13) AND a.carried_by IS NULL AND coalesce(i.drill, 0) = 0
			AND a.last_error NOT IN (?7, ?8, ?9, ?10, ?11, ?12)
		GROUP BY coalesce(i.site_id, 0)`, targets.Millis(s.From), targets.Millis(s.Until), AboutIncident, KindPicture, KindNoted, KindTest,
		noteMoved, noteSpared, noteTaken, noteRemoved, noteGrouped, noteUndeliverable, KindSwapped)
	if err != nil {
		return fmt.Errorf("count what was told: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var siteID int64
		var messages, facts int
		if err := rows.Scan(&siteID, &messages, &facts); err != nil {
			return fmt.Errorf("count what was told: %w", err)
		}
		if _, ok := covered[siteID]; ok || all && siteID == 0 {
			f.Messages, f.Facts = f.Messages+messages, f.Facts+facts
		}
	}
	return rows.Err()
}

// countHandovers counts what shifts told the next.
func (d *Desk) countHandovers(ctx context.Context, s Span, f *Figures) error {
	err := d.registry.DB().Read.QueryRowContext(ctx, `SELECT count(*) FROM handovers WHERE at >= ? AND at < ?`,
		targets.Millis(s.From), targets.Millis(s.Until)).Scan(&f.HandoverNotes)
	if err != nil {
		return fmt.Errorf("count the handovers: %w", err)
	}
	return nil
}

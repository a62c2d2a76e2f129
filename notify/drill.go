package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// ErrNeverLooked is returned (wrapped) by Drill for a site that has not been looked at: there is nothing to show.
var ErrNeverLooked = errors.New("the site has never been looked at")

// longestDrill is how long a drill lasts that nobody ends.
const longestDrill = 4 * time.Hour

// practise returns the incident of a drill (diễn tập): it is told, escalated and handled as a real one is, but no look moves it, it
// counts nowhere, and its number is of a series of its own. Its picture is that of the newest verdict of the site.
func practise(site targets.Site, c baseline.Concern, verdictID int64, now time.Time) (Incident, Reason) {
	severity := Major
	if c == baseline.ConcernContent {
		severity = Critical
	}
	return Incident{
		Site: site, Concern: c, Drill: true, State: Open, Severity: severity, SuspectedAt: now, AgreedAt: now, OpenedAt: now,
		FirstVerdictID: verdictID, LastVerdictID: verdictID, WorstVerdictID: verdictID,
	}, ReasonPractised
}

// Drill opens a drill at a site: a defacement (baseline.ConcernContent) or an outage (baseline.ConcernAvailability). A drill of the
// kind that goes on there already is returned as it is. The error wraps targets.ErrNotFound and ErrNeverLooked.
func (d *Desk) Drill(ctx context.Context, siteID int64, c baseline.Concern, actor string) (Incident, error) {
	site, err := d.registry.Site(ctx, siteID)
	if err != nil {
		return Incident{}, fmt.Errorf("begin a drill: %w", err)
	}
	states, err := d.judge.States(ctx)
	if err != nil {
		return Incident{}, fmt.Errorf("begin a drill: %w", err)
	}
	newest := int64(0)
	for _, id := range states[siteID].VerdictIDs {
		newest = max(newest, id)
	}
	if newest == 0 {
		return Incident{}, fmt.Errorf("begin a drill at %s: %w", site.URL, ErrNeverLooked)
	}
	m, err := d.decideOn(ctx, func(i Incident) move {
		if i.ID != 0 {
			return move{before: i, after: i, reason: ReasonQuiet}
		}
		after, reason := practise(site, c, newest, time.Now())
		return move{before: i, after: after, reason: reason, actor: actor}
	}, func(tx *sql.Tx) (Incident, error) {
		list, err := queryIncidents(ctx, tx, `WHERE site_id = ? AND concern = ? AND drill = 1 AND state IN ('open', 'acknowledged')`, siteID, c)
		if err != nil || len(list) == 0 {
			return Incident{}, err
		}
		return list[0], nil
	})
	if err != nil {
		return Incident{}, fmt.Errorf("begin a drill at %s: %w", site.URL, err)
	}
	d.announce(m)
	return m.after, nil
}

// endDrills ends the drills that nobody has ended in time.
func (d *Desk) endDrills(ctx context.Context, now time.Time) error {
	list, err := queryIncidents(ctx, d.registry.DB().Read, `WHERE drill = 1 AND state IN ('open', 'acknowledged') AND opened_at <= ?`,
		targets.Millis(now.Add(-longestDrill)))
	if err != nil {
		return fmt.Errorf("list the drills that go on: %w", err)
	}
	for _, i := range list {
		if _, err := d.handle(ctx, "end the drill", i.ID, Machine, "", func(i Incident, now time.Time) (Incident, Reason) {
			return i.end(Practised, ReasonPracticeOver, now)
		}); err != nil {
			return err
		}
	}
	return nil
}

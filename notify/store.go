package notify

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// querier is a transaction or a pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// concerns in the order their incidents are moved.
var concerns = []baseline.Concern{baseline.ConcernAvailability, baseline.ConcernContent, baseline.ConcernCertificate, baseline.ConcernQuality}

// idle says whether a verdict moves nothing: its site has no live incident and every concern is fine. Most looks end
// here, without writing.
func (d *Desk) idle(ctx context.Context, v baseline.Verdict) (bool, error) {
	for _, c := range concerns {
		if severityOf(c, v) != "" {
			return false, nil
		}
	}
	live, echoing, err := followed(ctx, d.registry.DB().Read, v.Observation.Site.ID)
	if err != nil {
		return false, fmt.Errorf("read the live incidents of %s: %w", v.Observation.Site.URL, err)
	}
	return len(live)+len(echoing) == 0, nil
}

// move moves the incident of every concern, all in one transaction: either the whole look is told or none of it.
func (d *Desk) move(ctx context.Context, v baseline.Verdict, steadiness flap) (moves []move, err error) {
	around, err := d.around(ctx, v)
	if err != nil {
		return nil, err
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		moves = nil
		now := time.Now() // while it waited for its turn, what it would have been told with may have been sent
		live, echoing, err := followed(ctx, tx, v.Observation.Site.ID)
		if err != nil {
			return err
		}
		if moves, err = d.adopt(ctx, tx, v, live, now); err != nil {
			return err
		}
		for _, c := range concerns {
			m := move{before: Incident{Concern: c}, actor: Machine, detail: v.State(c), bonds: around.bondsOf(c, v), bondSites: around.sites}
			if i, ok := live[c]; ok {
				m.before = i
			} else if quiet, err := d.echo(ctx, tx, echoing[c], v, now); err != nil {
				return err
			} else if quiet {
				continue
			}
			m.before.Site = v.Observation.Site
			m.after, m.reason = m.before.follow(v, steadiness, now)
			if err := d.record(ctx, tx, &m, now); err != nil {
				return err
			}
			moves = append(moves, m)
			if m.reason != ReasonExpired {
				continue
			}
			m.before = Incident{Concern: c, Site: v.Observation.Site} // the look may be the first of another one
			m.after, m.reason = m.before.Next(v, now)
			if err := d.record(ctx, tx, &m, now); err != nil {
				return err
			}
			moves = append(moves, m)
		}
		return nil
	})
	if err == nil {
		d.emergency.forget(v.Observation.Site.ID)
	}
	return moves, err
}

// adopt writes what people were told of a site while nothing could be written: that it began, and, where that was told too,
// that it is over. What is not over goes on as the live incident of its concern; what was suspected before opens.
func (d *Desk) adopt(ctx context.Context, tx *sql.Tx, v baseline.Verdict, live map[baseline.Concern]Incident, now time.Time) (moves []move, err error) {
	for _, i := range d.emergency.told(v.Observation.Site.ID) {
		before := live[i.Concern]
		if before.Told() || i.ID != 0 && i.ID != before.ID {
			continue
		}
		before.Site, before.Concern = i.Site, i.Concern
		i.ID, i.FirstVerdictID, i.LastVerdictID, i.WorstVerdictID = before.ID, cmp.Or(before.FirstVerdictID, v.ID), v.ID, v.ID
		over := i
		i.State, i.ClosedAt, i.CloseReason = Open, time.Time{}, ""
		m := move{before: before, after: i, reason: ReasonOpened, actor: Machine}
		if err := d.record(ctx, tx, &m, now); err != nil {
			return nil, err
		}
		moves, live[i.Concern] = append(moves, m), m.after
		if over.State != Closed {
			continue
		}
		over.ID, over.Number = m.after.ID, m.after.Number
		m = move{before: m.after, after: over, reason: ReasonRecovered, actor: Machine}
		if err := d.record(ctx, tx, &m, now); err != nil {
			return nil, err
		}
		moves = append(moves, m)
		delete(live, i.Concern)
	}
	return moves, nil
}

// decide moves one incident as a person decides.
func (d *Desk) decide(ctx context.Context, id int64, decision func(Incident) move) (move, error) {
	return d.decideOn(ctx, decision, func(tx *sql.Tx) (Incident, error) { return incidentByID(ctx, tx, id) })
}

// decideContent moves the content incident of a site as a person decides; a site without a live one has a zero State.
func (d *Desk) decideContent(ctx context.Context, site targets.Site, decision func(Incident) move) (move, error) {
	return d.decideOn(ctx, decision, func(tx *sql.Tx) (Incident, error) {
		live, _, err := followed(ctx, tx, site.ID)
		i, ok := live[baseline.ConcernContent]
		if !ok {
			i = Incident{Site: site, Concern: baseline.ConcernContent}
		}
		return i, err
	})
}

func (d *Desk) decideOn(ctx context.Context, decision func(Incident) move, find func(*sql.Tx) (Incident, error)) (m move, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		i, err := find(tx)
		if err != nil {
			return err
		}
		m = decision(i)
		return d.record(ctx, tx, &m, time.Now())
	})
	if err != nil {
		return move{}, err
	}
	m.after.Site, err = d.registry.PastSite(ctx, m.after.Site.ID)
	return m, err
}

// retire ends every live incident of a site.
func (d *Desk) retire(ctx context.Context, siteID int64, actor string) (moves []move, err error) {
	site, err := d.registry.PastSite(ctx, siteID)
	if err != nil {
		return nil, err
	}
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		moves = nil
		now := time.Now()
		live, err := queryIncidents(ctx, tx, `WHERE site_id = ? AND state IN ('suspected', 'open', 'acknowledged')`, siteID)
		for _, i := range live {
			i.Site = site
			m := move{before: i, actor: actor}
			m.after, m.reason = i.Retire(now)
			if err := d.record(ctx, tx, &m, now); err != nil {
				return err
			}
			moves = append(moves, m)
		}
		return err
	})
	return moves, err
}

// retireAll ends the live incidents of sites that are not watched any more, which a crash kept from ending in time.
func (d *Desk) retireAll(ctx context.Context, _ time.Time) error {
	live, err := queryIncidents(ctx, d.registry.DB().Read, `WHERE state IN ('suspected', 'open', 'acknowledged')`)
	if err != nil {
		return fmt.Errorf("list what is live: %w", err)
	}
	for _, i := range live {
		if _, err := d.registry.Site(ctx, i.Site.ID); errors.Is(err, targets.ErrNotFound) {
			err = d.Retire(ctx, i.Site.ID, Machine)
			if err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// record writes what moved: the incident, the event in its timeline, and the alerts that follow.
func (d *Desk) record(ctx context.Context, tx *sql.Tx, m *move, now time.Time) error {
	if !m.reason.moves() {
		return nil
	}
	if err := d.recur(ctx, tx, m, now); err != nil {
		return err
	}
	if err := d.hush(ctx, tx, m, now); err != nil {
		return err
	}
	if err := saveIncident(ctx, tx, &m.after); err != nil {
		return err
	}
	if err := m.gather(ctx, tx, now); err != nil || !m.reason.notable() {
		return err
	}
	if err := writeEvent(ctx, tx, Event{IncidentID: m.after.ID, At: now, Kind: m.reason, Actor: m.actor, Detail: m.detail}); err != nil {
		return err
	}
	if !m.before.Told() && m.after.quiet(KindOpened) {
		if err := writeEvent(ctx, tx, Event{IncidentID: m.after.ID, At: now, Kind: m.after.hushReason(), Actor: Machine}); err != nil {
			return err
		}
	}
	if err := d.queue(ctx, tx, *m, now); err != nil {
		return err
	}
	return d.queueNews(ctx, tx, *m, now)
}

// writeEvent writes an entry of a timeline.
func writeEvent(ctx context.Context, tx *sql.Tx, e Event) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO incident_events (incident_id, at, kind, actor, detail) VALUES (?, ?, ?, ?, ?)`,
		e.IncidentID, targets.Millis(e.At), e.Kind, e.Actor, e.Detail)
	if err != nil {
		return fmt.Errorf("write the timeline of incident %d: %w", e.IncidentID, err)
	}
	return nil
}

// nextNumber returns the number of the next incident, or drill, of the year. Incidents are never deleted, so none is given twice.
func nextNumber(ctx context.Context, tx *sql.Tx, i Incident) (string, error) {
	prefix := "SC-"
	if i.Drill {
		prefix = "DT-"
	}
	prefix += i.OpenedAt.In(targets.Vietnam).Format("2006-")
	var last int
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(CAST(substr(number, ?) AS INTEGER)), 0) FROM incidents
		WHERE number LIKE ? || '%'`, len(prefix)+1, prefix).Scan(&last)
	if err != nil {
		return "", fmt.Errorf("number an incident: %w", err)
	}
	return fmt.Sprintf("%s%04d", prefix, last+1), nil
}

// millis returns an instant as it is stored, NULL for the zero time.
func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: targets.Millis(t), Valid: !t.IsZero()}
}

func (d *Desk) incident(ctx context.Context, id int64) (Incident, error) {
	i, err := incidentByID(ctx, d.registry.DB().Read, id)
	if err == nil {
		i.Site, err = d.registry.PastSite(ctx, i.Site.ID)
	}
	if err != nil {
		return Incident{}, fmt.Errorf("read incident %d: %w", id, err)
	}
	return i, nil
}

func (d *Desk) incidents(ctx context.Context, f Filter) ([]Incident, error) {
	narrow := "" // so that an index is of use
	switch {
	case f.Quiet:
	case f.Live:
		narrow = `state IN ('open', 'acknowledged') AND `
	default:
		narrow = `state NOT IN ('suspected', 'dropped') AND `
	}
	if f.SiteID != 0 {
		narrow += `site_id = ?1 AND `
	}
	list, err := queryIncidents(ctx, d.registry.DB().Read, `WHERE `+narrow+`(?1 = 0 OR site_id = ?1)
		AND (NOT ?2 OR state IN ('open', 'acknowledged') OR ?3 AND state = 'suspected')
		AND (?3 OR state NOT IN ('suspected', 'dropped')) AND (?4 OR drill = 0) ORDER BY coalesce(opened_at, suspected_at) DESC, id DESC LIMIT ?5`,
		f.SiteID, f.Live, f.Quiet, f.Drills, f.limit())
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	sites := map[int64]targets.Site{}
	for n, i := range list {
		s, ok := sites[i.Site.ID]
		if !ok {
			if s, err = d.registry.PastSite(ctx, i.Site.ID); err != nil {
				return nil, fmt.Errorf("list incidents: %w", err)
			}
			sites[s.ID] = s
		}
		list[n].Site = s
	}
	return list, nil
}

func (d *Desk) timeline(ctx context.Context, incidentID int64) (events []Event, err error) {
	rows, err := d.registry.DB().Read.QueryContext(ctx, `SELECT id, incident_id, at, kind, actor, detail
		FROM incident_events WHERE incident_id = ? ORDER BY id`, incidentID)
	if err != nil {
		return nil, fmt.Errorf("read the timeline of incident %d: %w", incidentID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var e Event
		var at int64
		if err := rows.Scan(&e.ID, &e.IncidentID, &at, &e.Kind, &e.Actor, &e.Detail); err != nil {
			return nil, fmt.Errorf("read the timeline of incident %d: %w", incidentID, err)
		}
		e.At = targets.FromMillis(at)
		events = append(events, e)
	}
	return events, rows.Err()
}

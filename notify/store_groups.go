package notify

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// gather keeps what the incident of a move has in common with others, and finds its group: that it opens into, that it makes
// with others, or that it leaves. It decides whether the alerts of the move wait, or are left to the group.
func (m *move) gather(ctx context.Context, tx *sql.Tx, now time.Time) (err error) {
	opened, ended := !m.before.Told() && m.after.Told(), m.before.Live() && !m.after.Live()
	if err = keepBonds(ctx, tx, *m, ended); err != nil {
		return err
	}
	var g Group
	switch {
	case ended && m.after.GroupID != 0:
		g, err = leave(ctx, tx, m, now)
	case !m.after.HushedUntil.IsZero():
		// People have said beforehand that they know.
	case opened, m.after.GroupID == 0 && m.after.Told() && (m.reason == ReasonWorsened || m.reason == ReasonConfirmed):
		g, err = join(ctx, tx, m, now)
	case m.after.GroupID != 0 && len(m.tells()) > 0:
		g, err = groupByID(ctx, tx, m.after.GroupID)
	}
	m.absorbed = g.Live() && g.Absorbs()
	return err
}

// keepBonds writes down what an incident has in common with others, while that can explain others.
func keepBonds(ctx context.Context, tx *sql.Tx, m move, ended bool) error {
	if ended && (m.after.Concern != baseline.ConcernContent || m.after.State == Dropped) {
		return forgetBonds(ctx, tx, m.after.ID)
	}
	if ended || m.after.State == m.before.State && m.reason != ReasonWorsened && m.reason != ReasonConfirmed {
		return nil
	}
	for _, b := range m.bonds {
		if _, err := tx.ExecContext(ctx, `INSERT INTO incident_bonds (incident_id, bond, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			m.after.ID, b.Kind, b.Value); err != nil {
			return fmt.Errorf("write what incident %d has in common with others: %w", m.after.ID, err)
		}
	}
	return nil
}

func forgetBonds(ctx context.Context, tx *sql.Tx, incidentID int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM incident_bonds WHERE incident_id = ?`, incidentID); err != nil {
		return fmt.Errorf("forget what incident %d has in common with others: %w", incidentID, err)
	}
	return nil
}

// join puts an incident that people are being told of into a live group, or makes one of all that have opened with it.
func join(ctx context.Context, tx *sql.Tx, m *move, now time.Time) (Group, error) {
	live, err := queryGroups(ctx, tx, `WHERE state <> 'closed' AND concern = ? AND (bond, value) IN (SELECT bond, value FROM incident_bonds
		WHERE incident_id = ?) ORDER BY id`, m.after.Concern, m.after.ID)
	if err != nil {
		return Group{}, err
	}
	slices.SortStableFunc(live, func(a, b Group) int {
		return slices.Index(bondKinds, a.Bond.Kind) - slices.Index(bondKinds, b.Bond.Kind)
	})
	for _, g := range live {
		if g.joinable(now) || g.ID == m.after.GroupID {
			return g, enter(ctx, tx, g, m, now)
		}
	}
	all, err := companyOf(ctx, tx, m.after, m.bondSites, now)
	if err != nil {
		return Group{}, err
	}
	b, decision := gather(all)
	switch decision {
	case together:
		return form(ctx, tx, gathered(b, m.after.Concern, m.bondSites[b], now), m, now)
	case waiting:
		m.wait = b.hold(now)
	}
	return Group{}, nil
}

// companyOf counts the incidents that opened lately, or are suspected, with each bond that one has, in the order in which bonds
// are tried. An incident that is in another group already explains nothing.
func companyOf(ctx context.Context, q querier, i Incident, sites map[Bond]int, now time.Time) (all []company, err error) {
	rows, err := q.QueryContext(ctx, `SELECT b.bond, b.value, count(DISTINCT CASE WHEN o.opened_at IS NOT NULL THEN o.site_id END), count(DISTINCT o.site_id)
		FROM incident_bonds mine JOIN incident_bonds b ON b.bond = mine.bond AND b.value = mine.value JOIN incidents o ON o.id = b.incident_id
		WHERE mine.incident_id = ?1 AND o.concern = ?2 AND (o.group_id IS NULL OR ?2 = 'content') AND o.hushed_until IS NULL
			AND (o.state IN ('open', 'acknowledged') OR o.state = 'suspected' AND ?2 <> 'content' OR o.state = 'closed' AND ?2 = 'content')
			AND coalesce(o.opened_at, o.suspected_at) >= CASE ?2 WHEN 'content' THEN ?4 ELSE ?3 END
		GROUP BY 1, 2`, i.ID, i.Concern, targets.Millis(now.Add(-BondRegion.within())), targets.Millis(now.Add(-BondDomain.within())))
	if err != nil {
		return nil, fmt.Errorf("count the company of incident %d: %w", i.ID, err)
	}
	defer rows.Close()
	for rows.Next() {
		var c company
		if err := rows.Scan(&c.bond.Kind, &c.bond.Value, &c.told, &c.live); err != nil {
			return nil, fmt.Errorf("count the company of incident %d: %w", i.ID, err)
		}
		c.sites = sites[c.bond]
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b company) int {
		return slices.Index(bondKinds, a.bond.Kind) - slices.Index(bondKinds, b.bond.Kind)
	})
	return all, rows.Err()
}

// form makes a group of an incident and all that opened with it, and leaves to it what was not told yet.
func form(ctx context.Context, tx *sql.Tx, g Group, m *move, now time.Time) (Group, error) {
	g.Severity = m.after.Severity
	number, err := nextGroupNumber(ctx, tx, g)
	if err != nil {
		return g, err
	}
	g.Number = number
	if err := saveGroup(ctx, tx, &g); err != nil {
		return g, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE incidents SET group_id = ?1 WHERE group_id IS NULL AND concern = ?2 AND opened_at >= ?3 AND hushed_until IS NULL
		AND (state IN ('open', 'acknowledged') OR concern = 'content' AND state = 'closed')
		AND id IN (SELECT incident_id FROM incident_bonds WHERE bond = ?4 AND value = ?5)`,
		g.ID, g.Concern, targets.Millis(now.Add(-g.Bond.Kind.within())), g.Bond.Kind, g.Bond.Value); err != nil {
		return g, fmt.Errorf("gather the incidents of %s: %w", g.Number, err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO incident_events (incident_id, at, kind, actor, detail)
		SELECT id, ?, ?, ?, ? FROM incidents WHERE group_id = ? ORDER BY id`, targets.Millis(now), ReasonGrouped, Machine, g.Number, g.ID); err != nil {
		return g, fmt.Errorf("write the timelines of %s: %w", g.Number, err)
	}
	m.after.GroupID = g.ID
	m.news = append(m.news, fact{about: g.about(), kind: KindOpened, urgent: g.urgent(), wait: g.ToldAt.Sub(now)})
	return g, nil
}

// queueNews queues what has to be told of the group of an incident, after what was told of the incident.
func (d *Desk) queueNews(ctx context.Context, tx *sql.Tx, m move, now time.Time) error {
	for _, f := range m.news {
		err := d.queueFact(ctx, tx, f, now)
		if err == nil && f.kind == KindOpened && m.absorbed {
			err = supersede(ctx, tx, f.about, now)
		}
		if err != nil {
			return fmt.Errorf("queue the alert that group %d is %s: %w", f.about.ID, f.kind, err)
		}
	}
	return nil
}

// noteGrouped is what an alert says that was left to the group of its incident before it was sent.
const noteGrouped = "left to the group of the incident"

// supersede leaves what was not sent yet about the members of a group to the group, wherever that is told.
func supersede(ctx context.Context, tx *sql.Tx, group About, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE alerts AS a SET sent_at = ?1, last_error = ?2, carried_by = t.id FROM alerts t
		WHERE t.about_kind = ?3 AND t.about_id = ?4 AND t.kind = ?5 AND t.channel = a.channel AND t.recipient = a.recipient
			AND a.about_kind = ?6 AND a.about_id IN (SELECT id FROM incidents WHERE group_id = ?4) AND a.sent_at IS NULL`,
		targets.Millis(now), noteGrouped, group.Kind, group.ID, KindOpened, AboutIncident)
	return err
}

// enter puts an incident into a group, which tells of it in its next message.
func enter(ctx context.Context, tx *sql.Tx, g Group, m *move, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE incidents SET group_id = ? WHERE id = ?`, g.ID, m.after.ID); err != nil {
		return fmt.Errorf("put incident %d into %s: %w", m.after.ID, g.Number, err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO incident_events (incident_id, at, kind, actor, detail) VALUES (?, ?, ?, ?, ?)`,
		m.after.ID, targets.Millis(now), ReasonGrouped, Machine, g.Number); err != nil {
		return fmt.Errorf("write the timeline of incident %d: %w", m.after.ID, err)
	}
	m.after.GroupID = g.ID
	return m.report(ctx, tx, g.grow(m.after.Severity, now), now)
}

// leave says what becomes of a group once one of its members is over, and returns the group as it was.
func leave(ctx context.Context, tx *sql.Tx, m *move, now time.Time) (Group, error) {
	g, err := countedGroup(ctx, tx, m.after.GroupID)
	if err != nil {
		return g, err
	}
	after, over := g.settle(g.Open, now)
	if !over {
		return g, m.report(ctx, tx, g, now)
	}
	m.news = append(m.news, fact{about: g.about(), kind: KindClosed, urgent: g.urgent()})
	return g, saveGroup(ctx, tx, &after)
}

// report has people told what has changed in a group, unless a message is due that will tell it, and saves the group.
func (m *move) report(ctx context.Context, tx *sql.Tx, g Group, now time.Time) error {
	g, wait, told := g.news(now)
	if told && g.Live() {
		m.news = append(m.news, fact{about: g.about(), kind: KindUpdated, degree: fmt.Sprintf(":%d", targets.Millis(g.ToldAt)), urgent: g.urgent(), wait: wait})
	}
	return saveGroup(ctx, tx, &g)
}

// acknowledgeGroup moves a group and all its members that are open.
func (d *Desk) acknowledgeGroup(ctx context.Context, id int64, actor string, now time.Time) (g Group, err error) {
	err = d.registry.DB().Tx(ctx, func(tx *sql.Tx) error {
		if g, err = groupByID(ctx, tx, id); err != nil {
			return err
		}
		var reason Reason
		if g, reason = g.Acknowledge(actor, now); !reason.moves() {
			return nil
		}
		if err := saveGroup(ctx, tx, &g); err != nil {
			return err
		}
		open, err := queryIncidents(ctx, tx, `WHERE group_id = ? AND state = 'open'`, id)
		if err != nil {
			return err
		}
		for _, i := range open {
			m := move{before: i, actor: actor, detail: g.Number}
			m.after, m.reason = i.Acknowledge(actor, now)
			if err := d.record(ctx, tx, &m, now); err != nil {
				return err
			}
		}
		return d.queueFact(ctx, tx, fact{about: g.about(), kind: KindAcknowledged, urgent: g.urgent()}, now)
	})
	return g, err
}

func (d *Desk) groups(ctx context.Context, limit int) ([]Group, error) {
	list, err := queryGroups(ctx, d.registry.DB().Read, `ORDER BY id DESC LIMIT ?`, limit)
	for n := range list {
		if err == nil {
			list[n], err = countedGroup(ctx, d.registry.DB().Read, list[n].ID)
		}
	}
	return list, err
}

func (d *Desk) members(ctx context.Context, groupID int64) ([]Incident, error) {
	list, err := queryIncidents(ctx, d.registry.DB().Read, `WHERE group_id = ? ORDER BY state NOT IN ('open', 'acknowledged'), id`, groupID)
	for n := range list {
		if list[n].Site, err = d.registry.PastSite(ctx, list[n].Site.ID); err != nil {
			return nil, err
		}
	}
	return list, err
}

// suspectedWith counts the sites that are suspected of the same as the members of a group, and have its bond.
func suspectedWith(ctx context.Context, q querier, g Group) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*) FROM incidents i JOIN incident_bonds b ON b.incident_id = i.id
		WHERE b.bond = ? AND b.value = ? AND i.concern = ? AND i.state = 'suspected'`, g.Bond.Kind, g.Bond.Value, g.Concern).Scan(&n)
	return n, err
}

const groupColumns = `id, number, bond, value, concern, state, severity, sites, opened_at, grown_at, told_at, coalesce(acknowledged_at, 0),
	acknowledged_by, coalesce(closed_at, 0)`

func scanGroup(row interface{ Scan(...any) error }) (g Group, err error) {
	var opened, grown, told, acknowledged, closed int64
	err = row.Scan(&g.ID, &g.Number, &g.Bond.Kind, &g.Bond.Value, &g.Concern, &g.State, &g.Severity, &g.Sites, &opened, &grown, &told,
		&acknowledged, &g.AcknowledgedBy, &closed)
	if errors.Is(err, sql.ErrNoRows) {
		return Group{}, ErrNotFound
	}
	g.OpenedAt, g.GrownAt, g.ToldAt = targets.FromMillis(opened), targets.FromMillis(grown), targets.FromMillis(told)
	g.AcknowledgedAt, g.ClosedAt = targets.FromMillis(acknowledged), targets.FromMillis(closed)
	return g, err
}

func groupByID(ctx context.Context, q querier, id int64) (Group, error) {
	return scanGroup(q.QueryRowContext(ctx, `SELECT `+groupColumns+` FROM incident_groups WHERE id = ?`, id))
}

// countedGroup returns a group with the numbers of its members.
func countedGroup(ctx context.Context, q querier, id int64) (Group, error) {
	g, err := groupByID(ctx, q, id)
	if err == nil {
		err = q.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(state IN ('open', 'acknowledged')), 0) FROM incidents WHERE group_id = ?`, id).
			Scan(&g.Members, &g.Open)
	}
	return g, err
}

func queryGroups(ctx context.Context, q querier, end string, args ...any) (list []Group, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+groupColumns+` FROM incident_groups `+end, args...)
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		g, err := scanGroup(rows)
		if err != nil {
			return nil, fmt.Errorf("list groups: %w", err)
		}
		list = append(list, g)
	}
	return list, rows.Err()
}

// saveGroup writes a group, and gives it its ID when it is new.
func saveGroup(ctx context.Context, tx *sql.Tx, g *Group) (err error) {
	values := []any{g.State, g.Severity, targets.Millis(g.GrownAt), targets.Millis(g.ToldAt), millis(g.AcknowledgedAt), g.AcknowledgedBy, millis(g.ClosedAt)}
	if g.ID == 0 {
		err = tx.QueryRowContext(ctx, `INSERT INTO incident_groups (state, severity, grown_at, told_at, acknowledged_at, acknowledged_by, closed_at,
			number, bond, value, concern, sites, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			append(values, g.Number, g.Bond.Kind, g.Bond.Value, g.Concern, g.Sites, targets.Millis(g.OpenedAt))...).Scan(&g.ID)
	} else {
		_, err = tx.ExecContext(ctx, `UPDATE incident_groups SET state = ?, severity = ?, grown_at = ?, told_at = ?, acknowledged_at = ?,
			acknowledged_by = ?, closed_at = ? WHERE id = ?`, append(values, g.ID)...)
	}
	if err != nil {
		return fmt.Errorf("write group %s: %w", g.Number, err)
	}
	return nil
}

// nextGroupNumber returns the number of the next group of its kind and year.
func nextGroupNumber(ctx context.Context, tx *sql.Tx, g Group) (string, error) {
	prefix := g.OpenedAt.In(targets.Vietnam).Format("NH-2006-")
	if g.Bond.Kind.Campaign() {
		prefix = g.OpenedAt.In(targets.Vietnam).Format("CD-2006-")
	}
	var last int
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(CAST(substr(number, ?) AS INTEGER)), 0) FROM incident_groups
		WHERE number LIKE ? || '%'`, len(prefix)+1, prefix).Scan(&last)
	if err != nil {
		return "", fmt.Errorf("number a group: %w", err)
	}
	return fmt.Sprintf("%s%04d", prefix, last+1), nil
}

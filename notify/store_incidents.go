package notify

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// column is one thing that is kept of an incident: what it is called, and the field that it is read into and written from.
type column struct {
	name  string
	field any
}

// columns lists what is kept of an incident besides its ID.
func (i *Incident) columns() []column {
	return []column{
		{"number", (*nullable)(&i.Number)}, {"site_id", &i.Site.ID}, {"concern", &i.Concern}, {"state", &i.State}, {"severity", &i.Severity},
		{"step", &i.Step}, {"bad_looks", &i.BadLooks}, {"good_looks", &i.GoodLooks}, {"trial", asJSON{&i.Trial}}, {"views", asJSON{&i.Views}},
		{"suspected_at", (*instant)(&i.SuspectedAt)}, {"agreed_at", (*instant)(&i.AgreedAt)}, {"good_at", (*instant)(&i.GoodAt)},
		{"confirmed_at", (*instant)(&i.ConfirmedAt)}, {"opened_at", (*instant)(&i.OpenedAt)}, {"closed_at", (*instant)(&i.ClosedAt)},
		{"close_reason", &i.CloseReason}, {"last_look_id", &i.LastLookID}, {"first_verdict_id", &i.FirstVerdictID},
		{"last_verdict_id", &i.LastVerdictID}, {"worst_verdict_id", &i.WorstVerdictID}, {"red", &i.Red}, {"recurrences", &i.Recurrences}, {"drill", &i.Drill},
		{"flapping_at", (*instant)(&i.FlappingAt)}, {"digest_at", (*instant)(&i.DigestAt)}, {"drops", &i.Drops},
		{"hushed_until", (*instant)(&i.HushedUntil)}, {"hushed_by", &i.HushedBy}, {"echoes", &i.Echoes}, {"group_id", (*reference)(&i.GroupID)},
		{"acknowledged_at", (*instant)(&i.AcknowledgedAt)}, {"acknowledged_by", &i.AcknowledgedBy}, {"raised_by", &i.RaisedBy},
		{"owner", &i.Owner}, {"finding", &i.Finding}, {"found_at", (*instant)(&i.FoundAt)}, {"found_by", &i.FoundBy},
		{"asked", &i.Asked}, {"asked_by", &i.AskedBy}, {"asked_at", (*instant)(&i.AskedAt)}, {"alone", &i.Alone},
		{"fixed_at", (*instant)(&i.FixedAt)}, {"fixed_by", &i.FixedBy},
		{"counted_at", (*instant)(&i.CountedAt)}, {"needless", &i.Needless},
		{"initial_letter", &i.Initial.Number}, {"initial_at", (*instant)(&i.Initial.At)}, {"initial_by", &i.Initial.By},
		{"closing_letter", &i.Closing.Number}, {"closing_at", (*instant)(&i.Closing.At)}, {"closing_by", &i.Closing.By},
	}
}

// incidentColumns is the list for a query.
var incidentColumns = func() string {
	names := []string{"id"}
	for _, c := range new(Incident).columns() {
		names = append(names, c.name)
	}
	return strings.Join(names, ", ")
}()

func scanIncident(row interface{ Scan(...any) error }) (i Incident, err error) {
	into := []any{&i.ID}
	for _, c := range i.columns() {
		into = append(into, c.field)
	}
	err = row.Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return Incident{}, ErrNotFound
	}
	if i.AgreedAt.IsZero() {
		i.AgreedAt = i.SuspectedAt // of a row from before that was kept
	}
	return i, err
}

// saveIncident writes an incident, and gives it its ID when it is new and its number when it opens.
func saveIncident(ctx context.Context, tx *sql.Tx, i *Incident) (err error) {
	if i.Told() && i.Number == "" {
		if i.Number, err = nextNumber(ctx, tx, *i); err != nil {
			return err
		}
	}
	var names, marks, sets []string
	var values []any
	for _, c := range i.columns() {
		names, marks, sets, values = append(names, c.name), append(marks, "?"), append(sets, c.name+" = ?"), append(values, c.field)
	}
	if i.ID == 0 {
		err = tx.QueryRowContext(ctx, `INSERT INTO incidents (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`) RETURNING id`,
			values...).Scan(&i.ID)
	} else {
		_, err = tx.ExecContext(ctx, `UPDATE incidents SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(values, i.ID)...)
	}
	if err != nil {
		return fmt.Errorf("write the %s incident of site %d: %w", i.Concern, i.Site.ID, err)
	}
	return nil
}

// incidentByID returns an incident with only the ID of its site.
func incidentByID(ctx context.Context, q querier, id int64) (Incident, error) {
	return scanIncident(q.QueryRowContext(ctx, `SELECT `+incidentColumns+` FROM incidents WHERE id = ?`, id))
}

// followed returns the incidents of a site that looks still move, by concern: the live ones, and those that a person ended
// although the looks are bad.
func followed(ctx context.Context, q querier, siteID int64) (live, echoing map[baseline.Concern]Incident, err error) {
	list, err := queryIncidents(ctx, q, `WHERE id IN (SELECT id FROM incidents WHERE site_id = ?1 AND drill = 0 AND state IN ('suspected', 'open', 'acknowledged')
		UNION ALL SELECT id FROM incidents WHERE site_id = ?1 AND echoes = 1) ORDER BY id`, siteID)
	live, echoing = map[baseline.Concern]Incident{}, map[baseline.Concern]Incident{}
	for _, i := range list {
		if i.Live() {
			live[i.Concern] = i
		} else {
			echoing[i.Concern] = i
		}
	}
	return live, echoing, err
}

func queryIncidents(ctx context.Context, q querier, where string, args ...any) (list []Incident, err error) {
	rows, err := q.QueryContext(ctx, `SELECT `+incidentColumns+` FROM incidents `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		i, err := scanIncident(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, i)
	}
	return list, rows.Err()
}

// instant is a time as it is stored: unix milliseconds, NULL for the zero time.
type instant time.Time

// Scan implements sql.Scanner.
func (t *instant) Scan(stored any) error {
	switch ms := stored.(type) {
	case nil:
		*t = instant{}
	case int64:
		*t = instant(targets.FromMillis(ms))
	default:
		return fmt.Errorf("%T is no instant", stored)
	}
	return nil
}

// Value implements driver.Valuer.
func (t *instant) Value() (driver.Value, error) { return millis(time.Time(*t)).Value() }

// nullable is a text of which "" is stored as NULL.
type nullable string

// Scan implements sql.Scanner.
func (s *nullable) Scan(stored any) error {
	var n sql.NullString
	err := n.Scan(stored)
	*s = nullable(n.String)
	return err
}

// Value implements driver.Valuer.
func (s *nullable) Value() (driver.Value, error) {
	return sql.NullString{String: string(*s), Valid: *s != ""}.Value()
}

// reference is the ID of a row, of which 0 is stored as NULL.
type reference int64

// Scan implements sql.Scanner.
func (r *reference) Scan(stored any) error {
	var n sql.NullInt64
	err := n.Scan(stored)
	*r = reference(n.Int64)
	return err
}

// Value implements driver.Valuer.
func (r *reference) Value() (driver.Value, error) { return orNull(int64(*r)).Value() }

// asJSON keeps what a pointer points at as JSON.
type asJSON struct{ to any }

// Scan implements sql.Scanner.
func (j asJSON) Scan(stored any) error {
	text, ok := stored.(string)
	if !ok {
		return fmt.Errorf("%T is no JSON", stored)
	}
	return json.Unmarshal([]byte(text), j.to)
}

// Value implements driver.Valuer.
func (j asJSON) Value() (driver.Value, error) {
	text, err := json.Marshal(j.to)
	return string(text), err
}

// lastClosed chooses the incident of a site and concern that ended last, since an instant.
const lastClosed = `WHERE site_id = ? AND concern = ? AND drill = 0 AND state = 'closed' AND closed_at >= ? ORDER BY closed_at DESC LIMIT 1`

// toldLately counts what each recipient was told about the outages of a site since an instant.
const toldLately = `SELECT count(*) AS n FROM incidents i CROSS JOIN alerts a ON a.about_kind = 'incident' AND a.about_id = i.id
	WHERE i.site_id = ? AND i.concern = 'availability' AND i.drill = 0 AND (i.closed_at IS NULL OR i.closed_at >= ?)
	AND a.created_at >= ? AND a.kind IN ('opened', 'closed', 'flapping', 'worsened', 'woken') GROUP BY a.channel, a.recipient`

// outlastedAt returns when the time was over for which an incident had been announced, that went on; the zero time for any other.
func outlastedAt(ctx context.Context, q querier, incidentID int64) (time.Time, error) {
	var ms int64
	err := q.QueryRowContext(ctx, `SELECT coalesce(max(e.at), 0) FROM incident_events e WHERE e.incident_id = ?1 AND e.kind = ?2
		AND (SELECT kind FROM incident_events WHERE incident_id = ?1 AND id < e.id AND kind IN (?3, ?4) ORDER BY id DESC LIMIT 1) = ?3
		AND NOT EXISTS (SELECT 1 FROM incident_events WHERE incident_id = ?1 AND id > e.id AND kind = ?5)`,
		incidentID, ReasonStillThere, ReasonAnnounced, ReasonSpared, ReasonRecurred).Scan(&ms)
	if err != nil {
		return time.Time{}, fmt.Errorf("find out whether incident %d was announced: %w", incidentID, err)
	}
	return targets.FromMillis(ms), nil
}

// toldOf counts what anybody was told about the outages of a site since an instant.
func toldOf(ctx context.Context, q querier, siteID int64, since time.Time) (most int, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(n), 0) FROM (`+toldLately+`)`, siteID, targets.Millis(since), targets.Millis(since)).Scan(&most)
	if err != nil {
		return 0, fmt.Errorf("count what people were told: %w", err)
	}
	return most, nil
}

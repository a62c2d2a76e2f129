package notify

import (
	"strings"
	"testing"
)

// TestWhatPeopleWaitForIsFoundAtOnce reads how SQLite finds what is asked between a look and the message about it: never by going
// through all the incidents and alerts of the past, of which a province has some hundred thousand after three months.
func TestWhatPeopleWaitForIsFoundAtOnce(t *testing.T) {
	o := newOffice(t, Options{})
	for name, query := range map[string]string{
		"what a track sends next":              `SELECT id FROM alerts ` + dueNow,
		"what can be told together":            dueSubjects,
		"what is held":                         held,
		"what was told elsewhere":              overtaken,
		"what waits at a last address":         `SELECT id FROM alerts ` + lastResorts,
		"what nobody has taken on":             `SELECT id FROM incidents ` + untaken,
		"the incident before":                  `SELECT id FROM incidents ` + lastClosed,
		"what was told of a site":              toldLately,
		"whether it was told where it is told": `SELECT ` + openedThere,
	} {
		for _, step := range o.plan(query) {
			small := strings.Contains(step, "alerts_pending") || strings.Contains(step, "incidents_told") || strings.Contains(step, "SUBQUERY") || strings.Contains(step, "CONSTANT")
			if strings.HasPrefix(step, "SCAN") && !small || strings.HasSuffix(step, "alerts_about (about_kind=?)") {
				t.Errorf("%s: have %s, want it found by what is asked for", name, step)
			}
		}
	}
}

// plan is how SQLite answers a query.
func (o *office) plan(query string) (steps []string) {
	o.t.Helper()
	parameters := strings.Count(query, "?")
	if strings.Contains(query, "?1") {
		parameters = 13
	}
	args := make([]any, parameters)
	rows, err := o.registry.DB().Read.QueryContext(o.t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			o.t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		o.t.Fatal(err)
	}
	return steps
}

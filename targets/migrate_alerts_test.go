package targets

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMigrateKeepsTheOutbox takes alerts from before there were notices to today's schema: sent, carried together, moved to
// another channel, under way and waiting ones.
func TestMigrateKeepsTheOutbox(t *testing.T) {
	path := filepath.Join(t.TempDir(), "canhcong.db")
	steps, err := readMigrations(embedded)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, step := range steps[:3] {
		texts = append(texts, step.sql)
	}
	old, err := openWith(t, path, files(texts...))
	if err != nil {
		t.Fatal(err)
	}
	fill := `INSERT INTO units (id, name, fold, created_at) VALUES (1, 'UBND xã A', 'ubnd xã a', 1);
		INSERT INTO sites (id, key, url, name, unit_id, priority, profile, note, added_at)
			VALUES (1, 'a.tinhmau.gov.vn', 'https://a.tinhmau.gov.vn/', 'a.tinhmau.gov.vn', 1, 2, 'thường', '', 1);
		INSERT INTO observations VALUES (5, 1, 'probe', 1, 1, 'down', 'dns', '', 0, '', '', '', '', '', '');
		INSERT INTO verdicts (id, site_id, observation_id, at, availability, content, quality, certificate, score, evidence)
			VALUES (7, 1, 5, 1, 'down', 'unjudged', 'complete', 'unknown', 0, '[]');
		INSERT INTO incidents (id, number, site_id, concern, state, severity, bad_looks, good_looks, suspected_at, last_look_id,
			first_verdict_id, last_verdict_id, worst_verdict_id) VALUES (9, 'SC-2027-0009', 1, 'availability', 'open', 'major', 4, 0, 1, 5, 7, 7, 7);
		INSERT INTO alerts (id, dedupe, incident_id, kind, channel, recipient, verdict_id, created_at, not_before, attempts, claimed_at,
			sent_at, receipt, last_error, carried_by) VALUES
			(3, '9/opened/telegram/-1', 9, 'opened', 'telegram', '-1', 7, 10, 10, 1, 11, 12, '4711', '', 21),
			(21, '9/closed/telegram/-1', 9, 'closed', 'telegram', '-1', 7, 10, 10, 1, 11, 12, '4711', '', NULL),
			(22, 'moved/22/9/opened/mail/x', 9, 'opened', 'mail', 'x', 7, 10, 10, 0, NULL, 30, '', 'moved', 3),
			(40, '9/opened/telegram/-2', 9, 'opened', 'telegram', '-2', 7, 10, 90, 6, 80, NULL, '', '502', NULL),
			(41, '9/worsened:critical/telegram/-2', 9, 'worsened', 'telegram', '-2', 7, 10, 10, 0, NULL, NULL, '', '', NULL)`
	if _, err := old.Write.Exec(fill); err != nil {
		t.Fatal(err)
	}
	before := alertRows(t, old, "incident_id")
	old.Close()
	db := reopen(t, path)
	if after := alertRows(t, db, "about_id"); len(after) != 5 || !slices.Equal(before, after) {
		t.Errorf("have\n%s\nwant\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
	}
	for _, test := range []struct{ change, want string }{
		{`INSERT INTO notices (id, kind, since, detail, sites) VALUES (1, 'blind', 1, '', 0)`, ""},
		{`INSERT INTO notices (kind, since, detail, sites) VALUES ('blind', 2, '', 0)`, "UNIQUE"},
		{`INSERT INTO alerts (dedupe, about_kind, about_id, kind, channel, recipient, created_at, not_before) VALUES ('notice-1/opened/a/b', 'notice', 1, 'opened', 'a', 'b', 1, 1)`, ""},
		{`INSERT INTO alerts (dedupe, kind, channel, recipient, created_at, not_before) VALUES ('about nothing', 'opened', 'a', 'b', 1, 1)`, "NOT NULL"},
		{`INSERT INTO alerts (dedupe, about_kind, about_id, kind, channel, recipient, created_at, not_before) VALUES ('without a verdict', 'incident', 9, 'opened', 'a', 'b', 1, 1)`, "CHECK"},
		{`INSERT INTO alerts (dedupe, about_kind, about_id, verdict_id, kind, channel, recipient, created_at, not_before) VALUES ('9/opened/telegram/-2', 'incident', 9, 7, 'opened', 'telegram', '-2', 1, 1)`, "UNIQUE"},
		{`UPDATE alerts SET carried_by = 999 WHERE id = 3`, "FOREIGN KEY"},
		{`UPDATE alerts SET verdict_id = 999 WHERE id = 3`, "FOREIGN KEY"},
	} {
		if _, err := db.Write.Exec(test.change); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s\nhave %v, want %q", test.change, err, test.want)
		}
	}
	var indexes string
	if err := db.Read.QueryRow(`SELECT group_concat(name, ' ' ORDER BY name) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'alerts' AND sql <> ''`).Scan(&indexes); err != nil || indexes != "alerts_about alerts_after alerts_pending alerts_sent alerts_verdict" {
		t.Errorf("have indexes %s (%v)", indexes, err)
	}
}

// alertRows returns every alert as text, by the columns that it had before there were notices; about names what it tells of.
func alertRows(t *testing.T, db *DB, about string) (list []string) {
	t.Helper()
	rows, err := db.Read.Query(`SELECT json_array(id, dedupe, ` + about + `, kind, channel, recipient, verdict_id, created_at, not_before,
		attempts, claimed_at, sent_at, receipt, last_error, carried_by) FROM alerts ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(fmt.Errorf("read an alert: %w", err))
		}
		list = append(list, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

package web

import (
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// provinceSites is how many sites BenchmarkProvince fills a database with: $CANHCONG_BENCH_SITES, or what the README promises.
func provinceSites(b *testing.B) int {
	b.Helper()
	text := os.Getenv("CANHCONG_BENCH_SITES")
	if text == "" {
		return 2000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkProvince measures pages of the console over what 90 days of a province leave behind under the default retention:
// every look of two days, hourly renders of two weeks, daily ones of the rest, all of pages that are never the same; probes
// summed up; looks that were learnt from; incidents. It reports the time a page takes on the server (wanted of the wall: a
// 95th percentile of 100 ms) and what a site takes in the database.
func BenchmarkProvince(b *testing.B) {
	h, n := newHouse(b), provinceSites(b)
	h.person("truc", notify.Admin, 0)
	one := h.watched("https://that.tinhmau.gov.vn", "Phường Có Thật", "UBND phường Có Thật")
	began := time.Now()
	h.fill(b, n, time.Now())
	b.Logf("%d sites filled in %v", n, time.Since(began).Round(time.Second))
	for _, page := range []struct{ name, path string }{
		{"wall", "/"}, {"tiles", "/?view=tiles"}, {"search", "/?q=phuong+1&sort=name"}, {"site", fmt.Sprintf("/sites/%d", one.ID)}, {"incidents", "/incidents"}, {"health", "/healthz"},
	} {
		b.Run(page.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				h.console.health.at = time.Time{} // its answer is kept for a moment
				begin := time.Now()
				if w := h.get("truc", page.path); w.Code >= 500 && page.name != "health" || w.Body.Len() == 0 {
					b.Fatalf("have %d", w.Code)
				}
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			for _, share := range []int{50, 95} {
				b.ReportMetric(float64(took[len(took)*share/100].Microseconds())/1000, fmt.Sprintf("p%d-ms", share))
			}
			u, _ := h.archive.Usage()
			b.ReportMetric(float64(u.Database)/float64(n)/1000, "db-kB/site")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkRetain deletes what a province has grown too old in a day, and reports how long a small write beside it waits for its
// turn at most (wanted: 100 ms).
func BenchmarkRetain(b *testing.B) {
	h, n := newHouse(b), provinceSites(b)
	h.watched("https://that.tinhmau.gov.vn", "Phường Có Thật", "UBND phường Có Thật")
	now := time.Now()
	h.fill(b, n, now)
	var longest time.Duration
	var looks int
	for b.Loop() {
		now = now.Add(24 * time.Hour)
		stop, done := make(chan struct{}), make(chan time.Duration)
		go func() { done <- h.longestWrite(b, stop) }()
		kept, err := h.archive.Retain(b.Context(), monitor.DefaultRetention, now, h.judge.Release)
		must(b, err)
		close(stop)
		longest, looks = max(longest, <-done), looks+kept.Looks
	}
	b.ReportMetric(float64(looks)/float64(b.N), "looks/op")
	b.ReportMetric(float64(longest.Milliseconds()), "longest-write-ms")
}

// longestWrite writes a little all the time, and returns how long the slowest of it took.
func (h *house) longestWrite(b *testing.B, stop <-chan struct{}) (longest time.Duration) {
	for {
		select {
		case <-stop:
			return longest
		case <-time.After(10 * time.Millisecond):
		}
		begin := time.Now()
		if _, err := h.registry.DB().Write.ExecContext(b.Context(), `UPDATE looks SET done = done + 1 WHERE site_id = 1`); err != nil {
			b.Error(err)
		}
		longest = max(longest, time.Since(begin))
	}
}

// fill makes copies of the one site until there are n, each with 90 days of history.
func (h *house) fill(b *testing.B, n int, now time.Time) {
	b.Helper()
	db := h.registry.DB()
	must(b, db.Tx(b.Context(), func(tx *sql.Tx) error {
		for _, statement := range provinceRows {
			if _, err := tx.ExecContext(b.Context(), statement, sql.Named("n", n), sql.Named("now", targets.Millis(now))); err != nil {
				return fmt.Errorf("%w in %s", err, statement)
			}
		}
		return nil
	}))
	_, err := db.Write.ExecContext(b.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`) // all in one transaction is not how it comes about
	must(b, err)
}

// counted is the rows of a series that is counted up from 1.
const counted = `WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < `

// randomHash is the name of an artefact.
const randomHash = `lower(hex(randomblob(32)))`

var provinceRows = []string{
	`CREATE TEMP TABLE slots (depth TEXT, at INTEGER)`,
	`INSERT INTO slots ` + counted + `192) SELECT d.column1, @now - i * 900000 FROM s, (VALUES ('render'), ('probe')) d`,
	`INSERT INTO slots ` + counted + `288) SELECT 'render', @now - 172800000 - i * 3600000 FROM s`,
	`INSERT INTO slots ` + counted + `76) SELECT 'render', @now - 1209600000 - i * 86400000 FROM s`,
	`CREATE TEMP TABLE ordered AS SELECT depth, at FROM slots ORDER BY at`, // rows of one time lie together, as they were written

	`INSERT INTO units (name, fold, created_at) ` + counted + `200) SELECT 'UBND phường ' || i, 'ubnd phuong ' || i, 0 FROM s`,
	`INSERT INTO sites (key, url, name, unit_id, priority, profile, note, added_at) ` + counted + `@n - 1)
		SELECT 'phuong' || i || '.tinhmau.gov.vn', 'https://phuong' || i || '.tinhmau.gov.vn/', 'Trang thông tin điện tử phường ' || i,
			(SELECT min(id) FROM units) + i % 200, 1 + i % 3, 'thường', '', @now - 90 * 86400000 FROM s`,
	`INSERT INTO looks (site_id, depth, next_due_at, done_at, seen_at) SELECT s.id, d.column1, @now, @now, @now
		FROM sites s, (VALUES ('render'), ('probe')) d WHERE true ON CONFLICT DO NOTHING`,

	`INSERT INTO observations (site_id, depth, at, took_ms, outcome, cause, detail, status, final_url, certificate, timings, page, screenshot, thumbnail)
		SELECT s.id, o.depth, o.at, 900, 'ok', '', '', 200, s.url,
			iif(o.depth = 'probe', '{"NotAfter":"2027-03-01T00:00:00Z","Issuer":"CN=Vi Du CA,O=Vi Du","Subject":"CN=*.tinhmau.gov.vn"}', ''),
			iif(o.depth = 'probe', '{"DNS":1200000,"Connect":2300000,"TLS":8800000,"FirstByte":90000000,"Total":120000000}', ''),
			iif(o.depth = 'render', ` + randomHash + `, ''), iif(o.depth = 'render', ` + randomHash + `, ''), iif(o.depth = 'render', ` + randomHash + `, '')
		FROM ordered o CROSS JOIN sites s`,
	`INSERT INTO verdicts (site_id, observation_id, baseline_id, anchor_id, at, availability, content, quality, certificate, score, evidence)
		SELECT site_id, id, 1, 1, at, 'up', iif(id % 2, 'normal', 'changed'), 'complete', 'unknown', 0.5,
			iif(id % 2, '[]', (SELECT '[' || group_concat('{"signal":"text-added","concern":"content","weight":0.2,"where":"html/body/main/div","seen":"Thông báo lịch tiếp công dân của lãnh đạo trong tháng tới","count":' || column1 || '}') || ']' FROM (VALUES (1), (2), (3))))
		FROM observations o WHERE depth = 'render' AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.observation_id = o.id)`,
	`INSERT INTO states (site_id, concern, state, since, looks, verdict_id, looked_at)
		SELECT s.id, c.column1, c.column2, @now - 86400000, 90, (SELECT max(id) FROM verdicts WHERE site_id = s.id), @now
		FROM sites s, (VALUES ('availability', 'up'), ('content', 'normal'), ('quality', 'complete'), ('certificate', 'valid')) c WHERE true ON CONFLICT DO NOTHING`,

	`INSERT INTO baselines (site_id, version, state, observation_id, content_hash, profile, variants, mac, decided_by, decided_at, reason, created_at)
		SELECT s.id, b.version, b.state, (SELECT min(id) FROM observations WHERE site_id = s.id AND depth = 'render'), b.content_hash, b.profile, b.variants, b.mac,
			b.decided_by, b.decided_at, b.reason, b.created_at FROM baselines b CROSS JOIN sites s WHERE b.id = 1 AND s.id <> b.site_id`,
	`INSERT INTO baseline_samples (baseline_id, anchor_id, observation_id)
		SELECT b.id, 0, o.id FROM baselines b JOIN observations o ON o.site_id = b.site_id WHERE o.depth = 'render' AND o.at < @now - 86 * 86400000 ON CONFLICT DO NOTHING`,
	`INSERT INTO baseline_quarantine (anchor_id, observation_id, at, text_at, structure_at, mac)
		SELECT b.observation_id, o.id, o.at, o.at, o.at, ` + randomHash + ` FROM baselines b JOIN observations o ON o.site_id = b.site_id
		WHERE o.depth = 'render' AND o.at > @now - 14 * 86400000 AND o.id % 4 = 0`,
	`INSERT INTO baseline_rollings (anchor_id, profile, mac) SELECT observation_id, substr(replace(hex(zeroblob(20000)), '0', '"1234567890":1,'), 1, 40000), mac
		FROM baselines WHERE true ON CONFLICT DO NOTHING`,

	`INSERT INTO incidents (number, site_id, concern, state, severity, bad_looks, good_looks, suspected_at, opened_at, closed_at, close_reason, last_look_id,
			first_verdict_id, last_verdict_id, worst_verdict_id)
		SELECT 'SC-2026-' || v.id, v.site_id, 'content', 'closed', 'major', 3, 2, v.at, v.at + 60000, v.at + 3600000, 'recovered', v.observation_id, v.id, v.id, v.id
		FROM verdicts v WHERE v.id % 100 = 0`,
	`INSERT INTO incident_events (incident_id, at, kind, actor, detail) SELECT i.id, i.opened_at, k.column1, 'canhcong', '' FROM incidents i, (VALUES ('suspected'), ('opened'), ('recovered')) k`,
	`INSERT INTO alerts (dedupe, about_kind, about_id, kind, channel, recipient, verdict_id, created_at, not_before, sent_at)
		SELECT i.id || '/' || k.column1, 'incident', i.id, k.column1, 'console', '', i.first_verdict_id, i.opened_at, i.opened_at, i.opened_at FROM incidents i, (VALUES ('opened'), ('picture'), ('closed')) k`,

	`INSERT INTO tallies (hours, from_at, site_id, up_ms, down_ms, blocked_ms, probes, answers, took_ms, slowest_ms) ` + counted + `840)
		SELECT 1, (@now / 3600000 - i) * 3600000, sites.id, 3590000, 0, 0, 60, 60, 13000, 900 FROM s CROSS JOIN sites ORDER BY i DESC`,
	`INSERT INTO tallies (hours, from_at, site_id, up_ms, down_ms, blocked_ms, probes, answers, took_ms, slowest_ms) ` + counted + `55)
		SELECT 24, (@now / 86400000 - 35 - i) * 86400000 - 25200000, sites.id, 86000000, 60000, 0, 1440, 1439, 300000, 4900 FROM s CROSS JOIN sites ORDER BY i DESC`,
}

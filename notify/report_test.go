package notify

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// TestReportIsWhatTheDatabaseSays lives through some weeks and asks the database for every number once more, each by a query of
// its own that shares nothing with the report.
func TestReportIsWhatTheDatabaseSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{Cover: CoverAlways})
		some(t, o)
		for _, about := range []Topic{DayOf(time.Now()), MonthOf(time.Now()), YearOf(time.Now()), WindowOf(Span{time.Now().AddDate(0, 0, -9), time.Now().AddDate(0, 0, -2)})} {
			r, err := o.Report(t.Context(), about)
			if err != nil {
				t.Fatal(err)
			}
			for name, s := range map[string]Span{"": about.Span, "before ": about.Before} {
				have := r.Figures
				if name != "" {
					have = r.Earlier
				}
				again(t, o, fmt.Sprintf("%s: %s", about.Kind, name), s, have)
			}
			if len(r.Episodes) != r.Incidents {
				t.Errorf("%s lists %d episodes of %d", about.Kind, len(r.Episodes), r.Incidents)
			}
		}
		r, _ := o.Report(t.Context(), YearOf(time.Now()))
		have := []int{r.Incidents, r.Recurrences, r.Live, r.Ended, r.ByFinding[FoundFalse], r.ByFinding[FoundReal], r.ByConcern[baseline.ConcernContent]}
		if want := []int{6, 1, 1, 5, 1, 1, 4}; !slices.Equal(have, want) {
			t.Errorf("have %v incidents, recurrences, live, ended, false, real, of content; want %v", have, want)
		}
	})
}

// some is what happens: a defacement that is real and comes back, a false alarm, an outage, one that lasts, a drill, messages, probes,
// approvals.
func some(t *testing.T, o *office) {
	t.Helper()
	do := func(_ Incident, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	live := func() Incident {
		t.Helper()
		list, err := o.Incidents(t.Context(), Filter{Live: true})
		if err != nil || len(list) == 0 {
			t.Fatalf("nothing is live (%v)", err)
		}
		return list[0]
	}
	pass := func(d time.Duration) {
		shut := o.open() // for a minute: weeks of a loop that turns every second are long
		time.Sleep(time.Minute)
		shut()
		time.Sleep(d - time.Minute)
	}
	o.paint()
	o.see(o.site, baseline.ConcernContent, "n d d d")
	pass(3 * time.Minute)
	do(o.Acknowledge(t.Context(), live().ID, "truca"))
	pass(9 * time.Minute)
	do(o.Verify(t.Context(), live().ID, FoundReal, "truca", ""))
	o.see(o.site, baseline.ConcernContent, "n n n")
	pass(50 * time.Hour)
	o.see(o.site, baseline.ConcernContent, "d d d") // it comes back
	pass(time.Hour)
	o.see(o.site, baseline.ConcernContent, "n n n")
	other := o.add("https://xamaumuc.tinhmau.gov.vn/")
	pass(12 * time.Hour)
	o.see(other, baseline.ConcernContent, "n s s s")
	pass(7 * time.Minute)
	do(o.Verify(t.Context(), live().ID, FoundFalse, "truca", "bài tuyên truyền của đơn vị"))
	if i := live0(t, o); i.ID != 0 { // red findings take two people
		do(o.Verify(t.Context(), i.ID, FoundFalse, "trucb", "bài tuyên truyền của đơn vị"))
	}
	pass(100 * time.Hour)
	for range 2 {
		o.see(other, baseline.ConcernAvailability, "d d d d")
		pass(40 * time.Minute)
		o.see(other, baseline.ConcernAvailability, "n n n")
		pass(26 * time.Hour)
	}
	do(o.Drill(t.Context(), o.site.ID, baseline.ConcernContent, "quantri"))
	pass(5 * time.Hour)
	o.see(other, baseline.ConcernContent, "n d d d")
	pass(10 * time.Minute)
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := o.registry.DB().Write.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now().Truncate(time.Hour)
	for n, site := range []targets.Site{o.site, other} {
		for at := now; at.After(site.AddedAt); at = at.Add(-time.Hour) {
			exec(`INSERT INTO tallies VALUES (1, ?, ?, ?, ?, 0, 60, 58, 9000, 900)`, targets.Millis(at), site.ID, 3_500_000-7*n, 60_000+7*n)
		}
	}
	for n, state := range []string{baseline.Superseded, baseline.Superseded, baseline.Rejected} {
		exec(`INSERT INTO baselines (site_id, version, state, content_hash, profile, mac, decided_by, decided_at, reason, created_at)
			VALUES (?, ?, ?, '', '', '', 'quantri', ?, '', 0)`, o.site.ID, n+10, state, targets.Millis(now.AddDate(0, 0, -n)))
	}
}

func live0(t *testing.T, o *office) (i Incident) {
	t.Helper()
	list, err := o.Incidents(t.Context(), Filter{Live: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) > 0 {
		i = list[0]
	}
	return i
}

// again computes the numbers of a span by queries of its own.
func again(t *testing.T, o *office, name string, s Span, have Figures) {
	t.Helper()
	if now := time.Now(); s.Until.After(now) {
		s.Until = now
	}
	from, until := s.From.UnixMilli(), s.Until.UnixMilli()
	began := `(SELECT e.id, e.incident_id, e.at, e.kind, i.concern, i.severity,
		(SELECT min(n.at) FROM incident_events n WHERE n.incident_id = e.incident_id AND n.id > e.id AND n.kind IN ('recovered', 'excused', 'refuted', 'retired')) over,
		(SELECT min(n.at) FROM incident_events n WHERE n.incident_id = e.incident_id AND n.id > e.id AND n.actor <> 'canhcong') taken
		FROM incident_events e JOIN incidents i ON i.id = e.incident_id WHERE i.drill = 0 AND e.kind IN ('opened', 'unseen', 'raised', 'recurred')) b`
	for _, c := range []struct {
		what  string
		have  int64
		query string
	}{
		{"portals", int64(have.Portals), `SELECT count(*) FROM sites WHERE added_at < ?2 AND coalesce(removed_at, ?2) > ?1`},
		{"up", have.Up.Milliseconds(), `SELECT coalesce(sum(up_ms), 0) FROM tallies WHERE from_at BETWEEN ?1 - ?1 % 3600000 AND ?2 - 1`},
		{"down", have.Down.Milliseconds(), `SELECT coalesce(sum(down_ms), 0) FROM tallies WHERE from_at BETWEEN ?1 - ?1 % 3600000 AND ?2 - 1`},
		{"incidents", int64(have.Incidents), `SELECT count(*) FROM ` + began + ` WHERE at >= ?1 AND at < ?2`},
		{"recurrences", int64(have.Recurrences), `SELECT count(*) FROM ` + began + ` WHERE at >= ?1 AND at < ?2 AND kind = 'recurred'`},
		{"carried", int64(have.Carried), `SELECT count(*) FROM ` + began + ` WHERE at < ?1 AND coalesce(over, ?1) >= ?1`},
		{"ended", int64(have.Ended), `SELECT count(*) FROM incident_events e JOIN incidents i ON i.id = e.incident_id WHERE i.drill = 0 AND e.at >= ?1 AND e.at < ?2
			AND e.kind IN ('recovered', 'excused', 'refuted', 'retired')`},
		{"live", int64(have.Live), `SELECT count(*) FROM ` + began + ` WHERE at < ?2 AND coalesce(over, ?2) >= ?2`},
		{"of content", int64(have.ByConcern[baseline.ConcernContent]), `SELECT count(*) FROM ` + began + ` WHERE at >= ?1 AND at < ?2 AND concern = 'content'`},
		{"outages", int64(have.ByConcern[baseline.ConcernAvailability]), `SELECT count(*) FROM ` + began + ` WHERE at >= ?1 AND at < ?2 AND concern = 'availability'`},
		{"critical", int64(have.BySeverity[Critical]), `SELECT count(*) FROM ` + began + ` WHERE at >= ?1 AND at < ?2 AND severity = 'critical'`},
		{"false alarms", int64(have.ByFinding[FoundFalse]), `SELECT count(*) FROM incident_events WHERE kind = 'refuted' AND at >= ?1 AND at < ?2`},
		{"taken", int64(have.Taken.Of), `SELECT count(*) FROM ` + began + ` WHERE at >= ?1 AND at < ?2 AND taken < ?2 AND taken <= coalesce(over, taken)`},
		{"longest until taken", have.Taken.Slowest.Milliseconds(), `SELECT coalesce(max(taken - at), 0) FROM ` + began + ` WHERE at >= ?1 AND at < ?2 AND taken < ?2 AND taken <= coalesce(over, taken)`},
		{"longest", have.Lasted.Slowest.Milliseconds(), `SELECT coalesce(max(over - at), 0) FROM ` + began + ` WHERE at >= ?1 AND at < ?2 AND over < ?2`},
		{"messages", int64(have.Messages), `SELECT count(*) FROM alerts WHERE sent_at >= ?1 AND sent_at < ?2 AND receipt <> '' AND carried_by IS NULL
			AND kind NOT IN ('picture', 'noted', 'test') AND NOT (about_kind = 'incident' AND about_id IN (SELECT id FROM incidents WHERE drill = 1))`},
		{"facts", int64(have.Facts), `SELECT count(*) FROM (SELECT 1 FROM alerts WHERE sent_at >= ?1 AND sent_at < ?2 AND receipt <> '' AND carried_by IS NULL
			AND kind NOT IN ('picture', 'noted', 'test') AND NOT (about_kind = 'incident' AND about_id IN (SELECT id FROM incidents WHERE drill = 1))
			GROUP BY about_kind, about_id, kind)`},
		{"approved", int64(have.Approved), `SELECT count(*) FROM baselines WHERE decided_at >= ?1 AND decided_at < ?2 AND state IN ('approved', 'superseded')`},
		{"rejected", int64(have.Rejected), `SELECT count(*) FROM baselines WHERE decided_at >= ?1 AND decided_at < ?2 AND state = 'rejected'`},
		{"without anybody on duty", have.HoleTime.Milliseconds(), `SELECT max(?2 - ?1, 0)`},
	} {
		var want int64
		if err := o.registry.DB().Read.QueryRow(c.query, from, until).Scan(&want); err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if c.have != want {
			t.Errorf("%s%s: have %d, want %d", name, c.what, c.have, want)
		}
	}
}

func TestTopicsOfReports(t *testing.T) {
	at := time.Date(2026, 12, 20, 1, 0, 0, 0, targets.Vietnam)
	for _, c := range []struct {
		have Topic
		want string
	}{
		{DayOf(at), "20/12/2026 21/12/2026 19/12/2026 20/12/2026"},
		{MonthOf(at), "01/12/2026 01/01/2027 01/11/2026 01/12/2026"},
		{YearOf(at), "15/12/2026 15/12/2027 15/12/2025 15/12/2026"},
		{YearOf(at.AddDate(0, 0, -6)), "15/12/2025 15/12/2026 15/12/2024 15/12/2025"},
		{WindowOf(Span{midnight(at), midnight(at).AddDate(0, 0, 3)}), "20/12/2026 23/12/2026 17/12/2026 20/12/2026"},
	} {
		have := ""
		for n, day := range []time.Time{c.have.Span.From, c.have.Span.Until, c.have.Before.From, c.have.Before.Until} {
			have += []string{"", " ", " ", " "}[n] + day.In(targets.Vietnam).Format("02/01/2006")
		}
		if have != c.want {
			t.Errorf("%s: have %s, want %s", c.have.Kind, have, c.want)
		}
	}
}

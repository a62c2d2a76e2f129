package monitor

import (
	"fmt"
	"testing"
	"time"

	"canhcong/targets"
)

// TestAvailabilityOfAllIsThatOfEach holds the one pass over all sites against the figure of each: sites that were there all the time,
// that were added or removed within it, that have rows of hours and of days, or none.
func TestAvailabilityOfAllIsThatOfEach(t *testing.T) {
	a, first, _ := newArchive(t)
	registry := targets.New(a.db)
	midnight := dayOf(time.Now()).AddDate(0, 0, -3)
	sites := []targets.Site{first}
	for n := range 4 {
		s, err := registry.Add(t.Context(), targets.Draft{Name: "Cổng", URL: fmt.Sprintf("https://xa%d.tinhmau.gov.vn/", n)})
		if err != nil {
			t.Fatal(err)
		}
		sites = append(sites, s)
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := a.db.Write.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`UPDATE sites SET added_at = ?`, targets.Millis(midnight.AddDate(0, 0, -60)))
	exec(`UPDATE sites SET added_at = ? WHERE id = ?`, targets.Millis(midnight.Add(90*time.Minute)), sites[1].ID)
	exec(`UPDATE sites SET removed_at = ? WHERE id = ?`, targets.Millis(midnight.Add(40*time.Hour)), sites[2].ID)
	exec(`UPDATE sites SET removed_at = ? WHERE id = ?`, targets.Millis(midnight.AddDate(0, 0, -50)), sites[3].ID)
	row := `INSERT INTO tallies (hours, from_at, site_id, up_ms, down_ms, blocked_ms, probes, answers, took_ms, slowest_ms) VALUES (?, ?, ?, ?, ?, ?, 60, 50, ?, ?)`
	for n, s := range sites[:3] {
		for h := 2; h < 40; h++ {
			exec(row, hourly, targets.Millis(midnight.Add(time.Duration(h)*time.Hour)), s.ID, 3_000_000-n, 400_000+h, 100+n, 9000+h, 700+h)
		}
		if n == 1 {
			continue // it was not watched then
		}
		exec(row, daily, targets.Millis(midnight.AddDate(0, 0, -40+n)), s.ID, 80_000_000, 6_000_000, n, 9000, 2000)
	}
	gap := Gap{From: midnight.Add(5 * time.Hour), To: midnight.Add(7 * time.Hour)}
	if err := a.saveGap(t.Context(), &gap); err != nil {
		t.Fatal(err)
	}
	for _, span := range [][2]time.Time{
		{midnight, midnight.AddDate(0, 0, 1)}, {midnight.Add(30 * time.Minute), midnight.Add(50 * time.Hour)},
		{midnight.AddDate(0, 0, -55), midnight.Add(6 * time.Hour)}, {midnight.AddDate(0, 0, -40).Add(5 * time.Hour), midnight.AddDate(0, 0, -39)},
	} {
		all, err := a.Availabilities(t.Context(), span[0], span[1])
		if err != nil {
			t.Fatal(err)
		}
		for n, s := range sites {
			have, there := all[s.ID]
			if there == (n == 3 && span[0].After(midnight.AddDate(0, 0, -50)) || n == 1 && !span[1].After(midnight.Add(90*time.Minute))) {
				t.Errorf("site %d from %v: it is in the list: %t", n, span[0], there)
			}
			want, err := a.Availability(t.Context(), s.ID, span[0], span[1])
			if err != nil || there && have != want {
				t.Errorf("site %d from %v: have %+v, want %+v (%v)", n, span[0], have, want, err)
			}
		}
	}
}

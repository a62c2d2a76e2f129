package monitor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// history is looks at one site every quarter of an hour until now, older than every look is kept; pictured says what each saw.
func history(now time.Time, p Retention, depth Depth, length time.Duration, pictured func(at time.Time) string) (looks []oldLook) {
	for at := now.Add(-length); now.Sub(at) >= p.All; at = at.Add(15 * time.Minute) {
		looks = append(looks, oldLook{id: int64(len(looks) + 1), depth: depth, at: at, end: "ok  200", pictured: pictured(at)})
	}
	return looks
}

func TestPolicyThinsWhatGrowsOld(t *testing.T) {
	now := time.Date(2027, 3, 1, 2, 7, 0, 0, time.UTC)
	p := DefaultRetention
	still := func(time.Time) string { return "như cũ" }
	restless := func(at time.Time) string { return at.String() }
	for name, test := range map[string]struct {
		looks     []oldLook
		low, high int // how many are kept
	}{
		"an unchanged page":             {history(now, p, Render, 100*day, still), 88, 91},
		"a page that is never the same": {history(now, p, Render, 100*day, restless), 12*24 + 75, 12*24 + 80},
		"probes":                        {history(now, p, Probe, 100*day, func(time.Time) string { return "" }), 1, 1},
		"nothing":                       {nil, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			idle := p.dispensable(test.looks, now)
			if kept := len(test.looks) - len(idle); kept < test.low || kept > test.high {
				t.Errorf("have %d of %d looks kept, want %d to %d", kept, len(test.looks), test.low, test.high)
			}
			var left []oldLook
			gone := map[int64]bool{}
			for _, id := range idle {
				gone[id] = true
			}
			for _, l := range test.looks {
				if !gone[l.id] {
					left = append(left, l)
				}
			}
			if again := p.dispensable(left, now); len(again) > 0 {
				t.Errorf("a second pass at once wants to delete %d more", len(again))
			}
		})
	}
}

func TestPolicyKeepsWhatChanged(t *testing.T) {
	now := time.Date(2027, 3, 1, 2, 7, 0, 0, time.UTC)
	p := DefaultRetention
	looks := history(now, p, Probe, 120*day, func(time.Time) string { return "" })
	for i := 1000; i < 1010; i++ {
		looks[i].end = "down http 503"
	}
	kept := map[int64]bool{}
	for _, l := range looks {
		kept[l.id] = true
	}
	for _, id := range p.dispensable(looks, now) {
		delete(kept, id)
	}
	if len(kept) != 3 || !kept[looks[1000].id] || !kept[looks[1010].id] {
		t.Errorf("have %v kept, want the first, the one that found it down and the one that found it well again", kept)
	}
	if n := len(p.dispensable(looks, now.AddDate(2, 0, 0))); n != len(looks) {
		t.Errorf("have %d of %d let go after two years", n, len(looks))
	}
}

// letGo releases everything.
func letGo(_ context.Context, _ int64, looks []int64, _ Use) ([]int64, error) {
	return looks, nil
}

// shelved is an archive with one render an hour for some days, each with a page and a picture of its own.
func shelved(t *testing.T, days int) (a *Archive, dir string, looks []Observation, now time.Time) {
	t.Helper()
	a, site, dir := newArchive(t)
	now = time.Now()
	for i := range days * 24 {
		o := Observation{Site: site, Depth: Render, At: now.Add(-time.Duration(days*24-i) * time.Hour), Outcome: OK, Page: &Page{Title: fmt.Sprint(i)}}
		if err := a.Save(t.Context(), &o, Rendering{Screenshot: fmt.Appendf(nil, "ảnh %d", i)}); err != nil {
			t.Fatal(err)
		}
		looks = append(looks, o)
	}
	return a, dir, looks, now
}

// age makes every artefact file old enough to be swept.
func age(t *testing.T, dir string) {
	t.Helper()
	old := time.Now().Add(-2 * sweepGrace)
	for _, name := range files(t, dir) {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "??", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRetainDeletesLooksAndThenTheirFiles(t *testing.T) {
	a, dir, looks, now := shelved(t, 4)
	stray, err := a.put([]byte("chưa có dòng nào"))
	if err != nil {
		t.Fatal(err)
	}
	wanted := looks[1] // somebody refers to it
	if _, err := a.db.Write.Exec(`INSERT INTO baselines (site_id, version, state, observation_id, content_hash, profile, mac, decided_by, reason, created_at)
		VALUES (?, 1, 'approved', ?, '', '', '', '', '', 0)`, wanted.Site.ID, wanted.ID); err != nil {
		t.Fatal(err)
	}
	p := Retention{All: day, Hourly: day, Daily: 60 * day, Changes: 60 * day, Tallies: 35 * day}
	kept, err := a.Retain(t.Context(), p, now, letGo)
	if err != nil || kept.Looks < 60 || kept.Files != 0 {
		t.Fatalf("have %+v (%v), want most of three days of looks deleted, and no file that is an hour young", kept, err)
	}
	age(t, dir)
	half := filepath.Join(dir, "ab", "ab12.XYZ")
	if err := errors.Join(os.MkdirAll(filepath.Dir(half), 0o700), os.WriteFile(half, nil, 0o600), os.Chtimes(half, now.Add(-3*sweepGrace), now.Add(-3*sweepGrace))); err != nil {
		t.Fatal(err)
	}
	again, err := a.put([]byte("chưa có dòng nào")) // wanted once more, just before its row is written
	if err != nil || again != stray {
		t.Fatal(err)
	}
	if kept, err = a.Retain(t.Context(), p, now, letGo); err != nil || kept.Looks != 0 || kept.Files < 120 {
		t.Errorf("have %+v (%v), want the files of the looks that are gone deleted", kept, err)
	}
	if n := len(files(t, dir)); n != kept.Usage.Files || kept.Usage.Artefacts == 0 || kept.Usage.Database == 0 {
		t.Errorf("have %d files and usage %+v", n, kept.Usage)
	}
	for _, o := range []Observation{wanted, looks[0], looks[len(looks)-1]} {
		if _, err := a.Observation(t.Context(), o.ID); err != nil {
			t.Errorf("a look that is kept has lost its page: %v", err)
		}
		if _, err := a.Artefact(o.Screenshot); err != nil {
			t.Errorf("a look that is kept has lost its picture: %v", err)
		}
	}
	if _, err := a.Artefact(stray); err != nil {
		t.Errorf("a file that was wanted a moment ago is gone: %v", err)
	}
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("what a crash left half written is still there (%v)", err)
	}
}

func TestRetainFitsTheBudget(t *testing.T) {
	a, dir, looks, now := shelved(t, 6)
	age(t, dir)
	u := int64(0)
	for _, name := range files(t, dir) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		u += info.Size()
	}
	p := DefaultRetention
	p.Budget = u / 4
	kept, err := a.Retain(t.Context(), p, now, letGo)
	if err != nil || kept.Usage.Artefacts > p.Budget || kept.Retention.All >= p.All || kept.Retention.All < leastKept {
		t.Errorf("have %+v (%v), want less kept to fit %d bytes", kept, err, p.Budget)
	}
	if _, err := a.Observation(t.Context(), looks[len(looks)-1].ID); err != nil {
		t.Errorf("the newest look is gone: %v", err)
	}
	p.Budget = 1
	if kept, err = a.Retain(t.Context(), p, now, letGo); err != nil || kept.Retention.All != leastKept || kept.Usage.Files == 0 {
		t.Errorf("have %+v (%v), want everything kept for three hours whatever the budget", kept, err)
	}
}

func TestHoursBecomeDays(t *testing.T) {
	a, site, _ := newArchive(t)
	now := time.Date(2027, 3, 1, 2, 7, 0, 0, time.UTC)
	if _, err := a.db.Write.Exec(`UPDATE sites SET added_at = 1`); err != nil {
		t.Fatal(err)
	}
	var l ledger
	begin := dayOf(now.AddDate(0, 0, -40))
	for at := begin; !at.After(now); at = at.Add(time.Minute) {
		o := Observation{Site: site, Depth: Probe, At: at, Outcome: OK, Took: time.Second}
		if at.Hour() == 3 {
			o.Outcome = Down
		}
		l.count(o)
	}
	looks, tally := l.take()
	if err := a.writeDown(t.Context(), looks, tally); err != nil {
		t.Fatal(err)
	}
	before, err := a.Availability(t.Context(), site.ID, begin, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Retain(t.Context(), DefaultRetention, now, letGo); err != nil {
		t.Fatal(err)
	}
	var hours, days int
	if err := a.db.Read.QueryRow(`SELECT sum(hours = 1), sum(hours = 24) FROM tallies`).Scan(&hours, &days); err != nil {
		t.Fatal(err)
	}
	if days != 5 || hours > 36*24 || hours < 35*24 {
		t.Errorf("have %d hours and %d days, want the first five days added up", hours, days)
	}
	after, err := a.Availability(t.Context(), site.ID, begin, now)
	if err != nil || after != before || after.Down < 39*time.Hour {
		t.Errorf("have %+v after (%v), want %+v as before", after, err, before)
	}
	if share, _ := after.Share(); share < 0.957 || share > 0.959 {
		t.Errorf("have a share of %v, want 23 of 24 hours", share)
	}
}

// TestAWrongClockDeletesNothing lets the clock leap years ahead between two nights, and in another case the machine be off for a
// fortnight: for a day nothing is deleted; by then the clock is right again, or it was right all along.
func TestAWrongClockDeletesNothing(t *testing.T) {
	for name, leap := range map[string]time.Duration{"the clock is years ahead": 3 * 365 * day, "the machine was off": 14 * day, "it was off for a night": 30 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			a, site, _ := newArchive(t)
			right := time.Date(2027, 3, 1, 2, 7, 0, 0, time.UTC)
			watch := func(from, until time.Time) {
				t.Helper()
				var l ledger
				for at := from; at.Before(until); at = at.Add(time.Hour) {
					o := Observation{Site: site, Depth: Probe, At: at, Outcome: OK, Status: 200}
					l.count(o)
					if err := a.Save(t.Context(), &o, Rendering{}); err != nil {
						t.Fatal(err)
					}
				}
				_, tally := l.take()
				if err := a.writeDown(t.Context(), nil, tally); err != nil {
					t.Fatal(err)
				}
			}
			retain := func(when string, now time.Time, waits bool) {
				t.Helper()
				kept, err := a.Retain(t.Context(), DefaultRetention, now, letGo)
				if errors.Is(err, ErrLeapt) != waits || err != nil && !waits || waits && kept.Looks != 0 || !waits && kept.Looks == 0 {
					t.Errorf("%s: have %d looks deleted (%v), want it to wait: %t", when, kept.Looks, err, waits)
				}
			}
			watch(right.Add(-7*day), right)
			retain("before", right, false)
			watch(right, right.Add(3*day))
			wrong := right.Add(3*day + leap)
			leapt := leap > longestLeap
			retain("at once, before any look", wrong, leapt)
			watch(wrong, wrong.Add(10*time.Hour))
			if leapt {
				retain("ten hours later", wrong.Add(10*time.Hour), true)
			}
			if leap > 365*day {
				watch(right.Add(3*day), right.Add(4*day))
				retain("once it is set right", right.Add(4*day), false)
				return
			}
			watch(wrong.Add(10*time.Hour), wrong.Add(26*time.Hour))
			retain("a day later", wrong.Add(26*time.Hour), false)
		})
	}
}

package baseline

import (
	"slices"
	"testing"
	"time"

	"canhcong/monitor"
)

// letGo offers every look there is to the judge, and returns how many there were and those it gave away.
func (r *room) letGo(use monitor.Use) (all, free []int64) {
	r.t.Helper()
	looks, err := r.archive.Observations(r.t.Context(), r.site.ID, 10_000)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, o := range looks {
		all = append(all, o.ID)
	}
	if free, err = r.judge.Release(r.t.Context(), r.site.ID, all, use); err != nil {
		r.t.Fatal(err)
	}
	return all, free
}

func TestReleaseKeepsWhatTheJudgeRestsOn(t *testing.T) {
	r := newRoom(t)
	approved := r.approved()
	var bad Verdict
	for i := range 20 {
		if i == 10 {
			bad, _ = r.look(redesign)
			continue
		}
		r.look(nil)
	}
	idle := r.save(nil) // never judged
	needed, err := r.judge.neededIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, free := r.letGo(monitor.Use{Changes: portalStart, Lessons: portalStart})
	if len(free) < 12 || len(free) >= len(all)-len(needed) || !slices.Contains(free, idle.ID) {
		t.Errorf("have %d of %d looks given away, want most of the unremarkable ones", len(free), len(all))
	}
	keep := append(needed, approved.ObservationID, bad.Observation.ID, r.told[len(r.told)-1].Observation.ID)
	for _, id := range keep {
		if slices.Contains(free, id) {
			t.Errorf("look %d is given away, but a baseline, a change or the state of the site rests on it", id)
		}
		if _, ok, err := r.judge.VerdictOf(t.Context(), id); err != nil || !ok {
			t.Errorf("the verdict of look %d is gone (%v)", id, err)
		}
	}
	if n := r.count(`SELECT count(*) FROM verdicts`); n != len(all)-len(free) {
		t.Errorf("have %d verdicts of %d looks, want one for each that is kept", n, len(all)-len(free))
	}
	if _, free = r.letGo(monitor.Use{Changes: portalStart.AddDate(1, 0, 0)}); !slices.Contains(free, bad.Observation.ID) {
		t.Error("a change of long ago is kept for ever")
	}
	r.look(nil) // the judge goes on
}

// What was seen while a site was learnt is told to whoever approves it, however long that takes.
func TestReleaseKeepsTheWarningsOfACandidate(t *testing.T) {
	r := newRoom(t)
	r.look(func(b *portal) { b.block("html/body/main/h2", "h2", "HACKED BY ĐỘI VÍ DỤ", 40) })
	for range r.site.Profile.LearnLooks + 10 {
		r.look(nil)
	}
	before, ok, err := r.judge.Candidate(t.Context(), r.site.ID)
	if err != nil || !ok || len(before.Warnings) == 0 {
		t.Fatalf("have no candidate with a warning: %v %v", ok, err)
	}
	if _, free := r.letGo(monitor.Use{Changes: portalStart.AddDate(1, 0, 0)}); len(free) == 0 {
		t.Error("nothing was given away")
	}
	after, ok, err := r.judge.Candidate(t.Context(), r.site.ID)
	if err != nil || !ok || len(after.Warnings) != len(before.Warnings) {
		t.Errorf("have warnings %v (%v), want %v as before", after.Warnings, err, before.Warnings)
	}
}

func TestReleaseForgetsProbesThatFoundNothingNew(t *testing.T) {
	r := newRoom(t)
	for i := range 30 {
		r.probe(func(o *monitor.Observation) {
			if i >= 10 && i < 15 {
				o.Outcome, o.Cause = monitor.Down, monitor.CauseTCP
			}
		})
	}
	all, free := r.letGo(monitor.Use{Changes: portalStart, Lessons: portalStart})
	if left := len(all) - len(free); left != 3 {
		t.Errorf("have %d looks kept of %d, want the first, the one that found it down and the one that found it up again", left, len(all))
	}
}

func TestReleaseForgetsWhatWasLearntFrom(t *testing.T) {
	r := newRoom(t)
	r.approved()
	for i := range 30 {
		r.after(time.Duration(i+1)*4*time.Hour, nil)
	}
	wards := r.count(`SELECT count(*) FROM baseline_quarantine`)
	waiting := r.count(`SELECT count(*) FROM baseline_quarantine WHERE text_at = 0 OR structure_at = 0`)
	if waiting == 0 || waiting == wards {
		t.Fatalf("have %d of %d looks waiting to be learnt from, want some", waiting, wards)
	}
	r.letGo(monitor.Use{Changes: portalStart, Lessons: portalStart})
	if n := r.count(`SELECT count(*) FROM baseline_quarantine`); n != wards {
		t.Errorf("have %d of %d looks left in quarantine, want all that are of use", n, wards)
	}
	r.letGo(monitor.Use{Changes: portalStart, Lessons: portalStart.AddDate(1, 0, 0)})
	if n := r.count(`SELECT count(*) FROM baseline_quarantine`); n < waiting || n > waiting+2 {
		t.Errorf("have %d looks left in quarantine, want the %d that still teach", n, waiting)
	}
	r.after(125*time.Hour, nil)
}

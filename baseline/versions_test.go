package baseline

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// festival is another home page of the same portal, which it shows in turn with the ordinary one.
func festival(b *portal) { redesign(b) }

// thirdPage is a page that nobody accepted.
func thirdPage(b *portal) { unsigned(b) }

func (r *room) approveLook(change func(b *portal), beside bool) Baseline {
	r.t.Helper()
	o := r.save(change)
	if _, err := r.judge.Handle(r.t.Context(), o); err != nil {
		r.t.Fatal(err)
	}
	d := r.naming(o)
	d.Beside = beside
	b, err := r.judge.Approve(r.t.Context(), d)
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

func TestVariantsAlternateQuietly(t *testing.T) {
	r := newRoom(t)
	first := r.approved()
	b := r.approveLook(festival, true)
	if b.Version != 2 || len(b.Variants) != 1 || b.Variants[0].ObservationID != first.ObservationID {
		t.Fatalf("version %d with %d variants, want 2 with 1", b.Version, len(b.Variants))
	}
	for i := range 14 {
		change, want := festival, b.ObservationID
		if i%2 == 1 {
			change, want = nil, first.ObservationID
		}
		v, _ := r.look(change)
		if v.Content != Normal || v.AnchorID != want || v.BaselineID != b.ID {
			t.Errorf("look %d: content %s against %d, want normal against %d\n%s", i, v.Content, v.AnchorID, want, explain(v))
		}
	}
	now, _, err := r.judge.Approved(t.Context(), r.site.ID)
	if err != nil || now.Profile.Samples != r.site.Profile.LearnLooks || now.Variants[0].Profile.Samples != r.site.Profile.LearnLooks {
		t.Errorf("samples %d and %d, error %v; want both learnt", now.Profile.Samples, now.Variants[0].Profile.Samples, err)
	}
	if v, _ := r.look(thirdPage); v.Content != Suspicious && v.Content != Defaced {
		t.Errorf("a third page: content %s, want an alert\n%s", v.Content, explain(v))
	}
	if v, _ := r.look(hackedBlack); v.Content != Defaced {
		t.Errorf("content %s, want defaced", v.Content)
	}
}

func TestVariantsAreSealed(t *testing.T) {
	r := newRoom(t)
	r.approved()
	r.approveLook(festival, true)
	if _, err := r.db.Write.ExecContext(t.Context(), `UPDATE baselines SET variants = replace(variants, '"samples":5', '"samples":6') WHERE state = 'approved'`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.judge.Approved(t.Context(), r.site.ID); !errors.Is(err, ErrTampered) {
		t.Errorf("error %v, want ErrTampered", err)
	}
}

func TestVariantsAreFew(t *testing.T) {
	r := newRoom(t)
	r.approved()
	for range mostVariants - 1 {
		r.approveLook(festival, true)
	}
	o := r.save(nil)
	d := r.naming(o)
	d.Beside = true
	if _, err := r.judge.Approve(t.Context(), d); !errors.Is(err, ErrTooMany) {
		t.Errorf("error %v, want ErrTooMany", err)
	}
}

func TestRollback(t *testing.T) {
	r := newRoom(t)
	first := r.approved()
	second := r.approveLook(festival, false)
	if v, _ := r.look(nil); v.Content == Normal {
		t.Fatalf("the old page is %s against the new one", v.Content)
	}
	d := Decision{SiteID: r.site.ID, ObservationID: first.ObservationID, ContentHash: first.ContentHash, By: "admin", Reason: "duyệt nhầm"}
	wrong := d
	wrong.ContentHash = second.ContentHash
	if _, err := r.judge.Rollback(t.Context(), wrong); !errors.Is(err, ErrNotShown) {
		t.Errorf("roll back to other content: error %v, want ErrNotShown", err)
	}
	b, err := r.judge.Rollback(t.Context(), d)
	if err != nil || b.Version != 3 || b.ObservationID != first.ObservationID || b.DecidedBy != "admin" || b.Profile.Samples != first.Profile.Samples {
		t.Fatalf("version %d of look %d by %s, error %v; want 3 of %d by admin", b.Version, b.ObservationID, b.DecidedBy, err, first.ObservationID)
	}
	if v, again := r.look(nil); v.Content != Normal || v.BaselineID != b.ID || again != 0 {
		t.Errorf("content %s against %d, again %s; want normal against %d\n%s", v.Content, v.BaselineID, again, b.ID, explain(v))
	}
	list, err := r.judge.Baselines(t.Context(), r.site.ID)
	if err != nil || len(list) != 3 || list[1].State != Superseded || list[2].State != Superseded {
		t.Errorf("history %d, error %v; want three versions, two superseded", len(list), err)
	}
	if _, err := r.db.Write.ExecContext(t.Context(), `UPDATE baselines SET reason = 'x' WHERE version = 2`); err != nil {
		t.Fatal(err)
	}
	d.ObservationID, d.ContentHash = second.ObservationID, second.ContentHash
	if _, err := r.judge.Rollback(t.Context(), d); !errors.Is(err, ErrTampered) {
		t.Errorf("roll back to a version that was changed: error %v, want ErrTampered", err)
	}
}

func TestCaptureLearnsAnewBesideWhatIsApproved(t *testing.T) {
	for _, beside := range []bool{false, true} {
		r := newRoom(t)
		first := r.approved()
		if err := r.judge.Capture(t.Context(), r.site.ID, "admin", "giao diện mới"); err != nil {
			t.Fatal(err)
		}
		for i := range r.site.Profile.LearnLooks {
			v, again := r.look(festival)
			if v.BaselineID != first.ID {
				t.Errorf("look %d: judged against %d, want what is approved, %d", i, v.BaselineID, first.ID)
			}
			if i == 0 && again != r.site.Profile.LearnEvery {
				t.Errorf("again in %s, want %s", again, r.site.Profile.LearnEvery)
			}
		}
		c, ok, err := r.judge.Candidate(t.Context(), r.site.ID)
		if err != nil || !ok || c.Samples != r.site.Profile.LearnLooks {
			t.Fatalf("candidate: ok %t of %d samples, error %v", ok, c.Samples, err)
		}
		d := r.naming(c.Observation)
		d.Beside = beside
		b, err := r.judge.Approve(t.Context(), d)
		if err != nil || b.State != Approved || (len(b.Variants) == 1) != beside {
			t.Fatalf("approve: %s with %d variants, error %v", b.State, len(b.Variants), err)
		}
		if v, _ := r.look(festival); v.Content != Normal || v.BaselineID != b.ID {
			t.Errorf("content %s against %d, want normal against %d", v.Content, v.BaselineID, b.ID)
		}
		if v, _ := r.look(nil); (v.Content == Normal) != beside {
			t.Errorf("beside %t: the old page is %s", beside, v.Content)
		}
	}
}

// TestWarningsComeFromEveryLookOfTheWarmUp hides an attack from the last look.
func TestWarningsComeFromEveryLookOfTheWarmUp(t *testing.T) {
	r := newRoom(t)
	r.look(nil)
	r.look(gamblingHidden)
	for range r.site.Profile.LearnLooks - 2 {
		r.look(nil)
	}
	c, ok, err := r.judge.Candidate(t.Context(), r.site.ID)
	if err != nil || !ok {
		t.Fatalf("candidate: ok %t, error %v", ok, err)
	}
	if !slices.ContainsFunc(c.Warnings, func(e Evidence) bool { return e.Signal == SignalHiddenLinks || e.Signal == SignalPromo }) {
		t.Errorf("warnings %v, want the hidden links of the second look", c.Warnings)
	}
}

func TestVisualLimits(t *testing.T) {
	repeat := func(n int, values ...float64) (list []float64) {
		for i := range n {
			list = append(list, values[i%len(values)])
		}
		return list
	}
	for _, c := range []struct {
		name         string
		shares, bits []float64
		share, bit   float64
		off          bool
	}{
		{"still", repeat(5, 0), repeat(5, 0), 0.30, 60, false},
		{"few", repeat(5, 0.1, 0.3), repeat(5, 20, 56), 0.375, 70, false},
		{"some", repeat(20, 0.1, 0.12, 0.14), repeat(20, 10), 0.30, 60, false},
		{"many", repeat(100, 0.05, 0.05, 0.06), repeat(100, 10, 12), 0.30, 60, false},
		{"restless", repeat(60, 0.02, 0.4, 0.1), repeat(60, 70, 10), 0.40, 70, false},
		{"too restless", repeat(5, 0.1, 0.45), repeat(5, 10), 0, 60, true},
		{"too many faces", repeat(5, 0), repeat(5, 70), 0.30, 0, true},
	} {
		l := Profile{History: history{Shares: c.shares, Bits: c.bits}}.visualLimits()
		if l.off != c.off || c.share > 0 && l.share != c.share || c.bit > 0 && l.bits != c.bit {
			t.Errorf("%s: have %+v, want %.3f, %.0f, off %t", c.name, l, c.share, c.bit, c.off)
		}
	}
}

// TestRestlessPageSaysSo turns the picture of a page off and reads about it, quietly.
func TestRestlessPageSaysSo(t *testing.T) {
	b, anchor := learnt(t)
	b.Profile.History.Shares = []float64{0.5, 0.1}
	for _, c := range []struct {
		change func(*portal)
		want   Content
	}{{func(*portal) {}, Normal}, {hackedBlack, Defaced}} {
		p := newPortal(9)
		c.change(p)
		v := Compare(b, anchor, p.done(t))
		has := func(s Signal) bool {
			return slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == s && e.Sentence("vi") != string(s) })
		}
		if v.Content != c.want || !has(SignalLowCoverage) || has(SignalVisual) {
			t.Errorf("content %s, want %s with low coverage and no visual signal\n%s", v.Content, c.want, explain(v))
		}
	}
}

func TestRollingForgets(t *testing.T) {
	b, anchor := learnt(t)
	r := newRolling(b.Profile, anchor)
	o := newPortal(1)
	withPoster(o)
	look := o.done(t)
	look.At = anchor.At.Add(time.Hour)
	r.learnText(b.Profile, look)
	was := r.Units[mark(unitText(poster))].Weight
	later := newPortal(2).done(t)
	later.At = look.At.Add(halfLife)
	r.learnText(b.Profile, later)
	if have := r.Units[mark(unitText(poster))].Weight; have != was/2 {
		t.Errorf("after a half-life it weighs %.3f, want half of %.3f", have, was)
	}
}

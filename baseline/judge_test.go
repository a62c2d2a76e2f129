package baseline

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// room is a judge on a real database with one site.
type room struct {
	t       *testing.T
	db      *targets.DB
	archive *monitor.Archive
	judge   *Judge
	site    targets.Site
	told    []Verdict
	looks   int
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, db: targetstest.DB(t)}
	registry := targets.New(r.db)
	r.site = targetstest.Site(t, registry, portalURL, "Phường Ví Dụ")
	var err error
	if r.archive, err = monitor.NewArchive(r.db, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.archive.Close() })
	r.judge = New(registry, r.archive, []byte("key"), func(_ context.Context, v Verdict) (monitor.Again, error) {
		r.told = append(r.told, v)
		return monitor.Again{}, nil
	})
	return r
}

// save stores a look at the portal, changed by change, without judging it.
func (r *room) save(change func(b *portal)) monitor.Observation {
	r.t.Helper()
	b := newPortal(r.looks)
	if change != nil {
		change(b)
	}
	o := b.done(r.t)
	o.ID, o.Site = 0, r.site
	r.looks++
	if err := r.archive.Save(r.t.Context(), &o, monitor.Rendering{Page: *o.Page}); err != nil {
		r.t.Fatal(err)
	}
	return o
}

// look stores and judges a look, and returns what the next room was told.
func (r *room) look(change func(b *portal)) (Verdict, time.Duration) {
	r.t.Helper()
	wish, err := r.judge.Handle(r.t.Context(), r.save(change))
	if err != nil {
		r.t.Fatal(err)
	}
	return r.told[len(r.told)-1], wish.Render
}

// probe stores and judges a plain look.
func (r *room) probe(change func(o *monitor.Observation)) Verdict {
	r.t.Helper()
	r.looks++
	o := monitor.Observation{Site: r.site, Depth: monitor.Probe, At: portalStart.Add(time.Duration(r.looks) * time.Minute), Outcome: monitor.OK, Status: 200,
		FinalURL: portalURL, Certificate: &monitor.Certificate{NotAfter: portalStart.AddDate(0, 6, 0)}}
	if change != nil {
		change(&o)
	}
	if err := r.archive.Save(r.t.Context(), &o, monitor.Rendering{}); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.judge.Handle(r.t.Context(), o); err != nil {
		r.t.Fatal(err)
	}
	return r.told[len(r.told)-1]
}

// approved learns the portal and approves what is offered.
func (r *room) approved() Baseline {
	r.t.Helper()
	for range r.site.Profile.LearnLooks {
		r.look(nil)
	}
	c, ok, err := r.judge.Candidate(r.t.Context(), r.site.ID)
	if err != nil || !ok {
		r.t.Fatalf("candidate: ok %t, error %v", ok, err)
	}
	b, err := r.judge.Approve(r.t.Context(), r.naming(c.Observation))
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

func (r *room) naming(o monitor.Observation) Decision {
	return Decision{SiteID: r.site.ID, ObservationID: o.ID, ContentHash: ContentHash(o), By: "webmaster", Reason: "đúng trang của đơn vị"}
}

func (r *room) count(query string) (n int) {
	r.t.Helper()
	if err := r.db.Read.QueryRowContext(r.t.Context(), query).Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

func TestWarmUp(t *testing.T) {
	r := newRoom(t)
	looks := r.site.Profile.LearnLooks
	for i := range looks {
		v, again := r.look(nil)
		if v.Content != Unjudged {
			t.Errorf("look %d: content %s, want unjudged", i, v.Content)
		}
		if want := r.site.Profile.LearnEvery; i < looks-1 && again != want {
			t.Errorf("look %d: again in %s, want %s", i, again, want)
		}
	}
	if _, again := r.look(nil); again != 0 {
		t.Errorf("on offer: again in %s, want the ordinary pace", again)
	}
	c, ok, err := r.judge.Candidate(t.Context(), r.site.ID)
	if err != nil || !ok {
		t.Fatalf("candidate: ok %t, error %v", ok, err)
	}
	if c.Samples != looks || c.Observation.Page == nil || len(c.Warnings) > 0 {
		t.Errorf("candidate of %d samples, page %t, warnings %v; want %d, a page, none", c.Samples, c.Observation.Page != nil, c.Warnings, looks)
	}
	if list, err := r.judge.Candidates(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d candidates, error %v; want 1", len(list), err)
	}
}

func TestWarmUpPassesOverHalfLoadedPages(t *testing.T) {
	r := newRoom(t)
	for range patience {
		r.look(cssFailed)
	}
	if n := r.count(`SELECT count(*) FROM baseline_samples`); n != 0 {
		t.Errorf("%d samples of half-loaded pages, want 0", n)
	}
	for range r.site.Profile.LearnLooks {
		r.look(cssFailed) // it never gets better: this is how the site is
	}
	if _, ok, err := r.judge.Candidate(t.Context(), r.site.ID); err != nil || !ok {
		t.Errorf("a page that never loads whole is never offered: ok %t, error %v", ok, err)
	}
}

func TestApproveIsBoundToWhatWasShown(t *testing.T) {
	r := newRoom(t)
	for range r.site.Profile.LearnLooks {
		r.look(nil)
	}
	c, _, _ := r.judge.Candidate(t.Context(), r.site.ID)
	other := r.naming(c.Observation)
	other.ContentHash = strings.Repeat("0", 64)
	if _, err := r.judge.Approve(t.Context(), other); !errors.Is(err, ErrNotShown) {
		t.Errorf("approve other content: error %v, want ErrNotShown", err)
	}
	if err := r.judge.Reject(t.Context(), other); !errors.Is(err, ErrNotShown) {
		t.Errorf("reject other content: error %v, want ErrNotShown", err)
	}
	b, err := r.judge.Approve(t.Context(), r.naming(c.Observation))
	if err != nil || b.State != Approved || b.DecidedBy != "webmaster" {
		t.Fatalf("approve: %+v, error %v", b.State, err)
	}
	again, err := r.judge.Approve(t.Context(), r.naming(c.Observation))
	if err != nil || again.ID != b.ID {
		t.Errorf("approve twice: baseline %d, error %v; want %d", again.ID, err, b.ID)
	}
}

func TestReject(t *testing.T) {
	r := newRoom(t)
	for range r.site.Profile.LearnLooks {
		r.look(nil)
	}
	c, _, _ := r.judge.Candidate(t.Context(), r.site.ID)
	if err := r.judge.Reject(t.Context(), r.naming(c.Observation)); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := r.judge.Candidate(t.Context(), r.site.ID); ok {
		t.Error("still on offer")
	}
	if _, again := r.look(nil); again != r.site.Profile.LearnEvery {
		t.Errorf("again in %s, want learning to start over", again)
	}
	list, err := r.judge.Baselines(t.Context(), r.site.ID)
	if err != nil || len(list) != 2 || list[0].State != Learning || list[1].State != Rejected {
		t.Errorf("baselines %+v, error %v; want a learning one and a rejected one", list, err)
	}
}

func TestDefacementAndRecovery(t *testing.T) {
	r := newRoom(t)
	b := r.approved()
	if v, again := r.look(nil); v.Content != Normal || v.BaselineID != b.ID || again != 0 {
		t.Errorf("content %s against %d, again %s; want normal against %d, 0\n%s", v.Content, v.BaselineID, again, b.ID, explain(v))
	}
	v, _ := r.look(hackedBlack)
	if v.Content != Defaced {
		t.Errorf("content %s, want defaced\n%s", v.Content, explain(v))
	}
	state := r.state()
	if state.Content != Defaced || state.VerdictIDs[ConcernContent] != v.ID || !state.ContentSince.Equal(v.At.Truncate(time.Millisecond)) {
		t.Errorf("state %+v, want defaced since %s by %d", state, v.At, v.ID)
	}
	r.look(cssFailed)
	if have := r.state().Content; have != Defaced {
		t.Errorf("after a half-loaded look the state is %s, want defaced still", have)
	}
	r.look(nil)
	if have := r.state().Content; have != Normal {
		t.Errorf("after a clean look the state is %s, want normal", have)
	}
	stored, err := r.judge.Verdict(t.Context(), v.ID)
	if err != nil || stored.Observation.Page == nil || stored.Observation.Site.Name != r.site.Name || len(stored.Evidence) != len(v.Evidence) {
		t.Errorf("stored verdict %+v, error %v", stored.Content, err)
	}
	list, err := r.judge.Verdicts(t.Context(), r.site.ID, 3)
	if err != nil || len(list) != 3 || list[0].Content != Normal || list[2].Content != Defaced || list[0].Observation.Page != nil {
		t.Errorf("verdicts %v, error %v", len(list), err)
	}
}

func (r *room) state() SiteState {
	r.t.Helper()
	all, err := r.judge.States(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return all[r.site.ID]
}

func TestLegitimateChangeBecomesANewVersion(t *testing.T) {
	r := newRoom(t)
	first := r.approved()
	o := r.save(redesign)
	if _, err := r.judge.Handle(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	second, err := r.judge.Approve(t.Context(), r.naming(o))
	if err != nil {
		t.Fatal(err)
	}
	if second.Version != first.Version+1 || second.ObservationID != o.ID || second.Profile.Carried == nil {
		t.Errorf("second version %d of observation %d, want %d of %d", second.Version, second.ObservationID, first.Version+1, o.ID)
	}
	v, again := r.look(redesign)
	if v.Content != Normal || v.BaselineID != second.ID || again != r.site.Profile.LearnEvery {
		t.Errorf("content %s against %d, again %s; want normal against %d and more learning\n%s", v.Content, v.BaselineID, again, second.ID, explain(v))
	}
	r.look(hackedBlack) // never learnt
	for range r.site.Profile.LearnLooks {
		r.look(redesign)
	}
	list, err := r.judge.Baselines(t.Context(), r.site.ID)
	if err != nil || len(list) != 2 || list[0].State != Approved || list[1].State != Superseded {
		t.Fatalf("baselines %d, error %v", len(list), err)
	}
	if have, want := list[0].Profile.Samples, r.site.Profile.LearnLooks; have != want {
		t.Errorf("learnt from %d looks, want %d", have, want)
	}
	if _, err := r.judge.Approve(t.Context(), Decision{SiteID: r.site.ID, ObservationID: 1, ContentHash: first.ContentHash}); !errors.Is(err, ErrNotShown) {
		t.Errorf("approve an older look: error %v, want ErrNotShown", err)
	}
}

func TestTamperedBaselineJudgesNothing(t *testing.T) {
	for column, value := range map[string]string{"profile": `'{"samples":5}'`, "content_hash": `'00'`, "decided_by": `'someone'`, "mac": `''`} {
		t.Run(column, func(t *testing.T) {
			r := newRoom(t)
			r.approved()
			if _, err := r.db.Write.ExecContext(t.Context(), `UPDATE baselines SET `+column+` = `+value+` WHERE state = 'approved'`); err != nil {
				t.Fatal(err)
			}
			_, err := r.judge.Handle(t.Context(), r.save(hackedBlack))
			if !errors.Is(err, ErrTampered) {
				t.Errorf("error %v, want ErrTampered", err)
			}
			v := r.told[len(r.told)-1]
			if v.Content != Unjudged || !slices.ContainsFunc(v.Evidence, func(e Evidence) bool { return e.Signal == SignalTampered }) {
				t.Errorf("content %s, evidence %v; want unjudged and the reason", v.Content, v.Evidence)
			}
			if _, _, err := r.judge.Approved(t.Context(), r.site.ID); !errors.Is(err, ErrTampered) {
				t.Errorf("Approved: error %v, want ErrTampered", err)
			}
			if have := r.state().Content; have != Unjudged {
				t.Errorf("the state is %s, want unjudged", have)
			}
			b, err := r.judge.Approve(t.Context(), r.naming(r.save(nil)))
			if err != nil || b.Version != 2 {
				t.Errorf("approve anew: version %d, error %v; want 2", b.Version, err)
			}
			if list, err := r.judge.Baselines(t.Context(), r.site.ID); err != nil || list[1].State != Rejected {
				t.Errorf("history %+v, error %v; want the broken one rejected", list, err)
			}
		})
	}
}

func TestHandlingTwiceChangesNothing(t *testing.T) {
	r := newRoom(t)
	o := r.save(nil)
	for range 3 {
		if _, err := r.judge.Handle(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.count(`SELECT count(*) FROM baseline_samples`); n != 1 {
		t.Errorf("%d samples, want 1", n)
	}
	r.approved()
	bad := r.save(hackedBlack)
	var first string
	for i := range 3 {
		if _, err := r.judge.Handle(t.Context(), bad); err != nil {
			t.Fatal(err)
		}
		v := r.told[len(r.told)-1]
		v.Observation, v.At = monitor.Observation{ID: bad.ID}, time.Time{}
		text, _ := json.Marshal(v)
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Errorf("told differently the %d. time\nhave %s\nwant %s", i+1, text, first)
		}
	}
	if n := r.count(`SELECT count(*) - count(DISTINCT observation_id) FROM verdicts`); n != 0 {
		t.Errorf("%d verdicts too many", n)
	}
}

func TestProbesAreKeptWhenTheySaySomething(t *testing.T) {
	r := newRoom(t)
	first := r.probe(nil)
	quiet := r.probe(nil)
	if quiet.ID != first.ID {
		t.Errorf("a probe that says nothing new has verdict %d, want that of the stored one, %d", quiet.ID, first.ID)
	}
	down := func(o *monitor.Observation) {
		o.Outcome, o.Cause, o.Certificate = monitor.Down, monitor.CauseTimeout, nil
	}
	a, b := r.probe(down), r.probe(down)
	if a.ID == first.ID || b.ID == a.ID {
		t.Errorf("verdicts %d, %d, %d; want three", first.ID, a.ID, b.ID)
	}
	state := r.state()
	if state.Availability != IsDown || state.Certificate != CertificateValid || !state.LookedAt.Equal(b.At) || !state.AvailabilitySince.Equal(a.At) {
		t.Errorf("state %+v, want down since %s, looked at %s, certificate valid", state, a.At, b.At)
	}
	r.probe(func(o *monitor.Observation) { o.Outcome, o.Certificate = monitor.Blind, nil })
	if have := r.state(); have.Availability != IsDown || !have.LookedAt.Equal(b.At) {
		t.Errorf("our own blindness moved the state to %+v, or counts as having looked", have)
	}
}

func TestCertificates(t *testing.T) {
	at := portalStart
	for _, c := range []struct {
		name string
		o    monitor.Observation
		want CertificateState
	}{
		{"valid", monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at.AddDate(0, 3, 0)}}, CertificateValid},
		{"a month and a day", monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at.AddDate(0, 0, 31)}}, CertificateValid},
		{"a month", monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at.AddDate(0, 0, 30)}}, CertificateRenew},
		{"eight days", monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at.AddDate(0, 0, 8)}}, CertificateRenew},
		{"expiring", monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at.AddDate(0, 0, 7)}}, CertificateExpiring},
		{"expired", monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at.AddDate(0, 0, -1)}}, CertificateInvalid},
		{"other name", monitor.Observation{Certificate: &monitor.Certificate{NotAfter: at.AddDate(1, 0, 0), Problem: monitor.CertificateNameMismatch}}, CertificateInvalid},
		{"not seen", monitor.Observation{}, CertificateUnknown},
		{"plain", monitor.Observation{Site: targets.Site{URL: "http://cu.tinhmau.gov.vn/"}}, CertificateNone},
	} {
		c.o.Depth, c.o.At, c.o.Outcome = monitor.Probe, at, monitor.OK
		if have, _ := judgeCertificate(c.o); have != c.want {
			t.Errorf("%s: have %s, want %s", c.name, have, c.want)
		}
	}
}

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// shelf is a data directory with the looks of one portal in it.
type shelf struct {
	t     *testing.T
	data  string
	house *house
	site  targets.Site
	scene *scene
	at    time.Time
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, data: t.TempDir(), scene: &scene{}, at: time.Date(2027, 2, 6, 2, 0, 0, 0, time.UTC)}
	a := &app{ctx: t.Context(), config: defaultConfig(), data: s.data, lang: targets.Vietnamese}
	var err error
	if s.house, err = a.openHouse(slog.New(slog.DiscardHandler), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if s.site, err = s.house.registry.Add(t.Context(), targets.Draft{URL: "http://phuongvidu.tinhmau.gov.vn", Name: "Phường Ví Dụ"}); err != nil {
		t.Fatal(err)
	}
	return s
}

// look stores and judges one look, some time after the one before.
func (s *shelf) look(later time.Duration) {
	s.t.Helper()
	s.at = s.at.Add(later)
	r, err := s.scene.Render(context.Background(), monitor.RenderRequest{URL: s.site.URL})
	if err != nil {
		s.t.Fatal(err)
	}
	page := r.Page
	if page.Visual, err = monitor.Measure(r.Screenshot); err != nil {
		s.t.Fatal(err)
	}
	o := monitor.Observation{Site: s.site, Depth: monitor.Render, At: s.at, Outcome: monitor.OK, Status: 200, FinalURL: s.site.URL, Page: &page}
	if err := s.house.archive.Save(s.t.Context(), &o, r); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.house.judge.Handle(s.t.Context(), o); err != nil {
		s.t.Fatal(err)
	}
}

// watched fills the shelf: a warm-up, days of ordinary looks that are learnt from, a defacement and its repair.
func (s *shelf) watched() {
	s.t.Helper()
	for range s.site.Profile.LearnLooks {
		s.look(time.Minute)
	}
	c, ok, err := s.house.judge.Candidate(s.t.Context(), s.site.ID)
	if err != nil || !ok {
		s.t.Fatalf("nothing is on offer (%v)", err)
	}
	if _, err := s.house.judge.Approve(s.t.Context(), baseline.Decision{SiteID: s.site.ID, ObservationID: c.Observation.ID,
		ContentHash: c.Baseline.ContentHash, By: "quantri", Reason: "mới đăng ký"}); err != nil {
		s.t.Fatal(err)
	}
	for range 30 {
		s.look(4 * time.Hour)
	}
	s.scene.become(portalDefaced)
	s.look(time.Hour)
	s.scene.become(portalNormal)
	s.look(time.Hour)
}

func (s *shelf) replay(args ...string) string {
	s.t.Helper()
	var out bytes.Buffer
	err := run(s.t.Context(), append([]string{"evaluate", "--replay", "--data", s.data, "--lang", "en"}, args...), func(string) string { return "" }, &out)
	if err != nil {
		s.t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String()
}

// kept is a hash of everything that the data directory holds.
func (s *shelf) kept() string {
	s.t.Helper()
	h := sha256.New()
	for _, table := range []string{"verdicts", "states", "baselines", "baseline_samples", "baseline_quarantine", "baseline_rollings", "observations", "incidents"} {
		if err := s.copyRows(h, table); err != nil {
			s.t.Fatal(err)
		}
	}
	err := filepath.WalkDir(filepath.Join(s.data, "artefacts"), func(name string, _ os.DirEntry, err error) error {
		fmt.Fprintln(h, name)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// copyRows writes every row of a table to w.
func (s *shelf) copyRows(w io.Writer, table string) error {
	rows, err := s.house.db.Read.QueryContext(s.t.Context(), `SELECT * FROM `+table+` ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		fmt.Fprintln(w, values...)
	}
	return rows.Err()
}

func TestReplayTellsWhatWouldChangeAndWritesNothing(t *testing.T) {
	s := newShelf(t)
	defer s.house.close()
	s.watched()
	looks := s.site.Profile.LearnLooks + 32
	before := s.kept()
	if have := s.replay(); strings.Contains(have, "→") || !strings.Contains(have, fmt.Sprintf("Judged %d looks at 1 portals again: 0 say something else; 0 cannot", looks)) {
		t.Errorf("the same engine says something else:\n%s", have)
	}
	if s.kept() != before {
		t.Error("something was written")
	}
	if _, err := s.house.db.Write.ExecContext(t.Context(), `UPDATE verdicts SET content = 'normal', evidence = '[]' WHERE content = 'defaced'`); err != nil {
		t.Fatal(err)
	}
	have := s.replay("--site", fmt.Sprint(s.site.ID))
	for _, want := range []string{"normal → defaced", "signature: ", s.site.URL, "2027-02-11", "1 say something else"} {
		if !strings.Contains(have, want) {
			t.Errorf("have\n%s\nwant %q in it", have, want)
		}
	}
	if have := s.replay("--since", s.at.Format(time.RFC3339)); !strings.Contains(have, "Judged 1 looks") {
		t.Errorf("since the last look: have\n%s", have)
	}
	if have := s.replay("--site", "99"); !strings.Contains(have, "Judged 0 looks") {
		t.Errorf("another site: have\n%s", have)
	}
}

func TestReplayNeedsADataDirectoryInUse(t *testing.T) {
	data := filepath.Join(t.TempDir(), "none")
	err := run(t.Context(), []string{"evaluate", "--replay", "--data", data}, func(string) string { return "" }, new(bytes.Buffer))
	if err == nil {
		t.Error("want an error")
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("the directory was created")
	}
}

func TestBaselineCommands(t *testing.T) {
	s := newShelf(t)
	defer s.house.close()
	s.watched()
	do := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if err := run(t.Context(), append([]string{"--data", s.data, "--lang", "en", "baseline"}, args...), func(string) string { return "" }, &out); err != nil {
			t.Fatalf("baseline %v: %v", args, err)
		}
		return out.String()
	}
	first, _, err := s.house.judge.Approved(t.Context(), s.site.ID)
	if err != nil {
		t.Fatal(err)
	}
	site := fmt.Sprint(s.site.ID)
	do("capture", site)
	for range s.site.Profile.LearnLooks {
		s.look(time.Minute)
	}
	var hash string
	for line := range strings.Lines(do("list")) {
		if f := strings.Fields(line); len(f) > 4 && f[2] == "offered" {
			hash = f[4]
		}
	}
	if have := do("approve", site, "--content", hash, "--beside"); !strings.Contains(have, "version 2") {
		t.Errorf("approve: %s", have)
	}
	if have := do("rollback", site, "--content", first.ContentHash); !strings.Contains(have, "version 1, now version 3") {
		t.Errorf("rollback: %s", have)
	}
	if have := do("list", "--site", site); strings.Count(have, "superseded") != 2 || strings.Count(have, "approved") != 1 {
		t.Errorf("list:\n%s", have)
	}
	now, _, err := s.house.judge.Approved(t.Context(), s.site.ID)
	if err != nil || now.Version != 3 || now.ObservationID != first.ObservationID || !strings.HasPrefix(now.DecidedBy, "cli") {
		t.Errorf("approved %+v, error %v", now.Version, err)
	}
}

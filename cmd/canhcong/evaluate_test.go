package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ownCases are our own invented pages, in the layout of the corpus.
const ownCases = "../../baseline/testdata"

// families are the kinds of attack and of legitimate change that the corpus has. Our own pages have a case of each.
var families = []string{"replaced", "spampage", "edit", "redesign", "same", "hidden-links", "visible-spam", "headline", "title", "script-origin",
	"redirect", "overlay", "mourning", "festive", "police-news", "notice", "no-css", "maintenance", "challenge"}

func TestOwnPagesCoverEveryFamily(t *testing.T) {
	cases, err := readCases(filepath.Join(ownCases, "cases.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]int{}
	for _, e := range cases {
		have[e.Family]++
		for _, file := range []string{filepath.Join(e.Baseline, e.BaselineEntry), filepath.Join(e.After, e.AfterEntry)} {
			if _, err := os.Stat(filepath.Join(ownCases, file)); err != nil {
				t.Errorf("case %s: %v", e.ID, err)
			}
		}
	}
	for _, family := range families {
		if have[family] == 0 {
			t.Errorf("no case of the family %s", family)
		}
	}
	if len(have) != len(families) {
		t.Errorf("have %d families, want %d", len(have), len(families))
	}
}

// TestEvaluateOwnPages runs every case through the real pipeline, in a real browser, and wants each to pass.
func TestEvaluateOwnPages(t *testing.T) {
	needChrome(t)
	t.Parallel()
	results, table := filepath.Join(t.TempDir(), "results.tsv"), filepath.Join(t.TempDir(), "table.txt")
	args := []string{"evaluate", ownCases, "--out", results, "--table", table, "--workers", "2", "--ablation"}
	var out bytes.Buffer
	if err := run(t.Context(), args, sandboxless().get, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	failed := failures(t, results)
	for _, row := range failed {
		t.Errorf("have %q", row)
	}
	if written, err := os.ReadFile(table); err != nil || !strings.HasSuffix(out.String(), string(written)) || len(written) == 0 {
		t.Errorf("the table in the file is not the one printed: %v\n%s", err, written)
	}
	// A second run has nothing left to do, and no time for it.
	begun := out.Len()
	if err := run(t.Context(), args, sandboxless().get, &out); err != nil || strings.Contains(out.String()[begun:], "of 44 cases") {
		t.Errorf("the second run was not a mere reading: %v\n%s", err, out.String()[begun:])
	}
}

func sandboxless() environment {
	return environment{"CANHCONG_CHROME_NO_SANDBOX": "true", "CHROME": os.Getenv("CHROME")}
}

// failures are the rows of the results that did not pass.
func failures(t *testing.T, file string) (rows []string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if have, want := len(lines)-1, 44; have != want {
		t.Errorf("have %d results, want %d", have, want)
	}
	for _, line := range lines[1:] {
		if r, ok := parseResult(strings.Split(line, "\t")); !ok || !r.Pass {
			rows = append(rows, line)
		}
	}
	return rows
}

func TestLeast(t *testing.T) {
	file := filepath.Join(t.TempDir(), "least.tsv")
	if err := os.WriteFile(file, []byte("# family, least\n\nedit\t2\nquiet-one\t1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := readLeast(file)
	if err != nil {
		t.Fatal(err)
	}
	row := func(family string, pass bool) result {
		return result{evaluation: evaluation{Family: family}, Pass: pass}
	}
	for name, c := range map[string]struct {
		rows []result
		want string
	}{
		"enough":          {[]result{row("edit", true), row("edit", true), row("edit", false), row("quiet-one", true)}, ""},
		"one too few":     {[]result{row("edit", true), row("edit", false), row("quiet-one", true)}, "edit: 1 cases pass, at least 2 have to"},
		"a family absent": {[]result{row("edit", true), row("edit", true)}, "quiet-one: 0 cases pass, at least 1 have to"},
	} {
		have := ""
		if err := l.check(c.rows); err != nil {
			have = err.Error()
		}
		if have != c.want {
			t.Errorf("%s: have %q, want %q", name, have, c.want)
		}
	}
	if err := os.WriteFile(file, []byte("edit many\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readLeast(file); err == nil {
		t.Error("a line without a number was read")
	}
}

func TestEveryNthCaseOfEachFamilyIsChosenByRule(t *testing.T) {
	var all []evaluation
	for i := range 12 {
		for _, family := range []string{"edit", "title"} {
			all = append(all, evaluation{ID: fmt.Sprintf("%s-%d", family, i), Family: family})
		}
	}
	var have []string
	for _, e := range everyNth(all, 5) {
		have = append(have, e.ID)
	}
	if want := "edit-0 title-1 edit-5 title-6 edit-10 title-11"; strings.Join(have, " ") != want {
		t.Errorf("have %v, want %s", have, want)
	}
	if have := len(everyNth(all, 1)); have != len(all) {
		t.Errorf("every case: have %d, want %d", have, len(all))
	}
}

func TestRowsOfResultsAreReadAsTheyWereWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.tsv")
	s, err := openSheet(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := []result{
		{evaluation: evaluation{ID: "a", Family: "edit", Expect: "quiet"}, Availability: "up", Content: "changed", Quality: "complete", Score: 1.5, Evidence: "title:1.5", Seconds: 0.25, Pass: true, Naive: []string{"text"}, LostWithout: []string{}},
		{evaluation: evaluation{ID: "b", Family: "title", Expect: "alert"}, Availability: "up", Content: "defaced", Quality: "complete", Naive: []string{}},
	}
	for _, r := range rows {
		if _, err := s.add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	again, err := openSheet(file)
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	for _, want := range rows {
		have := again.rows[want.ID]
		if have.Content != want.Content || have.Score != want.Score || have.Pass != want.Pass || names(have.Naive) != names(want.Naive) || names(have.LostWithout) != names(want.LostWithout) {
			t.Errorf("have %+v, want %+v", have, want)
		}
	}
	if !again.has("a", true) || again.has("b", true) || !again.has("b", false) {
		t.Error("what was asked of a case was forgotten")
	}
}

package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"canhcong/baseline"
)

type evaluateCommand struct {
	Dir     string   `arg:"" help:"Folder with cases.tsv and the pages it names."`
	Out     string   `help:"Write one row per case to this file; rows that are there already are kept and not run again." placeholder:"FILE"`
	Keep    string   `help:"Keep what was seen in this folder, and judge what it holds already without looking again." placeholder:"DIR"`
	Workers int      `help:"Cases at once." default:"4"`
	Family  []string `help:"Only these families." placeholder:"NAME"`
}

// evaluation is one case of a cases folder.
type evaluation struct {
	ID, Family, Expect          string
	Baseline, BaselineEntry     string
	After, AfterEntry, Fallback string
}

// result is what the production pipeline said of a case, as a row of the output.
type result struct {
	evaluation
	Availability baseline.Availability
	Content      baseline.Content
	Quality      baseline.Quality
	Score        float64
	Evidence     string // signal codes, strongest first
	Seconds      float64
	Pass         bool
}

// passes says whether a verdict is what a case expects. blocked is a statement about availability, the rest about content.
func passes(expect string, availability baseline.Availability, content baseline.Content) (bool, error) {
	loud := content == baseline.Suspicious || content == baseline.Defaced
	switch expect {
	case "quiet":
		return !loud && content != baseline.Unjudged, nil
	case "alert":
		return loud, nil
	case "nodeface":
		return content != baseline.Defaced, nil
	case "blocked":
		return availability == baseline.IsBlocked && !loud, nil
	}
	return false, fmt.Errorf("a case expects %q: want quiet, alert, nodeface or blocked", expect)
}

// Run judges every case with the real browser and the real pipeline, and prints the table.
func (c evaluateCommand) Run(a *app) error {
	cases, err := readCases(filepath.Join(c.Dir, "cases.tsv"))
	if err != nil {
		return err
	}
	cases = slices.DeleteFunc(cases, func(e evaluation) bool { return len(c.Family) > 0 && !slices.Contains(c.Family, e.Family) })
	if len(cases) == 0 {
		return errors.New("no case is left to run: check --family against the families of cases.tsv")
	}
	sheet, err := openSheet(c.Out)
	if err != nil {
		return err
	}
	run, err := a.newEvaluator(c.Dir, c.Keep, sheet, len(cases))
	if err != nil {
		return errors.Join(err, sheet.close())
	}
	err = run.all(a.ctx, groupByBaseline(cases), c.Workers)
	if err := errors.Join(err, run.close(), sheet.close()); err != nil {
		return err
	}
	return printTable(a.out, sheet.of(cases))
}

// caseName is what an id may be: it names files.
var caseName = regexp.MustCompile(`^[\w-][\w.-]*$`)

func readCases(name string) ([]evaluation, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the cases: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("read the cases in %s: %w", name, errors.Join(err, io.ErrUnexpectedEOF))
	}
	column := map[string]int{}
	for i, title := range rows[0] {
		column[title] = i
	}
	for _, title := range []string{"id", "family", "expect", "baseline", "baseline_entry", "after", "after_entry", "fallback"} {
		if _, ok := column[title]; !ok {
			return nil, fmt.Errorf("read the cases in %s: the header has no column %q", name, title)
		}
	}
	cases := make([]evaluation, 0, len(rows)-1)
	for _, row := range rows[1:] {
		at := func(title string) string { return row[column[title]] }
		e := evaluation{at("id"), at("family"), at("expect"), at("baseline"), at("baseline_entry"), at("after"), at("after_entry"), at("fallback")}
		if !caseName.MatchString(e.ID) {
			return nil, fmt.Errorf("read the cases in %s: the id %q is not made of letters, digits, dots, dashes and underscores", name, e.ID)
		}
		if _, err := passes(e.Expect, "", ""); err != nil {
			return nil, fmt.Errorf("read case %s in %s: %w", e.ID, name, err)
		}
		cases = append(cases, e)
	}
	return cases, nil
}

// groupByBaseline puts the cases together that start from the same page, so that it is learnt once.
func groupByBaseline(cases []evaluation) [][]evaluation {
	index := map[string]int{}
	var groups [][]evaluation
	for _, e := range cases {
		key := e.Baseline + "\n" + e.BaselineEntry
		i, ok := index[key]
		if !ok {
			i = len(groups)
			index[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], e)
	}
	return groups
}

// all runs the groups, several at once.
func (r *evaluator) all(ctx context.Context, groups [][]evaluation, workers int) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(workers, 1))
	for _, group := range groups {
		todo := slices.DeleteFunc(slices.Clone(group), func(e evaluation) bool { return r.sheet.has(e.ID) })
		if len(todo) == 0 {
			continue
		}
		g.Go(func() error { return r.group(ctx, todo) })
	}
	return g.Wait()
}

// sheet is the file of results, one row per case; without a file it keeps them in memory only.
type sheet struct {
	mu   sync.Mutex
	file *os.File
	rows map[string]result
}

var sheetHeader = []string{"id", "family", "expect", "availability", "content", "quality", "score", "evidence", "seconds", "pass"}

func openSheet(name string) (*sheet, error) {
	s := &sheet{rows: map[string]result{}}
	if name == "" {
		return s, nil
	}
	var err error
	if s.file, err = os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644); err != nil {
		return nil, fmt.Errorf("open the results: %w", err)
	}
	text, err := io.ReadAll(s.file)
	if err != nil {
		return nil, fmt.Errorf("read the results: %w", err)
	}
	if len(text) == 0 {
		_, err = fmt.Fprintln(s.file, strings.Join(sheetHeader, "\t"))
		return s, err
	}
	for line := range strings.Lines(string(text)) {
		if row, ok := parseResult(strings.Split(strings.TrimRight(line, "\n"), "\t")); ok {
			s.rows[row.ID] = row
		}
	}
	return s, nil
}

func parseResult(f []string) (result, bool) {
	if len(f) != len(sheetHeader) || f[0] == "id" {
		return result{}, false
	}
	r := result{evaluation: evaluation{ID: f[0], Family: f[1], Expect: f[2]}, Availability: baseline.Availability(f[3]),
		Content: baseline.Content(f[4]), Quality: baseline.Quality(f[5]), Evidence: f[7], Pass: f[9] == "true"}
	_, err := fmt.Sscan(f[6]+" "+f[8], &r.Score, &r.Seconds)
	return r, err == nil
}

func (s *sheet) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.rows[id]
	return ok
}

// add keeps a result and returns how many there are.
func (s *sheet) add(r result) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows[r.ID] = r
	if s.file == nil {
		return len(s.rows), nil
	}
	_, err := fmt.Fprintf(s.file, "%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%s\t%.2f\t%t\n", r.ID, r.Family, r.Expect, r.Availability, r.Content,
		r.Quality, r.Score, r.Evidence, r.Seconds, r.Pass)
	return len(s.rows), err
}

// of returns the results of these cases, in their order.
func (s *sheet) of(cases []evaluation) []result {
	var list []result
	for _, e := range cases {
		if r, ok := s.rows[e.ID]; ok {
			list = append(list, r)
		}
	}
	return list
}

func (s *sheet) close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// newEvaluator starts the pages' server and the browser.
func (a *app) newEvaluator(dir, keep string, s *sheet, total int) (*evaluator, error) {
	if keep != "" {
		if err := os.MkdirAll(keep, 0o700); err != nil {
			return nil, fmt.Errorf("keep what was seen: %w", err)
		}
	}
	stage, err := newStage(dir)
	if err != nil {
		return nil, err
	}
	a.config.Hosts = map[string]string{"*." + stageDomain: stage.address(), "*": nowhere}
	browser, err := a.browser(slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, errors.Join(err, stage.close())
	}
	return &evaluator{stage: stage, browser: browser, sheet: s, keep: keep, total: total, out: a.out, begun: time.Now()}, nil
}

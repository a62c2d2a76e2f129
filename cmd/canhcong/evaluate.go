package main

import (
	"bytes"
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
	"time"

	"golang.org/x/sync/errgroup"

	"canhcong/baseline"
	"canhcong/monitor"
)

type evaluateCommand struct {
	Dir     string   `arg:"" optional:"" help:"Folder with cases.tsv and the pages it names."`
	Out     string   `help:"Write one row per case to this file; rows that are there already are kept and not run again." placeholder:"FILE"`
	Keep    string   `help:"Keep what was seen in this folder, and judge what it holds already without looking again." placeholder:"DIR"`
	Workers int      `help:"Cases at once." default:"4"`
	Family  []string `help:"Only these families." placeholder:"NAME"`

	Every    int    `help:"Only every Nth case of each family, in the order of cases.tsv." default:"1" placeholder:"N"`
	Table    string `help:"Write the table to this file too." placeholder:"FILE"`
	Ablation bool   `help:"Ask which cases would be lost without each group of signals."`
	Least    string `help:"Fail when fewer cases of a family pass than this file says (TSV: family, number)." placeholder:"FILE"`
	Repeat   int    `help:"Instead: look this often at each page that a case leaves as it is, and count alerts." placeholder:"N"`

	Replay bool   `help:"Instead: judge the looks in the data directory again and print what would change."`
	Site   int64  `help:"With --replay: only this site." placeholder:"ID"`
	Since  string `help:"With --replay: only looks since a day (2027-02-06), an instant, or how long ago (72h)." placeholder:"TIME"`
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
	Naive        []string // the naive rules that would alert
	LostWithout  []string // the groups of signals without which the case would fail; nil when that was not asked
}

// alerts tells a result that people are told of.
func (r result) alerts() bool { return isLoud(r.Content) }

func isLoud(c baseline.Content) bool { return c == baseline.Suspicious || c == baseline.Defaced }

// passes says whether a verdict is what a case expects. blocked is a statement about availability, the rest about content.
func passes(expect string, availability baseline.Availability, content baseline.Content) (bool, error) {
	loud := isLoud(content)
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
	if c.Replay {
		return c.replay(a)
	}
	if c.Dir == "" {
		return exitError{2, errors.New("name the folder of cases, or --replay to judge the data directory again")}
	}
	cases, err := c.cases()
	if err != nil {
		return err
	}
	if c.Repeat > 0 {
		return a.repeat(c, cases)
	}
	least, err := readLeast(c.Least)
	if err != nil {
		return err
	}
	sheet, err := openSheet(c.Out)
	if err != nil {
		return err
	}
	run, err := a.newEvaluator(c, sheet, len(cases))
	if err != nil {
		return errors.Join(err, sheet.close())
	}
	err = run.all(a.ctx, groupByBaseline(cases), c.Workers)
	if err := errors.Join(err, run.close(), sheet.close()); err != nil {
		return err
	}
	list := sheet.of(cases)
	if err := c.publish(a.out, list); err != nil {
		return err
	}
	return least.check(list)
}

// cases are the cases asked for.
func (c evaluateCommand) cases() ([]evaluation, error) {
	all, err := readCases(filepath.Join(c.Dir, "cases.tsv"))
	if err != nil {
		return nil, err
	}
	cases := slices.DeleteFunc(everyNth(all, max(c.Every, 1)), func(e evaluation) bool {
		return len(c.Family) > 0 && !slices.Contains(c.Family, e.Family)
	})
	if len(cases) == 0 {
		return nil, errors.New("no case is left to run: check --family and --every against cases.tsv")
	}
	return cases, nil
}

// everyNth takes every nth case of each family. Each family begins one case later than the one before it, so that they do not
// all take the cases of the same pages.
func everyNth(all []evaluation, n int) (cases []evaluation) {
	order, seen := map[string]int{}, map[string]int{}
	for _, e := range all {
		if _, ok := order[e.Family]; !ok {
			order[e.Family] = len(order)
		}
		if (seen[e.Family]+n-order[e.Family]%n)%n == 0 {
			cases = append(cases, e)
		}
		seen[e.Family]++
	}
	return cases
}

// publish prints the table, and writes it to the file that was named for it.
func (c evaluateCommand) publish(out io.Writer, list []result) error {
	var table bytes.Buffer
	if err := printTable(&table, list); err != nil {
		return err
	}
	if _, err := out.Write(table.Bytes()); err != nil || c.Table == "" {
		return err
	}
	if err := os.WriteFile(c.Table, table.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
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
		todo := slices.DeleteFunc(slices.Clone(group), func(e evaluation) bool { return r.sheet.has(e.ID, r.ablation) })
		if len(todo) == 0 {
			continue
		}
		g.Go(func() error { return r.group(ctx, todo) })
	}
	return g.Wait()
}

// newEvaluator starts the pages' server and the browser.
func (a *app) newEvaluator(c evaluateCommand, s *sheet, total int) (*evaluator, error) {
	if c.Keep != "" {
		if err := os.MkdirAll(c.Keep, 0o700); err != nil {
			return nil, fmt.Errorf("keep what was seen: %w", err)
		}
	}
	stage, err := newStage(c.Dir)
	if err != nil {
		return nil, err
	}
	// The pages are judged without the internet: it would answer differently every day.
	a.config.Hosts = map[string]string{"*." + stageDomain: stage.address(), "*": monitor.Nowhere}
	browser, err := a.browser(slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, errors.Join(err, stage.close())
	}
	return &evaluator{stage: stage, browser: browser, sheet: s, keep: c.Keep, ablation: c.Ablation, total: total, out: a.out, begun: time.Now()}, nil
}

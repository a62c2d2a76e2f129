package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"text/tabwriter"

	"canhcong/baseline"
)

// printTable prints a row per family with the share that passed and its 95 % interval, beside what naive rules would have
// said of the same looks; then what each group of signals is worth; and it names every case that failed.
func printTable(out io.Writer, list []result) error {
	families := byFamily(list)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "family\texpect\tcases\tpassed\trate\t95 % interval\tnormal\tchanged\tsuspicious\tdefaced\tunjudged\t│ alerts:\tcanhcong\tdHash64 > 10\ttext hash\tkeywords\t")
	for _, name := range append(sortedKeys(families), "all") {
		rows := families[name]
		if name == "all" {
			rows = list
		}
		printFamily(w, name, rows)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := printRules(out, list); err != nil {
		return err
	}
	if err := printAblation(out, list); err != nil {
		return err
	}
	for _, r := range list {
		if !r.Pass {
			fmt.Fprintf(out, "failed: %s expects %s: %s, %s, %s, %.1f: %s\n", r.ID, r.Expect, r.Availability, r.Content, r.Quality, r.Score, r.Evidence)
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func byFamily(list []result) map[string][]result {
	families := map[string][]result{}
	for _, r := range list {
		families[r.Family] = append(families[r.Family], r)
	}
	return families
}

func printFamily(w io.Writer, name string, rows []result) {
	states := map[baseline.Content]int{}
	for _, r := range rows {
		states[r.Content]++
	}
	passed, expect := count(rows, func(r result) bool { return r.Pass }), rows[0].Expect
	if name == "all" {
		expect = ""
	}
	low, high := wilson(passed, len(rows))
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%.1f–%.1f %%\t%d\t%d\t%d\t%d\t%d\t│", name, expect, len(rows), passed,
		rate(passed, len(rows)), 100*low, 100*high, states[baseline.Normal], states[baseline.Changed],
		states[baseline.Suspicious], states[baseline.Defaced], states[baseline.Unjudged])
	for _, rule := range rules {
		fmt.Fprintf(w, "\t%s", rate(count(rows, rule.alerts), len(rows)))
	}
	fmt.Fprintln(w, "\t")
}

// rules are what is compared: ours, and those that people would have without it.
var rules = []struct {
	name   string
	alerts func(result) bool
}{
	{"canhcong", result.alerts},
	{"dHash64 > 10", func(r result) bool { return slices.Contains(r.Naive, naivePicture) }},
	{"text hash changed", func(r result) bool { return slices.Contains(r.Naive, naiveText) }},
	{"keyword list alone", func(r result) bool { return slices.Contains(r.Naive, naiveWords) }},
}

// printRules prints what each rule finds of the attacks, and how often it disturbs where nothing is wrong.
func printRules(out io.Writer, list []result) error {
	attack, quiet := expecting(list, "alert"), expecting(list, "quiet")
	if len(attack) == 0 || len(quiet) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\nrule\tattacks found (of %d)\trate\tfalse alarms (of %d)\trate\t\n", len(attack), len(quiet))
	for _, rule := range rules {
		found, wrong := count(attack, rule.alerts), count(quiet, rule.alerts)
		fmt.Fprintf(w, "%s\t%d\t%s\t%d\t%s\t\n", rule.name, found, rate(found, len(attack)), wrong, rate(wrong, len(quiet)))
	}
	return w.Flush()
}

func expecting(list []result, expect string) []result {
	return slices.DeleteFunc(slices.Clone(list), func(r result) bool { return r.Expect != expect })
}

// printAblation prints a row per group of signals: the attacks that would be missed without it, by family.
func printAblation(out io.Writer, list []result) error {
	if !slices.ContainsFunc(list, func(r result) bool { return r.LostWithout != nil }) {
		return nil
	}
	fmt.Fprintln(out, "\nlost without a group of signals (cases that pass with it):")
	for _, group := range baseline.Groups() {
		lost := slices.DeleteFunc(slices.Clone(list), func(r result) bool { return !slices.Contains(r.LostWithout, group) })
		fmt.Fprintf(out, "%10s  %3d", group, len(lost))
		families := byFamily(lost)
		for _, name := range sortedKeys(families) {
			fmt.Fprintf(out, "  %s %d", name, len(families[name]))
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprintln(out)
	return err
}

func count(rows []result, is func(result) bool) (n int) {
	for _, r := range rows {
		if is(r) {
			n++
		}
	}
	return n
}

func rate(n, of int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of)) }

// wilson is the 95 % score interval of a share (Wilson 1927), which holds at 0 and 100 % too.
func wilson(passed, n int) (low, high float64) {
	const z = 1.959964
	p, m := float64(passed)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

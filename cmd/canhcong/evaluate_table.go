package main

import (
	"fmt"
	"io"
	"math"
	"sort"
	"text/tabwriter"

	"canhcong/baseline"
)

// printTable prints a row per family with the share that passed and its 95 % interval, and names every case that failed.
func printTable(out io.Writer, list []result) error {
	families := map[string][]result{}
	for _, r := range list {
		families[r.Family] = append(families[r.Family], r)
	}
	names := make([]string, 0, len(families))
	for name := range families {
		names = append(names, name)
	}
	sort.Strings(names)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "family\texpect\tcases\tpassed\trate\t95 % interval\tnormal\tchanged\tsuspicious\tdefaced\tunjudged\t")
	for _, name := range append(names, "all") {
		rows := families[name]
		if name == "all" {
			rows = list
		}
		printFamily(w, name, rows)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range list {
		if !r.Pass {
			fmt.Fprintf(out, "failed: %s expects %s: %s, %s, %s, %.1f: %s\n", r.ID, r.Expect, r.Availability, r.Content, r.Quality, r.Score, r.Evidence)
		}
	}
	return nil
}

func printFamily(w io.Writer, name string, rows []result) {
	passed, states := 0, map[baseline.Content]int{}
	for _, r := range rows {
		states[r.Content]++
		if r.Pass {
			passed++
		}
	}
	expect := rows[0].Expect
	if name == "all" {
		expect = ""
	}
	low, high := wilson(passed, len(rows))
	fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.1f %%\t%.1f–%.1f %%\t%d\t%d\t%d\t%d\t%d\t\n", name, expect, len(rows), passed,
		100*float64(passed)/float64(len(rows)), 100*low, 100*high, states[baseline.Normal], states[baseline.Changed],
		states[baseline.Suspicious], states[baseline.Defaced], states[baseline.Unjudged])
}

// wilson is the 95 % score interval of a share (Wilson 1927), which holds at 0 and 100 % too.
func wilson(passed, n int) (low, high float64) {
	const z = 1.959964
	p, m := float64(passed)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return math.Max(0, centre-half), math.Min(1, centre+half)
}

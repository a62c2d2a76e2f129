package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"canhcong/baseline"
)

// sheet is the file of results, one row per case; without a file it keeps them in memory only.
type sheet struct {
	mu   sync.Mutex
	file *os.File
	rows map[string]result
}

var sheetHeader = []string{"id", "family", "expect", "availability", "content", "quality", "score", "evidence", "seconds", "pass", "naive", "lost_without"}

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
		Content: baseline.Content(f[4]), Quality: baseline.Quality(f[5]), Evidence: f[7], Pass: f[9] == "true",
		Naive: parseNames(f[10]), LostWithout: parseNames(f[11])}
	_, err := fmt.Sscan(f[6]+" "+f[8], &r.Score, &r.Seconds)
	return r, err == nil
}

// names writes a list into one field: "?" was not asked, "-" is empty.
func names(list []string) string {
	switch {
	case list == nil:
		return "?"
	case len(list) == 0:
		return "-"
	}
	return strings.Join(list, ",")
}

func parseNames(field string) []string {
	switch field {
	case "?":
		return nil
	case "-":
		return []string{}
	}
	return strings.Split(field, ",")
}

// has tells that a case was run already, and asked about its groups if ablation wants that.
func (s *sheet) has(id string, ablation bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.rows[id]
	return ok && (!ablation || r.LostWithout != nil)
}

// add keeps a result and returns how many there are.
func (s *sheet) add(r result) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows[r.ID] = r
	if s.file == nil {
		return len(s.rows), nil
	}
	_, err := fmt.Fprintf(s.file, "%s\t%s\t%s\t%s\t%s\t%s\t%.2f\t%s\t%.2f\t%t\t%s\t%s\n", r.ID, r.Family, r.Expect, r.Availability, r.Content,
		r.Quality, r.Score, r.Evidence, r.Seconds, r.Pass, names(r.Naive), names(r.LostWithout))
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

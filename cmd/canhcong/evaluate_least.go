package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// least is how many cases of each family have to pass.
type least map[string]int

// readLeast reads a line per family: its name, a tab, a number. Empty lines and lines that start with # are comments.
func readLeast(name string) (least, error) {
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read what must pass: %w", err)
	}
	l := least{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		family, number, _ := strings.Cut(line, "\t")
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil || n < 0 {
			return nil, fmt.Errorf("read what must pass in %s: %q is not a family, a tab and a number", name, line)
		}
		l[family] = n
	}
	return l, nil
}

// check fails when a family falls below its figure, or is missing altogether.
func (l least) check(list []result) error {
	passed := map[string]int{}
	for _, r := range list {
		if r.Pass {
			passed[r.Family]++
		}
	}
	var problems []error
	for _, family := range sortedKeys(l) {
		if passed[family] < l[family] {
			problems = append(problems, fmt.Errorf("%s: %d cases pass, at least %d have to", family, passed[family], l[family]))
		}
	}
	return errors.Join(problems...)
}

package baseline

import (
	"maps"
	"slices"
)

// patterns are what an automaton looks for: words, and the ids that each stands for.
type patterns map[string][]int

func (p patterns) add(word string, id int) { p[word] = append(p[word], id) }

// automaton finds many words in one pass over a text (Aho and Corasick 1975, doi:10.1145/360825.360855). Its states are
// numbered by breadth, so that the states that follow one are neighbours and the few near the root, where most text stays,
// come first: these have a complete row, the others only what leads on.
type automaton struct {
	states []state
	by     []byte // the byte that leads into each state
	rows   [][256]int32
	ids    [][]int // what each word stands for
}

// state is one beginning of some words.
type state struct {
	next int32 // its first follower; the last is before that of the state after it
	fail int32 // the state of the longest other ending of what was read
	ends int32 // the nearest state, this one or down the fail links, where a word ends; 0 for none
	word int32 // of ids, where a word ends here
}

// newAutomaton gives the first states full rows, at least one. A row takes a kilobyte, of which text in one script touches
// a tenth.
func newAutomaton(p patterns, full int) *automaton {
	a := &automaton{by: []byte{0}}
	a.grow(slices.Sorted(maps.Keys(p)), p)
	for s := range a.states[:len(a.states)-1] {
		for n := a.states[s].next; n < a.states[s+1].next; n++ {
			if s > 0 {
				a.states[n].fail = a.step(a.states[s].fail, a.by[n])
			}
			if a.states[n].ends == 0 {
				a.states[n].ends = a.states[a.states[n].fail].ends
			}
		}
		if s < full {
			a.rows = append(a.rows, a.row(s))
		}
	}
	return a
}

// grow makes the states of sorted words, level by level, and one behind the last.
func (a *automaton) grow(words []string, p patterns) {
	level := [][]string{words}
	for depth := 0; len(level) > 0; depth++ {
		var deeper [][]string
		for _, group := range level {
			s := state{next: int32(len(a.by))}
			if len(group) > 0 && len(group[0]) == depth {
				s.ends, s.word = int32(len(a.states)), int32(len(a.ids))
				a.ids = append(a.ids, p[group[0]])
				group = group[1:]
			}
			for len(group) > 0 {
				n := alike(group, depth)
				a.by = append(a.by, group[0][depth])
				deeper = append(deeper, group[:n])
				group = group[n:]
			}
			a.states = append(a.states, s)
		}
		level = deeper
	}
	a.states = append(a.states, state{next: int32(len(a.by))})
}

// alike counts the words that have the same byte at a depth as the first.
func alike(words []string, depth int) int {
	n := 1
	for n < len(words) && words[n][depth] == words[0][depth] {
		n++
	}
	return n
}

// row is where each byte leads from a state near the root. The rows of shorter beginnings are there already.
func (a *automaton) row(s int) (row [256]int32) {
	if s > 0 {
		row = a.rows[a.states[s].fail]
	}
	for n := a.states[s].next; n < a.states[s+1].next; n++ {
		row[a.by[n]] = n
	}
	return row
}

// step is the state after one more byte.
func (a *automaton) step(s int32, b byte) int32 {
	for int(s) >= len(a.rows) {
		for n := a.states[s].next; n < a.states[s+1].next; n++ {
			if a.by[n] == b {
				return n
			}
		}
		s = a.states[s].fail
	}
	return a.rows[s][b]
}

// find calls yield with the number of each word in a text, and where it ends. Words may overlap; where several end, the
// longest comes first, and no shorter one after yield said false.
func (a *automaton) find(text []byte, yield func(word, end int) bool) {
	s := int32(0)
	for i, b := range text {
		s = a.step(s, b)
		for e := a.states[s].ends; e != 0; e = a.states[a.states[e].fail].ends {
			if !yield(int(a.states[e].word), i+1) {
				break
			}
		}
	}
}

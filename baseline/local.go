package baseline

import (
	"fmt"
	"slices"
)

// UseLocalTerms adds a province's own terms to those that come with the program, in the format of lexicon.tsv. Besides the
// families there, "watch" marks what a person should look at and nothing more ("nội dung cần xem xét"). It is called once,
// before anything is judged. Every example is checked; an error names the term and says what is wrong, and changes nothing.
func UseLocalTerms(file string) error {
	own, err := parseLexicon(file)
	if err != nil {
		return err
	}
	for _, t := range own.terms {
		if err := t.check(own); err != nil {
			return err
		}
	}
	all, err := parseLexicon(lexiconFile + "\n" + file)
	if err != nil {
		return err
	}
	lexiconInUse = all
	return nil
}

// families are what a local term may speak of.
var families = []family{gambling, spam, defacing, greeting, ransom, webshell, reportage, repairing, standIn, watch}

// check tells what is wrong with a term of a lexicon.
func (t term) check(l *lexicon) error {
	matches := func(text string) bool {
		return slices.ContainsFunc(l.Find(text), func(found term) bool { return found.ID == t.ID })
	}
	switch {
	case !slices.Contains(families, t.Family):
		return fmt.Errorf("the term %s is of the family %q: write one of %q", t.ID, t.Family, families)
	case slices.ContainsFunc(shippedLexicon.terms, func(s term) bool { return s.ID == t.ID }):
		return fmt.Errorf("the term %s has the name of one that comes with the program: give it another", t.ID)
	case !matches(t.Hit):
		return fmt.Errorf("the term %s (%q) does not match its example %q", t.ID, t.Pattern, t.Hit)
	case t.Miss == "" || matches(t.Miss):
		return fmt.Errorf("the term %s (%q) needs an example that it does not match, and %q is none", t.ID, t.Pattern, t.Miss)
	}
	return nil
}

// watched finds new text that the owners of this list want a person to look at.
func (c *comparison) watched() []Evidence {
	e := evidence(SignalWatched, 0)
	for _, u := range c.fresh {
		if in(u.terms, watch) == 0 {
			continue
		}
		if e.Count++; e.Count == 1 {
			e.Weight, e.Where, e.Seen = suspiciousScore, u.where, clip(u.text, 160)
		}
		e.Examples = addExample(e.Examples, u.text)
		e.Regions = addRegion(e.Regions, u)
	}
	if e.Count == 0 {
		return nil
	}
	return []Evidence{e}
}

package baseline

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	ahocorasick "github.com/petar-dambovaliev/aho-corasick"
)

//go:embed lexicon.tsv
var lexiconFile string

// words of the page are matched against this; it is built once and never changes.
var shippedLexicon = mustLexicon(lexiconFile)

// Family is what a term of the lexicon speaks of.
type family string

const (
	gambling  family = "gambling"
	spam      family = "spam"      // loans, forgery, pharma, counterfeit, adult
	defacing  family = "deface"    // "hacked by" and its like: believed where prominent
	greeting  family = "greeting"  // what defacers add: weak each
	ransom    family = "ransom"    // notes left after encryption or wiping
	webshell  family = "webshell"  // titles of file managers that intruders leave
	reportage family = "reportage" // police, courts, prevention: makes talk of gambling normal
	repairing family = "repair"    // maintenance vocabulary
	standIn   family = "standin"   // what servers, hosts and parked names show instead of a page
)

// term is one row of lexicon.tsv.
type term struct {
	ID       string
	Pattern  string
	Language string
	Family   family
	Weight   float64
	Exact    bool // only with its own diacritics: the folded form means other things
	Company  bool // weak: needs another term beside it or a link that leaves
	Title    bool // ordinary words: only in a title or a dialog
	Hit      string
	Miss     string
}

// lexicon finds terms in a text, whatever form they hide in.
type lexicon struct {
	terms    []term
	accented automaton // as written
	plain    automaton // Vietnamese typed without diacritics: "nha cai", but never "nhã cái"
	folded   automaton // other languages, diacritics put on or left off
	squeezed automaton // without spaces, long phrases only
	leet     automaton // digits read as letters, signatures only
}

// automaton matches many patterns at once and knows the term of each.
type automaton struct {
	ac       ahocorasick.AhoCorasick
	patterns []string
	term     []int
}

func mustLexicon(file string) *lexicon {
	l, err := parseLexicon(file)
	if err != nil {
		panic(err) // the file is compiled in; a test reads it first
	}
	return l
}

// parseLexicon reads the tab-separated file; empty lines and lines that start with # are comments.
func parseLexicon(file string) (*lexicon, error) {
	l := &lexicon{}
	for n, line := range strings.Split(file, "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		t, err := parseTerm(line)
		if err != nil {
			return nil, fmt.Errorf("lexicon line %d: %w", n+1, err)
		}
		l.terms = append(l.terms, t)
	}
	l.build()
	return l, nil
}

func parseTerm(line string) (term, error) {
	f := strings.Split(line, "\t")
	if len(f) != 8 {
		return term{}, fmt.Errorf("%d columns, want 8", len(f))
	}
	weight, err := strconv.ParseFloat(f[4], 64)
	if err != nil {
		return term{}, fmt.Errorf("weight of %s: %w", f[0], err)
	}
	return term{ID: f[0], Pattern: f[1], Language: f[2], Family: family(f[3]), Weight: weight,
		Exact: strings.Contains(f[5], "exact"), Company: strings.Contains(f[5], "company"),
		Title: strings.Contains(f[5], "title"), Hit: f[6], Miss: f[7]}, nil
}

// squeezedLetters is how long a phrase must be before it is looked for across word boundaries.
const squeezedLetters = 9

func (l *lexicon) build() {
	for i, t := range l.terms {
		p := words(clean(t.Pattern))
		l.accented.add(p, i)
		if t.Exact {
			continue
		}
		f := fold(p)
		if t.Language == "vi" {
			l.plain.add(f, i)
		} else {
			l.folded.add(f, i)
		}
		if sq := squeeze(f); t.Language == "vi" && !t.Company && len(sq) >= squeezedLetters && t.Family != reportage && t.Family != repairing && t.Family != standIn {
			l.squeezed.add(sq, i)
		}
		if t.Family == defacing || t.Family == greeting {
			l.leet.add(f, i)
		}
	}
	l.accented.build()
	l.plain.build()
	l.folded.build()
	l.squeezed.build()
	l.leet.build()
}

func (a *automaton) add(pattern string, term int) {
	a.patterns = append(a.patterns, pattern)
	a.term = append(a.term, term)
}

func (a *automaton) build() {
	b := ahocorasick.NewAhoCorasickBuilder(ahocorasick.Opts{DFA: true})
	a.ac = b.Build(a.patterns)
}

// find adds the terms found in text to found. Whole words only, except across squeezed text and in scripts that do not
// put spaces between words.
func (a *automaton) find(text string, whole bool, found map[int]bool) {
	if text == "" {
		return
	}
	it := a.ac.IterOverlapping(text)
	for m := it.Next(); m != nil; m = it.Next() {
		if !whole || standsAlone(text, m.Start(), m.End()) {
			found[a.term[m.Pattern()]] = true
		}
	}
}

func standsAlone(text string, start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:start])
	first, _ := utf8.DecodeRuneInString(text[start:])
	last, _ := utf8.DecodeLastRuneInString(text[:end])
	after, _ := utf8.DecodeRuneInString(text[end:])
	return !(spaced(first) && joins(before)) && !(spaced(last) && joins(after))
}

// spaced tells letters of scripts that separate words by spaces.
func spaced(r rune) bool { return unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek) }

func joins(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r)) }

// Find returns the distinct terms in a text, in the order of the file.
func (l *lexicon) Find(text string) []term {
	cleaned := clean(text)
	accented := words(cleaned)
	folded := fold(accented)
	found := map[int]bool{}
	l.accented.find(accented, true, found)
	l.plain.find(accented, true, found)
	l.folded.find(folded, true, found)
	l.squeezed.find(squeeze(folded), false, found)
	if leet, ok := unleet(fold(cleaned)); ok {
		l.leet.find(words(leet), true, found)
	}
	return l.ordered(found)
}

func (l *lexicon) ordered(found map[int]bool) []term {
	if len(found) == 0 {
		return nil
	}
	var out []term
	for i := range l.terms {
		if found[i] {
			out = append(out, l.terms[i])
		}
	}
	return out
}

// in counts the terms of a family.
func in(terms []term, f family) (n int) {
	for _, t := range terms {
		if t.Family == f {
			n++
		}
	}
	return n
}

package baseline

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed lexicon.tsv
var lexiconFile string

// words of the page are matched against this; it is built once and never changes.
var shippedLexicon = mustLexicon(lexiconFile)

// lexiconInUse has the province's own terms as well: see UseLocalTerms.
var lexiconInUse = shippedLexicon

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
	watch     family = "watch"     // only in local lists: what a person should look at
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

	accented, folded, bare string // the pattern as words, without diacritics, without spaces
	across                 bool   // long enough to be looked for across word boundaries
}

// lexicon finds terms in a text, whatever form they hide in. One automaton reads the barest form of the text, without
// diacritics and spaces; what it meets is then held against the fuller forms at that place.
type lexicon struct {
	terms []term
	bare  *automaton
	leet  *automaton // for texts with digits read as letters: signatures, and what is sold
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

// fullRows is how many states of an automaton have a full row.
const fullRows = 512

func (l *lexicon) build() {
	bare, leet := patterns{}, patterns{}
	for i := range l.terms {
		t := &l.terms[i]
		t.accented = words(clean(t.Pattern))
		t.folded = fold(t.accented)
		t.bare = squeeze(t.folded)
		common := t.Family == reportage || t.Family == repairing || t.Family == standIn
		t.across = t.Language == "vi" && !t.Company && !t.Exact && len(t.bare) >= squeezedLetters && !common
		bare.add(t.bare, i)
		sold := (t.Family == gambling || t.Family == spam) && !t.Company && len(t.bare) >= spelledLetters
		if !t.Exact && (t.Family == defacing || t.Family == greeting || sold) {
			leet.add(t.folded, i)
		}
	}
	l.bare, l.leet = newAutomaton(bare, fullRows), newAutomaton(leet, fullRows)
}

// Find returns the distinct terms in a text, in the order of the file.
func (l *lexicon) Find(text string) []term {
	r := readings.Get().(*reading)
	defer readings.Put(r)
	r.read(text)
	l.bare.find(r.bare, func(word, end int) bool {
		for _, id := range l.bare.ids[word] {
			if r.shows(&l.terms[id], end) {
				r.found = append(r.found, id)
			}
		}
		return true
	})
	if r.readLeet() {
		l.leet.find(r.leet, func(word, end int) bool {
			ids := l.leet.ids[word]
			if n := len(l.terms[ids[0]].folded); standsAlone(r.leet, end-n, end) {
				r.found = append(r.found, ids...)
			}
			return true
		})
	}
	return l.ordered(r.found)
}

func (l *lexicon) ordered(found []int) (list []term) {
	slices.Sort(found)
	for _, id := range slices.Compact(found) {
		list = append(list, l.terms[id])
	}
	return list
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

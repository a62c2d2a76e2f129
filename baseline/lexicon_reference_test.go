package baseline

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The reference reads a text the slow and plain way: every form is written out in full by Unicode's own functions, and
// every pattern is searched in it on its own. The lexicon must find the same terms.

func referenceClean(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		if unicode.In(r, unicode.Cf, unicode.So) || r >= 0xFE00 && r <= 0xFE0F {
			continue
		}
		r = unicode.ToLower(r)
		if l, ok := lookalikes[r]; ok {
			r = l
		}
		b.WriteRune(r)
	}
	return strings.NewReplacer(
		"oà", "òa", "oá", "óa", "oả", "ỏa", "oã", "õa", "oạ", "ọa",
		"oè", "òe", "oé", "óe", "oẻ", "ỏe", "oẽ", "õe", "oẹ", "ọe",
		"uỳ", "ùy", "uý", "úy", "uỷ", "ủy", "uỹ", "ũy", "uỵ", "ụy",
	).Replace(b.String())
}

func referenceWords(s string) string {
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }
	return strings.Join(strings.FieldsFunc(s, apart), " ")
}

func referenceFold(s string) string {
	dropped := func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}
	return strings.ReplaceAll(strings.Map(dropped, norm.NFD.String(s)), "đ", "d")
}

func referenceUnleet(s string) string {
	return strings.NewReplacer("4", "a", "3", "e", "0", "o", "1", "i", "5", "s", "7", "t", "@", "a", "$", "s", "|", "i").Replace(s)
}

// holdsWord finds a pattern in a text where no letter of a script with spaces touches it.
func holdsWord(text, pattern string) bool {
	alone := func(in, out rune) bool {
		return !unicode.In(in, unicode.Latin, unicode.Cyrillic, unicode.Greek) || !unicode.IsLetter(out) && !unicode.IsMark(out)
	}
	first, _ := utf8.DecodeRuneInString(pattern)
	last, _ := utf8.DecodeLastRuneInString(pattern)
	for from := 0; ; {
		i := strings.Index(text[from:], pattern)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(pattern):])
		if alone(first, before) && alone(last, after) {
			return true
		}
		from = i + 1
	}
}

// spelledOut puts a space between the letters of a pattern, "" when they are too few to be a word that is spelled out.
func spelledOut(pattern string, f norm.Form) string {
	letters := strings.Split(f.String(pattern), "")
	if len(letters) < spelledLetters {
		return ""
	}
	return " " + strings.Join(letters, " ") + " "
}

// spacedOut is a text in which such words are searched.
func spacedOut(text string, f norm.Form) string {
	return " " + strings.Join(strings.Fields(f.String(text)), " ") + " "
}

func holdsSpelled(spaced, spelled string) bool {
	return spelled != "" && strings.Contains(spaced, spelled)
}

// inLeet tells the terms that are also looked for with digits read as letters.
func (t referenceTerm) inLeet() bool {
	sold := (t.Family == gambling || t.Family == spam) && !t.Company && len(t.squeezed) >= spelledLetters
	return sold || t.Family == defacing || t.Family == greeting
}

// plainLexicon is a lexicon whose patterns were written out once.
type plainLexicon struct{ terms []referenceTerm }

type referenceTerm struct {
	term
	accented, folded, squeezed string
	across                     bool
	spelled, bare, parts       string // spelled out: with its diacritics, without, and the letters of Korean in their parts
}

func newPlainLexicon(l *lexicon) (ref plainLexicon) {
	for _, t := range l.terms {
		p := referenceWords(referenceClean(t.Pattern))
		f := referenceFold(p)
		sq := strings.ReplaceAll(f, " ", "")
		across := t.Language == "vi" && !t.Company && len(sq) >= squeezedLetters && !slices.Contains([]family{reportage, repairing, standIn}, t.Family)
		r := referenceTerm{term: t, accented: p, folded: f, squeezed: sq, across: across}
		r.spelled, r.bare = spelledOut(strings.ReplaceAll(p, " ", ""), norm.NFC), spelledOut(sq, norm.NFC)
		if strings.ContainsFunc(sq, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
			r.parts = spelledOut(sq, norm.NFD)
		}
		ref.terms = append(ref.terms, r)
	}
	return ref
}

func (ref plainLexicon) find(text string) (ids []string) {
	cleaned := referenceClean(text)
	accented := referenceWords(cleaned)
	folded, bald := referenceFold(accented), referenceFold(cleaned)
	squeezed, leet := strings.ReplaceAll(folded, " ", ""), referenceWords(referenceUnleet(bald))
	changed := referenceUnleet(bald) != bald
	spacedAccented, spacedFolded, spacedParts := spacedOut(accented, norm.NFC), spacedOut(folded, norm.NFC), spacedOut(folded, norm.NFD)
	for _, t := range ref.terms {
		switch {
		case holdsWord(accented, t.accented):
		case t.Exact && holdsSpelled(spacedAccented, t.spelled):
		case t.Exact:
			continue
		case holdsSpelled(spacedFolded, t.bare), holdsSpelled(spacedParts, t.parts):
		case t.Language == "vi" && holdsWord(accented, t.folded):
		case t.Language != "vi" && holdsWord(folded, t.folded):
		case t.across && strings.Contains(squeezed, t.squeezed):
		case changed && t.inLeet() && holdsWord(leet, t.folded):
		default:
			continue
		}
		ids = append(ids, t.ID)
	}
	return ids
}

func referenceUnitText(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '0'
		}
		return r
	}, strings.ToLower(norm.NFC.String(s)))
	s = strings.Join(strings.Fields(s), " ")
	for strings.Contains(s, "00") {
		s = strings.ReplaceAll(s, "00", "0")
	}
	return s
}

func referenceShingles(unit string) (list []uint64) {
	w := strings.Fields(unit)
	for i := 0; i == 0 && len(w) > 0 || i+3 <= len(w); i++ {
		h := fnv.New64a()
		h.Write([]byte(strings.Join(w[i:min(i+3, len(w))], " ")))
		list = append(list, h.Sum64())
	}
	return list
}

func referenceVietnamese(s string) (marked, all int) {
	for w := range strings.FieldsSeq(norm.NFC.String(s)) {
		if strings.ContainsFunc(w, unicode.IsLetter) {
			all++
		}
		if strings.ContainsFunc(w, func(r rune) bool { return isVietnamese(unicode.ToLower(r)) }) {
			marked++
		}
	}
	return marked, all
}

func idsOf(terms []term) (ids []string) {
	for _, t := range terms {
		ids = append(ids, t.ID)
	}
	return ids
}

// agree compares the lexicon with the reference on one text.
func agree(t *testing.T, l *lexicon, ref plainLexicon, text string) {
	t.Helper()
	if have, want := idsOf(l.Find(text)), ref.find(text); !slices.Equal(have, want) {
		t.Errorf("%q:\nhave %v\nwant %v", text, have, want)
	}
	cleaned := clean(text)
	if want := referenceClean(text); cleaned != want {
		t.Errorf("clean %q: have %q, want %q", text, cleaned, want)
	}
	if have, want := words(cleaned), referenceWords(cleaned); have != want {
		t.Errorf("words of %q: have %q, want %q", text, have, want)
	}
	if have, want := fold(cleaned), referenceFold(cleaned); have != want {
		t.Errorf("fold %q: have %q, want %q", text, have, want)
	}
	agreeOnUnits(t, text)
}

// agreeOnUnits compares what profiles are made of: a difference here would make every stored baseline look new.
func agreeOnUnits(t *testing.T, text string) {
	t.Helper()
	unit := unitText(text)
	if want := referenceUnitText(text); unit != want {
		t.Errorf("unit of %q: have %q, want %q", text, unit, want)
	}
	var have []uint64
	shingles(unit, func(m uint64) { have = append(have, m) })
	if want := referenceShingles(unit); !slices.Equal(have, want) {
		t.Errorf("shingles of %q: have %x, want %x", unit, have, want)
	}
	marked, all := vietnamese(text)
	if m, a := referenceVietnamese(text); m != marked || a != all {
		t.Errorf("vietnamese %q: have %d of %d, want %d of %d", text, marked, all, m, a)
	}
}

// TestLexiconAgreesWithReference reads every example of the lexicon, as it is and in disguise, and texts made of pieces
// of patterns.
func TestLexiconAgreesWithReference(t *testing.T) {
	r, ref := rand.New(rand.NewPCG(5, 6)), newPlainLexicon(shippedLexicon)
	for _, e := range shippedLexicon.terms {
		for _, text := range []string{e.Hit, e.Miss, e.Pattern} {
			agree(t, shippedLexicon, ref, text)
			agree(t, shippedLexicon, ref, disguised(r, disguised(r, text)))
		}
	}
	for range 300 {
		agree(t, shippedLexicon, ref, nearMatch(r, shippedLexicon))
	}
}

// TestReadingEveryCharacter puts each character of the first two planes beside and inside a word, 64 at a time.
func TestReadingEveryCharacter(t *testing.T) {
	var b strings.Builder
	for r := range rune(0x20000) {
		fmt.Fprintf(&b, "ho%ca %c ", r, r)
		if r%64 < 63 {
			continue
		}
		s := b.String()
		b.Reset()
		if have, want := clean(s), referenceClean(s); have != want {
			t.Errorf("clean %q:\nhave %q\nwant %q", s, have, want)
		}
		if have, want := fold(s), referenceFold(s); have != want {
			t.Errorf("fold %q:\nhave %q\nwant %q", s, have, want)
		}
		if have, want := words(s), referenceWords(s); have != want {
			t.Errorf("words of %q:\nhave %q\nwant %q", s, have, want)
		}
		agreeOnUnits(t, s)
	}
}

// disguised hides a text in one of the ways that pages do, or spoils it.
func disguised(r *rand.Rand, s string) string {
	letters := []rune(s)
	at := func() int { return r.IntN(len(letters) + 1) }
	insert := func(i int, what ...rune) string { return string(slices.Insert(slices.Clone(letters), i, what...)) }
	switch r.IntN(12) {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return norm.NFD.String(s)
	case 2:
		return referenceFold(s)
	case 3:
		return strings.ReplaceAll(s, " ", "")
	case 4:
		return insert(at(), []rune("\u200b\u00ad🎰.-_ \u0336\u0e49x9@đ한Ж")[r.IntN(15)])
	case 5:
		return strings.NewReplacer("a", "4", "e", "3", "o", "0", "i", "1", "s", "$").Replace(s)
	case 6:
		return strings.NewReplacer("a", "а", "e", "е", "o", "о", "c", "с", "y", "у").Replace(s)
	case 7:
		return strings.Join(strings.Split(s, ""), ".")
	case 8:
		return s + " 2027 " + s
	case 9:
		return "x" + s + "y"
	case 10:
		return string(bytes.ToValidUTF8([]byte(s)[len(s)/3:], []byte("\xff")))
	}
	return "(" + s + ")"
}

// nearMatch is a text of pieces of patterns, most of which are no match.
func nearMatch(r *rand.Rand, l *lexicon) string {
	var b strings.Builder
	for range 1 + r.IntN(12) {
		p := []rune(l.terms[r.IntN(len(l.terms))].Pattern)
		if r.IntN(3) == 0 {
			p = p[:1+r.IntN(len(p))]
		}
		fmt.Fprint(&b, disguised(r, string(p)), strings.Repeat(" ", r.IntN(2)))
	}
	return b.String()
}

package baseline

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// reading is one text in the forms that terms are looked for in. Its buffers are used again for the next text.
type reading struct {
	cleaned  []byte
	accented []byte // as written, words apart
	folded   []byte // without diacritics
	bare     []byte // without spaces either
	leet     []byte // digits and signs read as letters, words apart
	scratch  []byte
	from     []place
	found    []int // of the lexicon's terms; some twice
}

// place is where a byte of the bare form stands in the fuller ones.
type place struct{ accented, folded int32 }

var readings = sync.Pool{New: func() any { return newReading() }}

// newReading has room for a line, so that short texts make no buffer grow.
func newReading() *reading {
	const line = 256
	buffer := func() []byte { return make([]byte, 0, line) }
	return &reading{cleaned: buffer(), accented: buffer(), folded: buffer(), bare: buffer(), leet: buffer(), scratch: buffer(), from: make([]place, 0, line)}
}

func (r *reading) read(text string) {
	r.found = r.found[:0]
	r.cleaned = appendClean(r.cleaned[:0], text)
	r.accented = appendWords(r.accented[:0], r.cleaned)
	r.folded, r.bare, r.from = r.folded[:0], r.bare[:0], r.from[:0]
	for i := 0; i < len(r.accented); {
		c, n := firstRune(r.accented[i:])
		begun := len(r.folded)
		r.folded = appendFolded(r.folded, c)
		for at := begun; c != ' ' && at < len(r.folded); at++ {
			r.bare = append(r.bare, r.folded[at])
			r.from = append(r.from, place{int32(i), int32(at)})
		}
		i += n
	}
}

// readLeet makes the form in which digits and signs are letters; false when the text has none.
func (r *reading) readLeet() bool {
	leet := func(b byte) bool { return leetLetters[b] != 0 }
	if !slices.ContainsFunc(r.cleaned, leet) {
		return false
	}
	r.scratch = r.scratch[:0]
	for i := 0; i < len(r.cleaned); {
		c, n := firstRune(r.cleaned[i:])
		r.scratch = appendFolded(r.scratch, c)
		i += n
	}
	for i, b := range r.scratch {
		if leet(b) {
			r.scratch[i] = leetLetters[b]
		}
	}
	r.leet = appendWords(r.leet[:0], r.scratch)
	return true
}

// shows tells whether a term whose bare form ends here stands in the text in a form that counts: as written; a Vietnamese
// one typed without diacritics ("nha cai", but never "nhã cái"); one of other languages with diacritics put on or left off.
func (r *reading) shows(t *term, end int) bool {
	at := r.from[end-len(t.bare)]
	switch {
	case t.across || holds(r.accented, at.accented, t.accented):
		return true
	case r.spelled(end-len(t.bare), end):
		return !t.Exact || strings.ReplaceAll(string(r.accented[at.accented:r.after(end)]), " ", "") == squeeze(t.accented)
	case t.Exact:
		return false
	case t.Language == "vi":
		return holds(r.accented, at.accented, t.folded)
	}
	return holds(r.folded, at.folded, t.folded)
}

// spelledLetters is how many letters in a row make a word that is spelled out: h a c k e d.
const spelledLetters = 5

// spelled tells whether the letters from start to end of the bare form stand in the text one by one.
func (r *reading) spelled(start, end int) bool {
	letters := 0
	for i := start; i < end; i++ {
		if i > start && r.from[i].accented == r.from[i-1].accented {
			continue // one letter that folds to two
		}
		if at := int(r.from[i].accented); at > 0 && r.accented[at-1] != ' ' {
			return false
		}
		letters++
	}
	return letters >= spelledLetters && (r.after(end) == len(r.accented) || r.accented[r.after(end)] == ' ')
}

// after is where in the accented form the letter ends that is the last before end in the bare form.
func (r *reading) after(end int) int {
	at := int(r.from[end-1].accented)
	_, n := firstRune(r.accented[at:])
	return at + n
}

// holds finds a whole word at a place.
func holds(text []byte, at int32, word string) bool {
	end := int(at) + len(word)
	return end <= len(text) && string(text[at:end]) == word && standsAlone(text, int(at), end)
}

// standsAlone tells whether no letter touches a word of a script that puts spaces between words.
func standsAlone(text []byte, start, end int) bool {
	before, _ := utf8.DecodeLastRune(text[:start])
	first, _ := utf8.DecodeRune(text[start:])
	last, _ := utf8.DecodeLastRune(text[:end])
	after, _ := utf8.DecodeRune(text[end:])
	return !(letterOf(first).is&spaced != 0 && letterOf(before).is&joined != 0) &&
		!(letterOf(last).is&spaced != 0 && letterOf(after).is&joined != 0)
}

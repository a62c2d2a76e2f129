package baseline

import (
	"sync/atomic"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// letter is what reading needs to know of one character. Unicode's own tables are searched once per character, not
// once per character of every page.
type letter struct {
	lower  rune // in lower case
	latin  rune // in lower case, look-alikes replaced
	folded rune // without diacritics, when exactly one character remains
	is     property
}

type property uint16

const (
	settled   property = 1 << iota // NFKC leaves it as it is, whatever stands before it
	vanishing                      // formatting, emoji and symbols: they leave no space
	spoken                         // a letter, a mark or a digit
	joined                         // a letter or a mark
	spaced                         // a letter of a script that separates words by spaces
	simple                         // folds to exactly one character
	dropped                        // folds to nothing
	digit
	space
	tonal // only Vietnamese uses it, among the languages met here
)

// letters holds what is known of each block of 256 characters; a block is looked up when a page first uses it.
var letters [(unicode.MaxRune + 1) / 256]atomic.Pointer[[256]letter]

func letterOf(r rune) *letter {
	if uint32(r) > unicode.MaxRune {
		r = unicode.ReplacementChar
	}
	block := letters[r>>8].Load()
	if block == nil {
		block = newBlock(r &^ 0xFF)
		letters[r>>8].Store(block)
	}
	return &block[r&0xFF]
}

func newBlock(first rune) *[256]letter {
	var block [256]letter
	for i := range block {
		block[i] = newLetter(first + rune(i))
	}
	return &block
}

func newLetter(r rune) letter {
	l := letter{lower: unicode.ToLower(r)}
	l.latin = l.lower
	if look, ok := lookalikes[l.lower]; ok {
		l.latin = look
	}
	mark := unicode.IsMark(r)
	set := func(p property, yes bool) {
		if yes {
			l.is |= p
		}
	}
	composed := norm.NFKC.PropertiesString(string(r))
	set(settled, composed.BoundaryBefore() && norm.NFKC.IsNormalString(string(r)))
	set(vanishing, unicode.In(r, unicode.Cf, unicode.So) || r >= 0xFE00 && r <= 0xFE0F)
	set(joined, mark || unicode.IsLetter(r))
	set(digit, unicode.IsDigit(r))
	set(spoken, l.is&(joined|digit) != 0)
	set(space, unicode.IsSpace(r))
	set(tonal, isVietnamese(l.lower))
	set(spaced, unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek))
	switch d := []rune(norm.NFD.String(string(r))); {
	case unicode.Is(unicode.Mn, r):
		l.is |= dropped
	case r == 'đ':
		l.folded, l.is = 'd', l.is|simple
	case len(d) == 1 || !mark && onlyMarks(d[1:]):
		l.folded, l.is = d[0], l.is|simple
	}
	return l
}

// onlyMarks tells that folding drops all of these.
func onlyMarks(list []rune) bool {
	for _, r := range list {
		if !unicode.Is(unicode.Mn, r) {
			return false
		}
	}
	return true
}

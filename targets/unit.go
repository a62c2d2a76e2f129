package targets

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// UnknownUnit is the name of the unit of sites that were added without one.
const UnknownUnit = "Chưa rõ đơn vị"

// spelling is the identity of a name: case, spaces, composed or decomposed letters and the place of the tone mark
// ("hoà" and "hòa") do not count. Diacritics do: xã Tân Thành and xã Tân Thạnh are two communes of one province,
// and a webmaster of one must not see the portals of the other.
func spelling(name string) string {
	var b, tone strings.Builder
	endWord := func() {
		b.WriteString(tone.String())
		tone.Reset()
	}
	for _, r := range norm.NFD.String(strings.ToLower(OneLine(name))) {
		switch {
		case isTone(r):
			tone.WriteRune(r)
			continue
		case r == 'ð' || r == 'ɖ': // Icelandic and African letters that look like đ, from wrong keyboards
			r = 'đ'
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			endWord()
		}
		b.WriteRune(r)
	}
	endWord()
	return norm.NFC.String(b.String())
}

// isTone says whether r is one of the five combining tone marks: huyền, sắc, ngã, hỏi, nặng.
func isTone(r rune) bool {
	return r == 0x300 || r == 0x301 || r == 0x303 || r == 0x309 || r == 0x323
}

// Bare is s for recognising words that people type with and without diacritics: small letters and digits without marks, one space between words.
func Bare(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.IsMark(r):
			continue
		case r == 'đ' || r == 'ð' || r == 'ɖ':
			r = 'd'
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// OneLine is s composed, on one line, with single spaces, and without the invisible characters that come along when
// people copy from web pages and spreadsheets.
func OneLine(s string) string {
	return norm.NFC.String(strings.Join(strings.FieldsFunc(visible(s), unicode.IsSpace), " "))
}

// visible drops zero-width and other format characters and control characters. New lines and tabs stay.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r) && unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

package baseline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// lookalikes maps letters of other scripts that are drawn like a Latin one. Patterns pass through the same table as pages,
// so words that are really Cyrillic or Greek still match their own pattern.
var lookalikes = func() map[rune]rune {
	m := map[rune]rune{'ð': 'đ', 'ɖ': 'đ', 'ı': 'i', 'ɡ': 'g', 'ʟ': 'l', 'ꜰ': 'f', 'ꜱ': 's'}
	from := []rune("аеорсухіјѕһԁԛԝкмтвн" + "αονρικτυϲ" + "ᴀʙᴄᴅᴇɢʜɪᴊᴋᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
	to := []rune("aeopcyxijshdqwkmtbh" + "aovpiktuc" + "abcdeghijkmnoprtuvwyz")
	for i, r := range from {
		m[r] = to[i]
	}
	return m
}()

// tones moves the tone mark of oa, oe and uy to where the older spelling puts it: both are in daily use.
var tones = func() map[[2]rune][2]rune {
	m := map[[2]rune][2]rune{}
	newer := []rune("oàoáoảoãoạoèoéoẻoẽoẹuỳuýuỷuỹuỵ")
	older := []rune("òaóaỏaõaọaòeóeỏeõeọeùyúyủyũyụy")
	for i := 0; i < len(newer); i += 2 {
		m[[2]rune(newer[i:])] = [2]rune(older[i:])
	}
	return m
}()

// leetLetters are the letters that digits and signs stand for.
var leetLetters = [256]byte{'4': 'a', '3': 'e', '0': 'o', '1': 'i', '5': 's', '7': 't', '@': 'a', '$': 's', '|': 'i'}

// clean composes a text, drops what cannot be seen, replaces look-alike letters and lowers the case. Emoji and symbols
// vanish without leaving a space: spun text puts them inside words.
func clean(s string) string { return string(appendClean(make([]byte, 0, len(s)), s)) }

func appendClean(dst []byte, s string) []byte {
	if !composed(s) {
		s = norm.NFKC.String(s)
	}
	last, at := rune(0), 0 // the letter before, and where it was put
	for _, r := range s {
		l := letterOf(r)
		if l.is&vanishing != 0 {
			continue
		}
		r = l.latin
		if r >= utf8.RuneSelf && (last == 'o' || last == 'u') {
			if moved, ok := tones[[2]rune{last, r}]; ok {
				dst = utf8.AppendRune(dst[:at], moved[0])
				r = moved[1]
			}
		}
		last, at = r, len(dst)
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// composed tells texts that NFKC would leave as they are.
func composed(s string) bool {
	for _, r := range s {
		if letterOf(r).is&settled == 0 {
			return false
		}
	}
	return true
}

// words turns everything that is neither a letter, a mark nor a digit into single spaces.
func words(s string) string { return string(appendWords(make([]byte, 0, len(s)), []byte(s))) }

func appendWords(dst, s []byte) []byte {
	begun, gap := len(dst), false
	for i := 0; i < len(s); {
		r, n := firstRune(s[i:])
		if letterOf(r).is&spoken == 0 {
			gap, i = true, i+n
			continue
		}
		if gap && len(dst) > begun {
			dst = append(dst, ' ')
		}
		gap = false
		dst = append(dst, s[i:i+n]...)
		i += n
	}
	return dst
}

// firstRune is utf8.DecodeRune, quicker for ASCII.
func firstRune(s []byte) (rune, int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	return utf8.DecodeRune(s)
}

// fold removes diacritics: "nhà cái" and "nha cai" become one.
func fold(s string) string {
	if isASCII(s) {
		return s
	}
	dst := make([]byte, 0, len(s))
	for _, r := range s {
		dst = appendFolded(dst, r)
	}
	return string(dst)
}

// appendFolded appends what is left of a character without its diacritics: nothing, one character, or several.
func appendFolded(dst []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(dst, byte(r))
	}
	l := letterOf(r)
	if l.is&simple != 0 {
		return utf8.AppendRune(dst, l.folded)
	}
	if l.is&dropped != 0 {
		return dst
	}
	for _, d := range norm.NFD.String(string(r)) {
		if !unicode.Is(unicode.Mn, d) {
			dst = utf8.AppendRune(dst, d)
		}
	}
	return dst
}

// unleet reads digits and signs as the letters they stand for.
func unleet(s string) string {
	b := []byte(s)
	for i, c := range b {
		if l := leetLetters[c]; l != 0 {
			b[i] = l
		}
	}
	return string(b)
}

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unitText is what makes two text units the same: case, spacing and every digit aside, so that counters and clocks are
// always themselves.
func unitText(s string) string {
	if !composed(s) {
		s = norm.NFC.String(s)
	}
	b := make([]byte, 0, len(s))
	gap := false
	for _, r := range s {
		l := letterOf(r)
		if l.is&space != 0 {
			gap = true
			continue
		}
		if gap && len(b) > 0 {
			b = append(b, ' ')
		}
		gap, r = false, l.lower
		if l.is&digit != 0 {
			r = '0'
		}
		if r == '0' && len(b) > 0 && b[len(b)-1] == '0' {
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return string(b)
}

// mark is the short name of a normalised text in profiles: FNV-1a, 64 bits.
func mark(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// shingles calls yield with each run of three words of a normalised unit; a shorter unit is its own shingle.
func shingles(unit string, yield func(uint64)) {
	if unit == "" {
		return
	}
	var starts [3]int // of the words not yet done
	n := 1
	for i := range len(unit) {
		if unit[i] != ' ' {
			continue
		}
		if n < 3 {
			starts[n], n = i+1, n+1
			continue
		}
		yield(mark(unit[starts[0]:i]))
		starts = [3]int{starts[1], starts[2], i + 1}
	}
	yield(mark(unit[starts[0]:]))
}

// vietnamese counts the words of a text and those with a letter that only Vietnamese uses among the languages met here.
func vietnamese(s string) (marked, all int) {
	if !composed(s) {
		s = norm.NFC.String(s)
	}
	letters, found := 0, 0
	for _, r := range s {
		l := letterOf(r)
		switch {
		case l.is&space != 0:
			marked, all = marked+found, all+letters
			letters, found = 0, 0
			continue
		case l.is&tonal != 0:
			found = 1
		}
		if letters == 0 && l.is&joined != 0 && unicode.IsLetter(r) {
			letters = 1
		}
	}
	return marked + found, all + letters
}

func isVietnamese(r rune) bool {
	return r >= 0x1EA0 && r <= 0x1EF9 || strings.ContainsRune("ăâđêôơưàáãèéìíòóõùúýĩũ", r)
}

// clip cuts a text to n characters for people to read.
func clip(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

package baseline

import (
	"hash/fnv"
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
var tones = strings.NewReplacer(
	"oà", "òa", "oá", "óa", "oả", "ỏa", "oã", "õa", "oạ", "ọa",
	"oè", "òe", "oé", "óe", "oẻ", "ỏe", "oẽ", "õe", "oẹ", "ọe",
	"uỳ", "ùy", "uý", "úy", "uỷ", "ủy", "uỹ", "ũy", "uỵ", "ụy",
)

var leetLetters = map[rune]rune{'4': 'a', '3': 'e', '0': 'o', '1': 'i', '5': 's', '7': 't', '@': 'a', '$': 's', '|': 'i'}

// clean composes a text, drops what cannot be seen, replaces look-alike letters and lowers the case. Emoji and symbols
// vanish without leaving a space: spun text puts them inside words.
func clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKC.String(s) {
		switch {
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.So, r), r >= 0xFE00 && r <= 0xFE0F:
			continue
		}
		r = unicode.ToLower(r)
		if l, ok := lookalikes[r]; ok {
			r = l
		}
		b.WriteRune(r)
	}
	return tones.Replace(b.String())
}

// words turns everything that is neither a letter, a mark nor a digit into single spaces.
func words(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// fold removes diacritics: "nhà cái" and "nha cai" become one.
func fold(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			b.WriteByte('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unleet reads digits and signs as the letters they stand for; changed is false when there were none.
func unleet(s string) (out string, changed bool) {
	out = strings.Map(func(r rune) rune {
		if l, ok := leetLetters[r]; ok {
			changed = true
			return l
		}
		return r
	}, s)
	return out, changed
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
	s = strings.ToLower(norm.NFC.String(s))
	s = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return '0'
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	for strings.Contains(s, "00") {
		s = strings.ReplaceAll(s, "00", "0")
	}
	return s
}

// mark is the short name of a normalised text in profiles.
func mark(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// shingles calls yield with each run of three words of a unit; a shorter unit is its own shingle.
func shingles(unit string, yield func(uint64)) {
	w := strings.Fields(unit)
	if len(w) == 0 {
		return
	}
	if len(w) < 3 {
		yield(mark(unit))
		return
	}
	for i := 0; i+3 <= len(w); i++ {
		yield(mark(strings.Join(w[i:i+3], " ")))
	}
}

// vietnamese counts the words of a text and those with a letter that only Vietnamese uses among the languages met here.
func vietnamese(s string) (marked, all int) {
	for _, w := range strings.Fields(norm.NFC.String(s)) {
		letters, found := false, false
		for _, r := range w {
			letters = letters || unicode.IsLetter(r)
			found = found || isVietnamese(unicode.ToLower(r))
		}
		if letters {
			all++
		}
		if found {
			marked++
		}
	}
	return marked, all
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

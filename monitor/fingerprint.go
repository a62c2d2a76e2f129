package monitor

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fingerprint names what is in a body, so that equal fingerprints mean that nothing material changed: the words of each
// text, and where scripts, frames, styles, forms and links lead. Left out is what moves by itself: numbers, dates and times,
// tokens and session ids, queries, hidden fields and inline scripts; and the order and number of equal pieces, since
// advertisements and headlines take turns.
func Fingerprint(body []byte) string { return sketchOf(body, "", speech{}).fingerprint() }

// pieces collects the parts of a body that its fingerprint is made of, each by its hash.
type pieces struct {
	hashes []uint64
	piece  []byte // under way
	token  []byte // the word under way in it
	rune   []byte
	digits int  // in the token
	number bool // the token before was a number
	day    bool // the token before was "thứ" or "chủ", and waits for a day of the week
}

func (p *pieces) fingerprint() string {
	slices.Sort(p.hashes)
	p.hashes = slices.Compact(p.hashes)
	all := make([]byte, 0, 8*len(p.hashes))
	for _, h := range p.hashes {
		all = binary.BigEndian.AppendUint64(all, h)
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:16])
}

// end ends the piece under way.
func (p *pieces) end() {
	if p.day {
		p.keep()
	}
	if len(p.piece) > 0 {
		sum := sha256.Sum256(p.piece)
		p.hashes = append(p.hashes, binary.BigEndian.Uint64(sum[:8]))
	}
	p.piece, p.number = p.piece[:0], false
}

// words adds the words of a text to the piece under way.
func (p *pieces) words(text []byte) {
	for i := 0; i < len(text); {
		c, n := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRune(text[i:])
		}
		i += n
		low := lowerLetter(c)
		switch {
		case '0' <= c && c <= '9':
			p.digits++
			p.token = append(p.token, byte(c))
		case low == 0:
			p.endToken()
		case low < utf8.RuneSelf:
			p.token = append(p.token, byte(low))
		default:
			p.token = utf8.AppendRune(p.token, low)
		}
	}
	p.endToken()
}

// Tokens with digits that are longer than these are made up by a machine, and another one next time.
const (
	longestMixed = 15
	longestHex   = 7
)

// endToken adds the token under way to the piece, unless it is a number, a part of a date, or random.
func (p *pieces) endToken() {
	if len(p.token) == 0 {
		return
	}
	token, digits, afterNumber := p.token, p.digits, p.number
	p.token, p.digits, p.number = p.token[:0], 0, digits == len(token)
	switch {
	case p.number, digits > 0 && (len(token) > longestMixed || len(token) > longestHex && isHex(token)):
		return
	case afterNumber && units[string(token)], len(token) >= shortestMonth && calendar[string(token)]:
		return
	case p.day && weekdays[string(token)]:
		p.day = false
		return
	}
	if p.day {
		p.keep()
	}
	if p.day = digits == 0 && (string(token) == "thứ" || string(token) == "chủ"); p.day {
		p.rune = append(p.rune[:0], token...)
		return
	}
	for _, b := range token {
		if b < '0' || b > '9' {
			p.piece = append(p.piece, b)
		}
	}
	p.piece = append(p.piece, ' ')
}

// keep adds the word that waited for a day of the week, which did not come.
func (p *pieces) keep() {
	p.piece = append(append(p.piece, p.rune...), ' ')
	p.day = false
}

func isHex(token []byte) bool {
	return !slices.ContainsFunc(token, func(b byte) bool { return (b < '0' || b > '9') && (b < 'a' || b > 'f') })
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

var (
	// units follow a number: "5 phút trước" is "1 giờ trước" the next time.
	units = setOf(`giây phút giờ ngày tuần tháng năm am pm sa ch h s
		second seconds minute minutes hour hours day days week weeks month months year years sec secs min mins hr hrs st nd rd th`)
	// weekdays follow "thứ" or "chủ".
	weekdays = setOf("hai ba tư năm sáu bảy nhật")
	// calendar are the words of dates that are no other words.
	calendar = setOf(`monday tuesday wednesday thursday friday saturday sunday january february april june july august september
		october november december`)
)

// shortestMonth is the length of the shortest of them.
const shortestMonth = 4

// address adds where an element leads: host and path, without what changes with every session.
func (p *pieces) address(element, to string) {
	to = strings.TrimSpace(to)
	if i := strings.IndexAny(to, "?#"); i >= 0 {
		to = to[:i]
	}
	if scheme, _, ok := strings.Cut(to[:min(len(to), 32)], ":"); ok && strings.EqualFold(scheme, "data") {
		to = "data"
	}
	p.piece = append(append(p.piece, element...), '>')
	for part := range strings.SplitSeq(to[:min(len(to), addressLimit)], "/") {
		part, _, _ = strings.Cut(part, ";") // ;jsessionid=
		p.words([]byte(part))
		p.piece = append(p.piece, '/')
	}
	p.end()
}

// letters are the lower-case forms of the letters and marks that pages of the region are written with, 0 for other signs.
var letters = func() (table [0x2000]uint16) {
	for c := range table {
		table[c] = uint16(lowerRune(rune(c)))
	}
	return table
}()

func lowerLetter(c rune) rune {
	if int(c) < len(letters) {
		return rune(letters[c])
	}
	return lowerRune(c)
}

func lowerRune(c rune) rune {
	if !unicode.IsLetter(c) && !unicode.IsMark(c) || c == utf8.RuneError {
		return 0
	}
	return unicode.ToLower(c)
}

package notify

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	longestPhrase = 280 // characters of one sentence of evidence, or of a name
	mostMarks     = 3   // combining marks on one letter: Vietnamese needs two
)

// plain returns text from outside made harmless for a message: one line of valid UTF-8 without control characters,
// invisible letters, direction changes or towers of marks, not longer than a message can bear.
func plain(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	marks, count := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			r, marks = ' ', 0
		case invisible(r):
			continue
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > mostMarks {
				continue
			}
		default:
			marks = 0
		}
		if count++; count > longestPhrase {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// invisible says whether a character only serves to deceive: control and format characters (zero-width, bidi), private
// use, and the letters that show nothing.
func invisible(r rune) bool {
	switch r {
	case 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Variation_Selector)
}

var (
	address = regexp.MustCompile(`(?i)\b(https?|ftp|wss?|tg|ton|tonsite)://([^\s/?#"'<>“”]*)`)
	bare    = regexp.MustCompile(`(?i)[\p{L}\p{N}](?:[\p{L}\p{N}-]*\.)+\p{L}{2,}`)
	mention = regexp.MustCompile(`@(\w)`)
)

// defang keeps addresses in text from being followed or previewed, those that Telegram's own app opens among them, and names from
// being notified. Only the site's own host stays as it is.
func defang(s, own string) string {
	s = address.ReplaceAllStringFunc(s, func(a string) string {
		scheme, rest, _ := strings.Cut(a, "://")
		return strings.NewReplacer("t", "x", "T", "X").Replace(scheme) + "://" + dots(rest)
	})
	s = bare.ReplaceAllStringFunc(s, func(host string) string {
		if strings.EqualFold(host, own) {
			return host
		}
		return dots(host)
	})
	return mention.ReplaceAllString(s, "[@]$1")
}

func dots(host string) string { return strings.ReplaceAll(host, ".", "[.]") }

// foreign makes text of an attacker fit for a message.
func foreign(s, own string) string { return defang(plain(s), own) }

package baseline

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A headline planted in a portal that is otherwise intact rarely uses the words that are on a list, and always speaks in
// another voice than an office: it boasts of a deed, greets the administrator, signs with a nickname, laughs, in a language
// the page never spoke. One of these happens; two together do not.

const (
	voiceMarks = 2   // that make a line somebody else's
	voice      = 9.0 // what such a line weighs
	loudVoice  = 12.0

	longestLine = 160 // characters of a headline
)

// laughter is how nobody laughs in office.
var laughter = regexp.MustCompile(`\^_?\^|<3|[:;]-?\)+|=\)+|xD\b|:v\b|\\m/|(?i:\b(?:lol|lmao|haha+|hihi+|hehe+|kkk+)\b)|[☠💀👾☢👻]`)

// reachable is where no office is reached; addressed are those that no office writes to on its home page.
var (
	reachable = regexp.MustCompile(`(?i)\b(?:t\.me/|telegram\.me/|discord\.gg/|icq\b|jabber\b|wickr\b)`)
	addressed = regexp.MustCompile(`(?i)\b(?:admin|webmaster|sysadmin)\b`)
)

// strangeVoice weighs a short new line on an intact page by how it speaks.
func (c *comparison) strangeVoice(u unit) float64 {
	switch marks := c.marksOf(u); {
	case marks < voiceMarks:
		return 0
	case marks > voiceMarks+1:
		return loudVoice
	}
	return voice
}

// marksOf counts what in a short new line nobody says in office.
func (c *comparison) marksOf(u unit) (marks int) {
	if c.anchor == nil || c.refused || !u.visible() || u.chars > longestLine || u.chars < 4 || in(u.terms, reportage) > 0 {
		return 0
	}
	marks = in(u.terms, greeting)
	if handle(u.text) != "" {
		marks++
	}
	if laughter.MatchString(u.text) {
		marks++
	}
	if reachable.MatchString(u.text) {
		marks++
	}
	if addressed.MatchString(u.text) {
		marks++
	}
	if done(u.text) {
		marks += 2
	}
	if marks > 0 && c.foreign(u.text) {
		marks++
	}
	return marks
}

// done tells a word for a deed that was done here, in whatever language and spelling: hacked, h4ck3d, pwned, hackeado. Who
// does it, and the trade, are news: hacker, hacking.
func done(text string) bool {
	for w := range strings.FieldsSeq(words(unleet(fold(clean(text))))) {
		if deed(w) && !slices.ContainsFunc(trades, func(t string) bool { return strings.HasPrefix(w, t) }) && len(w) > 4 {
			return true
		}
	}
	return false
}

// trades begin words for people and their trade.
var trades = []string{"hacker", "hacking", "pwn2own", "hackers"}

// foreign tells a line in a script or language that the page does not speak: none of its words has a Vietnamese letter on a
// page full of them, or its letters are of an alphabet that was never there.
func (c *comparison) foreign(text string) bool {
	if s := alphabet(text); s != "" && s != "Latin" {
		return !c.knowsAlphabet(s)
	}
	marked, all := vietnamese(text)
	return c.was().viness >= 0.4 && all >= 2 && marked == 0
}

func (c *comparison) knowsAlphabet(name string) bool {
	return slices.ContainsFunc(c.old, func(u unit) bool { return u.visible() && alphabet(u.text) == name })
}

// alphabets are those that portals are defaced and sold in.
var alphabets = []string{"Latin", "Han", "Hiragana", "Katakana", "Hangul", "Arabic", "Cyrillic", "Thai", "Khmer", "Lao", "Hebrew", "Greek", "Bengali", "Devanagari"}

// alphabet names what most letters of a text are written in, "" when it has none.
func alphabet(text string) string {
	count, best := map[string]int{}, ""
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		for _, name := range alphabets {
			if unicode.Is(unicode.Scripts[name], r) {
				count[name]++
				break
			}
		}
	}
	for _, name := range alphabets {
		if count[name] > count[best] {
			best = name
		}
	}
	return best
}

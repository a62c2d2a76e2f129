package baseline

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// How people who deface pages write, whatever their language and their words. None of it means anything on a page that is
// still there; it is asked of titles that changed altogether and of pages with nothing else on them.

// deeds are the stems of what was done, in the languages it is done in: hackeado, hacklendi, hacké, pwnz, haxor, defaced.
var deeds = []string{"hack", "hax", "pwn", "defac", "deface", "vzlom", "взлом"}

// harmless are words that only begin like one of them.
var harmless = []string{"hackathon", "hackday", "hackney", "haxe"}

// handworked are honest ways to say by whom a page was made.
var handworked = map[string]bool{"powered": true, "designed": true, "developed": true, "published": true, "provided": true, "supported": true,
	"sponsored": true, "managed": true, "approved": true, "hosted": true, "created": true, "protected": true, "distributed": true, "posted": true,
	"organized": true, "organised": true, "funded": true, "presented": true, "reviewed": true, "edited": true, "issued": true, "licensed": true,
	"filtered": true, "sorted": true, "recommended": true, "certified": true, "verified": true, "operated": true, "maintained": true, "required": true,
	"directed": true, "inspired": true, "translated": true, "submitted": true, "signed": true, "delivered": true, "generated": true, "affected": true}

var (
	doneBy  = regexp.MustCompile(`^\W*(?:\w+ )?(\w{2,}ed) by \w`)
	command = regexp.MustCompile(`^\s*(?:\./|~\$|root@|/\*)\s*\w`)
	contact = regexp.MustCompile(`(?i)\b(?:t\.me/|telegram\b|discord\b|instagram\b|icq\b|jabber\b|wickr\b|skype\b)`)
	faces   = regexp.MustCompile(`\^_?\^|<3|[:;]-?[)D]|xD\b|\[[#+!*x-]\]|-=\[|\]=-|\.:+|:+\.|[<>]{2,}|\\m/`)
)

// signedLike tells a title or a lonely line with the shape of a signature.
func signedLike(u unit) bool {
	text := clean(u.text)
	folded := words(unleet(fold(text)))
	switch {
	case deed(folded), command.MatchString(text):
		return true
	case u.kind != inTitle:
		return false
	}
	if m := doneBy.FindStringSubmatch(folded); m != nil && !handworked[m[1]] {
		return true
	}
	if n := in(u.terms, reportage); n > 0 {
		return false
	}
	n := in(u.terms, greeting)
	return n > 0 || handle(u.text) != ""
}

// deed finds a word for what was done.
func deed(folded string) bool {
	for w := range strings.FieldsSeq(folded) {
		begins := func(stem string) bool { return strings.HasPrefix(w, stem) }
		if slices.ContainsFunc(deeds, begins) && !slices.ContainsFunc(harmless, begins) {
			return true
		}
	}
	return false
}

// manners names what of this a line of a bare page shows.
func manners(text string) (list []string) {
	if handle(text) != "" {
		list = append(list, "handle")
	}
	if contact.MatchString(text) {
		list = append(list, "contact")
	}
	if faces.MatchString(text) {
		list = append(list, "face")
	}
	return list
}

// handle finds a name written with digits for letters: a digit or sign between letters, in a word too long for a unit of
// measure and too short for a checksum.
func handle(text string) string {
	for w := range strings.FieldsSeq(text) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if n := len(w); n < 4 || n > 20 || strings.ContainsAny(w, "./:?&=") {
			continue
		}
		if leetInside(w) {
			return w
		}
	}
	return ""
}

func leetInside(w string) bool {
	letters, inside, waiting := 0, false, false
	for _, r := range w {
		switch {
		case unicode.IsLetter(r):
			letters++
			inside = inside || waiting
		case letters > 0 && (unicode.IsDigit(r) || r == '$' || r == '@'):
			waiting = true
		default:
			waiting = false
		}
	}
	return inside && letters >= 3 && !strings.Contains(w, "-")
}

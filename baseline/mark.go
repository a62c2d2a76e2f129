package baseline

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark is something in the content of a page that would be recognised on another portal: whoever attacks many leaves the same,
// and so does what a whole province puts up.
type Mark struct {
	Kind  MarkKind
	Value string // normalised: a domain, or words without case, punctuation and extra space
}

// MarkKind is what kind of thing a Mark is.
type MarkKind string

// The kinds of marks.
const (
	MarkDomain MarkKind = "domain" // that is loaded from, framed, led to
	MarkText   MarkKind = "text"   // that attackers wrote
	MarkColour MarkKind = "colour" // came or went; without a value
	MarkAdded  MarkKind = "added"  // text that is new and harmless
)

// marksKept is how many marks of a page are kept.
const marksKept = 12

// Marks returns what an attack on the page would leave elsewhere, the strongest first. What everybody embeds is none.
func (v Verdict) Marks() (marks []Mark) {
	own := domainOf(hostOf(v.Observation.Site.URL))
	add := func(m Mark) {
		if m.Value != "" && len(marks) < marksKept && !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	for _, e := range v.EvidenceOf(ConcernContent) {
		if e.Weight <= 0 {
			continue
		}
		switch e.Signal {
		case SignalSignature, SignalGreeting, SignalPromo:
			add(Mark{MarkText, sameWords(e.Seen)})
		case SignalScriptOrigin, SignalFrameOrigin, SignalFormOrigin, SignalFetchOrigin, SignalHiddenLinks, SignalRedirect, SignalOverlay:
			for _, seen := range append([]string{e.Seen}, e.Examples...) {
				if d := stranger(seen); d != own {
					add(Mark{MarkDomain, d})
				}
			}
		}
	}
	return marks
}

// Harmless returns what a changed look would have in common with others if somebody had all portals changed: nothing of a look
// that shows more than that, or what was declared beforehand.
func (v Verdict) Harmless() (marks []Mark) {
	if v.Content != Changed {
		return nil
	}
	for _, e := range v.EvidenceOf(ConcernContent) {
		switch {
		case e.Excuse != nil:
		case e.Signal == SignalColour:
			marks = append(marks, Mark{Kind: MarkColour})
		case e.Signal == SignalTextAdded:
			for _, text := range e.Examples {
				if same := sameWords(text); same != "" {
					marks = append(marks, Mark{MarkAdded, same})
				}
			}
		}
	}
	return marks
}

// stranger is the domain of a host or an address that says something about who put it there, "" for any other.
func stranger(seen string) string {
	host := seen
	if strings.Contains(seen, "//") {
		host = hostOf(seen)
	}
	if host == "" || strings.ContainsAny(host, " /") || !strings.Contains(host, ".") && !isAddress(host) {
		return ""
	}
	d := domainOf(host)
	if isPeer(host) || wellKnown[d] || attackHosts[d] {
		return ""
	}
	return d
}

// fewestLetters is how much text has to be alike: one word is a coincidence.
const fewestLetters = 8

// sameWords is text as it can be compared between portals, "" when it is too short to mean anything.
func sameWords(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) })
	same := strings.Join(words, " ")
	if utf8.RuneCountInString(same) < fewestLetters {
		return ""
	}
	return same
}

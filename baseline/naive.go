package baseline

import (
	"strings"

	"github.com/corona10/goimagehash"

	"canhcong/monitor"
)

// Naive is what the rules say that people write themselves. They decide nothing: they are measured beside the judge, on the
// same looks, so that its gain shows.
type Naive struct {
	Picture bool // the dHash64 of the whole picture is more than 10 bits away from the approved one
	Text    bool // the title or the visible text is not the approved one to the letter
	Words   bool // a word of the lexicon stands in the title or the visible text, approved or not
}

// naiveBits is the distance that is handed around for "another picture" (Hacker Factor's rule of thumb).
const naiveBits = 10

// JudgeNaively asks the naive rules about a look. A look without a page says nothing.
func JudgeNaively(anchor, o monitor.Observation) Naive {
	if anchor.Page == nil || o.Page == nil {
		return Naive{}
	}
	text := visibleText(o.Page)
	return Naive{Picture: picturesDiffer(anchor.Page.Visual, o.Page.Visual), Text: text != visibleText(anchor.Page), Words: hasWord(text)}
}

func picturesDiffer(a, b *monitor.Visual) bool {
	before, after := thumbnail(a), thumbnail(b)
	if before == nil || after == nil {
		return false
	}
	was, err := goimagehash.DifferenceHash(before)
	if err != nil {
		return false
	}
	is, err := goimagehash.DifferenceHash(after)
	if err != nil {
		return false
	}
	bits, err := was.Distance(is)
	return err == nil && bits > naiveBits
}

// visibleText is the title and what can be read on the page, a line per block.
func visibleText(p *monitor.Page) string {
	lines := []string{p.Title}
	for _, b := range p.Blocks {
		if b.Hidden == "" {
			lines = append(lines, b.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// hasWord tells that a line of a text holds a word of the lexicon that speaks of an attack or of spam on its own.
func hasWord(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		for _, t := range shippedLexicon.Find(line) {
			if t.Family != reportage && t.Family != repairing && !t.Company {
				return true
			}
		}
	}
	return false
}

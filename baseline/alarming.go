package baseline

// Alarming returns the terms in a text that speak for themselves: what intruders write, and what is sold through hacked
// portals. Monitor asks it about pages that no browser has seen, so nothing is concluded from an answer but that a closer
// look is due: news about gambling has such terms, too. Terms are as the lexicon writes them, in its order.
func Alarming(text string) (words []string) {
	for _, t := range lexiconInUse.Find(text) {
		if !t.Company && !t.Title && alarming[t.Family] {
			words = append(words, t.Pattern)
		}
	}
	return words
}

// alarming are the families of such terms.
var alarming = map[family]bool{gambling: true, spam: true, defacing: true, ransom: true, webshell: true, watch: true}

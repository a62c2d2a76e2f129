package notify

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"canhcong/targets"
)

// Limits of a short text. One SMS holds 160 characters of GSM 03.38, and without accents every one of ours is in it; with a
// single one that is not, it holds 70, and gateways in Vietnam refuse or cut it.
const (
	shortLimit  = 160
	shortRoom   = shortLimit - len(" (sent again)")
	longestHost = 80 // so that time, number and what happened find their place beside any host
)

// short puts a text together for channels that carry 160 characters: what comes first and last stays whole, what happened is
// cut to the room that is left. A repeat has room to say so.
func short(head, what, tail string) string {
	head, what, tail = gsm(head), gsm(what), gsm(tail)
	if head != "" {
		head += ": "
	}
	if tail != "" {
		tail = " " + tail
	}
	return head + clip(what, shortRoom-len(head)-len(tail)) + tail
}

// clip cuts a text of single bytes, and shows that it did.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.TrimRight(s[:max(limit-2, 0)], " ") + ".."
}

// gsm returns a text as one line of characters that are one each in GSM 03.38: letters without their accents, digits and plain
// punctuation. https://www.etsi.org/deliver/etsi_gts/03/0338/05.00.00_60/gsmts_0338v050000p.pdf
func gsm(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch plain, known := gsmFor[r]; {
		case known:
			b.WriteString(plain)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r >= ' ' && r <= 'z' && r != '`':
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// gsmFor says what stands for characters that take two places, or that are in no table.
var gsmFor = map[rune]string{
	'đ': "d", 'Đ': "D", '–': "-", '—': "-", '“': `"`, '”': `"`, '‘': "'", '’': "'", '·': "-", '…': "..",
	'[': "(", ']': ")", '{': "(", '}': ")", '|': "/", '\\': "/", '~': "-", '^': "", '`': "'",
}

// short is the incident for those channels: how grave and when, what happened, where, and its number.
func (w words) short(kind Kind) string {
	grave := w.say(severityTitles[w.i.Severity])
	head, at, what := mark(grave), w.i.SuspectedAt, lowerFirst(strings.TrimPrefix(w.title(kind), grave+": "))
	switch {
	case kind == KindAcknowledged:
		head, at, what = w.say(wordShortTaken), w.i.AcknowledgedAt, plain(w.i.AcknowledgedBy)
	case w.i.State == Closed && kind == KindOpened && w.i.CloseReason != Refuted:
		head, at, what = w.say(wordShortOver), w.i.ClosedAt, clock(w.i.SuspectedAt)+" "+lowerFirst(w.what())
	case w.i.State == Closed:
		head, at = w.say(wordShortOver), w.i.ClosedAt
		_, what, _ = strings.Cut(w.closedTitle(), ": ")
	}
	if w.i.Drill {
		head = w.say(wordDrill) + " " + head
	}
	where := clip(gsm(w.i.Site.Host()), longestHost)
	return short(head+" "+at.In(targets.Vietnam).Format("15:04 02/01"), what, w.join(" ", where, w.i.Number)+".")
}

var (
	wordShortTaken = phrase{"ĐÃ NHẬN", "TAKEN"}
	wordShortOver  = phrase{"HẾT", "OVER"}
)

// urgency is how loud a message about the incident is: what is over, or in somebody's hands, wakes nobody.
func (i Incident) urgency(kind Kind) Severity {
	if i.State == Closed || kind == KindAcknowledged {
		return Info
	}
	return i.Severity
}

// mark takes the sign off the front of a title.
func mark(title string) string {
	return strings.TrimLeftFunc(title, func(r rune) bool { return !unicode.IsLetter(r) })
}

func lowerFirst(s string) string {
	for i, r := range s {
		return string(unicode.ToLower(r)) + s[i+len(string(r)):]
	}
	return s
}

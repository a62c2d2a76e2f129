package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"canhcong/targets"
)

// place has a message wait by itself, or, where several wait already for its address, as a line of one that tells of many: while
// nothing can be written there are no groups either, and a server with two hundred portals may fail just then. What is critical
// always goes by itself, and first. What is queued in the database goes by itself, too: it may take that back.
func (e *emergency) place(to lane, m Message, lang targets.Language, queued bool) *unwritten {
	if m.Severity != Critical && !queued {
		single := 0
		for n := range e.waiting {
			switch u := &e.waiting[n]; {
			case u.lane != to || u.message.Severity == Critical:
			case len(u.lines) > 0:
				u.lines = append(u.lines, lineOf(m))
				return u
			default:
				single++
			}
		}
		if single >= mostSingle {
			e.waiting = append(e.waiting, unwritten{lane: to, lang: lang, message: Message{Recipient: m.Recipient, Severity: m.Severity}, lines: []string{lineOf(m)}})
			return &e.waiting[len(e.waiting)-1]
		}
	}
	s := speech{lang}
	m.Title, m.Body = m.Title+" "+s.say(wordUnwritten), s.lines(m.Body, s.say(wordWhyUnwritten))
	at := len(e.waiting)
	if m.Severity == Critical {
		if n := slices.IndexFunc(e.waiting, func(u unwritten) bool { return u.lane == to && u.message.Severity != Critical }); n >= 0 {
			at = n
		}
	}
	e.waiting = slices.Insert(e.waiting, at, unwritten{lane: to, lang: lang, message: m})
	return &e.waiting[at]
}

// lineOf is a message in one line: what happened, and where.
func lineOf(m Message) string {
	where, _, _ := strings.Cut(m.Body, "\n")
	if where == "" {
		return m.Title
	}
	return m.Title + " – " + where
}

// list is the message that tells of many.
func (u unwritten) list(now time.Time) Message {
	s := speech{u.lang}
	lines, file := s.list(u.lines, now.In(targets.Vietnam).Format("canhcong-20060102-1504"))
	m := u.message
	m.Title = fmt.Sprintf("📋 "+s.say(wordManyUnwritten), len(u.lines)) + " " + s.say(wordUnwritten)
	m.Body, m.File = s.lines(lines, s.say(wordWhyUnwritten)), file
	return m
}

var wordManyUnwritten = phrase{"%d việc trong một tin", "%d things in one message"}

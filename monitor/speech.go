package monitor

import (
	"bytes"
	"hash/maphash"
	"slices"
	"sync"
)

const (
	// textLimit is how much of one text is listened to, in bytes: packed scripts have no end.
	textLimit = 20_000
	// textsLimit is how many texts are remembered of one body.
	textsLimit = 5000
)

// heard is what a body said, text by text: a block of the page, an attribute, a script, a comment. It is kept in memory only,
// so that of a page that moves all the time only the texts that moved are listened to.
type heard struct {
	texts    []uint64            // their hashes, sorted
	alarming map[uint64][]string // words in some of them
}

// knows tells whether a text was in the body.
func (h *heard) knows(text uint64) bool {
	if h == nil {
		return false
	}
	_, ok := slices.BinarySearch(h.texts, text)
	return ok
}

// speech listens to what a body says.
type speech struct {
	before *heard // nil knows nothing
	listen func(text string) (words []string)

	text []byte // under way
	now  map[uint64][]string
}

// textSeed lasts as long as what is heard is remembered.
var textSeed = maphash.MakeSeed()

// say adds to the text under way.
func (s *speech) say(part []byte) {
	if s.listen != nil && len(s.text) < textLimit {
		s.text = append(s.text, part[:min(len(part), textLimit)]...)
	}
}

// flush ends the text under way.
func (s *speech) flush() {
	s.hear(s.text)
	s.text = s.text[:0]
}

// aside hears a text that is none of the page's: it stands in an attribute, a script or a comment.
func (s *speech) aside(text []byte) {
	if s.listen != nil {
		s.hear(text[:min(len(text), textLimit)])
	}
}

func (s *speech) hear(text []byte) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return
	}
	h := maphash.Bytes(textSeed, text)
	if _, again := s.now[h]; again || len(s.now) >= textsLimit {
		return
	}
	if s.now == nil {
		s.now = map[uint64][]string{}
	}
	if s.before.knows(h) {
		s.now[h] = s.before.alarming[h]
		return
	}
	s.now[h] = s.listen(string(text))
}

// heard is what was heard in all, and the alarming words in it.
func (s *speech) heard() (all *heard, words []string) {
	all = &heard{alarming: map[uint64][]string{}}
	for h, found := range s.now {
		all.texts = append(all.texts, h)
		if len(found) > 0 {
			all.alarming[h] = found
			words = append(words, found...)
		}
	}
	slices.Sort(all.texts)
	slices.Sort(words)
	return all, slices.Compact(words)
}

// hearings remember what the last good body of each site said.
type hearings struct {
	mu    sync.Mutex
	sites map[int64]*heard
}

func (h *hearings) of(siteID int64) *heard {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sites[siteID]
}

func (h *hearings) remember(siteID int64, said *heard) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sites == nil {
		h.sites = map[int64]*heard{}
	}
	h.sites[siteID] = said
}

func (h *hearings) forget(siteID int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sites, siteID)
}

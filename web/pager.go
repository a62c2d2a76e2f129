package web

import (
	"net/url"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// pager is where one page of a long list lies, and the way to its neighbours.
type pager struct {
	Page, Last int // from 1
	From, To   int // of the list, half open
	Total      int
	Previous   string // addresses, "" when there is none
	Next       string
}

// cutPages cuts a list of n into pages of a size; the page asked for is in q.
func cutPages(q url.Values, path string, n, size int) pager {
	p := pager{Total: n, Last: max(1, (n+size-1)/size)}
	p.Page, _ = strconv.Atoi(q.Get("page"))
	p.Page = min(max(p.Page, 1), p.Last)
	p.From = (p.Page - 1) * size
	p.To = min(n, p.From+size)
	if p.Page > 1 {
		p.Previous = withQuery(q, path, "page", strconv.Itoa(p.Page-1))
	}
	if p.Page < p.Last {
		p.Next = withQuery(q, path, "page", strconv.Itoa(p.Page+1))
	}
	return p
}

// spellings are the plain forms of the names on the wall, which are sorted by for every reader again and again: taking a text
// apart costs a thousand times as much as finding it here.
type spellings struct {
	mu    sync.Mutex
	plain map[string]string
}

// mostSpellings is when the plain forms are forgotten: names come and go.
const mostSpellings = 50_000

// of returns the plain form of a name.
func (s *spellings) of(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.plain[name]
	if !ok {
		if len(s.plain) >= mostSpellings || s.plain == nil {
			s.plain = map[string]string{}
		}
		known = plain(name)
		s.plain[name] = known
	}
	return known
}

// plain is a text without case and diacritics, to find and sort by.
func plain(s string) string {
	drop := func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}
	return strings.Map(drop, norm.NFD.String(strings.ToLower(s)))
}

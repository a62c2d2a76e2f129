package targets

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The longest texts that are kept, in characters.
const (
	maxName = 200
	maxUnit = 200
	maxNote = 1000
)

// DraftProblem says what of a Draft cannot be stored.
type DraftProblem string

// The problems of drafts. Those of its address are AddressProblems.
const (
	DraftName     DraftProblem = "the name is too long"
	DraftUnit     DraftProblem = "the unit is too long"
	DraftNote     DraftProblem = "the note is too long"
	DraftPriority DraftProblem = "the priority is unknown"
)

// DraftError says that a site cannot be added as it was entered, and why.
type DraftError struct{ Problem DraftProblem }

// Error is for the log.
func (e *DraftError) Error() string { return string(e.Problem) }

// Text tells a person what is wrong and what to do about it.
func (e *DraftError) Text(lang Language) string { return draftTexts[e.Problem].in(lang) }

var draftTexts = map[DraftProblem]text{
	DraftName:     {"Tên quá dài (tối đa 200 ký tự). Hãy rút gọn.", "The name is too long (200 characters at most). Shorten it."},
	DraftUnit:     {"Tên đơn vị quá dài (tối đa 200 ký tự). Hãy rút gọn.", "The unit is too long (200 characters at most). Shorten it."},
	DraftNote:     {"Ghi chú quá dài (tối đa 1000 ký tự). Hãy rút gọn.", "The note is too long (1000 characters at most). Shorten it."},
	DraftPriority: {"Mức ưu tiên không rõ. Hãy ghi cao, thường hoặc thấp (hoặc 1, 2, 3).", "The priority is unknown. Write high, normal or low (or 1, 2, 3)."},
}

// site returns the draft as a Site that is not stored yet: cleaned, with its key and its defaults, ID 0.
// The profile has only its name. The error is an *AddressError or a *DraftError.
func (d Draft) site() (Site, error) {
	key, url, err := Key(d.URL)
	if err != nil {
		return Site{}, err
	}
	s := Site{
		Key:      key,
		URL:      url,
		Name:     cmp.Or(OneLine(d.Name), hostOf(url)),
		Unit:     Unit{Name: cmp.Or(OneLine(d.Unit), UnknownUnit)},
		Priority: cmp.Or(d.Priority, PriorityNormal),
		Profile:  Profile{Name: cmp.Or(OneLine(d.Profile), DefaultProfile)},
		Note:     norm.NFC.String(strings.TrimSpace(visible(strings.ReplaceAll(d.Note, "\r\n", "\n")))),
	}
	if problem := s.problem(); problem != "" {
		return Site{}, &DraftError{Problem: problem}
	}
	return s, nil
}

func (s Site) problem() DraftProblem {
	switch {
	case utf8.RuneCountInString(s.Name) > maxName:
		return DraftName
	case utf8.RuneCountInString(s.Unit.Name) > maxUnit:
		return DraftUnit
	case utf8.RuneCountInString(s.Note) > maxNote:
		return DraftNote
	case s.Priority < PriorityHigh || s.Priority > PriorityLow:
		return DraftPriority
	}
	return ""
}

// ParsePriority reads a priority as people write it: cao, thường, thấp, high, normal, low, 1, 2, 3, with or without
// diacritics and in any case. "" is PriorityNormal. The error is a *DraftError.
func ParsePriority(word string) (Priority, error) {
	p, ok := priorityWords[Bare(word)]
	if !ok {
		return 0, fmt.Errorf("priority %q: %w", shown(word), &DraftError{Problem: DraftPriority})
	}
	return p, nil
}

var priorityWords = map[string]Priority{
	"":  PriorityNormal,
	"1": PriorityHigh, "cao": PriorityHigh, "high": PriorityHigh, "rat cao": PriorityHigh,
	"2": PriorityNormal, "thuong": PriorityNormal, "trung binh": PriorityNormal, "binh thuong": PriorityNormal,
	"normal": PriorityNormal, "medium": PriorityNormal,
	"3": PriorityLow, "thap": PriorityLow, "low": PriorityLow,
}

// Text is the priority in words.
func (p Priority) Text(lang Language) string { return priorityTexts[p].in(lang) }

var priorityTexts = map[Priority]text{
	PriorityHigh:   {"cao", "high"},
	PriorityNormal: {"thường", "normal"},
	PriorityLow:    {"thấp", "low"},
}

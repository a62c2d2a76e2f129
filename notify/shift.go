package notify

import (
	"context"
	"time"
	"unicode/utf8"

	"canhcong/targets"
)

// Shift is an entry of the roster: one person's turn, and what became of it. None is ever deleted.
type Shift struct {
	ID int64
	Watch
	Note       string
	AddedBy    string // login
	AddedAt    time.Time
	InsteadOf  int64     // the shift whose place it took when people swapped; 0 for one of the list
	HandedOver time.Time // when the person said that they have gone; zero while they have not
	RemovedBy  string    // login of who took it out of the roster, or gave it to somebody else; "" while it counts
	RemovedAt  time.Time
	RemovedFor string // why
}

const (
	longestShift = 31 * 24 * time.Hour // leaders are on duty for a whole period; longer than that is a mistyped month
	longestNote  = 1000                // characters
)

// ShiftProblem says what of a Shift cannot be written down.
type ShiftProblem string

// The problems of shifts.
const (
	ShiftTier   ShiftProblem = "there is no such tier"
	ShiftPerson ShiftProblem = "it is nobody's"
	ShiftOrder  ShiftProblem = "it ends before it begins"
	ShiftLong   ShiftProblem = "it lasts too long"
	ShiftNote   ShiftProblem = "its note is too long"
)

// ShiftError says that a shift cannot be written down as it was entered, and why.
type ShiftError struct{ Problem ShiftProblem }

// Error implements error.
func (e *ShiftError) Error() string { return string(e.Problem) }

// Text tells a person what is wrong and what to do about it.
func (e *ShiftError) Text(lang targets.Language) string { return shiftProblems[e.Problem].in(lang) }

var shiftProblems = map[ShiftProblem]phrase{
	ShiftTier:   {"Cấp trực là 1 (trực giám sát), 2 (trực kỹ thuật) hoặc 3 (lãnh đạo trực).", "The tier is 1 (watching), 2 (technical) or 3 (leading)."},
	ShiftPerson: {"Chọn người trực trong danh sách người dùng.", "Choose who is on duty from the list of people."},
	ShiftOrder:  {"Giờ kết thúc phải sau giờ bắt đầu.", "The end must be later than the beginning."},
	ShiftLong:   {"Một ca trực dài tối đa 31 ngày; hãy chia thành nhiều ca.", "A shift lasts 31 days at most; write several."},
	ShiftNote:   {"Ghi chú tối đa 1000 ký tự.", "A note has 1000 characters at most."},
}

func (s Shift) problem() ShiftProblem {
	switch {
	case s.Tier < TierWatch || s.Tier > TierLeader:
		return ShiftTier
	case s.Person.ID == 0:
		return ShiftPerson
	case !s.Until.After(s.From):
		return ShiftOrder
	case s.Until.Sub(s.From) > longestShift:
		return ShiftLong
	case utf8.RuneCountInString(s.Note) > longestNote:
		return ShiftNote
	}
	return ""
}

// AddShifts puts shifts into the roster, all of them or, when one cannot be, none, and returns those that were not there
// already. Of each it needs the tier, the person's ID, from, until and the note. The error is a *ShiftError when one cannot be
// written down as it was entered.
func (d *Desk) AddShifts(ctx context.Context, by string, list ...Shift) (added []Shift, err error) {
	return d.addShifts(ctx, by, list, time.Now())
}

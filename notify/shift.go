package notify

import (
	"context"
	"errors"
	"fmt"
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
	longestShift   = 31 * 24 * time.Hour // leaders are on duty for a whole period; longer than that is a mistyped month
	longestNote    = 1000                // characters, of a reason as well
	earliestIn     = 30 * time.Minute    // before its beginning a shift can be checked in to
	latestHandover = 12 * time.Hour      // after its end a shift can still be handed over
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
	ShiftReason ShiftProblem = "nobody says why"
	ShiftGone   ShiftProblem = "it is not in the roster any more"
	ShiftOver   ShiftProblem = "it is over"
	ShiftEarly  ShiftProblem = "it is too early"
	ShiftLate   ShiftProblem = "it is too late"
	ShiftSame   ShiftProblem = "it is theirs already"
	ShiftWords  ShiftProblem = "too much is said"
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
	ShiftNote:   {"Ghi chú, lý do tối đa 1000 ký tự.", "A note or a reason has 1000 characters at most."},
	ShiftReason: {"Ghi lý do: lịch trực giữ lại mọi thay đổi.", "Say why: the roster keeps every change."},
	ShiftGone:   {"Ca này đã được đổi hoặc đã bỏ khỏi lịch trực.", "This shift was swapped or taken out of the roster."},
	ShiftOver:   {"Ca này đã kết thúc, không thay đổi được nữa.", "This shift is over and cannot be changed any more."},
	ShiftEarly:  {"Chưa đến giờ: nhận ca sớm nhất 30 phút trước khi bắt đầu, giao ca sau khi ca bắt đầu.", "It is too early: check in 30 minutes before the beginning at the earliest, hand over after it."},
	ShiftLate:   {"Đã quá 12 giờ từ khi hết ca, không ghi giao ca được nữa.", "More than 12 hours after its end a shift cannot be handed over any more."},
	ShiftWords:  {"Ghi chú giao ca tối đa 4000 ký tự.", "What is said at a handover has 4000 characters at most."},
	ShiftSame:   {"Người này đã trực ca đó rồi.", "This person has that shift already."},
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

// Shift returns one shift, of those too that do not count any more. The error wraps ErrNotFound.
func (d *Desk) Shift(ctx context.Context, id int64) (Shift, error) {
	return d.shift(ctx, id)
}

// Shifts returns the shifts that count and lie in a stretch of time, or partly, by tier and time.
func (d *Desk) Shifts(ctx context.Context, span Span) ([]Shift, error) {
	return d.shifts(ctx, span)
}

// RemoveShift takes a shift out of the roster. The error is a *ShiftError when it cannot be, and wraps ErrNotFound.
func (d *Desk) RemoveShift(ctx context.Context, id int64, by, reason string) (Shift, error) {
	return d.removeShift(ctx, id, by, targets.OneLine(reason), time.Now())
}

// change says whether a shift can be taken from its person now.
func (s Shift) change(reason string, now time.Time) ShiftProblem {
	switch {
	case !s.RemovedAt.IsZero():
		return ShiftGone
	case !s.Until.After(now):
		return ShiftOver
	case reason == "":
		return ShiftReason
	case utf8.RuneCountInString(reason) > longestNote:
		return ShiftNote
	}
	return ""
}

// CheckIn returns the shift after its person said that they are there. Saying so again changes nothing.
func (s Shift) CheckIn(now time.Time) (Shift, ShiftProblem) {
	switch {
	case !s.RemovedAt.IsZero():
		return s, ShiftGone
	case !s.Until.After(now):
		return s, ShiftOver
	case now.Before(s.From.Add(-earliestIn)):
		return s, ShiftEarly
	case s.CheckedIn.IsZero():
		s.CheckedIn = stored(now)
	}
	return s, ""
}

// HandOver returns the shift after its person said that they are leaving. The first time counts; more may be said later.
func (s Shift) HandOver(now time.Time) (Shift, ShiftProblem) {
	switch {
	case !s.RemovedAt.IsZero():
		return s, ShiftGone
	case now.Before(s.From):
		return s, ShiftEarly
	case now.After(s.Until.Add(latestHandover)):
		return s, ShiftLate
	case s.HandedOver.IsZero():
		s.HandedOver = stored(now)
	}
	return s, ""
}

// CheckIn records that the person of a shift is there (nhận ca), and sends a test message to each of their addresses. The error is
// a *ShiftError when it is not the time for it, and wraps ErrNotFound.
func (d *Desk) CheckIn(ctx context.Context, id int64) (Shift, error) {
	s, isNew, err := d.checkIn(ctx, id, time.Now())
	if err != nil {
		return Shift{}, fmt.Errorf("check in to shift %d: %w", id, err)
	}
	if isNew {
		d.testAll(ctx, s.Person)
	}
	return s, nil
}

// testAll sends a test message to each address of a person. That they are there counts even if it fails.
func (d *Desk) testAll(ctx context.Context, p Person) {
	list, err := d.Addresses(ctx, p.ID)
	for _, a := range list {
		err = errors.Join(err, d.TestAddress(ctx, a.ID))
	}
	if err != nil {
		d.log.ErrorContext(ctx, "the channels of somebody who came on duty were not tested", "person", p.Login, "error", err)
	}
}

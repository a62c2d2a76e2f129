package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// Swap gives a shift to somebody else (đổi ca), in exchange for one of theirs if one is named. Of a shift that has begun, what is
// over stays with whoever had it.
type Swap struct {
	ShiftID int64
	To      int64 // person
	For     int64 // a shift of theirs that goes to the one who had the first; 0 for none
	By      string
	Reason  string
}

// Change is a shift that was taken from its person, and the one that took its place; the zero Shift when none did.
type Change struct{ Before, After Shift }

// Swap carries a swap out, all of it or nothing, tells both people at their own addresses, and returns the new shifts. The error is a *ShiftError when it cannot be, and wraps
// ErrNotFound.
func (d *Desk) Swap(ctx context.Context, s Swap) ([]Shift, error) {
	s.Reason = targets.OneLine(s.Reason)
	list, err := d.swap(ctx, s, time.Now())
	if err != nil {
		return nil, fmt.Errorf("swap shift %d: %w", s.ShiftID, err)
	}
	d.rouse()
	return list, nil
}

// RosterChanges returns the shifts that were swapped or taken out, the newest first.
func (d *Desk) RosterChanges(ctx context.Context, limit int) ([]Change, error) {
	return d.rosterChanges(ctx, limit)
}

// parted returns what becomes of a shift that is given to somebody else now: what is over of it, which stays, if anything is, and
// what they take on.
func (s Shift) parted(to int64, by string, now time.Time) (list []Shift) {
	rest := s
	rest.InsteadOf, rest.AddedBy, rest.AddedAt = s.ID, by, now
	if now.After(s.From) {
		done := rest
		done.Until, rest.From = now, now
		list = append(list, done)
	}
	rest.Person, rest.CheckedIn, rest.HandedOver = Person{ID: to}, time.Time{}, time.Time{}
	return append(list, rest)
}

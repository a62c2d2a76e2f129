package notify

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"canhcong/targets"
)

// Handover is an entry of the shift log (sổ giao ca): what somebody who left told whoever came.
type Handover struct {
	ID    int64
	Shift Shift
	At    time.Time
	Words string // the person's own, of any number of lines
	Facts string // how things stood, one on each line
}

// mostSaid is how often something of one shift is handed over, at most.
const mostSaid = 20

// longestWords bounds what a person writes, in characters: a page.
const longestWords = 4000

// HandOver writes down that the person of a shift leaves, what they say, and how things stand, in their language. More can be said
// later. The error is a *ShiftError when it is not the time for it, and wraps ErrNotFound.
func (d *Desk) HandOver(ctx context.Context, shiftID int64, words string) (Handover, error) {
	h, err := d.draftHandover(ctx, shiftID, time.Now())
	if err == nil {
		h.Words = strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n"))
		if utf8.RuneCountInString(h.Words) > longestWords {
			err = &ShiftError{ShiftWords}
		}
	}
	if err == nil {
		h, err = d.keepHandover(ctx, h)
	}
	if err != nil {
		return Handover{}, fmt.Errorf("hand over shift %d: %w", shiftID, err)
	}
	return h, nil
}

// DraftHandover returns what handing a shift over now would write down, without the person's words. The error wraps ErrNotFound.
func (d *Desk) DraftHandover(ctx context.Context, shiftID int64) (Handover, error) {
	h, err := d.draftHandover(ctx, shiftID, time.Now())
	if err != nil {
		return Handover{}, fmt.Errorf("draft the handover of shift %d: %w", shiftID, err)
	}
	return h, nil
}

// Handover returns one entry of the log. The error wraps ErrNotFound.
func (d *Desk) Handover(ctx context.Context, id int64) (Handover, error) {
	list, err := d.handovers(ctx, 1, `h.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Handover{}, fmt.Errorf("read handover %d: %w", id, err)
	}
	return list[0], nil
}

// Handovers returns the log, the newest first.
func (d *Desk) Handovers(ctx context.Context, limit int) ([]Handover, error) {
	return d.handovers(ctx, limit, `true`)
}

// HandoversOf returns what was said when a shift ended, the newest first.
func (d *Desk) HandoversOf(ctx context.Context, shiftID int64) ([]Handover, error) {
	return d.handovers(ctx, mostSaid, `h.shift_id = ?`, shiftID)
}

// LastHandover returns what the shift before this one, at the same tier, said last; false when nothing was said in the day before.
func (d *Desk) LastHandover(ctx context.Context, s Shift) (Handover, bool, error) {
	list, err := d.handovers(ctx, 1, `s.tier = ? AND s.from_at < ? AND h.at > ?`, s.Tier, targets.Millis(s.From), targets.Millis(s.From.Add(-wholeDay)))
	if err != nil || len(list) == 0 {
		return Handover{}, false, err
	}
	return list[0], true, nil
}

// draftHandover asks how things stand, and what happened in the shift.
func (d *Desk) draftHandover(ctx context.Context, shiftID int64, now time.Time) (h Handover, err error) {
	h.At = stored(now)
	if h.Shift, err = d.shift(ctx, shiftID); err != nil {
		return h, err
	}
	stand := affairs{speech: speech{h.Shift.Person.Language}, shift: h.Shift}
	if stand.now, err = d.Summary(ctx); err != nil {
		return h, err
	}
	if stand.sent, stand.begun, stand.ended, err = d.counts(ctx, h.Shift.From, h.Shift.From); err != nil {
		return h, err
	}
	if stand.began, err = d.noticesSince(ctx, h.Shift.From); err != nil {
		return h, err
	}
	if stand.declared, err = d.registry.AppearanceEvents(ctx, now); err != nil {
		return h, err
	}
	stand.next, err = d.shifts(ctx, Span{h.Shift.Until.Add(-time.Minute), h.Shift.Until.Add(earliestIn)})
	h.Facts = stand.facts()
	return h, err
}

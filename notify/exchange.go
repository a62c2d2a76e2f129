package notify

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"canhcong/targets"
)

// exchange is what a swap of shifts did: both people are told of all of it, each at their own addresses.
type exchange struct {
	given Change // the shift that was given to somebody else
	back  Change // what was given for it; the zero Change for nothing
}

func (e exchange) about() About { return About{AboutShift, e.given.After.ID} }

func (e exchange) label() string { return fmt.Sprintf("the swap of shift %d", e.given.Before.ID) }

// exchangeOf reads the swap by which somebody got a shift.
func exchangeOf(ctx context.Context, q querier, shiftID int64) (e exchange, err error) {
	if e.given.After, err = shiftByID(ctx, q, shiftID); err != nil {
		return e, err
	}
	if e.given.Before, err = shiftByID(ctx, q, e.given.After.InsteadOf); err != nil {
		return e, err
	}
	got, had := e.given.After, e.given.Before
	list, err := shiftsGivenBack(ctx, q, had, got)
	if err != nil || len(list) == 0 {
		return e, err
	}
	e.back.After = list[0]
	e.back.Before, err = shiftByID(ctx, q, list[0].InsteadOf)
	return e, err
}

// queueExchange tells the two people of a swap.
func (d *Desk) queueExchange(ctx context.Context, tx *sql.Tx, w Swap, added []Shift, now time.Time) error {
	all, err := d.reachable(ctx, tx)
	if err != nil {
		return err
	}
	for _, s := range added {
		if s.InsteadOf != w.ShiftID || s.Person.ID != w.To {
			continue // what is over of it stays with whoever had it
		}
		had, err := shiftByID(ctx, tx, w.ShiftID)
		if err != nil {
			return err
		}
		return queuePersonal(ctx, tx, fact{about: About{AboutShift, s.ID}, kind: KindSwapped}, all.of([]int64{w.To, had.Person.ID}), now)
	}
	return nil
}

// ShiftAlerts returns what people were told of the swap by which somebody got a shift, oldest first.
func (d *Desk) ShiftAlerts(ctx context.Context, shiftID int64) ([]Alert, error) {
	return d.alerts(ctx, "WHERE about_kind = ? AND about_id = ? ORDER BY id", AboutShift, shiftID)
}

// tell implements subject.
func (e exchange) tell(_ context.Context, _ *Desk, j job, lang targets.Language) (Message, string, error) {
	s, had, got := speech{lang}, e.given.Before.Person, e.given.After
	title, other := wordSwapYours, had
	if j.alerts[0].PersonID == had.ID {
		title, other = wordSwapTheirs, got.Person
	}
	return Message{
		Title:    fmt.Sprintf(s.say(title), plain(other.Name), s.when(got.From)),
		Body:     s.lines(s.changed(e.given), s.changed(e.back), s.labelled(wordSwapReason, plain(e.given.Before.RemovedFor)+" ("+plain(e.given.Before.RemovedBy)+")")),
		Severity: Info,
	}, "", nil
}

// changed says whose a shift was and whose it is; "" of none.
func (s speech) changed(c Change) string {
	if c.After.ID == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %s – %s: %s → %s", c.After.Tier.Text(s.lang), s.when(c.After.From), s.when(c.After.Until),
		plain(c.Before.Person.Name), plain(c.After.Person.Name))
}

var (
	wordSwapYours  = phrase{"🔄 ĐỔI CA: bạn trực thay %s từ %s", "🔄 SHIFT SWAPPED: you are on duty in place of %s from %s"}
	wordSwapTheirs = phrase{"🔄 ĐỔI CA: %s trực thay bạn từ %s", "🔄 SHIFT SWAPPED: %s is on duty in your place from %s"}
	wordSwapReason = phrase{"Lý do", "Reason"}
)

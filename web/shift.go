package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"canhcong/notify"
)

// shiftPage shows one shift: who has it, what the shift before said, and what can be done about it.
type shiftPage struct {
	Shift    notify.Shift
	Duty     shiftDuty
	Own      bool
	On       bool
	Before   *notify.Handover  // what the shift before said
	Said     []notify.Handover // at the end of this one
	Facts    string            // what handing over now would add
	Ways     []notify.Address  // of the reader, who was just tested
	People   []notify.Person   // who can take it on
	Others   []notify.Shift    // that can be taken on in exchange
	Words    string
	Reason   string
	Error    string // in words
	MaySwap  bool
	MayCut   bool             // take it out of the roster
	Standing bool             // it counts
	Told     []notify.Alert   // to both people, when it changed hands
	Names    map[int64]string // of people
}

func (s *Server) showShift(w http.ResponseWriter, r *http.Request) error {
	return s.showShiftWith(w, r, http.StatusOK, shiftPage{})
}

// showShiftWith shows the page with what a person had filled in.
func (s *Server) showShiftWith(w http.ResponseWriter, r *http.Request, status int, page shiftPage) error {
	now := time.Now()
	one := subjectOf(r).shift
	page.Shift, page.Duty, page.On = one, dutyOf(one, now), one.On(now)
	page.Own, page.Standing = one.Person.ID == personOf(r).ID, one.RemovedAt.IsZero()
	o := object{own: page.Own}
	changeable := page.Standing && one.Until.After(now)
	page.MaySwap, page.MayCut = changeable && can(personOf(r), exchange, o), changeable && can(personOf(r), administer, o)
	if err := s.fillShift(r, &page, now); err != nil {
		return fmt.Errorf("show shift %d: %w", one.ID, err)
	}
	return s.show(w, r, status, "shift", frame{Title: "shift.title"}, page)
}

func (s *Server) fillShift(r *http.Request, page *shiftPage, now time.Time) error {
	ctx, one := r.Context(), page.Shift
	before, ok, err := s.desk.LastHandover(ctx, one)
	if ok {
		page.Before = &before
	}
	if err == nil {
		page.Said, err = s.desk.HandoversOf(ctx, one.ID)
	}
	if err == nil && page.Own && !one.From.After(now) {
		var draft notify.Handover
		draft, err = s.desk.DraftHandover(ctx, one.ID)
		page.Facts = draft.Facts
	}
	if err == nil && page.Own && !one.CheckedIn.IsZero() {
		page.Ways, err = s.desk.Addresses(ctx, one.Person.ID)
	}
	if err == nil && page.MaySwap {
		page.People, err = s.desk.People(ctx)
	}
	if err == nil && page.MaySwap {
		page.Others, err = s.desk.Shifts(ctx, notify.Span{From: now, Until: now.AddDate(0, 0, 60)})
	}
	if err == nil {
		page.Told, err = s.desk.ShiftAlerts(ctx, one.ID)
	}
	if err == nil && len(page.Told) > 0 {
		page.Names, err = s.names(ctx)
	}
	return err
}

// checkIn is "Nhận ca".
func (s *Server) checkIn(w http.ResponseWriter, r *http.Request) error {
	one := subjectOf(r).shift
	if _, err := s.desk.CheckIn(r.Context(), one.ID); err != nil {
		return s.shiftProblem(w, r, err, shiftPage{})
	}
	return s.didToShift(w, r, "shift.checkin", one.Person.Login, "notice.checkedin")
}

// handOver is "Giao ca".
func (s *Server) handOver(w http.ResponseWriter, r *http.Request) error {
	words := r.PostFormValue("words")
	if _, err := s.desk.HandOver(r.Context(), subjectOf(r).shift.ID, words); err != nil {
		return s.shiftProblem(w, r, err, shiftPage{Words: words})
	}
	return s.didToShift(w, r, "shift.handover", "", "notice.handedover")
}

// swapShift is "Đổi ca": the form names a person, or one of their shifts.
func (s *Server) swapShift(w http.ResponseWriter, r *http.Request) error {
	one, page := subjectOf(r).shift, shiftPage{Reason: r.PostFormValue("reason")}
	swap := notify.Swap{ShiftID: one.ID, By: personOf(r).Login, Reason: page.Reason}
	kind, number, _ := strings.Cut(r.PostFormValue("to"), ":")
	id, err := strconv.ParseInt(number, 10, 64)
	switch {
	case err != nil || kind != "person" && kind != "shift":
		return s.shiftProblem(w, r, &notify.ShiftError{Problem: notify.ShiftPerson}, page)
	case kind == "person":
		swap.To = id
	default:
		other, err := s.desk.Shift(r.Context(), id)
		if err != nil {
			return missing(err)
		}
		swap.To, swap.For = other.Person.ID, id
	}
	if _, err := s.desk.Person(r.Context(), swap.To); err != nil {
		return missing(err)
	}
	added, err := s.desk.Swap(r.Context(), swap)
	if err != nil {
		return s.shiftProblem(w, r, err, page)
	}
	detail := fmt.Sprintf("%s → %s · %s", one.Person.Login, added[len(added)-1].Person.Login, page.Reason)
	if swap.For != 0 {
		detail = fmt.Sprintf("%s ↔ shift/%d · %s", one.Person.Login, swap.For, page.Reason)
	}
	return s.didToShift(w, r, "shift.swap", detail, "notice.swapped")
}

func (s *Server) removeShift(w http.ResponseWriter, r *http.Request) error {
	one, page := subjectOf(r).shift, shiftPage{Reason: r.PostFormValue("reason")}
	if _, err := s.desk.RemoveShift(r.Context(), one.ID, personOf(r).Login, page.Reason); err != nil {
		return s.shiftProblem(w, r, err, page)
	}
	return s.didToShift(w, r, "shift.remove", one.Person.Login+" · "+page.Reason, "notice.shiftremoved")
}

// shiftProblem shows the page again with what is wrong.
func (s *Server) shiftProblem(w http.ResponseWriter, r *http.Request, err error, page shiftPage) error {
	var words speaker
	if !errors.As(err, &words) {
		return missing(err)
	}
	page.Error = words.Text(s.language(r))
	return s.showShiftWith(w, r, http.StatusUnprocessableEntity, page)
}

// didToShift writes down what was done and goes on to the shift, or, where that is not there any more, to its week.
func (s *Server) didToShift(w http.ResponseWriter, r *http.Request, what, detail, notice string) error {
	one := subjectOf(r).shift
	if err := s.record(r, what, fmt.Sprintf("shift/%d", one.ID), detail); err != nil {
		return err
	}
	path := fmt.Sprintf("/roster/%d", one.ID)
	if what == "shift.swap" || what == "shift.remove" {
		path = rosterAddress(monday(one.From))
	}
	return s.goTo(w, r, path, notice)
}

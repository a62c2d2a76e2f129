package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"canhcong/baseline"
)

// decision is what a person answered to "Đơn vị mình có chủ động thay đổi này không?".
type decision struct {
	answer string // yes, no, unsure
	reason string // one of reasons
	note   string
	hash   string // of the content they were shown
	beside bool   // accept it beside what is approved: the page looks like either
}

// shortestNote is how many characters a written reason has at least.
const shortestNote = 10

// decide takes the answer about one look. What it is about was fixed when the page was shown: the look by the address and
// its content by the hash.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	d := decision{answer: r.PostFormValue("answer"), reason: r.PostFormValue("reason"), note: strings.TrimSpace(r.PostFormValue("note")), hash: r.PostFormValue("hash"),
		beside: r.PostFormValue("beside") != ""}
	page, err := s.lookPage(r)
	if err != nil {
		return err
	}
	page.Note = d.note
	if shown := r.PostFormValue("observation"); shown != strconv.FormatInt(page.Look.ID, 10) {
		return notShown(fmt.Errorf("the form shows look %q, the address names %d", cut(shown, 30), page.Look.ID))
	}
	if d.hash != page.Hash {
		return notShown(fmt.Errorf("the form shows %q, the look %q", cut(d.hash, 70), page.Hash))
	}
	if !page.Asks {
		return notShown(errors.New("there is nothing to decide about this look"))
	}
	switch d.answer {
	case "yes":
		return s.sayYes(w, r, page, d)
	case "no":
		return s.sayNo(w, r, page, d)
	case "unsure":
		return s.sayUnsure(w, r, page, d)
	default:
		page.Error = "decide.choose"
		return s.showLookPage(w, r, http.StatusUnprocessableEntity, page)
	}
}

// notShown says that the page has moved on, and to look again.
func notShown(err error) error {
	return &problem{Status: http.StatusConflict, Words: "error.notshown", Err: err}
}

func (s *Server) sayYes(w http.ResponseWriter, r *http.Request, page lookPage, d decision) error {
	switch {
	case !page.CanApprove && page.Light == red:
		if err := s.record(r, "approve.refused", lookName(page.Look.ID), d.words()); err != nil {
			return err
		}
		return &problem{Status: http.StatusForbidden, Words: "error.red"}
	case !page.CanApprove:
		if err := s.record(r, "answer.yes", lookName(page.Look.ID), d.words()); err != nil {
			return err
		}
		return s.goTo(w, r, lookPath(page.Look.ID), "notice.secondperson")
	case !d.picked():
		page.Error = "decide.reason"
		return s.showLookPage(w, r, http.StatusUnprocessableEntity, page)
	case page.MustExplain && utf8.RuneCountInString(d.note) < shortestNote:
		page.Error = "decide.explain"
		return s.showLookPage(w, r, http.StatusUnprocessableEntity, page)
	}
	return s.approve(w, r, page, d)
}

func (s *Server) approve(w http.ResponseWriter, r *http.Request, page lookPage, d decision) error {
	by := personOf(r).Login
	_, err := s.judge.Approve(r.Context(), page.decision(by, d))
	if errors.Is(err, baseline.ErrNotShown) {
		return notShown(err)
	}
	if errors.Is(err, baseline.ErrTooMany) {
		page.Error = "decide.toomany"
		return s.showLookPage(w, r, http.StatusConflict, page)
	}
	if err != nil {
		return fmt.Errorf("approve look %d: %w", page.Look.ID, err)
	}
	action := "approve"
	if d.beside {
		action = "approve.beside"
	}
	if err := s.record(r, action, lookName(page.Look.ID), d.words()+" · "+page.Hash); err != nil {
		return err
	}
	if err := s.desk.Excuse(r.Context(), page.Site.ID, page.Look.ID, by, d.words()); err != nil {
		return err
	}
	s.lookAfter(r, page.Site.ID)
	return s.goTo(w, r, sitePath(page.Site.ID), "notice.approved")
}

func (s *Server) sayNo(w http.ResponseWriter, r *http.Request, page lookPage, d decision) error {
	by := personOf(r).Login
	if err := s.record(r, "answer.no", lookName(page.Look.ID), d.note); err != nil {
		return err
	}
	if page.OnOffer {
		err := s.judge.Reject(r.Context(), page.decision(by, d))
		if errors.Is(err, baseline.ErrNotShown) {
			return notShown(err)
		}
		if err != nil {
			return fmt.Errorf("reject look %d: %w", page.Look.ID, err)
		}
	}
	if err := s.judge.Distrust(r.Context(), page.Site.ID); err != nil && !errors.Is(err, baseline.ErrTampered) {
		return err
	}
	if page.Judged {
		if _, err := s.desk.Raise(r.Context(), page.Verdict, by, d.note); err != nil {
			return err
		}
	}
	s.lookAfter(r, page.Site.ID)
	return s.goTo(w, r, sitePath(page.Site.ID), "notice.raised")
}

func (s *Server) sayUnsure(w http.ResponseWriter, r *http.Request, page lookPage, d decision) error {
	if err := s.record(r, "answer.unsure", lookName(page.Look.ID), d.note); err != nil {
		return err
	}
	return s.goTo(w, r, lookPath(page.Look.ID), "notice.unsure")
}

// lookAfter asks for a fresh look after a decision. The decision stands without it, and the next look comes anyway.
func (s *Server) lookAfter(r *http.Request, siteID int64) {
	if s.lookNow == nil {
		return
	}
	if err := s.lookNow(r.Context(), siteID); err != nil {
		s.log.Warn("a look after a decision could not be asked for", "site", siteID, "error", err)
	}
}

func (p lookPage) decision(by string, d decision) baseline.Decision {
	return baseline.Decision{SiteID: p.Site.ID, ObservationID: p.Look.ID, ContentHash: d.hash, By: by, Reason: d.words(), Beside: d.beside}
}

// The reasons of a first baseline, and of one that replaces a damaged one, which nobody has to pick.
const (
	firstReason  = "first"
	repairReason = "repair"
)

// picked says whether the reason is one of those that can be picked.
func (d decision) picked() bool {
	return d.reason == firstReason || d.reason == repairReason || slices.Contains(reasons, d.reason)
}

// words are the reason as it is kept: the one picked, then the one written.
func (d decision) words() string {
	if !d.picked() {
		return cut(d.note, 500)
	}
	picked := say("vi", "reason."+d.reason)
	if d.note == "" {
		return picked
	}
	return picked + ": " + cut(d.note, 500)
}

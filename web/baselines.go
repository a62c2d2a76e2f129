package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"canhcong/baseline"
	"canhcong/targets"
)

// baselinesPage lists the versions of what a site is compared with, goes back to one, or learns anew.
type baselinesPage struct {
	Site      targets.Site
	Versions  []versionLine // newest first
	Learning  bool          // a candidate is being learnt
	OnOffer   int64         // the look of the candidate on offer, 0 when there is none
	Tampered  bool
	MayRevise bool
	Error     string // key of the catalogue
	Note      string
}

// versionLine is one version.
type versionLine struct {
	Baseline baseline.Baseline
	Back     bool // it can be gone back to
}

func (s *Server) showBaselines(w http.ResponseWriter, r *http.Request) error {
	return s.listBaselines(w, r, http.StatusOK, baselinesPage{})
}

func (s *Server) listBaselines(w http.ResponseWriter, r *http.Request, status int, page baselinesPage) error {
	page.Site = subjectOf(r).site
	all, err := s.judge.Baselines(r.Context(), page.Site.ID)
	if page.Tampered = errors.Is(err, baseline.ErrTampered); err != nil && !page.Tampered {
		return fmt.Errorf("list the baselines of site %d: %w", page.Site.ID, err)
	}
	page.MayRevise = can(personOf(r), revise, object{unitID: page.Site.Unit.ID})
	inForce := ""
	for _, b := range all {
		switch b.State {
		case baseline.Approved:
			inForce = b.ContentHash
		case baseline.Learning:
			page.Learning = true
		case baseline.Offered:
			page.OnOffer = b.ObservationID
		}
	}
	for _, b := range all {
		if b.State != baseline.Learning {
			page.Versions = append(page.Versions, versionLine{b, b.State == baseline.Superseded && inForce != "" && b.ContentHash != inForce})
		}
	}
	return s.show(w, r, status, "baselines", frame{Title: "baselines.title"}, page)
}

// rollBack makes an earlier version the approved one again: exactly the content that the form showed.
func (s *Server) rollBack(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	one, note := subjectOf(r).site, strings.TrimSpace(r.PostFormValue("note"))
	if utf8.RuneCountInString(note) < shortestNote {
		return s.listBaselines(w, r, http.StatusUnprocessableEntity, baselinesPage{Error: "baselines.reason", Note: note})
	}
	id, err := strconv.ParseInt(r.PostFormValue("observation"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	d := baseline.Decision{SiteID: one.ID, ObservationID: id, ContentHash: r.PostFormValue("hash"), By: personOf(r).Login, Reason: cut(note, 500)}
	now, err := s.judge.Rollback(r.Context(), d)
	switch {
	case errors.Is(err, baseline.ErrTampered):
		return s.listBaselines(w, r, http.StatusConflict, baselinesPage{Error: "baselines.broken", Note: note})
	case errors.Is(err, baseline.ErrNotShown):
		return notShown(err)
	case err != nil:
		return missing(err)
	}
	if err := s.record(r, "baseline.rollback", siteName(one.ID), fmt.Sprintf("%s · %s · v%d · %s", lookName(id), d.Reason, now.Version, d.ContentHash)); err != nil {
		return err
	}
	s.lookAfter(r, one.ID)
	return s.goTo(w, r, sitePath(one.ID), "notice.rolledback")
}

// capture begins to learn a new candidate; what is approved stays in force.
func (s *Server) capture(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	one, note := subjectOf(r).site, cut(strings.TrimSpace(r.PostFormValue("note")), 500)
	if err := s.judge.Capture(r.Context(), one.ID, personOf(r).Login, note); err != nil {
		return err
	}
	if err := s.record(r, "baseline.capture", siteName(one.ID), note); err != nil {
		return err
	}
	s.lookAfter(r, one.ID)
	return s.goTo(w, r, sitePath(one.ID)+"/baselines", "notice.capturing")
}

package web

import (
	"net/http"

	"canhcong/targets"
)

// removeSitePage asks once more before a site is no longer watched.
type removeSitePage struct {
	Site targets.Site
}

func (s *Server) showRemoveSite(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, "removesite", frame{Title: "remove.title"}, removeSitePage{subjectOf(r).site})
}

func (s *Server) removeSite(w http.ResponseWriter, r *http.Request) error {
	one := subjectOf(r).site
	if err := s.registry.Remove(r.Context(), one.ID); err != nil {
		return missing(err)
	}
	if err := s.desk.Retire(r.Context(), one.ID, personOf(r).Login); err != nil {
		return err
	}
	if err := s.record(r, "site.remove", siteName(one.ID), one.URL); err != nil {
		return err
	}
	return s.goTo(w, r, "/", "notice.removed")
}

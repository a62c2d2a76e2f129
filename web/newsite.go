package web

import (
	"errors"
	"net/http"
	"strconv"

	"canhcong/targets"
)

// newSitePage is the form for a new site.
type newSitePage struct {
	Draft targets.Draft
	Units []targets.Unit
	Error string // in words
	Known targets.Site
}

// speaker is an error with words for people.
type speaker interface {
	error
	Text(targets.Language) string
}

func (s *Server) showNewSite(w http.ResponseWriter, r *http.Request) error {
	return s.askForSite(w, r, http.StatusOK, newSitePage{Draft: targets.Draft{Priority: targets.PriorityNormal}})
}

func (s *Server) askForSite(w http.ResponseWriter, r *http.Request, status int, page newSitePage) error {
	var err error
	if page.Units, err = s.registry.Units(r.Context()); err != nil {
		return err
	}
	return s.show(w, r, status, "newsite", frame{Title: "newsite.title"}, page)
}

func (s *Server) addSite(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	priority, _ := strconv.Atoi(r.PostFormValue("priority"))
	page := newSitePage{Draft: targets.Draft{URL: r.PostFormValue("url"), Name: r.PostFormValue("name"), Unit: r.PostFormValue("unit"),
		Priority: targets.Priority(priority), Note: r.PostFormValue("note")}}
	one, err := s.registry.Add(r.Context(), page.Draft)
	var words speaker
	switch {
	case errors.Is(err, targets.ErrDuplicate):
		page.Error = say(s.language(r), "newsite.known")
		page.Known, _, err = s.registry.FindSite(r.Context(), page.Draft.URL)
		if err != nil {
			return err
		}
		return s.askForSite(w, r, http.StatusConflict, page)
	case errors.As(err, &words):
		page.Error = words.Text(s.language(r))
		return s.askForSite(w, r, http.StatusUnprocessableEntity, page)
	case err != nil:
		return err
	}
	if err := s.record(r, "site.add", siteName(one.ID), one.URL); err != nil {
		return err
	}
	return s.goTo(w, r, sitePath(one.ID), "notice.added")
}

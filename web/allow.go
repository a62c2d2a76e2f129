package web

import (
	"errors"
	"net/http"

	"canhcong/targets"
)

// allowPage is the form for what a site may be reached at besides the public web.
type allowPage struct {
	Site  targets.Site
	List  string
	Error string // in words
}

func (s *Server) showAllow(w http.ResponseWriter, r *http.Request) error {
	one := subjectOf(r).site
	return s.askForAllow(w, r, http.StatusOK, allowPage{Site: one, List: targets.AllowList(one.Allow)})
}

func (s *Server) askForAllow(w http.ResponseWriter, r *http.Request, status int, page allowPage) error {
	return s.show(w, r, status, "allow", frame{Title: "allow.title"}, page)
}

// setAllow replaces the exceptions of a site. The audit log keeps what was before and what is now.
func (s *Server) setAllow(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	page := allowPage{Site: subjectOf(r).site, List: cut(r.PostFormValue("allow"), 2000)}
	allow, err := targets.ParseAllow(page.List)
	var words speaker
	if errors.As(err, &words) {
		page.Error = words.Text(s.language(r))
		return s.askForAllow(w, r, http.StatusUnprocessableEntity, page)
	}
	before, now := targets.AllowList(page.Site.Allow), targets.AllowList(allow)
	if err := s.registry.SetAllow(r.Context(), page.Site.ID, allow); err != nil {
		return missing(err)
	}
	if err := s.record(r, "site.allow", siteName(page.Site.ID), "["+before+"] → ["+now+"]"); err != nil {
		return err
	}
	return s.goTo(w, r, sitePath(page.Site.ID), "notice.allowed")
}

package web

import (
	"errors"
	"fmt"
	"net/http"

	"canhcong/targets"
)

// contactImport says what became of a list of contacts.
type contactImport struct {
	targets.ContactReport
	DryRun  bool
	Outside int    // of the list, belong to no unit with a portal
	Error   string // in words: nothing of it could be read
}

// importContacts takes a spreadsheet of contacts, or only says what it means.
func (s *Server) importContacts(w http.ResponseWriter, r *http.Request) error {
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return s.listContacts(w, r, http.StatusUnprocessableEntity, &contactImport{Error: say(s.language(r), "import.nofile")})
	}
	if err != nil {
		return badForm(err)
	}
	defer file.Close()
	done := contactImport{DryRun: r.PostFormValue("check") == "1"}
	done.ContactReport, err = s.registry.ImportContacts(r.Context(), file, personOf(r).Login, done.DryRun)
	var words speaker
	if errors.As(err, &words) {
		return s.listContacts(w, r, http.StatusUnprocessableEntity, &contactImport{Error: words.Text(s.language(r))})
	}
	if err != nil {
		return err
	}
	for _, c := range done.Contacts {
		if c.UnitID == 0 {
			done.Outside++
		}
	}
	if !done.DryRun && len(done.Bad) == 0 {
		if err := s.record(r, "contact.import", "", fmt.Sprint(len(done.Contacts))); err != nil {
			return err
		}
	}
	return s.listContacts(w, r, http.StatusOK, &done)
}

// endContact notes that a contact holds no longer.
func (s *Server) endContact(w http.ResponseWriter, r *http.Request) error {
	return s.changeContact(w, r, s.registry.EndContact, "contact.end", "notice.contactended")
}

package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"canhcong/targets"
)

// contactsPage lists whom to call.
type contactsPage struct {
	Units   []contactLine // of units with portals
	Outside []contactLine // of bodies outside
	May     bool          // note that a contact is right
	MayEdit bool          // import and end them
	Import  *contactImport
}

type contactLine struct {
	targets.Contact
	Stale   bool // nobody has tried it for long
	May     bool
	MayEdit bool
}

func (s *Server) showContacts(w http.ResponseWriter, r *http.Request) error {
	return s.listContacts(w, r, http.StatusOK, nil)
}

// listContacts shows the page with what became of a list.
func (s *Server) listContacts(w http.ResponseWriter, r *http.Request, status int, done *contactImport) error {
	list, err := s.registry.Contacts(r.Context())
	if err != nil {
		return err
	}
	now, page := time.Now(), contactsPage{May: can(personOf(r), acknowledge, object{}), MayEdit: can(personOf(r), administer, object{}), Import: done}
	for _, c := range list {
		if !c.Valid(now) {
			continue
		}
		line := contactLine{c, c.Stale(now), page.May, page.MayEdit}
		if c.UnitID == 0 {
			page.Outside = append(page.Outside, line)
		} else {
			page.Units = append(page.Units, line)
		}
	}
	return s.show(w, r, status, "contacts", frame{Title: "contacts.title"}, page)
}

// checkContact notes that somebody has tried a contact, and it is right.
func (s *Server) checkContact(w http.ResponseWriter, r *http.Request) error {
	return s.changeContact(w, r, s.registry.CheckContact, "contact.check", "notice.contactchecked")
}

// changeContact does something to the contact that a form names.
func (s *Server) changeContact(w http.ResponseWriter, r *http.Request, change func(context.Context, int64, string) error, action, notice string) error {
	id, err := strconv.ParseInt(r.PostFormValue("contact"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	if err := change(r.Context(), id, personOf(r).Login); err != nil {
		return missing(err)
	}
	if err := s.record(r, action, fmt.Sprintf("contact/%d", id), ""); err != nil {
		return err
	}
	return s.goTo(w, r, "/contacts", notice)
}

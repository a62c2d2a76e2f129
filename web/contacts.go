package web

import (
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
}

type contactLine struct {
	targets.Contact
	Stale bool // nobody has tried it for long
	May   bool
}

func (s *Server) showContacts(w http.ResponseWriter, r *http.Request) error {
	list, err := s.registry.Contacts(r.Context())
	if err != nil {
		return err
	}
	now, page := time.Now(), contactsPage{May: can(personOf(r), acknowledge, object{})}
	for _, c := range list {
		if !c.Valid(now) {
			continue
		}
		line := contactLine{c, c.Stale(now), page.May}
		if c.UnitID == 0 {
			page.Outside = append(page.Outside, line)
		} else {
			page.Units = append(page.Units, line)
		}
	}
	return s.show(w, r, http.StatusOK, "contacts", frame{Title: "contacts.title"}, page)
}

// checkContact notes that somebody has tried a contact, and it is right.
func (s *Server) checkContact(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PostFormValue("contact"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	if err := s.registry.CheckContact(r.Context(), id, personOf(r).Login); err != nil {
		return missing(err)
	}
	if err := s.record(r, "contact.check", fmt.Sprintf("contact/%d", id), ""); err != nil {
		return err
	}
	return s.goTo(w, r, "/contacts", "notice.contactchecked")
}

package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"canhcong/notify"
)

// personPage shows where one person is told, in the order in which it is tried.
type personPage struct {
	Who     notify.Person
	Lines   []addressLine
	Ways    []string
	Linking bool            // over some channel people can say a code
	Link    notify.LinkCode // shown this once
	Draft   notify.Address
	Testing bool   // a test is under way
	Error   string // in words
}

type addressLine struct {
	Address notify.Address
	First   bool
	Last    bool
	Test    notify.Alert // the last one; the zero one when there was none
}

// Testing says whether a test is under way.
func (l addressLine) Testing() bool { return l.Test.ID != 0 && l.Test.SentAt.IsZero() }

func (s *Server) showPerson(w http.ResponseWriter, r *http.Request) error {
	return s.personPage(w, r, http.StatusOK, personPage{})
}

// named is the person that the address of a page names.
func (s *Server) named(r *http.Request) (notify.Person, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return notify.Person{}, notFound(err)
	}
	p, err := s.desk.Person(r.Context(), id)
	return p, missing(err)
}

func (s *Server) personPage(w http.ResponseWriter, r *http.Request, status int, page personPage) (err error) {
	if page.Who, err = s.named(r); err != nil {
		return err
	}
	list, err := s.desk.Addresses(r.Context(), page.Who.ID)
	if err != nil {
		return err
	}
	for n, a := range list {
		line := addressLine{Address: a, First: n == 0, Last: n == len(list)-1}
		if line.Test, _, err = s.desk.TestOf(r.Context(), a.ID); err != nil {
			return err
		}
		page.Testing = page.Testing || line.Testing()
		page.Lines = append(page.Lines, line)
	}
	page.Ways, page.Linking = s.desk.Ways(), s.desk.Listens()
	return s.show(w, r, status, "person", frame{Title: "person.title", Args: []any{page.Who.Name}, Refresh: page.Testing}, page)
}

// giveLinkCode shows the code by which an account becomes one of the person's addresses, once: "Cấp mã liên kết".
func (s *Server) giveLinkCode(w http.ResponseWriter, r *http.Request) error {
	p, err := s.named(r)
	if err != nil {
		return err
	}
	code, err := s.desk.NewLinkCode(r.Context(), p.ID)
	if err != nil {
		return missing(err)
	}
	if err := s.record(r, "person.linkcode", fmt.Sprintf("person/%d", p.ID), p.Login); err != nil {
		return err
	}
	return s.personPage(w, r, http.StatusOK, personPage{Link: code})
}

// addAddress gives the person one more address.
func (s *Server) addAddress(w http.ResponseWriter, r *http.Request) error {
	p, err := s.named(r)
	if err != nil {
		return err
	}
	draft := notify.Address{PersonID: p.ID, Channel: r.PostFormValue("channel"), Recipient: cut(r.PostFormValue("recipient"), 400)}
	added, err := s.desk.AddAddress(r.Context(), draft)
	var words speaker
	switch {
	case errors.As(err, &words):
		return s.personPage(w, r, http.StatusUnprocessableEntity, personPage{Draft: draft, Error: words.Text(s.language(r))})
	case errors.Is(err, notify.ErrTaken):
		return s.personPage(w, r, http.StatusConflict, personPage{Draft: draft, Error: say(s.language(r), "person.taken")})
	case err != nil:
		return missing(err)
	}
	if err := s.record(r, "address.add", fmt.Sprintf("person/%d", p.ID), addressName(added)); err != nil {
		return err
	}
	return s.goTo(w, r, personPath(p), "notice.address")
}

// addressName is how the audit log calls an address.
func addressName(a notify.Address) string { return a.Channel + " " + a.Recipient }

func personPath(p notify.Person) string { return fmt.Sprintf("/people/%d", p.ID) }

// moveAddress puts an address one place up or down.
func (s *Server) moveAddress(w http.ResponseWriter, r *http.Request) error {
	return s.onAddress(w, r, "address.move", "notice.address", func(a notify.Address) error {
		if r.PostFormValue("to") == "up" {
			return s.desk.MoveAddress(r.Context(), a.ID, a.Place-1)
		}
		return s.desk.MoveAddress(r.Context(), a.ID, a.Place+1)
	})
}

func (s *Server) removeAddress(w http.ResponseWriter, r *http.Request) error {
	return s.onAddress(w, r, "address.remove", "notice.address", func(a notify.Address) error {
		return s.desk.RemoveAddress(r.Context(), a.ID)
	})
}

// testAddress sends a message to an address now: "Kiểm tra kênh".
func (s *Server) testAddress(w http.ResponseWriter, r *http.Request) error {
	return s.onAddress(w, r, "address.test", "notice.testing", func(a notify.Address) error {
		return s.desk.TestAddress(r.Context(), a.ID)
	})
}

// onAddress does something with the address that a form names, if it is the person's whose page it is on.
func (s *Server) onAddress(w http.ResponseWriter, r *http.Request, action, notice string, do func(notify.Address) error) error {
	p, err := s.named(r)
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(r.PostFormValue("address"), 10, 64)
	a, err := s.desk.Address(r.Context(), id)
	if errors.Is(err, notify.ErrNotFound) || err == nil && a.PersonID != p.ID {
		return s.personPage(w, r, http.StatusConflict, personPage{Error: say(s.language(r), "person.gone")})
	}
	if err == nil {
		err = do(a)
	}
	if err != nil {
		return err
	}
	if err := s.record(r, action, fmt.Sprintf("person/%d", p.ID), addressName(a)); err != nil {
		return err
	}
	return s.goTo(w, r, personPath(p), notice)
}

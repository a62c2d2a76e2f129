package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// peoplePage lists who may log in, and adds somebody.
type peoplePage struct {
	People []personLine
	Shared []notify.Shared // the addresses of the configuration
	Units  []targets.Unit
	Draft  notify.Person
	Roles  []notify.Role
	Code   string // a one-time code, shown this once
	For    notify.Person
	Until  time.Time
	Error  string // in words
}

type personLine struct {
	Person      notify.Person
	Unit        string
	HasPassword bool
	HasCode     bool
	Addresses   []notify.Address // in the order in which they are tried
}

var roles = []notify.Role{notify.Duty, notify.Webmaster, notify.Leader, notify.Admin}

func (s *Server) showPeople(w http.ResponseWriter, r *http.Request) error {
	return s.listPeople(w, r, http.StatusOK, peoplePage{Draft: notify.Person{Role: notify.Duty}})
}

func (s *Server) listPeople(w http.ResponseWriter, r *http.Request, status int, page peoplePage) error {
	people, err := s.desk.People(r.Context())
	if err != nil {
		return err
	}
	if page.Units, err = s.registry.Units(r.Context()); err != nil {
		return err
	}
	names := map[int64]string{}
	for _, u := range page.Units {
		names[u.ID] = u.Name
	}
	for _, p := range people {
		c, err := s.store.credential(r.Context(), p.ID, time.Now())
		if err != nil {
			return err
		}
		addresses, err := s.desk.Addresses(r.Context(), p.ID)
		if err != nil {
			return err
		}
		page.People = append(page.People, personLine{p, names[p.UnitID], c.Password != "", c.HasCode, addresses})
	}
	if page.Shared, err = s.desk.SharedAddresses(r.Context()); err != nil {
		return err
	}
	page.Roles = roles
	return s.show(w, r, status, "people", frame{Title: "people.title"}, page)
}

// addPerson adds a person and shows the code that lets them choose a password.
func (s *Server) addPerson(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	unit, _ := strconv.ParseInt(r.PostFormValue("unit"), 10, 64)
	p := notify.Person{Login: r.PostFormValue("login"), Name: strings.TrimSpace(r.PostFormValue("name")),
		Role: notify.Role(r.PostFormValue("role")), UnitID: unit, Language: targets.Vietnamese}
	if wrong := wrongPerson(p); wrong != "" {
		return s.listPeople(w, r, http.StatusUnprocessableEntity, peoplePage{Draft: p, Error: say(s.language(r), wrong)})
	}
	added, err := s.desk.AddPerson(r.Context(), p)
	var words speaker
	switch {
	case errors.Is(err, notify.ErrTaken):
		return s.listPeople(w, r, http.StatusConflict, peoplePage{Draft: p, Error: say(s.language(r), "people.taken")})
	case errors.As(err, &words):
		return s.listPeople(w, r, http.StatusUnprocessableEntity, peoplePage{Draft: p, Error: words.Text(s.language(r))})
	case err != nil:
		return err
	}
	if err := s.record(r, "person.add", fmt.Sprintf("person/%d", added.ID), fmt.Sprintf("%s %s", added.Login, added.Role)); err != nil {
		return err
	}
	return s.showCode(w, r, added)
}

// wrongPerson returns what is wrong with an entry beside its login, as a key of the catalogue; "" when nothing is.
func wrongPerson(p notify.Person) string {
	switch {
	case p.Name == "" || len(p.Name) > 400:
		return "people.badname"
	case p.Role != notify.Admin && p.Role != notify.Duty && p.Role != notify.Webmaster && p.Role != notify.Leader:
		return "people.badrole"
	case p.Role == notify.Webmaster && p.UnitID == 0:
		return "people.badunit"
	}
	return ""
}

// giveCode gives somebody a new code: they forgot the password, or must stop using it.
func (s *Server) giveCode(w http.ResponseWriter, r *http.Request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return notFound(err)
	}
	p, err := s.desk.Person(r.Context(), id)
	if err != nil {
		return missing(err)
	}
	if p.ID == personOf(r).ID {
		return s.listPeople(w, r, http.StatusUnprocessableEntity, peoplePage{Draft: notify.Person{Role: notify.Duty}, Error: say(s.language(r), "people.oneself")})
	}
	return s.showCode(w, r, p)
}

func (s *Server) showCode(w http.ResponseWriter, r *http.Request, p notify.Person) error {
	code, err := s.newCodeFor(r.Context(), p.ID)
	if err != nil {
		return err
	}
	if err := s.record(r, "person.code", fmt.Sprintf("person/%d", p.ID), p.Login); err != nil {
		return err
	}
	page := peoplePage{Draft: notify.Person{Role: notify.Duty}, Code: code, For: p, Until: time.Now().Add(codeLasts)}
	return s.listPeople(w, r, http.StatusOK, page)
}

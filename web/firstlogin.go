package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// codeLasts is how long a one-time code counts.
const codeLasts = 24 * time.Hour

// firstAdmins are the logins that FirstLogin gives the administrator it creates: the first that is free.
var firstAdmins = []string{"admin", "quantri", "admin2", "admin3", "admin4", "admin5"}

// FirstLogin returns a fresh one-time code for the first administrator, creating the person when there is none.
// Codes returned earlier stop to count. ok is false when an administrator has a password already.
func (s *Server) FirstLogin(ctx context.Context) (code string, ok bool, err error) {
	people, err := s.desk.People(ctx)
	if err != nil {
		return "", false, fmt.Errorf("prepare the first login: %w", err)
	}
	var first notify.Person
	for _, p := range people {
		if p.Role != notify.Admin {
			continue
		}
		c, err := s.store.credential(ctx, p.ID, time.Now())
		if err != nil || c.Password != "" {
			return "", false, err
		}
		if first.ID == 0 || p.ID < first.ID {
			first = p
		}
	}
	if first.ID == 0 {
		if first, err = s.addFirstAdmin(ctx); err != nil {
			return "", false, fmt.Errorf("prepare the first login: %w", err)
		}
	}
	code, err = s.newCodeFor(ctx, first.ID)
	return code, err == nil, err
}

func (s *Server) addFirstAdmin(ctx context.Context) (p notify.Person, err error) {
	for _, login := range firstAdmins {
		p, err = s.desk.AddPerson(ctx, notify.Person{Login: login, Name: "Quản trị", Role: notify.Admin, Language: targets.Vietnamese})
		if !errors.Is(err, notify.ErrTaken) {
			break
		}
	}
	return p, err
}

// newCodeFor gives a person a code instead of whatever they logged in with before.
func (s *Server) newCodeFor(ctx context.Context, personID int64) (code string, err error) {
	code, hash := newCode()
	now := time.Now()
	return code, s.store.setCode(ctx, personID, hash, now.Add(codeLasts), now)
}

// firstLoginPage turns a one-time code into a password of one's own.
type firstLoginPage struct {
	Code  string
	Login string // whose code it is, once it is known to count
	Error string // key of the catalogue
	Wait  time.Duration
}

func (s *Server) showFirstLogin(w http.ResponseWriter, r *http.Request) error {
	page := firstLoginPage{Code: r.URL.Query().Get("code")}
	if page.Code != "" {
		p, ok, err := s.ownerOf(r.Context(), page.Code)
		if err != nil {
			return err
		}
		page.Login = p.Login
		if !ok {
			page.Error = "first.badcode"
		}
	}
	return s.show(w, r, http.StatusOK, "firstlogin", frame{Title: "first.title"}, page)
}

func (s *Server) firstLogin(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	page := firstLoginPage{Code: r.PostFormValue("code")}
	if page.Wait = s.networks.begin(network(s.clientIP(r)), time.Now()); page.Wait > 0 {
		page.Error = "login.wait"
		return s.show(w, r, http.StatusTooManyRequests, "firstlogin", frame{Title: "first.title"}, page)
	}
	p, ok, err := s.ownerOf(r.Context(), page.Code)
	if err != nil {
		return err
	}
	if page.Login = p.Login; !ok {
		page.Error = "first.badcode"
	} else if page.Error = weakness(r.PostFormValue("password"), p.Login); page.Error == "" && r.PostFormValue("password") != r.PostFormValue("again") {
		page.Error = "password.different"
	}
	if page.Error != "" {
		return s.show(w, r, http.StatusUnprocessableEntity, "firstlogin", frame{Title: "first.title"}, page)
	}
	s.networks.undo(network(s.clientIP(r)))
	return s.choosePassword(w, r, p, page.Code)
}

func (s *Server) choosePassword(w http.ResponseWriter, r *http.Request, p notify.Person, code string) error {
	hash, err := s.hasher.hash(r.Context(), r.PostFormValue("password"))
	if err != nil {
		return err
	}
	ok, err := s.store.useCode(r.Context(), hashCode(code), hash, time.Now())
	if err != nil {
		return err
	}
	if !ok { // somebody else was faster
		return s.show(w, r, http.StatusUnprocessableEntity, "firstlogin", frame{Title: "first.title"}, firstLoginPage{Code: code, Error: "first.badcode"})
	}
	if err := s.recordAs(r, p.Login, "password.chosen", fmt.Sprintf("person/%d", p.ID), ""); err != nil {
		return err
	}
	return s.welcome(w, r, p, "/")
}

// ownerOf returns the person a code was given to, while it counts.
func (s *Server) ownerOf(ctx context.Context, code string) (notify.Person, bool, error) {
	id, ok, err := s.store.personOfCode(ctx, hashCode(code), time.Now())
	if err != nil || !ok {
		return notify.Person{}, false, err
	}
	p, err := s.desk.Person(ctx, id)
	if errors.Is(err, notify.ErrNotFound) {
		return notify.Person{}, false, nil
	}
	return p, err == nil, err
}

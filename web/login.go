package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"canhcong/notify"
)

// loginPage asks who somebody is.
type loginPage struct {
	Login string
	Next  string
	Error string // key of the catalogue
	Wait  time.Duration
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request) error {
	next := localPath(r.URL.Query().Get("next"))
	if personOf(r).ID != 0 {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, http.StatusOK, "login", frame{Title: "login.title"}, loginPage{Next: next})
}

// login checks a password. Whoever gets it wrong learns nothing about why: the person, the password and the time it took
// look the same.
func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	page := loginPage{Login: strings.ToLower(strings.TrimSpace(r.PostFormValue("login"))), Next: localPath(r.PostFormValue("next"))}
	if page.Wait = s.beginTry(r, page.Login); page.Wait > 0 {
		return s.askToWait(w, r, page)
	}
	p, ok, err := s.identify(r.Context(), page.Login, r.PostFormValue("password"))
	if err != nil {
		return err
	}
	if !ok {
		if err := s.recordAs(r, page.Login, "login.failed", "", ""); err != nil {
			return err
		}
		page.Error = "login.wrong"
		return s.show(w, r, http.StatusUnauthorized, "login", frame{Title: "login.title"}, page)
	}
	s.endTry(r, page.Login)
	return s.welcome(w, r, p, page.Next)
}

// welcome opens the session of somebody who has proved who they are.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request, p notify.Person, next string) error {
	if err := s.startSession(w, r, p); err != nil {
		return err
	}
	if err := s.recordAs(r, p.Login, "login", fmt.Sprintf("person/%d", p.ID), ""); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// identify returns the person whose login and password these are. It hashes once in every case.
func (s *Server) identify(ctx context.Context, login, password string) (notify.Person, bool, error) {
	p, err := s.desk.PersonByLogin(ctx, login)
	if err != nil && !errors.Is(err, notify.ErrNotFound) {
		return p, false, err
	}
	c, err := s.store.credential(ctx, p.ID, time.Now())
	if err != nil {
		return p, false, err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if len(password) > 4*longestPassword {
		password = "" // no such password exists, and hashing it would cost more
	}
	ok, err := s.hasher.matches(ctx, c.Password, password)
	if errors.Is(err, context.DeadlineExceeded) {
		return p, false, &problem{Status: http.StatusServiceUnavailable, Words: "error.busy", Err: err}
	}
	return p, ok, err
}

// beginTry counts a try by account and network, and by network alone; it says how long to wait instead.
func (s *Server) beginTry(r *http.Request, login string) time.Duration {
	now, from := time.Now(), network(s.clientIP(r))
	if wait := s.networks.begin(from, now); wait > 0 {
		return wait
	}
	wait := s.people.begin(cut(login, 100)+" "+from, now)
	if wait > 0 {
		s.networks.undo(from)
	}
	return wait
}

func (s *Server) endTry(r *http.Request, login string) {
	from := network(s.clientIP(r))
	s.people.succeeded(cut(login, 100) + " " + from)
	s.networks.undo(from)
}

func (s *Server) askToWait(w http.ResponseWriter, r *http.Request, page loginPage) error {
	// Not in the audit log: nothing was tried, and writing is what a flood would wear out first.
	s.log.Info("a login was delayed", "login", cut(page.Login, 100), "from", s.clientIP(r), "wait", page.Wait)
	page.Wait = page.Wait.Truncate(time.Second) + time.Second
	page.Error = "login.wait"
	w.Header().Set("Retry-After", fmt.Sprint(int(page.Wait/time.Second)))
	return s.show(w, r, http.StatusTooManyRequests, "login", frame{Title: "login.title"}, page)
}

// logout ends the session, here and in the database.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	if err := s.endSession(r); err != nil {
		return err
	}
	if err := s.record(r, "logout", fmt.Sprintf("person/%d", personOf(r).ID), ""); err != nil {
		return err
	}
	s.setCookie(w, "", -1)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

func badForm(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return err
	}
	return &problem{Status: http.StatusBadRequest, Words: "error.form", Err: err}
}

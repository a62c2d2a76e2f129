package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"canhcong/notify"
)

// How long a login lasts: so long after the last request, and never longer than a shift.
const (
	sessionIdle     = 2 * time.Hour
	sessionAbsolute = 12 * time.Hour
	sessionTouch    = time.Minute // how exactly the last request is remembered; each time costs a write
)

func (s *Server) cookieName() string {
	if s.secure {
		return "__Host-canhcong"
	}
	return "canhcong"
}

// startSession logs a browser in under a new token, whatever cookie it came with.
func (s *Server) startSession(w http.ResponseWriter, r *http.Request, p notify.Person) error {
	if err := s.endSession(r); err != nil {
		return err
	}
	token, hash := newToken()
	now := time.Now()
	if err := s.store.openSession(r.Context(), hash, p.ID, now, now.Add(sessionAbsolute)); err != nil {
		return err
	}
	s.setCookie(w, token, int(sessionAbsolute/time.Second))
	return nil
}

// endSession forgets the session of the request's cookie, if there is one.
func (s *Server) endSession(r *http.Request) error {
	token, ok := s.token(r)
	if !ok {
		return nil
	}
	return s.store.closeSession(r.Context(), hashToken(token))
}

// token returns what the request's session cookie holds.
func (s *Server) token(r *http.Request) (token string, ok bool) {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return "", false
	}
	return c.Value, true
}

func (s *Server) setCookie(w http.ResponseWriter, token string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}

// person returns who a request comes from, looked up anew each time so that a change of role counts at once. It is the
// zero person when the request has no session that still counts.
func (s *Server) person(r *http.Request) (notify.Person, error) {
	token, ok := s.token(r)
	if !ok {
		return notify.Person{}, nil
	}
	hash := hashToken(token)
	found, ok, err := s.store.session(r.Context(), hash)
	now := time.Now()
	if err != nil || !ok || !now.Before(found.ExpiresAt) || now.Sub(found.UsedAt) > sessionIdle {
		return notify.Person{}, err
	}
	if now.Sub(found.UsedAt) > sessionTouch {
		if err := s.store.touchSession(r.Context(), hash, now); err != nil {
			return notify.Person{}, err
		}
	}
	p, err := s.desk.Person(r.Context(), found.PersonID)
	if errors.Is(err, notify.ErrNotFound) {
		return notify.Person{}, nil
	}
	return p, err
}

// askToLogin sends a reader to the login page and back afterwards. Anything but a page is refused instead: what was being
// sent would be lost.
func (s *Server) askToLogin(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet || strings.HasSuffix(r.URL.Path, ".png") {
		return &problem{Status: http.StatusUnauthorized, Words: "error.login"}
	}
	to := "/login"
	if r.URL.Path != "/" {
		to += "?next=" + url.QueryEscape(r.URL.RequestURI())
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// localPath returns a path of this console, or "/" for anything that could lead elsewhere.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// record writes a line of the audit log in the name of whoever is asking.
func (s *Server) record(r *http.Request, action, object, detail string) error {
	return s.recordAs(r, personOf(r).Login, action, object, detail)
}

func (s *Server) recordAs(r *http.Request, actor, action, object, detail string) error {
	return s.write(r.Context(), entry{Actor: actor, Action: action, Object: object, Detail: detail, IP: s.clientIP(r)})
}

// RecordAllow writes to the audit log that somebody at the command line changed a site's exceptions from the egress policy.
func (s *Server) RecordAllow(ctx context.Context, actor string, siteID int64, before, now string) error {
	return s.write(ctx, entry{Actor: actor, Action: "site.allow", Object: siteName(siteID), Detail: "[" + before + "] → [" + now + "]"})
}

func (s *Server) write(ctx context.Context, e entry) error {
	e.At, e.Actor, e.Object, e.Detail = time.Now(), cut(e.Actor, 100), cut(e.Object, 200), cut(e.Detail, 1000)
	if err := s.store.write(ctx, e); err != nil {
		return fmt.Errorf("record %s of %s: %w", e.Action, e.Object, err)
	}
	return nil
}

// clientIP returns who sent a request: the peer or, behind a proxy that is believed, the last address that it names and
// that is not such a proxy itself. Whatever stands further left in the header may be made up.
func (s *Server) clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.believes(host); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		host = hop.Unmap().String()
	}
	return host
}

func (s *Server) believes(ip string) bool {
	a, err := netip.ParseAddr(ip)
	return err == nil && slices.ContainsFunc(s.proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

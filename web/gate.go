package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// subjectKind says what the {id} of an address names.
type subjectKind int

const (
	nothing subjectKind = iota
	site
	look
	incident
	group
	event
	period
	shift
)

// subject is the thing an address names, loaded before its handler runs.
type subject struct {
	site        targets.Site
	observation monitor.Observation // with its page; of a look
	incident    notify.Incident     // of an incident
	group       notify.Group
	event       targets.AppearanceEvent
	period      targets.Period
	shift       notify.Shift
}

type contextKey int

const (
	personKey contextKey = iota
	subjectKey
)

// personOf returns who is asking; the zero person when nobody is logged in.
func personOf(r *http.Request) notify.Person {
	p, _ := r.Context().Value(personKey).(notify.Person)
	return p
}

func subjectOf(r *http.Request) subject {
	s, _ := r.Context().Value(subjectKey).(subject)
	return s
}

// longestChange is how long a request that changes something may take.
const longestChange = 25 * time.Second

// gate finds out who is asking and about what, and lets the request through when can says so. What lies outside a
// person's view does not exist for them: 404, never 403.
func (s *Server) gate(one route) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			// A decision is carried through even if the browser has gone: half of one would stand.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), longestChange)
			defer cancel()
			r = r.WithContext(ctx)
		}
		p, err := s.person(r)
		if err != nil {
			return err
		}
		r = r.WithContext(context.WithValue(r.Context(), personKey, p))
		if p.ID == 0 && one.needs != open {
			return s.askToLogin(w, r)
		}
		about, err := s.load(r, one.names)
		if err != nil {
			return err
		}
		o := object{unitID: about.site.Unit.ID, all: one.names == group || one.names == shift || (one.names == event || one.names == period) && about.site.Unit.ID == 0,
			own: one.names == shift && about.shift.Person.ID == p.ID}
		if !can(p, one.needs, o) {
			return s.refuse(r, one, o)
		}
		r = r.WithContext(context.WithValue(r.Context(), subjectKey, about))
		return one.handle(w, r)
	}
}

// refuse writes the attempt down and says as little as the person may know.
func (s *Server) refuse(r *http.Request, one route, o object) error {
	err := fmt.Errorf("%s may not %q", personOf(r).Login, one.needs)
	if e := s.record(r, "denied", r.URL.Path, r.Method); e != nil {
		err = errors.Join(err, e)
	}
	if !can(personOf(r), see, o) || one.needs == "" {
		return notFound(err)
	}
	return &problem{Status: http.StatusForbidden, Words: "error.forbidden", Err: err}
}

func (s *Server) load(r *http.Request, kind subjectKind) (subject, error) {
	if kind == nothing {
		return subject{}, nil
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return subject{}, notFound(err)
	}
	var about subject
	switch kind {
	case site:
		about.site, err = s.registry.Site(r.Context(), id)
	case look:
		about.observation, err = s.archive.Observation(r.Context(), id)
		about.site = about.observation.Site
	case incident:
		about.incident, err = s.desk.Incident(r.Context(), id)
		about.site = about.incident.Site
	case group:
		about.group, err = s.desk.Group(r.Context(), id)
	case event:
		if about.event, err = s.registry.AppearanceEvent(r.Context(), id); err == nil {
			about.site, err = s.scopeSite(r, about.event.UnitID, about.event.SiteID)
		}
	case shift:
		about.shift, err = s.desk.Shift(r.Context(), id)
	case period:
		if about.period, err = s.registry.Period(r.Context(), id); err == nil {
			about.site, err = s.scopeSite(r, about.period.UnitID, about.period.SiteID)
		}
	}
	return about, missing(err)
}

// scopeSite is the site that something was declared for, or no more of one than its unit; the zero site for the province.
func (s *Server) scopeSite(r *http.Request, unit, site int64) (targets.Site, error) {
	if site != 0 {
		return s.registry.PastSite(r.Context(), site)
	}
	return targets.Site{Unit: targets.Unit{ID: unit}}, nil
}

// missing turns the other rooms' "not found" into the page that says so.
func missing(err error) error {
	for _, absent := range []error{targets.ErrNotFound, monitor.ErrNotFound, notify.ErrNotFound} {
		if errors.Is(err, absent) {
			return notFound(err)
		}
	}
	return err
}

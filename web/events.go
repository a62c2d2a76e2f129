package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"canhcong/targets"
)

// eventsPage lists the appearance events, and declares one.
type eventsPage struct {
	Coming []eventLine // in force, and to come
	Past   []eventLine
	Kinds  []targets.Appearance
	Scopes []scopeChoice
	May    bool // declare anything at all
	Draft  eventDraft
	Error  string // in words
}

// eventLine is one event with what a person needs to know of it.
type eventLine struct {
	Event  targets.AppearanceEvent
	Scope  string // name of its unit or site; "" for the province
	Now    bool   // it is in force
	MayEnd bool
}

// scopeChoice is what an event or a period can be declared for.
type scopeChoice struct {
	Value string // "province", "unit:3", "site:12"
	Name  string
}

// eventDraft is a form as it was filled in.
type eventDraft struct {
	Kind, Scope, From, Until, Reason string
}

// mostPastEvents is how many events that are over are listed.
const mostPastEvents = 50

const formTime = "2006-01-02T15:04"

func (s *Server) showEvents(w http.ResponseWriter, r *http.Request) error {
	now := time.Now().In(targets.Vietnam)
	draft := eventDraft{Scope: "province", From: now.Format(formTime), Until: now.AddDate(0, 0, 7).Format(formTime)}
	if id, err := strconv.ParseInt(r.URL.Query().Get("site"), 10, 64); err == nil {
		draft.Scope = fmt.Sprintf("site:%d", id)
	}
	return s.listEvents(w, r, http.StatusOK, eventsPage{Draft: draft})
}

func (s *Server) listEvents(w http.ResponseWriter, r *http.Request, status int, page eventsPage) error {
	all, err := s.registry.AppearanceEvents(r.Context(), time.Time{})
	if err != nil {
		return err
	}
	sites, err := s.registry.Sites(r.Context())
	if err != nil {
		return err
	}
	units, err := s.registry.Units(r.Context())
	if err != nil {
		return err
	}
	now := time.Now()
	for _, e := range all {
		name, unit := scopeName(e.UnitID, e.SiteID, sites, units)
		line := eventLine{Event: e, Scope: name, Now: !now.Before(e.From) && now.Before(e.End())}
		if !can(personOf(r), see, object{unitID: unit}) {
			continue
		}
		over := !now.Before(e.End())
		line.MayEnd = !over && can(personOf(r), declare, object{unitID: unit, all: unit == 0})
		if !over {
			page.Coming = append(page.Coming, line)
		} else if len(page.Past) < mostPastEvents {
			page.Past = append(page.Past, line)
		}
	}
	slices.SortStableFunc(page.Coming, func(a, b eventLine) int { return a.Event.From.Compare(b.Event.From) })
	page.Kinds, page.May = targets.Appearances, can(personOf(r), declare, object{})
	page.Scopes = scopes(r, page.Draft.Scope, sites, units)
	return s.show(w, r, status, "events", frame{Title: "events.title"}, page)
}

// scopeName names the unit or site that something was declared for, and the unit that it belongs to; 0 for the province.
func scopeName(unit, site int64, sites []targets.Site, units []targets.Unit) (name string, unitID int64) {
	if i := slices.IndexFunc(sites, func(s targets.Site) bool { return s.ID == site }); i >= 0 {
		return sites[i].Name, sites[i].Unit.ID
	}
	if i := slices.IndexFunc(units, func(u targets.Unit) bool { return u.ID == unit }); i >= 0 {
		return units[i].Name, unit
	}
	if site != 0 {
		return fmt.Sprintf("#%d", site), -1 // not watched any more: nobody's but the centre's
	}
	return "", 0
}

// readScope reads what something is declared for: "province", "unit:3", "site:12".
func readScope(scope string) (unit, site int64, ok bool) {
	kind, number, _ := strings.Cut(scope, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	switch {
	case kind == "province":
		return 0, 0, true
	case err == nil && kind == "unit":
		return id, 0, true
	case err == nil && kind == "site":
		return 0, id, true
	}
	return 0, 0, false
}

// scopes are what the reader may declare an event for: the province, units, and single portals where there are few, or one
// was named.
func scopes(r *http.Request, chosen string, sites []targets.Site, units []targets.Unit) (list []scopeChoice) {
	p := personOf(r)
	if can(p, declare, object{all: true}) {
		list = append(list, scopeChoice{Value: "province"})
	}
	for _, u := range units {
		if can(p, declare, object{unitID: u.ID}) {
			list = append(list, scopeChoice{fmt.Sprintf("unit:%d", u.ID), u.Name})
		}
	}
	for _, one := range sites {
		value := fmt.Sprintf("site:%d", one.ID)
		if can(p, declare, object{unitID: one.Unit.ID}) && (value == chosen || p.UnitID != 0) {
			list = append(list, scopeChoice{value, one.Name})
		}
	}
	return list
}

// declareEvent takes the form. What it is for decides whether the person may.
func (s *Server) declareEvent(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	d := eventDraft{r.PostFormValue("kind"), r.PostFormValue("scope"), r.PostFormValue("from"), r.PostFormValue("until"), r.PostFormValue("reason")}
	e, o, err := s.readEvent(r, d)
	if err == nil && !can(personOf(r), declare, o) {
		return s.refuse(r, route{needs: declare}, o)
	}
	if err == nil {
		e, err = s.registry.Declare(r.Context(), e)
	}
	var words speaker
	if errors.As(err, &words) {
		return s.listEvents(w, r, http.StatusUnprocessableEntity, eventsPage{Draft: d, Error: words.Text(s.language(r))})
	}
	if err != nil {
		return missing(err)
	}
	if err := s.record(r, "event.declare", fmt.Sprintf("event/%d", e.ID), fmt.Sprintf("%s · %s · %s – %s · %s", e.Kind, d.Scope, d.From, d.Until, e.Reason)); err != nil {
		return err
	}
	return s.goTo(w, r, "/events", "notice.declared")
}

// readEvent reads the form and finds out what the event is for.
func (s *Server) readEvent(r *http.Request, d eventDraft) (e targets.AppearanceEvent, o object, err error) {
	e = targets.AppearanceEvent{Kind: targets.Appearance(d.Kind), Reason: d.Reason, DeclaredBy: personOf(r).Login}
	from, errFrom := targets.ParseWhen(d.From, false)
	until, errUntil := targets.ParseWhen(d.Until, true)
	if cmp.Or(errFrom, errUntil) != nil {
		return e, o, &targets.EventError{Problem: targets.EventOrder}
	}
	e.From, e.Until = from, until
	unit, site, ok := readScope(d.Scope)
	e.UnitID, e.SiteID = unit, site
	switch {
	case !ok:
		return e, o, &targets.EventError{Problem: targets.EventScope}
	case site != 0:
		one, err := s.registry.Site(r.Context(), site)
		return e, object{unitID: one.Unit.ID}, err
	default:
		return e, object{unitID: unit, all: unit == 0}, nil
	}
}

// endEvent ends an event before its time.
func (s *Server) endEvent(w http.ResponseWriter, r *http.Request) error {
	e, err := s.registry.EndAppearance(r.Context(), subjectOf(r).event.ID, personOf(r).Login)
	if err != nil {
		return missing(err)
	}
	if err := s.record(r, "event.end", fmt.Sprintf("event/%d", e.ID), string(e.Kind)); err != nil {
		return err
	}
	return s.goTo(w, r, "/events", "notice.ended")
}

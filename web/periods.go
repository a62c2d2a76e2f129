package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"canhcong/targets"
)

// periodsPage lists the heightened periods, and declares one.
type periodsPage struct {
	Coming   []periodLine // in force, and to come
	Past     []periodLine
	Profiles []targets.Profile
	Scopes   []scopeChoice
	May      bool // declare and end them
	Draft    periodDraft
	Error    string // in words
}

// periodLine is one period with what a person needs to know of it.
type periodLine struct {
	Period targets.Period
	Scope  string // name of its unit or site; "" for the province
	Now    bool   // it is in force
	MayEnd bool
}

// periodDraft is a form as it was filled in.
type periodDraft struct {
	Name, Letter, Scope, Profile, From, Until string
}

// showPeriods shows them, and a form that an address may have filled in: that of a suggestion.
func (s *Server) showPeriods(w http.ResponseWriter, r *http.Request) error {
	now, asked := time.Now().In(targets.Vietnam), r.URL.Query()
	draft := periodDraft{Name: asked.Get("name"), Scope: "province", Profile: targets.PeriodProfile,
		From: cmp.Or(asked.Get("from"), now.Format(formTime)), Until: cmp.Or(asked.Get("until"), now.AddDate(0, 0, 10).Format(formTime))}
	return s.listPeriods(w, r, http.StatusOK, periodsPage{Draft: draft})
}

func (s *Server) listPeriods(w http.ResponseWriter, r *http.Request, status int, page periodsPage) error {
	ctx := r.Context()
	all, err := s.registry.Periods(ctx, time.Time{})
	if err != nil {
		return err
	}
	sites, err := s.registry.Sites(ctx)
	if err != nil {
		return err
	}
	units, err := s.registry.Units(ctx)
	if err != nil {
		return err
	}
	if page.Profiles, err = s.registry.Profiles(ctx); err != nil {
		return err
	}
	page.May = can(personOf(r), administer, object{})
	now := time.Now()
	for _, p := range all {
		name, _ := scopeName(p.UnitID, p.SiteID, sites, units)
		line := periodLine{Period: p, Scope: name, Now: p.InForce(now)}
		if over := !now.Before(p.End()); !over {
			line.MayEnd = page.May
			page.Coming = append(page.Coming, line)
		} else if len(page.Past) < mostPastEvents {
			page.Past = append(page.Past, line)
		}
	}
	slices.SortStableFunc(page.Coming, func(a, b periodLine) int { return a.Period.From.Compare(b.Period.From) })
	page.Scopes = scopes(r, page.Draft.Scope, sites, units)
	return s.show(w, r, status, "periods", frame{Title: "periods.title"}, page)
}

// declarePeriod takes the form.
func (s *Server) declarePeriod(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	d := periodDraft{r.PostFormValue("name"), r.PostFormValue("letter"), r.PostFormValue("scope"), r.PostFormValue("profile"), r.PostFormValue("from"), r.PostFormValue("until")}
	p, err := s.readPeriod(r, d)
	if err == nil {
		p, err = s.registry.DeclarePeriod(r.Context(), p)
	}
	var words speaker
	if errors.As(err, &words) {
		return s.listPeriods(w, r, http.StatusUnprocessableEntity, periodsPage{Draft: d, Error: words.Text(s.language(r))})
	}
	if err != nil {
		return missing(err)
	}
	detail := fmt.Sprintf("%s · %s · %s · %s · %s – %s", p.Name, cmp.Or(p.LetterNumber, "-"), d.Scope, p.Profile.Name, d.From, d.Until)
	if err := s.record(r, "period.declare", fmt.Sprintf("period/%d", p.ID), detail); err != nil {
		return err
	}
	return s.goTo(w, r, "/periods", "notice.periodadded")
}

// readPeriod reads the form.
func (s *Server) readPeriod(r *http.Request, d periodDraft) (p targets.Period, err error) {
	p = targets.Period{Name: d.Name, LetterNumber: d.Letter, Profile: targets.Profile{Name: d.Profile}, DeclaredBy: personOf(r).Login}
	from, errFrom := targets.ParseWhen(d.From, false)
	until, errUntil := targets.ParseWhen(d.Until, true)
	if cmp.Or(errFrom, errUntil) != nil {
		return p, &targets.PeriodError{Problem: targets.PeriodOrder}
	}
	p.From, p.Until = from, until
	unit, site, ok := readScope(d.Scope)
	if !ok {
		return p, &targets.PeriodError{Problem: targets.PeriodScope}
	}
	p.UnitID, p.SiteID = unit, site
	return p, nil
}

// endPeriod ends a period before its time.
func (s *Server) endPeriod(w http.ResponseWriter, r *http.Request) error {
	p, err := s.registry.EndPeriod(r.Context(), subjectOf(r).period.ID, personOf(r).Login)
	if err != nil {
		return missing(err)
	}
	if err := s.record(r, "period.end", fmt.Sprintf("period/%d", p.ID), p.Name); err != nil {
		return err
	}
	return s.goTo(w, r, "/periods", "notice.periodended")
}

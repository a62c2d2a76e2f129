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

	"canhcong/baseline"
	"canhcong/notify"
)

// hands is the part of an incident's page where people write down what they do about it.
type hands struct {
	MayHandle bool
	MaySnooze bool
	MayCheck  bool   // tick steps of the checklist, also when it is over
	Second    bool   // the reader is the second person whose word is asked for
	Others    string // names of whoever may agree, where it takes two people
	Insist    bool   // there are none, and the reader has waited long enough to decide alone
	InsistAt  time.Time
	Findings  []notify.Finding
	Owners    []notify.Person // who may be named to deal with it
	Finding   notify.Finding  // as chosen
	Reason    string          // as written
	Filing    filingForm      // as written
	Error     string          // key of the catalogue
}

// hands fills in what the reader may do about an incident.
func (s *Server) hands(r *http.Request, i notify.Incident, h hands) (hands, error) {
	reader := personOf(r)
	h.MayCheck = can(reader, acknowledge, object{unitID: i.Site.Unit.ID})
	if h.MayHandle = i.Told() && h.MayCheck; !h.MayHandle {
		return h, nil
	}
	h.Findings, h.MaySnooze = notify.Findings, i.MaySnooze()
	if h.Second = i.Asked != "" && i.AskedBy != reader.Login; h.Second && h.Finding == "" {
		h.Finding = i.Asked
	}
	others, err := s.desk.Others(r.Context(), reader.Login)
	if err != nil {
		return h, err
	}
	var names []string
	for _, p := range others {
		names = append(names, p.Name)
	}
	h.Others = strings.Join(names, ", ")
	if i.Asked != "" && i.AskedBy == reader.Login && len(others) == 0 {
		h.InsistAt, h.Insist = i.AskedAt.Add(notify.AloneAfter), i.MayInsist(time.Now())
		h.Finding = cmp.Or(h.Finding, i.Asked)
	}
	h.Owners = slices.Concat(others, []notify.Person{reader})
	slices.SortStableFunc(h.Owners, func(a, b notify.Person) int { return cmp.Compare(a.Name, b.Name) })
	return h, nil
}

// verify takes what a person found an incident to be.
func (s *Server) verify(w http.ResponseWriter, r *http.Request) error {
	before := subjectOf(r).incident
	filled := hands{Finding: notify.Finding(r.PostFormValue("finding")), Reason: r.PostFormValue("reason")}
	if !slices.Contains(notify.Findings, filled.Finding) {
		filled.Error = "incident.choose"
		return s.showIncidentWith(w, r, http.StatusUnprocessableEntity, filled)
	}
	after, err := s.desk.Verify(r.Context(), before.ID, filled.Finding, personOf(r).Login, filled.Reason)
	if errors.Is(err, notify.ErrReason) {
		filled.Error = "incident.reason.needed"
		return s.showIncidentWith(w, r, http.StatusUnprocessableEntity, filled)
	}
	if err != nil {
		return missing(err)
	}
	notice := "notice.verified"
	switch {
	case after.Asked != "" && after.Alone:
		notice = "notice.asked.alone"
	case after.Asked != "":
		notice = "notice.asked"
	case after.State == notify.Closed:
		notice = "notice.over"
	}
	said := string(filled.Finding) + " · " + filled.Reason
	if after.Alone {
		said = "alone · " + said
	}
	return s.handled(w, r, "incident.verify", said, notice)
}

// assign names who deals with an incident.
func (s *Server) assign(w http.ResponseWriter, r *http.Request) error {
	owner := r.PostFormValue("owner")
	_, err := s.desk.Assign(r.Context(), subjectOf(r).incident.ID, owner, personOf(r).Login)
	if errors.Is(err, notify.ErrNotFound) {
		return s.showIncidentWith(w, r, http.StatusUnprocessableEntity, hands{Error: "incident.nosuchowner"})
	}
	if err != nil {
		return err
	}
	return s.handled(w, r, "incident.assign", owner, "notice.assigned")
}

// fix takes the word that an incident is mended, and has the site looked at at once.
func (s *Server) fix(w http.ResponseWriter, r *http.Request) error {
	how := r.PostFormValue("how")
	after, err := s.desk.Fix(r.Context(), subjectOf(r).incident.ID, personOf(r).Login, how)
	if err != nil {
		return missing(err)
	}
	s.lookAfter(r, after.Site.ID)
	return s.handled(w, r, "incident.fix", how, "notice.fixed")
}

// check ticks a step of the checklist, or takes that back.
func (s *Server) check(w http.ResponseWriter, r *http.Request) error {
	i, step, done := subjectOf(r).incident, r.PostFormValue("step"), r.PostFormValue("done") != ""
	if _, err := s.desk.Tick(r.Context(), i.ID, step, done, personOf(r).Login); err != nil {
		return missing(err)
	}
	if err := s.record(r, "incident.check", fmt.Sprintf("incident/%d", i.ID), fmt.Sprintf("%s · %s %t", i.Number, cut(step, 40), done)); err != nil {
		return err
	}
	http.Redirect(w, r, fmt.Sprintf("/incidents/%d#steps", i.ID), http.StatusSeeOther)
	return nil
}

// snooze takes the wish not to be told more of an incident for a while.
func (s *Server) snooze(w http.ResponseWriter, r *http.Request) error {
	minutes, err := strconv.Atoi(r.PostFormValue("minutes"))
	if err != nil {
		return s.showIncidentWith(w, r, http.StatusUnprocessableEntity, hands{Error: "incident.snooze.rule"})
	}
	why := r.PostFormValue("why")
	err = s.desk.Silence(r.Context(), notify.Silence{IncidentID: subjectOf(r).incident.ID, Until: time.Now().Add(time.Duration(minutes) * time.Minute),
		Reason: why, By: personOf(r).Login})
	switch {
	case errors.Is(err, notify.ErrReason):
		return s.showIncidentWith(w, r, http.StatusUnprocessableEntity, hands{Error: "incident.reason.needed"})
	case errors.Is(err, notify.ErrNeverQuiet) || errors.Is(err, notify.ErrTooLong):
		return s.showIncidentWith(w, r, http.StatusUnprocessableEntity, hands{Error: "incident.snooze.rule"})
	case err != nil:
		return missing(err)
	}
	return s.handled(w, r, "incident.snooze", fmt.Sprintf("%d′ · %s", minutes, why), "notice.snoozed")
}

// drill begins a drill at a site.
func (s *Server) drill(w http.ResponseWriter, r *http.Request) error {
	one, c := subjectOf(r).site, baseline.ConcernContent
	if r.PostFormValue("kind") == "down" {
		c = baseline.ConcernAvailability
	}
	i, err := s.desk.Drill(r.Context(), one.ID, c, personOf(r).Login)
	if errors.Is(err, notify.ErrNeverLooked) {
		return s.goTo(w, r, sitePath(one.ID), "notice.neverlooked")
	}
	if err != nil {
		return missing(err)
	}
	if err := s.record(r, "drill", siteName(one.ID), i.Number); err != nil {
		return err
	}
	return s.goTo(w, r, fmt.Sprintf("/incidents/%d", i.ID), "notice.drill")
}

// handled writes down what was done about an incident, and goes back to its page.
func (s *Server) handled(w http.ResponseWriter, r *http.Request, action, detail, notice string) error {
	i := subjectOf(r).incident
	if err := s.record(r, action, fmt.Sprintf("incident/%d", i.ID), i.Number+" · "+cut(detail, 500)); err != nil {
		return err
	}
	return s.goTo(w, r, fmt.Sprintf("/incidents/%d", i.ID), notice)
}

package web

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/notify"
	"canhcong/targets"
)

// incidentPage shows one incident: what is wrong, what was told to whom, and what happened since.
type incidentPage struct {
	Incident notify.Incident
	Verdict  baseline.Verdict // the worst one
	Evidence []evidenceLine   // of its concern, the strongest
	More     []evidenceLine
	Words    notify.Message // the alert as it arrives
	Timeline []notify.Event
	Steps    []notify.Check
	Alerts   []notify.Alert
	Names    map[int64]string // of people
	Picture  bool             // before and after can be drawn
	CanTake  bool

	CanOversee bool              // its group, too
	Contacts   []targets.Contact // whom to call, for whoever may handle it
	Filings    filings
	hands
}

func (s *Server) showIncident(w http.ResponseWriter, r *http.Request) error {
	return s.showIncidentWith(w, r, http.StatusOK, hands{})
}

// showIncidentWith shows the page with what a person had filled in.
func (s *Server) showIncidentWith(w http.ResponseWriter, r *http.Request, status int, filled hands) error {
	page, err := s.incidentPage(r, filled)
	if err != nil {
		return fmt.Errorf("show incident %d: %w", subjectOf(r).incident.ID, err)
	}
	// Nobody's form is emptied under their hands.
	refresh := page.Incident.Live() && !page.MayHandle
	return s.show(w, r, status, "incident", frame{Title: "incident.title", Args: []any{page.Incident.Number}, Refresh: refresh}, page)
}

func (s *Server) incidentPage(r *http.Request, filled hands) (page incidentPage, err error) {
	i, ctx := subjectOf(r).incident, r.Context()
	page = incidentPage{Incident: i, CanTake: i.State == notify.Open && can(personOf(r), acknowledge, object{unitID: i.Site.Unit.ID}),
		CanOversee: can(personOf(r), oversee, object{})}
	if page.hands, err = s.hands(r, i, filled); err != nil {
		return page, err
	}
	page.Filings = s.filings(r, i, page.Filing)
	if page.Contacts, err = s.contactsOf(r, i); err != nil {
		return page, err
	}
	page.Verdict = s.verdictOrNone(r, i.WorstVerdictID)
	page.Evidence, page.More = fold(page.Verdict.EvidenceOf(i.Concern))
	page.Words = s.desk.Words(i, page.Verdict, lastWord(i), s.language(r))
	if page.Timeline, err = s.desk.Timeline(ctx, i.ID); err != nil {
		return page, err
	}
	page.Steps = i.Checklist(page.Timeline, s.language(r))
	if page.Alerts, err = s.desk.Alerts(ctx, i.ID); err != nil {
		return page, err
	}
	if page.Names, err = s.names(ctx); err != nil {
		return page, err
	}
	before, _, ok, err := s.beforeOf(ctx, page.Verdict)
	if err != nil {
		s.log.Error("an incident is shown without its picture", "incident", i.Number, "error", err)
	}
	page.Picture = ok && before.Screenshot != "" && page.Verdict.Observation.Screenshot != ""
	return page, nil
}

// contactsOf are those of the unit that a portal belongs to. Their numbers are for whoever has to call them.
func (s *Server) contactsOf(r *http.Request, i notify.Incident) (list []targets.Contact, err error) {
	if !can(personOf(r), acknowledge, object{unitID: i.Site.Unit.ID}) {
		return nil, nil
	}
	all, err := s.registry.Contacts(r.Context())
	if err != nil {
		return nil, fmt.Errorf("list the contacts of a unit: %w", err)
	}
	now := time.Now()
	return slices.DeleteFunc(all, func(c targets.Contact) bool { return c.UnitID != i.Site.Unit.ID || !c.Valid(now) }), nil
}

// firstNumber is the first of the telephone numbers that somebody wrote down for people, without what follows it: another one, an
// extension.
var firstNumber = regexp.MustCompile(`\+?\d[\d .()-]*`)

// dial is a telephone number as a telephone takes it.
func dial(written string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, firstNumber.FindString(written))
}

// lastWord is the kind of the alert that tells how an incident stands.
func lastWord(i notify.Incident) notify.Kind {
	if i.State == notify.Closed {
		return notify.KindClosed
	}
	return notify.KindOpened
}

// acknowledge takes an incident on: "Tôi nhận".
func (s *Server) acknowledge(w http.ResponseWriter, r *http.Request) error {
	i := subjectOf(r).incident
	if _, err := s.desk.Acknowledge(r.Context(), i.ID, personOf(r).Login); err != nil {
		return missing(err)
	}
	if err := s.record(r, "acknowledge", fmt.Sprintf("incident/%d", i.ID), i.Number); err != nil {
		return err
	}
	return s.goTo(w, r, fmt.Sprintf("/incidents/%d", i.ID), "notice.acknowledged")
}

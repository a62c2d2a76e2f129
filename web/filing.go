package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"canhcong/notify"
	"canhcong/notify/paper"
	"canhcong/targets"
)

// filings is the part of an incident's page about reports to the authority.
type filings struct {
	May      bool // see it: whose business every unit is
	MaySend  bool // write down that a report was sent
	MayCount bool // say from when the time is counted, or that nothing has to be reported
	Kinds    []notify.FilingKind
	Clocks   []notify.Clock
	Lines    []filingLine
	Filled   filingForm
}

// filingLine is one report: its clock, and the forms in which its draft can be had.
type filingLine struct {
	Kind  notify.FilingKind
	Clock *notify.Clock // nil when its time is not counted
	Forms []paper.Form
}

// filingForm is what a person writes about a report.
type filingForm struct {
	Kind   notify.FilingKind
	Number string
	At     string // when it was sent
	From   string // from when the time is counted
	Why    string
}

// formMoment is how a form writes an instant.
const formMoment = "2006-01-02T15:04"

func (s *Server) filings(r *http.Request, i notify.Incident, filled filingForm) filings {
	reader, now := personOf(r), time.Now().In(targets.Vietnam)
	f := filings{May: can(reader, oversee, object{}) && i.Number != "", Kinds: notify.FilingKinds, Clocks: s.desk.Clocks(i), Filled: filled}
	for n, k := range f.Kinds {
		line := filingLine{Kind: k, Forms: paper.Forms}
		if n < len(f.Clocks) {
			line.Clock = &f.Clocks[n]
		}
		f.Lines = append(f.Lines, line)
	}
	if f.Filled.At == "" {
		f.Filled.At = now.Format(formMoment)
	}
	if from := i.Counted(); f.Filled.From == "" && !from.IsZero() {
		f.Filled.From = from.In(targets.Vietnam).Format(formMoment)
	} else if f.Filled.From == "" {
		f.Filled.From = i.Known().In(targets.Vietnam).Format(formMoment)
	}
	if f.May && !i.Drill {
		f.MaySend, f.MayCount = can(reader, acknowledge, object{unitID: i.Site.Unit.ID}), can(reader, administer, object{})
	}
	return f
}

// showFiling hands over the draft of a report of an incident, as a file: the initial one where nobody says which.
func (s *Server) showFiling(w http.ResponseWriter, r *http.Request) error {
	i, k := subjectOf(r).incident, notify.FilingKind(cmp.Or(r.URL.Query().Get("kind"), string(notify.FilingInitial)))
	if !slices.Contains(notify.FilingKinds, k) || i.Number == "" {
		return notFound(nil)
	}
	p, err := s.desk.FilingPaper(r.Context(), i.ID, k)
	if err != nil {
		return missing(err)
	}
	name := fmt.Sprintf("%s-%s", map[notify.FilingKind]string{notify.FilingInitial: "baocao-bandau", notify.FilingClosing: "baocao-ketthuc"}[k], i.Number)
	return s.servePaper(w, r, fmt.Sprintf("incident/%d", i.ID), name, func(f paper.Form) ([]byte, error) {
		return paper.Set(r.Context(), f, p.HTML, s.print)
	})
}

// sendReport takes the word that a report of an incident was sent.
func (s *Server) sendReport(w http.ResponseWriter, r *http.Request) error {
	form := filingForm{Kind: notify.FilingKind(r.PostFormValue("kind")), Number: r.PostFormValue("number"), At: r.PostFormValue("at")}
	at, err := targets.ParseWhen(form.At, false)
	if err != nil || !slices.Contains(notify.FilingKinds, form.Kind) {
		return s.refuseFiling(w, r, form, "filing.when")
	}
	_, err = s.desk.Reported(r.Context(), subjectOf(r).incident.ID, form.Kind, notify.Letter{Number: form.Number, At: at, By: personOf(r).Login})
	if key := filingError(err); key != "" {
		return s.refuseFiling(w, r, form, key)
	}
	if err != nil {
		return missing(err)
	}
	return s.handled(w, r, "incident.reported", fmt.Sprintf("%s %s", form.Kind, form.Number), "notice.reported")
}

// countReport takes from when the time for the reports of an incident is counted, or that there is nothing to report.
func (s *Server) countReport(w http.ResponseWriter, r *http.Request) error {
	form := filingForm{From: r.PostFormValue("from"), Why: r.PostFormValue("why")}
	id, by := subjectOf(r).incident.ID, personOf(r).Login
	needless := r.PostFormValue("needless") == "1"
	var err error
	if needless {
		_, err = s.desk.Spare(r.Context(), id, by, form.Why)
	} else {
		from, wrong := targets.ParseWhen(form.From, false)
		if wrong != nil {
			return s.refuseFiling(w, r, form, "filing.when")
		}
		_, err = s.desk.Count(r.Context(), id, from, by, form.Why)
	}
	if key := filingError(err); key != "" {
		return s.refuseFiling(w, r, form, key)
	}
	if err != nil {
		return missing(err)
	}
	action, what := "incident.counted", form.From+" · "
	if needless {
		action, what = "incident.needless", ""
	}
	return s.handled(w, r, action, strings.TrimSpace(what+form.Why), "notice.counted")
}

func (s *Server) refuseFiling(w http.ResponseWriter, r *http.Request, form filingForm, key string) error {
	return s.showIncidentWith(w, r, http.StatusUnprocessableEntity, hands{Error: key, Filing: form})
}

// filingError is the key of what to say about a form that cannot be taken; "" for everything else.
func filingError(err error) string {
	switch {
	case errors.Is(err, notify.ErrReason):
		return "incident.reason.needed"
	case errors.Is(err, notify.ErrLetter):
		return "filing.number.needed"
	case errors.Is(err, notify.ErrFuture):
		return "filing.future"
	default:
		return ""
	}
}

// clockTone is how loudly a clock is shown.
func clockTone(st notify.ClockState) tone {
	return map[notify.ClockState]tone{notify.ClockRuns: info, notify.ClockNear: warn, notify.ClockOver: alarm, notify.ClockSent: fine, notify.ClockCaught: fine, notify.ClockLate: warn}[st]
}

// mostWallClocks is how many clocks the wall names.
const mostWallClocks = 5

// pressing puts the clocks that press on the wall.
func (s *Server) pressing(r *http.Request, page *wallPage) (err error) {
	if !can(personOf(r), oversee, object{}) {
		return nil
	}
	all, err := s.desk.PressingClocks(r.Context())
	page.Clocks = all[:min(len(all), mostWallClocks)]
	page.More = len(all) - len(page.Clocks)
	return err
}

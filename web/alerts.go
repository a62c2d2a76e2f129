package web

import (
	"fmt"
	"net/http"

	"canhcong/baseline"
	"canhcong/notify"
)

// alertsPage lists what was told, newest first, and whether it arrived.
type alertsPage struct {
	Outbox notify.OutboxState
	Lines  []alertLine
	Pager  pager
}

type alertLine struct {
	Alert    notify.Alert
	Incident notify.Incident
	Words    notify.Message
}

const (
	mostAlerts     = 500
	alertsPageSize = 30
)

func (s *Server) showAlerts(w http.ResponseWriter, r *http.Request) error {
	page, err := s.alertsPage(r)
	if err != nil {
		return fmt.Errorf("show the alerts: %w", err)
	}
	return s.show(w, r, http.StatusOK, "alerts", frame{Title: "alerts.title", Refresh: true}, page)
}

func (s *Server) alertsPage(r *http.Request) (alertsPage, error) {
	var page alertsPage
	var err error
	if page.Outbox, err = s.desk.Outbox(r.Context()); err != nil {
		return page, err
	}
	recent, err := s.desk.RecentAlerts(r.Context(), mostAlerts)
	if err != nil {
		return page, err
	}
	of, err := s.incidentsByID(r)
	if err != nil {
		return page, err
	}
	var within []notify.Alert
	for _, a := range recent {
		if _, ok := of[a.IncidentID]; ok {
			within = append(within, a)
		}
	}
	page.Pager = cutPages(r.URL.Query(), "/alerts", len(within), alertsPageSize)
	for _, a := range within[page.Pager.From:page.Pager.To] {
		line := alertLine{Alert: a, Incident: of[a.IncidentID]}
		line.Words = s.desk.Words(line.Incident, s.verdictOrNone(r, a.VerdictID), a.Kind, s.language(r))
		page.Lines = append(page.Lines, line)
	}
	return page, nil
}

// verdictOrNone returns a verdict with the look it is about, the zero one when the archive has lost that: the facts of an
// incident are shown without what was seen.
func (s *Server) verdictOrNone(r *http.Request, id int64) baseline.Verdict {
	v, err := s.judge.Verdict(r.Context(), id)
	if err != nil {
		s.log.Error("a page is shown without what was seen", "path", r.URL.Path, "verdict", id, "error", err)
		return baseline.Verdict{}
	}
	return v
}

func (s *Server) incidentsByID(r *http.Request) (map[int64]notify.Incident, error) {
	all, err := s.incidents(r, notify.Filter{})
	out := map[int64]notify.Incident{}
	for _, i := range all {
		out[i.ID] = i
	}
	return out, err
}

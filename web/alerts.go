package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"canhcong/baseline"
	"canhcong/notify"
)

// alertsPage lists what was told, newest first, and whether it arrived.
type alertsPage struct {
	Outbox notify.OutboxState
	Live   []notify.Message // what the monitor has to say about itself now, with what to do about it
	Lines  []alertLine
	Names  map[int64]string // of people
	Pager  pager
}

// alertLine is one alert, in the words in which it was told.
type alertLine struct {
	Alert    notify.Alert
	Incident notify.Incident // the zero one when the monitor speaks of itself
	Group    notify.Group    // the zero one unless it is about one
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
	if page.Live, err = s.liveWords(r); err != nil {
		return page, err
	}
	if page.Names, err = s.names(r.Context()); err != nil {
		return page, err
	}
	recent, err := s.desk.RecentAlerts(r.Context(), mostAlerts)
	if err != nil {
		return page, err
	}
	tell, err := s.tellers(r)
	if err != nil {
		return page, err
	}
	var within []notify.Alert
	for _, a := range recent {
		if tell.knows(a) {
			within = append(within, a)
		}
	}
	page.Pager = cutPages(r.URL.Query(), "/alerts", len(within), alertsPageSize)
	for _, a := range within[page.Pager.From:page.Pager.To] {
		page.Lines = append(page.Lines, s.alertLine(r, a, tell))
	}
	return page, nil
}

// tellers are what alerts can be about, as far as a person may see it.
type tellers struct {
	incidents map[int64]notify.Incident
	notices   map[int64]notify.Notice
	notes     map[int64]notify.Note
	groups    map[int64]notify.Group
}

func (s *Server) tellers(r *http.Request) (t tellers, err error) {
	if t.incidents, err = s.incidentsByID(r); err != nil {
		return t, err
	}
	if t.notices, err = s.noticesByID(r.Context()); err != nil {
		return t, err
	}
	if t.notes, err = s.notesByID(r.Context()); err != nil {
		return t, err
	}
	t.groups, err = s.groupsByID(r)
	return t, err
}

func (t tellers) knows(a notify.Alert) bool {
	switch a.About.Kind {
	case notify.AboutIncident:
		_, known := t.incidents[a.About.ID]
		return known
	case notify.AboutNotice:
		_, known := t.notices[a.About.ID]
		return known
	case notify.AboutNote:
		_, known := t.notes[a.About.ID]
		return known
	case notify.AboutGroup:
		_, known := t.groups[a.About.ID]
		return known
	default:
		return false
	}
}

// alertLine puts an alert into words. What a message of its own told while it lasted is not shown as over.
func (s *Server) alertLine(r *http.Request, a notify.Alert, t tellers) alertLine {
	lang := s.language(r)
	if a.About.Kind == notify.AboutNotice {
		n := t.notices[a.About.ID]
		if a.ToldBefore(n.Until) {
			n.Until = time.Time{}
		}
		return alertLine{Alert: a, Words: s.desk.NoticeWords(n, a.Kind, lang)}
	}
	if a.About.Kind == notify.AboutNote {
		return alertLine{Alert: a, Words: t.notes[a.About.ID].In(lang)}
	}
	if a.About.Kind == notify.AboutGroup {
		g := t.groups[a.About.ID]
		return alertLine{Alert: a, Group: g, Words: s.groupWords(r, g, a)}
	}
	i := t.incidents[a.About.ID]
	line := alertLine{Alert: a, Incident: i}
	if i.State == notify.Closed && a.ToldBefore(i.ClosedAt) {
		i.State = notify.Open
	}
	line.Words = s.desk.Words(i, s.verdictOrNone(r, a.VerdictID), a.Kind, lang)
	return line
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
	all, err := s.incidents(r, notify.Filter{Limit: mostAlerts})
	out := map[int64]notify.Incident{}
	for _, i := range all {
		out[i.ID] = i
	}
	return out, err
}

// names are those of everybody, by ID.
func (s *Server) names(ctx context.Context) (map[int64]string, error) {
	people, err := s.desk.People(ctx)
	names := map[int64]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	return names, err
}

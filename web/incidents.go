package web

import (
	"fmt"
	"net/http"

	"canhcong/notify"
)

// incidentsPage lists what is wrong now, and what was.
type incidentsPage struct {
	Groups []groupLine       // of many with one cause
	Live   []notify.Incident // but for the members of a group that is told in their place
	Past   []notify.Incident
	All    pager
}

const (
	incidentsPageSize = 30
	mostIncidents     = 1000 // the list goes no further back
)

func (s *Server) showIncidents(w http.ResponseWriter, r *http.Request) error {
	all, err := s.incidents(r, notify.Filter{Drills: true})
	if err != nil {
		return err
	}
	var page incidentsPage
	if page.Groups, err = s.groupLines(r); err != nil {
		return err
	}
	absorbed := map[int64]bool{}
	for _, line := range page.Groups {
		absorbed[line.Group.ID] = line.Group.Live() && line.Group.Absorbs()
	}
	var past []notify.Incident
	for _, i := range all {
		if absorbed[i.GroupID] {
			continue
		}
		if i.Live() {
			page.Live = append(page.Live, i)
		} else {
			past = append(past, i)
		}
	}
	page.All = cutPages(r.URL.Query(), "/incidents", len(past), incidentsPageSize)
	page.Past = past[page.All.From:page.All.To]
	return s.show(w, r, http.StatusOK, "incidents", frame{Title: "incidents.title", Refresh: true}, page)
}

// incidents returns the incidents a filter finds within the reader's view.
func (s *Server) incidents(r *http.Request, f notify.Filter) ([]notify.Incident, error) {
	f.Limit = mostIncidents
	all, err := s.desk.Incidents(r.Context(), f)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	var out []notify.Incident
	for _, i := range all {
		if can(personOf(r), see, object{unitID: i.Site.Unit.ID}) {
			out = append(out, i)
		}
	}
	return out, nil
}

package web

import (
	"fmt"
	"net/http"

	"canhcong/notify"
)

// groupPage shows one group: what its members have in common, every one of them, and what people were told.
type groupPage struct {
	Group   notify.Group
	Words   notify.Message // the alert as it stands now
	Members []notify.Incident
	Pager   pager
	Alerts  []notify.Alert
	Names   map[int64]string // of people
	CanTake bool
}

// groupLine is one group in a list.
type groupLine struct {
	Group notify.Group
	Title string
}

const (
	mostGroups    = 20 // in the list of incidents
	groupPageSize = 100
)

func (s *Server) showGroup(w http.ResponseWriter, r *http.Request) error {
	page, err := s.groupPage(r)
	if err != nil {
		return fmt.Errorf("show group %d: %w", subjectOf(r).group.ID, err)
	}
	return s.show(w, r, http.StatusOK, "group", frame{Title: "group.title", Args: []any{page.Group.Number}, Refresh: page.Group.Live()}, page)
}

func (s *Server) groupPage(r *http.Request) (page groupPage, err error) {
	g, ctx := subjectOf(r).group, r.Context()
	page = groupPage{Group: g, CanTake: g.State == notify.Open && can(personOf(r), acknowledge, object{})}
	if page.Words, err = s.desk.TellGroup(ctx, g, lastGroupWord(g), s.language(r)); err != nil {
		return page, err
	}
	members, err := s.desk.Members(ctx, g.ID)
	if err != nil {
		return page, err
	}
	page.Pager = cutPages(r.URL.Query(), fmt.Sprintf("/groups/%d", g.ID), len(members), groupPageSize)
	page.Members = members[page.Pager.From:page.Pager.To]
	if page.Alerts, err = s.desk.GroupAlerts(ctx, g.ID); err != nil {
		return page, err
	}
	page.Names, err = s.names(ctx)
	return page, err
}

// lastGroupWord is the kind of the alert that tells how a group stands.
func lastGroupWord(g notify.Group) notify.Kind {
	if g.State == notify.Closed {
		return notify.KindClosed
	}
	return notify.KindUpdated
}

// takeGroup takes a group on, and with it all its members.
func (s *Server) takeGroup(w http.ResponseWriter, r *http.Request) error {
	g := subjectOf(r).group
	if _, err := s.desk.AcknowledgeGroup(r.Context(), g.ID, personOf(r).Login); err != nil {
		return missing(err)
	}
	if err := s.record(r, "acknowledge", fmt.Sprintf("group/%d", g.ID), g.Number); err != nil {
		return err
	}
	return s.goTo(w, r, fmt.Sprintf("/groups/%d", g.ID), "notice.acknowledged")
}

// groupLines lists the newest groups for those who may see every unit.
func (s *Server) groupLines(r *http.Request) (lines []groupLine, err error) {
	if !can(personOf(r), oversee, object{}) {
		return nil, nil
	}
	groups, err := s.desk.Groups(r.Context(), mostGroups)
	for _, g := range groups {
		if err == nil {
			var m notify.Message
			m, err = s.desk.TellGroup(r.Context(), g, lastGroupWord(g), s.language(r))
			lines = append(lines, groupLine{g, m.Title})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	return lines, nil
}

func (s *Server) groupsByID(r *http.Request) (map[int64]notify.Group, error) {
	out := map[int64]notify.Group{}
	if !can(personOf(r), oversee, object{}) {
		return out, nil
	}
	groups, err := s.desk.Groups(r.Context(), mostAlerts)
	for _, g := range groups {
		out[g.ID] = g
	}
	return out, err
}

// groupWords puts an alert of a group into words. What a message told while the group lasted is not shown as over.
func (s *Server) groupWords(r *http.Request, g notify.Group, a notify.Alert) notify.Message {
	if a.ToldBefore(g.ClosedAt) {
		g.State = notify.Open
	}
	m, err := s.desk.TellGroup(r.Context(), g, a.Kind, s.language(r))
	if err != nil {
		s.log.Error("an alert is shown without its words", "group", g.Number, "error", err)
	}
	return m
}

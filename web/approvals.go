package web

import (
	"fmt"
	"net/http"

	"canhcong/baseline"
)

// approvalsPage lists what waits to be approved for the first time.
type approvalsPage struct {
	Items []approval
	Pager pager
}

type approval struct {
	Candidate baseline.Candidate
	Light     light
	Answers   []entry
}

// approvalsPageSize is small, because each item loads its page to be checked.
const approvalsPageSize = 12

func (s *Server) showApprovals(w http.ResponseWriter, r *http.Request) error {
	offered, err := s.offered(r)
	if err != nil {
		return err
	}
	page := approvalsPage{Pager: cutPages(r.URL.Query(), "/approvals", len(offered), approvalsPageSize)}
	for _, b := range offered[page.Pager.From:page.Pager.To] {
		c, ok, err := s.judge.Candidate(r.Context(), b.SiteID)
		if err != nil {
			return fmt.Errorf("show the approvals: %w", err)
		}
		if !ok {
			continue // decided a moment ago
		}
		item := approval{Candidate: c, Light: lightOf(baseline.Unjudged, c.Warnings)}
		if item.Answers, err = s.answersTo(r, c.Observation.ID); err != nil {
			return err
		}
		page.Items = append(page.Items, item)
	}
	return s.show(w, r, http.StatusOK, "approvals", frame{Title: "approvals.title"}, page)
}

// offered returns the baselines on offer within the reader's view.
func (s *Server) offered(r *http.Request) ([]baseline.Baseline, error) {
	all, err := s.judge.Candidates(r.Context())
	if err != nil || len(all) == 0 {
		return nil, err
	}
	sites, err := s.registry.Sites(r.Context())
	if err != nil {
		return nil, err
	}
	within := map[int64]bool{}
	for _, one := range sites {
		within[one.ID] = can(personOf(r), see, object{unitID: one.Unit.ID})
	}
	var out []baseline.Baseline
	for _, b := range all {
		if within[b.SiteID] {
			out = append(out, b)
		}
	}
	return out, nil
}

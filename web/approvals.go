package web

import (
	"fmt"
	"net/http"

	"canhcong/baseline"
	"canhcong/notify"
	"canhcong/targets"
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
	Barred    string // key of why the reader may not approve it; "" when they may
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
		item.Barred = barred(personOf(r), c.Observation.Site, item.Light)
		if item.Answers, err = s.answersTo(r, c.Observation.ID); err != nil {
			return err
		}
		page.Items = append(page.Items, item)
	}
	return s.show(w, r, http.StatusOK, "approvals", frame{Title: "approvals.title"}, page)
}

// barred says why a person may not approve what has a light, as a key of the catalogue; "" when they may.
func barred(p notify.Person, one targets.Site, l light) string {
	o := object{unitID: one.Unit.ID, light: l}
	switch {
	case can(p, approve, o):
		return ""
	case !can(p, answerFor, o):
		return "ask.readonly"
	case l == red:
		return "ask.red.other"
	default:
		return "ask.yellow"
	}
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

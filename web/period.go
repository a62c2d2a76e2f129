package web

import (
	"net/http"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// periodPage is one heightened period, and whether all is ready for it.
type periodPage struct {
	Period    targets.Period
	Over      bool
	Readiness notify.Readiness
	Lacks     []lackLine
}

type lackLine struct {
	Kind  notify.LackKind
	Names []string // the first of what it concerns
	More  int      // how many there are besides
}

// mostLackNames is how much of what is lacking a page names.
const mostLackNames = 12

func (s *Server) showPeriod(w http.ResponseWriter, r *http.Request) error {
	p := subjectOf(r).period
	page := periodPage{Period: p, Over: !time.Now().Before(p.End())}
	if !page.Over {
		var err error
		if page.Readiness, err = s.desk.Readiness(r.Context(), p, s.language(r)); err != nil {
			return err
		}
	}
	for _, l := range page.Readiness.Lacks {
		shown := l.Names[:min(len(l.Names), mostLackNames)]
		page.Lacks = append(page.Lacks, lackLine{l.Kind, shown, len(l.Names) - len(shown)})
	}
	return s.show(w, r, http.StatusOK, "period", frame{Title: "periods.title"}, page)
}

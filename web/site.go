package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// sitePage shows one site: its states, what it is compared with, and the looks it had.
type sitePage struct {
	Site       targets.Site
	State      baseline.SiteState
	Shares     []siteShare
	Row        wallRow
	Approved   baseline.Baseline   // ID 0 when there is none
	Candidate  baseline.Baseline   // on offer; ID 0 when there is none
	Tampered   bool                // a stored baseline fails its seal
	Standing   []baseline.Evidence // what the judge says about itself on this page
	Picture    int64               // the last look with a picture, 0 when there is none
	PictureAt  monitor.Observation
	Incidents  []notify.Incident
	Looks      []siteLook
	Pager      pager
	Events     []targets.AppearanceEvent // in force
	Period     targets.Period            // that sets its pace now; zero when its own profile does
	CanLook    bool
	CanRemove  bool
	CanDeclare bool
	CanDrill   bool
}

// siteLook is one line of the list of looks.
type siteLook struct {
	Observation monitor.Observation
	Verdict     baseline.Verdict
	Judged      bool
}

// siteShare is how available the site was over the last days.
type siteShare struct {
	Period string // key of the catalogue
	Figure monitor.Availability
}

var sharePeriods = []struct {
	key  string
	days int
}{{"site.share.1", 1}, {"site.share.7", 7}, {"site.share.30", 30}}

const (
	looksPageSize = 20
	mostLooks     = 500 // the list goes no further back
)

func (s *Server) showSite(w http.ResponseWriter, r *http.Request) error {
	one := subjectOf(r).site
	o := object{unitID: one.Unit.ID}
	page := sitePage{Site: one, CanLook: s.lookNow != nil && can(personOf(r), lookAgain, o), CanRemove: can(personOf(r), administer, o),
		CanDeclare: can(personOf(r), declare, o), CanDrill: can(personOf(r), acknowledge, o)}
	for _, fill := range []func(*http.Request, *sitePage) error{s.fillStates, s.fillShares, s.fillBaselines, s.fillStanding, s.fillEvents, s.fillPeriod, s.fillLooks} {
		if err := fill(r, &page); err != nil {
			return fmt.Errorf("show site %d: %w", one.ID, err)
		}
	}
	return s.show(w, r, http.StatusOK, "site", frame{Title: "site.title", Args: []any{visible(one.Name)}, Refresh: true}, page)
}

func (s *Server) fillStates(r *http.Request, page *sitePage) error {
	states, err := s.judge.States(r.Context())
	if err != nil {
		return err
	}
	page.State = states[page.Site.ID]
	page.Incidents, err = s.desk.Incidents(r.Context(), notify.Filter{SiteID: page.Site.ID, Limit: 10})
	return err
}

func (s *Server) fillShares(r *http.Request, page *sitePage) error {
	now := time.Now()
	for _, p := range sharePeriods {
		figure, err := s.archive.Availability(r.Context(), page.Site.ID, now.AddDate(0, 0, -p.days), now)
		if err != nil {
			return err
		}
		page.Shares = append(page.Shares, siteShare{p.key, figure})
	}
	return nil
}

func (s *Server) fillBaselines(r *http.Request, page *sitePage) error {
	all, err := s.judge.Baselines(r.Context(), page.Site.ID)
	if page.Tampered = errors.Is(err, baseline.ErrTampered); !page.Tampered && err != nil {
		return err
	}
	for _, b := range all {
		switch b.State {
		case baseline.Approved:
			page.Approved = b
		case baseline.Offered:
			page.Candidate = b
		}
	}
	page.Row = newWallRow(page.Site, page.State, page.Candidate.ID != 0)
	return nil
}

func (s *Server) fillLooks(r *http.Request, page *sitePage) error {
	looks, err := s.archive.Observations(r.Context(), page.Site.ID, mostLooks)
	if err != nil {
		return err
	}
	for _, o := range looks {
		if o.Screenshot != "" {
			page.Picture, page.PictureAt = o.ID, o
			break
		}
	}
	page.Pager = cutPages(r.URL.Query(), r.URL.Path, len(looks), looksPageSize)
	looks = looks[page.Pager.From:page.Pager.To]
	verdicts, err := s.judge.VerdictsOf(r.Context(), looks)
	if err != nil {
		return err
	}
	for _, o := range looks {
		v, ok := verdicts[o.ID]
		page.Looks = append(page.Looks, siteLook{Observation: o, Verdict: v, Judged: ok})
	}
	return nil
}

// fillStanding reads what the newest judgement of the content says about the judge itself: how much of the picture it can go
// by, and whether what was approved is still the page.
func (s *Server) fillStanding(r *http.Request, page *sitePage) error {
	id := page.State.VerdictIDs[baseline.ConcernContent]
	if id == 0 {
		return nil
	}
	v, err := s.judge.Verdict(r.Context(), id)
	if err != nil { // its files are lost; the site is shown without
		s.log.Error("a portal is shown without what its judge lacks", "site", page.Site.ID, "error", err)
		return nil
	}
	for _, e := range v.Evidence {
		if e.Signal == baseline.SignalLowCoverage || e.Signal == baseline.SignalDrift {
			page.Standing = append(page.Standing, e)
		}
	}
	return nil
}

// fillPeriod reads the period that sets the pace of the site.
func (s *Server) fillPeriod(r *http.Request, page *sitePage) (err error) {
	if id := page.Site.PeriodID; id != 0 {
		page.Period, err = s.registry.Period(r.Context(), id)
	}
	return err
}

// fillEvents lists the appearance events that hold for the site now.
func (s *Server) fillEvents(r *http.Request, page *sitePage) error {
	now := time.Now()
	all, err := s.registry.AppearanceEvents(r.Context(), now)
	for _, e := range all {
		if e.Covers(page.Site, now) {
			page.Events = append(page.Events, e)
		}
	}
	return err
}

// lookAtSite asks for a look now.
func (s *Server) lookAtSite(w http.ResponseWriter, r *http.Request) error {
	one := subjectOf(r).site
	if s.lookNow == nil {
		return notFound(fmt.Errorf("this console cannot ask for looks"))
	}
	if err := s.lookNow(r.Context(), one.ID); err != nil {
		return fmt.Errorf("look at site %d now: %w", one.ID, err)
	}
	if err := s.record(r, "site.look", siteName(one.ID), ""); err != nil {
		return err
	}
	return s.goTo(w, r, sitePath(one.ID), "notice.looking")
}

func sitePath(id int64) string { return fmt.Sprintf("/sites/%d", id) }
func siteName(id int64) string { return fmt.Sprintf("site/%d", id) }
func lookPath(id int64) string { return fmt.Sprintf("/looks/%d", id) }
func lookName(id int64) string { return fmt.Sprintf("look/%d", id) }

package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// lookPage shows one look beside what was approved, and asks the question of a webmaster when there is one to ask.
type lookPage struct {
	Site        targets.Site
	Look        monitor.Observation
	Verdict     baseline.Verdict
	Judged      bool
	Before      monitor.Observation // what was approved; ID 0 when there was nothing
	Baseline    baseline.Baseline
	Difference  baseline.Difference
	Hosts       []hostLine
	Links       []monitor.Link // new ones that a person can see
	Hidden      []monitor.Link // new ones that a person cannot see
	Evidence    []evidenceLine // the strongest
	More        []evidenceLine // the rest
	OnOffer     bool           // this look is the first baseline on offer
	Invisible   bool           // what was injected is nowhere in the picture
	Repairs     bool           // the baseline is damaged, and this look can replace it
	Asks        bool           // there is something to decide
	Light       light
	CanApprove  bool
	CanAnswer   bool
	MustExplain bool // approving needs a written reason
	Hash        string
	Reasons     []string // keys of the catalogue
	Answers     []entry  // what was said about this look before
	Error       string   // key of the catalogue
	Note        string
	Width       int // of the pictures
	Height      int
}

// hostLine lists hosts that play a part in the page for the first time.
type hostLine struct {
	Role  monitor.Role
	Hosts []string
}

// evidenceLine is one sentence about what was found.
type evidenceLine struct {
	Evidence baseline.Evidence
	Light    light
}

// Says is whether the page has a word to say on what was found: not that it is nothing, where a probe found what a browser was
// sent for.
func (p lookPage) Says() bool {
	return len(p.Evidence) > 0 || p.Look.Wire == nil || len(p.Look.Wire.Words)+len(p.Look.Wire.Hosts) == 0
}

// strongest is how many sentences are shown before the others are folded away.
const strongest = 4

// reasons a unit may have changed its page for.
var reasons = []string{"banner", "news", "redesign", "upgrade", "mourning", "merger", "other"}

func (s *Server) showLook(w http.ResponseWriter, r *http.Request) error {
	page, err := s.lookPage(r)
	if err != nil {
		return fmt.Errorf("show look %d: %w", subjectOf(r).observation.ID, err)
	}
	return s.showLookPage(w, r, http.StatusOK, page)
}

func (s *Server) showLookPage(w http.ResponseWriter, r *http.Request, status int, page lookPage) error {
	return s.show(w, r, status, "look", frame{Title: "look.title", Args: []any{visible(page.Site.Name)}}, page)
}

func (s *Server) lookPage(r *http.Request) (lookPage, error) {
	about, ctx := subjectOf(r), r.Context()
	page := lookPage{Site: about.site, Look: about.observation, Reasons: reasons, Width: monitor.ViewportWidth, Height: monitor.ViewportHeight}
	var err error
	if page.Verdict, page.Judged, err = s.judge.VerdictOf(ctx, about.observation.ID); err != nil {
		return page, err
	}
	candidate, offered, err := s.judge.Candidate(ctx, about.site.ID)
	if err != nil {
		return page, err
	}
	page.OnOffer = offered && candidate.Baseline.ObservationID == about.observation.ID
	if page.Answers, err = s.answersTo(r, about.observation.ID); err != nil {
		return page, err
	}
	if err := s.compare(ctx, &page); err != nil {
		return page, err
	}
	evidence := page.Verdict.Evidence
	if page.OnOffer {
		evidence = append(evidence[:len(evidence):len(evidence)], candidate.Warnings...)
	}
	page.weigh(r, evidence)
	return page, nil
}

// compare fills in what was approved and what differs from it.
func (s *Server) compare(ctx context.Context, page *lookPage) error {
	if !page.Judged || page.Look.Page == nil {
		return nil
	}
	before, b, ok, err := s.beforeOf(ctx, page.Verdict)
	if err != nil || !ok {
		return err
	}
	page.Before, page.Baseline = before, b
	page.Difference = baseline.Differences(before, page.Look)
	for _, role := range []monitor.Role{monitor.RoleScript, monitor.RoleFrame, monitor.RoleForm, monitor.RoleFetch, monitor.RoleLink, monitor.RoleImage, monitor.RoleStyle, monitor.RoleMedia} {
		if hosts := page.Difference.HostsAdded[role]; len(hosts) > 0 {
			page.Hosts = append(page.Hosts, hostLine{role, hosts})
		}
	}
	return nil
}

// beforeOf returns the look that a verdict was reached against, with its page and its baseline; ok is false when there
// was no approved baseline then, or when it is not what was approved any more.
func (s *Server) beforeOf(ctx context.Context, v baseline.Verdict) (monitor.Observation, baseline.Baseline, bool, error) {
	if v.BaselineID == 0 {
		return monitor.Observation{}, baseline.Baseline{}, false, nil
	}
	all, err := s.judge.Baselines(ctx, v.Observation.Site.ID)
	if errors.Is(err, baseline.ErrTampered) {
		return monitor.Observation{}, baseline.Baseline{}, false, nil // the verdict says so as evidence
	}
	if err != nil {
		return monitor.Observation{}, baseline.Baseline{}, false, err
	}
	for _, b := range all {
		if b.ID == v.BaselineID {
			before, err := s.archive.Observation(ctx, b.AnchorOf(v))
			return before, b, err == nil, err
		}
	}
	return monitor.Observation{}, baseline.Baseline{}, false, nil
}

// weigh decides what is asked, and of whom.
func (p *lookPage) weigh(r *http.Request, evidence []baseline.Evidence) {
	p.Light = lightOf(p.Verdict.Content, evidence)
	p.Evidence, p.More = fold(evidence)
	for _, l := range p.Difference.LinksAdded {
		if l.Hidden != "" {
			p.Hidden = append(p.Hidden, l)
		} else {
			p.Links = append(p.Links, l)
		}
	}
	o := object{unitID: p.Site.Unit.ID, light: p.Light}
	changed := p.Verdict.Content == baseline.Changed || p.Verdict.Content == baseline.Suspicious || p.Verdict.Content == baseline.Defaced
	changed = changed || slices.ContainsFunc(evidence, func(e baseline.Evidence) bool { return e.Signal == baseline.SignalDrift })
	whole := p.Look.Page != nil && p.Look.Outcome == monitor.OK
	p.Repairs = whole && !p.OnOffer && slices.ContainsFunc(evidence, func(e baseline.Evidence) bool { return e.Signal == baseline.SignalTampered })
	p.Asks = whole && (p.OnOffer || p.Repairs || changed && p.Baseline.State == baseline.Approved)
	p.CanAnswer = p.Asks && can(personOf(r), answerFor, o)
	p.CanApprove = p.Asks && can(personOf(r), approve, o)
	p.MustExplain = p.Light == red
	p.Hash = baseline.ContentHash(p.Look)
	p.Invisible = len(p.Hidden) > 0 && len(p.Difference.Regions) == 0 && (p.Verdict.Content == baseline.Suspicious || p.Verdict.Content == baseline.Defaced) &&
		!slices.ContainsFunc(p.Verdict.Evidence, func(e baseline.Evidence) bool { return len(e.Regions) > 0 })
}

// fold returns evidence as lines: the strongest, and the rest. What both the verdict and the first-day check say is
// said once.
func fold(evidence []baseline.Evidence) (first, more []evidenceLine) {
	for _, e := range dedupe(evidence) {
		line := evidenceLine{e, lightOf(baseline.Normal, []baseline.Evidence{e})}
		if e.Concern != baseline.ConcernContent {
			line.Light = yellow
		}
		if len(first) < strongest {
			first = append(first, line)
		} else {
			more = append(more, line)
		}
	}
	return first, more
}

func dedupe(list []baseline.Evidence) []baseline.Evidence {
	type key struct {
		signal      baseline.Signal
		where, seen string
	}
	have := map[key]bool{}
	var out []baseline.Evidence
	for _, e := range list {
		k := key{e.Signal, e.Where, e.Seen}
		if !have[k] {
			have[k] = true
			out = append(out, e)
		}
	}
	return out
}

// answersTo returns what people said about a look before: the audit log is where it is kept.
func (s *Server) answersTo(r *http.Request, lookID int64) ([]entry, error) {
	all, err := s.store.entriesOf(r.Context(), lookName(lookID))
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, e := range all {
		if _, ok := words["audit.said."+e.Action]; ok {
			out = append(out, e)
		}
	}
	return out, nil
}

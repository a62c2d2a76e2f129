package baseline

import (
	"context"
	"errors"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

var errSoon = errors.New("not built yet")

// Judge keeps baselines and verdicts, and judges each observation it is handed.
type Judge struct {
	registry *targets.Registry
	archive  *monitor.Archive
	key      []byte
	next     Handler
}

// New returns a judge that keeps its tables in the registry's database and seals decided baselines with key. Each verdict
// is handed to next, which may be nil.
func New(reg *targets.Registry, archive *monitor.Archive, key []byte, next Handler) *Judge {
	return &Judge{registry: reg, archive: archive, key: key, next: next}
}

// Handle judges one observation.
func (j *Judge) Handle(ctx context.Context, o monitor.Observation) (again time.Duration, err error) {
	return 0, errSoon
}

// Approve accepts what was shown.
func (j *Judge) Approve(ctx context.Context, d Decision) (Baseline, error) {
	return Baseline{}, errSoon
}

// Reject refuses the candidate on offer.
func (j *Judge) Reject(ctx context.Context, d Decision) error { return errSoon }

// Candidate returns what is on offer for a site.
func (j *Judge) Candidate(ctx context.Context, siteID int64) (Candidate, bool, error) {
	return Candidate{}, false, errSoon
}

// Candidates returns every baseline on offer.
func (j *Judge) Candidates(ctx context.Context) ([]Baseline, error) { return nil, errSoon }

// Approved returns the approved baseline of a site.
func (j *Judge) Approved(ctx context.Context, siteID int64) (Baseline, bool, error) {
	return Baseline{}, false, errSoon
}

// Baselines returns every version of a site, newest first.
func (j *Judge) Baselines(ctx context.Context, siteID int64) ([]Baseline, error) {
	return nil, errSoon
}

// Verdict returns one verdict.
func (j *Judge) Verdict(ctx context.Context, id int64) (Verdict, error) { return Verdict{}, errSoon }

// VerdictOf returns the verdict of an observation.
func (j *Judge) VerdictOf(ctx context.Context, observationID int64) (Verdict, bool, error) {
	return Verdict{}, false, errSoon
}

// Verdicts returns the newest verdicts of a site.
func (j *Judge) Verdicts(ctx context.Context, siteID int64, limit int) ([]Verdict, error) {
	return nil, errSoon
}

// States returns the newest state of every site.
func (j *Judge) States(ctx context.Context) (map[int64]SiteState, error) { return nil, errSoon }

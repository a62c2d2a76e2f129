package baseline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// Approve accepts what a person was shown: the candidate on offer, or a later look at a site that has an approved baseline
// (a legitimate change). Either becomes a new version; the old one is superseded, unless the decision puts the look beside
// what is accepted already. Approving the same content twice is the same as once. The error wraps ErrNotShown when the content named is not what is on offer.
func (j *Judge) Approve(ctx context.Context, d Decision) (Baseline, error) {
	b, err := j.approve(ctx, d)
	if err != nil {
		return Baseline{}, fmt.Errorf("approve observation %d of site %d: %w", d.ObservationID, d.SiteID, err)
	}
	return b, nil
}

func (j *Judge) approve(ctx context.Context, d Decision) (Baseline, error) {
	r, open, err := j.openRow(ctx, d.SiteID)
	if err != nil {
		return Baseline{}, err
	}
	if open && r.State == Offered && r.shows(d) {
		return j.decide(ctx, r, Approved, d)
	}
	current, ok, err := j.approvedRow(ctx, d.SiteID)
	if err != nil {
		return Baseline{}, err
	}
	if !ok {
		return Baseline{}, ErrNotShown
	}
	old, broken := j.unseal(current)
	if broken == nil && old.shows(d) {
		return old, nil
	}
	if broken != nil && !errors.Is(broken, ErrTampered) {
		return Baseline{}, broken
	}
	return j.approveChange(ctx, old, current, d)
}

// approveChange makes a new version of a later look. It starts from that look alone and what the version before knew to
// move, and goes on learning from the clean looks that follow. A version before whose seal is broken (old is zero then)
// teaches nothing, and can be replaced all the same: approving anew is the remedy.
func (j *Judge) approveChange(ctx context.Context, old Baseline, current row, d Decision) (Baseline, error) {
	o, err := j.archive.Observation(ctx, d.ObservationID)
	if err != nil {
		return Baseline{}, err
	}
	if o.Site.ID != d.SiteID || o.ID < current.ObservationID || !same(d.ContentHash, ContentHash(o)) {
		return Baseline{}, ErrNotShown
	}
	if v := Absolute(o); o.Outcome != monitor.OK || v.Availability != Up || o.Page.Visual == nil || isEmpty(o.Page) {
		return Baseline{}, fmt.Errorf("the look is not whole: %w", ErrNotShown)
	}
	p := Learn([]monitor.Observation{o}).carry(j.stillMoving(ctx, old, o))
	next := Baseline{SiteID: d.SiteID, ObservationID: o.ID, ContentHash: d.ContentHash, Profile: p}
	if next.Variants, err = beside(old, d); err != nil {
		return Baseline{}, err
	}
	return j.replace(ctx, current.ID, next, current.ID, d)
}

// beside is what stays accepted next to what a decision approves.
func beside(old Baseline, d Decision) ([]Variant, error) {
	if !d.Beside || old.ID == 0 {
		return nil, nil
	}
	if len(old.Variants)+2 > mostVariants {
		return nil, fmt.Errorf("%d variants are accepted already: %w", len(old.Variants)+1, ErrTooMany)
	}
	return old.variants(), nil
}

// Rollback makes an earlier approved version the approved one again, as a new version with its variants and what they had
// learnt. The decision names exactly the observation and content that was approved then; where several versions did, the
// newest counts. The error wraps ErrNotShown when there is no such version, and ErrTampered when it is not what was approved.
func (j *Judge) Rollback(ctx context.Context, d Decision) (Baseline, error) {
	b, err := j.rollback(ctx, d)
	if err != nil {
		return Baseline{}, fmt.Errorf("roll site %d back to observation %d: %w", d.SiteID, d.ObservationID, err)
	}
	return b, nil
}

func (j *Judge) rollback(ctx context.Context, d Decision) (Baseline, error) {
	current, ok, err := j.approvedRow(ctx, d.SiteID)
	if err != nil || !ok {
		return Baseline{}, errors.Join(err, ErrNotShown)
	}
	earlier, err := j.rows(ctx, `site_id = ? AND state = 'superseded' AND observation_id = ? AND content_hash = ? ORDER BY version DESC LIMIT 1`,
		d.SiteID, d.ObservationID, d.ContentHash)
	if err != nil {
		return Baseline{}, err
	}
	if len(earlier) == 0 {
		return Baseline{}, ErrNotShown
	}
	for _, v := range earlier[0].variants() {
		anchor, err := j.archive.Observation(ctx, v.ObservationID)
		if err != nil {
			return Baseline{}, err
		}
		if !same(v.ContentHash, ContentHash(anchor)) {
			return Baseline{}, fmt.Errorf("observation %d: %w", v.ObservationID, ErrTampered)
		}
	}
	next := Baseline{SiteID: d.SiteID, ObservationID: d.ObservationID, ContentHash: d.ContentHash, Profile: earlier[0].Profile, Variants: earlier[0].Variants}
	return j.replace(ctx, current.ID, next, earlier[0].ID, d)
}

// Capture begins to learn a site anew from the looks that follow, for a new candidate; what is approved stays in force until
// that is approved. A candidate on offer is given up for it.
func (j *Judge) Capture(ctx context.Context, siteID int64, by, reason string) error {
	r, open, err := j.openRow(ctx, siteID)
	if err == nil && open && r.State == Offered {
		_, err = j.decide(ctx, r, Rejected, Decision{SiteID: siteID, By: by, Reason: reason})
		open = false
	}
	if err == nil && !open {
		err = j.beginLearning(ctx, siteID)
	}
	if err != nil {
		return fmt.Errorf("learn site %d anew: %w", siteID, err)
	}
	return nil
}

// stillMoving is what an old version knew that holds for a new look: where the picture is another, its moving areas are
// elsewhere, and where the structure is another, so are its moving texts. Text that went little by little moves.
func (j *Judge) stillMoving(ctx context.Context, old Baseline, o monitor.Observation) Profile {
	p := old.Profile
	anchor, err := j.archive.Observation(ctx, old.ObservationID)
	if err != nil || anchor.Page == nil {
		return Profile{Hosts: p.Hosts} // the old look is lost; approving a new one must not depend on it
	}
	if lately, err := j.rolling(ctx, old.ObservationID); err == nil {
		p.Rolling = lately
		p.Volatile = united(p.Volatile, lately.turnedOver(anchor))
	}
	c := newComparison(p, anchor, o)
	if c.kept.paths < 0.3 || c.kept.text < 0.4 && p.Rolling.drift() <= driftLimit {
		p.Volatile, p.Carried = nil, nil
	}
	if len(c.visual()) > 0 {
		p.Tiles, p.Carried, p.Rolling = Tiles{}, nil, nil
	}
	return p
}

// Reject refuses the candidate on offer; learning starts again with the next look. The error wraps ErrNotShown.
func (j *Judge) Reject(ctx context.Context, d Decision) error {
	r, open, err := j.openRow(ctx, d.SiteID)
	if err == nil && (!open || r.State != Offered || !r.shows(d)) {
		err = ErrNotShown
	}
	if err == nil {
		_, err = j.decide(ctx, r, Rejected, d)
	}
	if err != nil {
		return fmt.Errorf("reject observation %d of site %d: %w", d.ObservationID, d.SiteID, err)
	}
	return nil
}

// Candidate returns what is on offer for a site with what a person needs to decide; ok is false when nothing is.
func (j *Judge) Candidate(ctx context.Context, siteID int64) (c Candidate, ok bool, err error) {
	r, open, err := j.openRow(ctx, siteID)
	if err != nil || !open || r.State != Offered {
		return Candidate{}, false, err
	}
	o, err := j.archive.Observation(ctx, r.ObservationID)
	if err != nil {
		return Candidate{}, false, fmt.Errorf("read the candidate of site %d: %w", siteID, err)
	}
	c = Candidate{Baseline: r.Baseline, Observation: o, Samples: r.Profile.Samples, Warnings: Absolute(o).EvidenceOf(ConcernContent)}
	earlier, err := j.alarmsSince(ctx, siteID, r.CreatedAt)
	if err != nil {
		return Candidate{}, false, fmt.Errorf("read the candidate of site %d: %w", siteID, err)
	}
	for _, e := range earlier {
		if !slices.ContainsFunc(c.Warnings, e.repeats) {
			c.Warnings = append(c.Warnings, e)
		}
	}
	c.Warnings = strongest(c.Warnings)
	return c, true, nil
}

// Candidates returns every baseline on offer, oldest first.
func (j *Judge) Candidates(ctx context.Context) ([]Baseline, error) {
	list, err := j.rows(ctx, `state = 'offered' ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read the candidates: %w", err)
	}
	return list, nil
}

// Approved returns the approved baseline of a site; ok is false when there is none. The error wraps ErrTampered when the row
// is not what was approved.
func (j *Judge) Approved(ctx context.Context, siteID int64) (b Baseline, ok bool, err error) {
	list, err := j.rows(ctx, `site_id = ? AND state = 'approved'`, siteID)
	if err != nil {
		return Baseline{}, false, fmt.Errorf("read the baseline of site %d: %w", siteID, err)
	}
	if len(list) == 0 {
		return Baseline{}, false, nil
	}
	return list[0], true, nil
}

// Baselines returns every version of a site, newest first. The error wraps ErrTampered when a decided one is not what was
// decided.
func (j *Judge) Baselines(ctx context.Context, siteID int64) ([]Baseline, error) {
	list, err := j.rows(ctx, `site_id = ? ORDER BY version DESC`, siteID)
	if err != nil {
		return nil, fmt.Errorf("read the baselines of site %d: %w", siteID, err)
	}
	return list, nil
}

func (r row) decided(state string, d Decision, at time.Time) row {
	r.State, r.DecidedBy, r.Reason = state, d.By, d.Reason
	r.DecidedAt = targets.FromMillis(targets.Millis(at))
	return r
}

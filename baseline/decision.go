package baseline

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// Approve accepts what a person was shown: the candidate on offer, or a later look at a site that has an approved baseline
// (a legitimate change). A later look becomes a new version; the old one is superseded. Approving the same content twice is
// the same as once. The error wraps ErrNotShown when the content named is not what is on offer.
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
	if open {
		if r.State != Offered || !r.shows(d) {
			return Baseline{}, ErrNotShown
		}
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

// shows tells whether a baseline is exactly what a decision names.
func (b Baseline) shows(d Decision) bool {
	return b.ObservationID == d.ObservationID && b.ContentHash != "" && hmac.Equal([]byte(b.ContentHash), []byte(d.ContentHash))
}

// approveChange makes a new version of a later look. It starts from that look alone and what the version before knew to
// move, and goes on learning from the clean looks that follow. A version before whose seal is broken (old is zero then)
// teaches nothing, and can be replaced all the same: approving anew is the remedy.
func (j *Judge) approveChange(ctx context.Context, old Baseline, current row, d Decision) (Baseline, error) {
	o, err := j.archive.Observation(ctx, d.ObservationID)
	if err != nil {
		return Baseline{}, err
	}
	if o.Site.ID != d.SiteID || o.ID < current.ObservationID || d.ContentHash == "" || !hmac.Equal([]byte(ContentHash(o)), []byte(d.ContentHash)) {
		return Baseline{}, ErrNotShown
	}
	if v := Absolute(o); o.Outcome != monitor.OK || v.Availability != Up || o.Page.Visual == nil || isEmpty(o.Page) {
		return Baseline{}, fmt.Errorf("the look is not whole: %w", ErrNotShown)
	}
	profile, err := profileJSON(Learn([]monitor.Observation{o}).carry(j.stillMoving(ctx, old, o)))
	if err != nil {
		return Baseline{}, err
	}
	next := row{Baseline: Baseline{SiteID: d.SiteID, ObservationID: o.ID, ContentHash: d.ContentHash}, profile: profile}
	return j.supersede(ctx, current, next, d)
}

// stillMoving is what an old version knew that holds for a new look: where the picture is another, its moving areas are
// elsewhere, and where the structure is another, so are its moving texts.
func (j *Judge) stillMoving(ctx context.Context, old Baseline, o monitor.Observation) Profile {
	p := old.Profile
	anchor, err := j.archive.Observation(ctx, old.ObservationID)
	if err != nil || anchor.Page == nil {
		return Profile{Hosts: p.Hosts} // the old look is lost; approving a new one must not depend on it
	}
	c := newComparison(p, anchor, o)
	if c.kept.paths < 0.3 || c.kept.text < 0.4 {
		p.Volatile, p.Carried = nil, nil
	}
	if len(c.visual()) > 0 {
		p.Tiles, p.Carried = Tiles{}, nil
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
	c = Candidate{Baseline: r.Baseline, Observation: o, Samples: r.Profile.Samples}
	c.Warnings = Absolute(o).EvidenceOf(ConcernContent)
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

// seal is the HMAC over everything in a decided row that a judgement or a person relies on.
func (j *Judge) seal(r row) string {
	fields := []string{"canhcong baseline 1", strconv.FormatInt(r.SiteID, 10), strconv.Itoa(r.Version), r.State, strconv.FormatInt(r.ObservationID, 10),
		r.ContentHash, r.profile, r.DecidedBy, strconv.FormatInt(targets.Millis(r.DecidedAt), 10), r.Reason}
	text, _ := json.Marshal(fields) // strings always can
	h := hmac.New(sha256.New, j.key)
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

// unseal checks the seal of a decided row and reads its profile.
func (j *Judge) unseal(r row) (Baseline, error) {
	switch r.State {
	case Approved, Superseded, Rejected:
		if !hmac.Equal([]byte(j.seal(r)), []byte(r.mac)) {
			return Baseline{}, fmt.Errorf("baseline %d of site %d: %w", r.ID, r.SiteID, ErrTampered)
		}
	}
	b := r.Baseline
	if r.profile != "" {
		if err := json.Unmarshal([]byte(r.profile), &b.Profile); err != nil {
			return Baseline{}, fmt.Errorf("read the profile of baseline %d: %w", r.ID, err)
		}
	}
	return b, nil
}

func (r row) decided(state string, d Decision, at time.Time) row {
	r.State, r.DecidedBy, r.Reason = state, d.By, d.Reason
	r.DecidedAt = targets.FromMillis(targets.Millis(at))
	return r
}

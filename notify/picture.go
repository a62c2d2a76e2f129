package notify

import (
	"context"
	"fmt"

	"canhcong/baseline"
	"canhcong/monitor"
)

// hopeless is how many tries a picture that cannot be composed gets: unlike a channel, a lost artefact does not come back.
const hopeless = 3

// picture composes the approved look of the site and the worst one of the incident side by side. It returns nil and a
// note when there is nothing to show.
func (d *Desk) picture(ctx context.Context, v baseline.Verdict) (png []byte, note string, err error) {
	approved, ok, err := d.comparedWith(ctx, v)
	if err != nil {
		return nil, "", fmt.Errorf("find the approved look: %w", err)
	}
	if !ok || v.Observation.Screenshot == "" {
		return nil, "no picture: there are no two looks to compare", nil
	}
	o, err := d.archive.Observation(ctx, approved.ObservationID)
	if err != nil {
		return nil, "", fmt.Errorf("read the approved look: %w", err)
	}
	if o.Screenshot == "" {
		return nil, "no picture: none was taken of the approved look", nil
	}
	before, err := d.archive.Artefact(o.Screenshot)
	if err != nil {
		return nil, "", fmt.Errorf("read the approved screenshot: %w", err)
	}
	after, err := d.archive.Artefact(v.Observation.Screenshot)
	if err != nil {
		return nil, "", fmt.Errorf("read the screenshot: %w", err)
	}
	if png, err = baseline.BeforeAfter(before, after, regions(v)); err != nil {
		return nil, "", fmt.Errorf("compose the picture: %w", err)
	}
	return png, "", nil
}

// regions are the changed areas of the page that the evidence points at.
func regions(v baseline.Verdict) (all []monitor.Rect) {
	for _, e := range v.EvidenceOf(baseline.ConcernContent) {
		all = append(all, e.Regions...)
	}
	return all
}

// comparedWith returns the baseline that a verdict was reached with. It may have been superseded since.
func (d *Desk) comparedWith(ctx context.Context, v baseline.Verdict) (baseline.Baseline, bool, error) {
	all, err := d.judge.Baselines(ctx, v.Observation.Site.ID)
	for _, b := range all {
		if b.ID == v.BaselineID {
			return b, true, nil
		}
	}
	return baseline.Baseline{}, false, err
}

package notify

import (
	"context"
	"errors"
	"fmt"

	"canhcong/baseline"
	"canhcong/monitor"
)

// hopeless is how many tries a picture gets that cannot be composed, or that a channel refuses: unlike a channel, a lost artefact does
// not come back, and what is too large stays so.
const hopeless = 3

// picture composes the approved look of the site and the worst one of the incident side by side; a look that left no
// screenshot stays empty. It returns nil and a note when there is nothing to show.
func (d *Desk) picture(ctx context.Context, v baseline.Verdict) (png []byte, note string, err error) {
	approved, err := d.approvedLook(ctx, v)
	if err != nil {
		return nil, "", err
	}
	before, err := d.screenshot(approved)
	if err != nil {
		return nil, "", fmt.Errorf("read the approved screenshot: %w", err)
	}
	after, err := d.screenshot(v.Observation)
	if err != nil {
		return nil, "", fmt.Errorf("read the screenshot: %w", err)
	}
	if before == nil && after == nil {
		return nil, noPicture + "neither look left a screenshot", nil
	}
	if png, err = baseline.BeforeAfter(before, after, regions(v)); err != nil {
		return nil, "", fmt.Errorf("compose the picture: %w", err)
	}
	return png, "", nil
}

// screenshot returns the screenshot of a look, nil when it left none.
func (d *Desk) screenshot(o monitor.Observation) ([]byte, error) {
	if o.Screenshot == "" {
		return nil, nil
	}
	return d.archive.Artefact(o.Screenshot)
}

// regions are the changed areas of the page that the evidence points at.
func regions(v baseline.Verdict) (all []monitor.Rect) {
	for _, e := range v.EvidenceOf(baseline.ConcernContent) {
		all = append(all, e.Regions...)
	}
	return all
}

// approvedLook returns the observation that a verdict was reached by comparing with, whose baseline may have been
// superseded since; the zero Observation when there was none.
func (d *Desk) approvedLook(ctx context.Context, v baseline.Verdict) (monitor.Observation, error) {
	all, err := d.judge.Baselines(ctx, v.Observation.Site.ID)
	if errors.Is(err, baseline.ErrTampered) {
		return monitor.Observation{}, nil // what is stored is not what was approved
	}
	if err != nil {
		return monitor.Observation{}, fmt.Errorf("find the approved look: %w", err)
	}
	for _, b := range all {
		if b.ID == v.BaselineID {
			o, err := d.archive.Observation(ctx, b.AnchorOf(v))
			if err != nil {
				return monitor.Observation{}, fmt.Errorf("read the approved look: %w", err)
			}
			return o, nil
		}
	}
	return monitor.Observation{}, nil
}

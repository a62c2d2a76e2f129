package baseline

import (
	"context"
	"encoding/json"
	"fmt"

	"canhcong/monitor"
	"canhcong/targets"
)

// lesson is what one observation teaches: the writes that go with its verdict.
type lesson struct {
	sample  bool   // keep the observation as a sample
	begin   bool   // there is no row to learn into yet
	target  row    // the row to write to; its ID is 0 when begin is set
	offer   bool   // enough was learnt: show this observation to a person
	hash    string // of what is shown
	profile string // JSON; "" leaves it
}

// row is a baseline as the table holds it.
type row struct {
	Baseline
	profile string // JSON, exactly as sealed
	mac     string
}

// patience is how many incomplete looks are passed over while learning before they are taken for how the site is: a page
// whose stylesheet is always missing must not stay without a baseline for ever.
const patience = 3

// learnLooks is how many samples make a profile; the schema keeps it at three or more.
func learnLooks(s targets.Site) int { return max(s.Profile.LearnLooks, visualSamples) }

// learn collects a look of a site without a baseline, and offers it once there are enough.
func (j *Judge) learn(ctx context.Context, v Verdict) (lesson, error) {
	o := v.Observation
	if !hasContent(v, o) || o.Outcome != monitor.OK {
		return lesson{}, nil
	}
	r, open, err := j.openRow(ctx, o.Site.ID)
	if err != nil || open && r.State == Offered {
		return lesson{}, err
	}
	step := lesson{begin: !open, target: r, sample: v.Quality == Complete}
	if !step.sample && open && o.Page.Visual != nil && !isEmpty(o.Page) {
		passed, err := j.degradedSince(ctx, o.Site.ID, r.CreatedAt)
		if err != nil {
			return lesson{}, err
		}
		step.sample = passed >= patience
	}
	if !step.sample {
		return step, nil
	}
	samples, err := j.samples(ctx, r.ID, o)
	if err != nil || len(samples) < learnLooks(o.Site) {
		return step, err
	}
	step.offer, step.hash = true, ContentHash(o)
	step.profile, err = profileJSON(Learn(samples))
	return step, err
}

// deepen goes on learning an approved version that started from a single look. Only clean looks teach.
func (j *Judge) deepen(ctx context.Context, b Baseline, v Verdict) (lesson, error) {
	if b.Profile.Samples >= learnLooks(v.Observation.Site) || v.Observation.Page == nil || !learnable(v) {
		return lesson{}, nil
	}
	samples, err := j.samples(ctx, b.ID, v.Observation)
	if err != nil {
		return lesson{}, err
	}
	p := Learn(samples)
	p.Carried = b.Profile.Carried
	text, err := profileJSON(p)
	return lesson{sample: true, target: row{Baseline: b}, profile: text}, err
}

// samples loads what a row was learnt from so far, oldest first, and the newest look.
func (j *Judge) samples(ctx context.Context, baselineID int64, newest monitor.Observation) ([]monitor.Observation, error) {
	ids, err := j.sampleIDs(ctx, baselineID)
	if err != nil {
		return nil, err
	}
	var list []monitor.Observation
	for _, id := range ids {
		if id == newest.ID {
			continue
		}
		o, err := j.archive.Observation(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("load sample: %w", err)
		}
		list = append(list, o)
	}
	return append(list, newest), nil
}

// isLearning tells whether a site is being learnt: no candidate on offer yet, or an approved version that is still young.
func (j *Judge) isLearning(ctx context.Context, s targets.Site) (bool, error) {
	r, open, err := j.openRow(ctx, s.ID)
	if err != nil {
		return false, err
	}
	if open {
		return r.State == Learning, nil
	}
	b, ok, err := j.Approved(ctx, s.ID)
	if err != nil {
		return false, nil // told already, by the verdict
	}
	return !ok || b.Profile.Samples < learnLooks(s), nil
}

func profileJSON(p Profile) (string, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("write a profile: %w", err)
	}
	return string(b), nil
}

package baseline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"canhcong/monitor"
	"canhcong/targets"
)

// lesson is what one observation teaches: the writes that go with its verdict.
type lesson struct {
	sample  bool   // keep the observation as a sample
	anchor  int64  // of the variant that the sample belongs to, 0 for the one in the row itself
	begin   bool   // there is no row to learn into yet
	target  row    // the row to write to; its ID is 0 when begin is set
	offer   bool   // enough was learnt: show this observation to a person
	hash    string // of what is shown
	profile string // JSON; "" leaves it
	packed  string // the variants, JSON; written with profile
	custody custody
}

func (l lesson) empty() bool { return !l.begin && !l.sample && l.custody.empty() }

// row is a baseline as the table holds it.
type row struct {
	Baseline
	profile string // JSON, exactly as sealed
	packed  string // the variants, JSON, exactly as sealed
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
	samples, err := j.samples(ctx, r.ID, 0, o)
	if err != nil || len(samples) < learnLooks(o.Site) {
		return step, err
	}
	step.offer, step.hash = true, ContentHash(o)
	step.profile, err = profileJSON(Learn(samples))
	return step, err
}

// teach is what a judged look of an approved site teaches: the candidate that is learnt anew, if one is; else the accepted
// look that it is most like.
func (j *Judge) teach(ctx context.Context, refs []reference, ref reference, v Verdict) (step lesson, err error) {
	_, open, err := j.openRow(ctx, v.Observation.Site.ID)
	switch {
	case err != nil:
		return lesson{}, err
	case open:
		step, err = j.learn(ctx, v)
	default:
		step, err = j.deepen(ctx, ref, v)
	}
	if err != nil {
		return lesson{}, err
	}
	step.custody, err = j.quarantine(ctx, refs, ref, v)
	return step, err
}

// deepen goes on learning an accepted look that started from a single sample. Only clean looks teach.
func (j *Judge) deepen(ctx context.Context, ref reference, v Verdict) (lesson, error) {
	known := ref.baseline.Profile
	if known.Samples >= learnLooks(v.Observation.Site) || v.Observation.Page == nil || !learnable(v) {
		return lesson{}, nil
	}
	step := lesson{sample: true}
	if ref.anchor.ID != ref.whole.ObservationID {
		step.anchor = ref.anchor.ID
	}
	samples, err := j.samples(ctx, ref.whole.ID, step.anchor, v.Observation)
	if err != nil {
		return lesson{}, err
	}
	p := Learn(samples)
	p.Carried = known.Carried
	step.target, err = packed(ref.whole.withProfile(ref.anchor.ID, p))
	step.profile, step.packed = step.target.profile, step.target.packed
	return step, err
}

// samples loads what a row was learnt from so far, oldest first, and the newest look.
func (j *Judge) samples(ctx context.Context, baselineID, anchorID int64, newest monitor.Observation) ([]monitor.Observation, error) {
	ids, err := j.sampleIDs(ctx, baselineID, anchorID)
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

// isLearning tells whether a site is being learnt: no candidate on offer yet, or a young approved version that it shows now.
func (j *Judge) isLearning(ctx context.Context, v Verdict) (bool, error) {
	s := v.Observation.Site
	r, open, err := j.openRow(ctx, s.ID)
	if err != nil {
		return false, err
	}
	if open {
		return r.State == Learning, nil
	}
	b, ok, err := j.Approved(ctx, s.ID)
	if errors.Is(err, ErrTampered) {
		return false, nil // told already, by the verdict
	}
	if err != nil {
		return false, err
	}
	return !ok || b.Profile.Samples < learnLooks(s) && b.AnchorOf(v) == b.ObservationID, nil
}

func profileJSON(p Profile) (string, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("write a profile: %w", err)
	}
	return string(b), nil
}

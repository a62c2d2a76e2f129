package baseline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// ReplayOptions say what is judged again. The zero value is everything.
type ReplayOptions struct {
	SiteID int64     // only this site
	Since  time.Time // only looks from then on
}

// Replayed is one stored look as it was judged when it was made, and as it would be judged today.
type Replayed struct {
	Site   targets.Site
	Stored Verdict // without its observation's page
	Now    Verdict
}

// Changed tells whether today's judgement says something else about the site.
func (r Replayed) Changed() bool {
	return r.Stored.Content != r.Now.Content || r.Stored.Availability != r.Now.Availability || (r.Stored.Quality == Complete) != (r.Now.Quality == Complete)
}

// ReplayTotals count what a replay did.
type ReplayTotals struct {
	Sites, Judged, Changed int
	Lost                   int // looks whose page cannot be read any more
	Untrusted              int // looks whose baseline is not what was approved
}

// Replay judges every stored render again, in the order of time, with today's engine against the baselines that were in
// force: what they knew is learnt anew from the looks they had learnt from by then. Each one is told. Nothing is written.
func (j *Judge) Replay(ctx context.Context, o ReplayOptions, tell func(Replayed) error) (t ReplayTotals, err error) {
	p := past{judge: j, versions: map[int64]*pastVersion{}, rollings: map[int64]*pastRolling{}}
	if p.declared, err = j.registry.AppearanceEvents(ctx, o.Since); err != nil {
		return t, fmt.Errorf("judge again: %w", err)
	}
	sites := map[int64]bool{}
	for mark := (replayMark{at: targets.Millis(o.Since)}); ; {
		batch, err := j.verdictsAfter(ctx, o.SiteID, mark, replayBatch)
		if err != nil {
			return t, fmt.Errorf("judge again: %w", err)
		}
		for _, v := range batch {
			if err := p.again(ctx, v, &t, sites, tell); err != nil {
				return t, fmt.Errorf("judge observation %d again: %w", v.Observation.ID, err)
			}
		}
		if len(batch) < replayBatch {
			t.Sites = len(sites)
			return t, nil
		}
		last := batch[len(batch)-1]
		mark = replayMark{targets.Millis(last.At), last.ID}
	}
}

// replayBatch is how many verdicts are read at once: a long query would keep the database from tidying its log.
const replayBatch = 500

// replayMark is the place in time that a replay got to.
type replayMark struct{ at, id int64 }

// past is what was known when, rebuilt as a replay goes on in time.
type past struct {
	judge    *Judge
	versions map[int64]*pastVersion
	rollings map[int64]*pastRolling    // by anchor
	declared []targets.AppearanceEvent // each holds for the looks of its time
}

// pastVersion is an approved version with its looks.
type pastVersion struct {
	whole   Baseline
	anchors []monitor.Observation
	learnt  map[int64]pastProfile // by anchor
}

type pastProfile struct {
	samples int
	profile Profile
}

// pastRolling is what was learnt around an anchor up to some instant.
type pastRolling struct {
	wards           []ward // oldest first
	text, structure int    // how many of them taught that
	rolling         *Rolling
}

// again judges one look again.
func (p *past) again(ctx context.Context, v Verdict, t *ReplayTotals, sites map[int64]bool, tell func(Replayed) error) error {
	o, err := p.judge.archive.Observation(ctx, v.Observation.ID)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		t.Lost++
		return nil //nolint:nilerr // counted, and told at the end
	}
	if o.Depth != monitor.Render {
		return nil
	}
	refs, err := p.references(ctx, v)
	if errors.Is(err, ErrTampered) || errors.Is(err, ErrNotFound) {
		t.Untrusted++
		return nil
	}
	if err != nil {
		return err
	}
	r := Replayed{Site: o.Site, Stored: v, Now: Absolute(o)}
	if len(refs) > 0 {
		r.Now, _ = nearest(refs, o, p.declared)
	}
	sites[o.Site.ID] = true
	t.Judged++
	if r.Changed() {
		t.Changed++
	}
	return tell(r)
}

// references are what a verdict was reached against, as it was then.
func (p *past) references(ctx context.Context, v Verdict) ([]reference, error) {
	if v.BaselineID == 0 {
		return nil, nil
	}
	version, err := p.version(ctx, v.BaselineID)
	if err != nil {
		return nil, err
	}
	var refs []reference
	for i, one := range version.whole.variants() {
		anchor := version.anchors[i]
		if one.Profile, err = p.profile(ctx, version, one, v.Observation.ID); err != nil {
			return nil, err
		}
		if one.Profile.Rolling, err = p.rolling(ctx, one.Profile, anchor, v.At); err != nil {
			return nil, err
		}
		refs = append(refs, reference{whole: version.whole, baseline: version.whole.of(one), anchor: anchor})
	}
	return refs, nil
}

func (p *past) version(ctx context.Context, id int64) (*pastVersion, error) {
	if version := p.versions[id]; version != nil {
		return version, nil
	}
	list, err := p.judge.rows(ctx, `id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("baseline %d: %w", id, ErrNotFound)
	}
	version := &pastVersion{whole: list[0], learnt: map[int64]pastProfile{}}
	for _, one := range version.whole.variants() {
		anchor, err := p.judge.archive.Observation(ctx, one.ObservationID)
		if err != nil {
			return nil, err
		}
		if ContentHash(anchor) != one.ContentHash {
			return nil, fmt.Errorf("observation %d of baseline %d: %w", one.ObservationID, id, ErrTampered)
		}
		version.anchors = append(version.anchors, anchor)
	}
	p.versions[id] = version
	return version, nil
}

// profile learns an accepted look anew from the samples it had before a look. Where they cannot be read any more, what was
// stored stands.
func (p *past) profile(ctx context.Context, version *pastVersion, one Variant, before int64) (Profile, error) {
	anchorID := one.ObservationID
	if anchorID == version.whole.ObservationID {
		anchorID = 0
	}
	ids, err := p.judge.sampleIDs(ctx, version.whole.ID, anchorID)
	if err != nil {
		return Profile{}, err
	}
	n := 0
	for n < len(ids) && ids[n] < before {
		n++
	}
	if known, ok := version.learnt[one.ObservationID]; ok && known.samples == n {
		return known.profile, nil
	}
	learnt := one.Profile
	var samples []monitor.Observation
	for _, id := range ids[:n] {
		if o, err := p.judge.archive.Observation(ctx, id); err == nil && o.Page != nil {
			samples = append(samples, o)
		}
	}
	if len(samples) == n && n > 0 {
		learnt = Learn(samples)
		learnt.Carried = one.Profile.Carried
	}
	version.learnt[one.ObservationID] = pastProfile{n, learnt}
	return learnt, nil
}

// rolling goes on to learn around an anchor what was learnt before an instant.
func (p *past) rolling(ctx context.Context, known Profile, anchor monitor.Observation, before time.Time) (*Rolling, error) {
	r := p.rollings[anchor.ID]
	if r == nil {
		wards, err := p.judge.wards(ctx, `anchor_id = ? AND text_at > 1 ORDER BY at`, anchor.ID)
		if err != nil {
			return nil, err
		}
		r = &pastRolling{wards: wards}
		p.rollings[anchor.ID] = r
	}
	at := targets.Millis(before)
	for ; r.text < len(r.wards) && r.wards[r.text].TextAt < at; r.text++ {
		r.learn(ctx, p.judge, known, anchor, r.wards[r.text], func(o monitor.Observation) { r.rolling.learnText(known, o) })
	}
	for ; r.structure < r.text && r.wards[r.structure].StructureAt < at; r.structure++ {
		if w := r.wards[r.structure]; w.StructureAt == 0 {
			break // it waits still, and so do those after it
		} else if w.StructureAt != refused {
			r.learn(ctx, p.judge, known, anchor, w, func(o monitor.Observation) { r.rolling.learnStructure(o) })
		}
	}
	return r.rolling, nil
}

// learn takes in one look, if it can still be read and is what was admitted.
func (r *pastRolling) learn(ctx context.Context, j *Judge, known Profile, anchor monitor.Observation, w ward, take func(monitor.Observation)) {
	o, err := j.archive.Observation(ctx, w.ObservationID)
	if err != nil || o.Page == nil || !same(w.mac, j.sealWard(w)) {
		return
	}
	if r.rolling == nil {
		r.rolling = newRolling(known, anchor)
	}
	take(o)
}

// Needed returns the observations that judging, rolling back and replaying depend on beyond the looks themselves: those
// that were approved, those that were learnt from and those that wait to be. Whoever thins out the archive keeps them.
func (j *Judge) Needed(ctx context.Context) ([]int64, error) {
	ids, err := j.neededIDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the looks that are needed: %w", err)
	}
	return ids, nil
}

package baseline

import (
	"context"
	"errors"
	"fmt"

	"canhcong/monitor"
	"canhcong/targets"
)

// Judge keeps baselines and verdicts, and judges each observation it is handed.
type Judge struct {
	registry *targets.Registry
	db       *targets.DB
	archive  *monitor.Archive
	key      []byte
	next     Handler
}

// New returns a judge that keeps its tables in the registry's database and seals decided baselines with key, so that a row
// written by anybody else is noticed. Each verdict is handed to next, which may be nil.
func New(reg *targets.Registry, archive *monitor.Archive, key []byte, next Handler) *Judge {
	return &Judge{registry: reg, db: reg.DB(), archive: archive, key: key, next: next}
}

// Handle judges an observation, stores the verdict and hands it to the next room. While a site is being learnt it asks for
// the next look after Profile.LearnEvery; what satisfies its own wish and the next room's is returned. Handling an
// observation again, after a crash, changes nothing and tells the next room the same again.
func (j *Judge) Handle(ctx context.Context, o monitor.Observation) (again monitor.Again, err error) {
	v, known, err := j.storedVerdict(ctx, o.ID)
	if err != nil {
		return monitor.Again{}, fmt.Errorf("judge observation %d: %w", o.ID, err)
	}
	var trouble error
	if known {
		v.Observation = o
	} else if v, trouble, err = j.judge(ctx, o); err != nil {
		return monitor.Again{}, fmt.Errorf("judge observation %d: %w", o.ID, errors.Join(err, trouble))
	}
	again, err = j.pace(ctx, v)
	if err != nil {
		return monitor.Again{}, fmt.Errorf("judge observation %d: %w", o.ID, errors.Join(err, trouble))
	}
	if j.next != nil {
		wanted, err := j.next(ctx, v)
		again = again.Sooner(wanted)
		trouble = errors.Join(trouble, err)
	}
	return again, trouble
}

// judge makes the verdict of a new observation and writes it, what is learnt from it and the state of the site in one
// transaction. trouble is a baseline that cannot be trusted: it is told, and the rest of the verdict stands.
func (j *Judge) judge(ctx context.Context, o monitor.Observation) (v Verdict, trouble, err error) {
	var refs []reference
	var approved Baseline
	if o.Page != nil {
		refs, trouble = j.references(ctx, o.Site.ID)
	} else {
		approved, _, trouble = j.Approved(ctx, o.Site.ID)
	}
	var step lesson
	switch {
	case len(refs) > 0:
		v, step, err = j.compare(ctx, refs, o)
	case trouble != nil:
		v = unjudgeable(o, trouble)
	case approved.ID != 0:
		v = judgeLook(o)
	default:
		v = Absolute(o)
		step, err = j.learn(ctx, v)
	}
	if err != nil {
		return Verdict{}, trouble, err
	}
	if o.ID == 0 { // the disk is full: people have to be told all the same
		return v, trouble, nil
	}
	kept, err := j.keep(ctx, v, step)
	if targets.CannotWrite(err) {
		return v, errors.Join(trouble, err), nil
	}
	return kept, trouble, err
}

// compare judges an observation against the accepted looks, and says what it teaches.
func (j *Judge) compare(ctx context.Context, refs []reference, o monitor.Observation) (v Verdict, step lesson, err error) {
	declared, err := j.registry.AppearanceEvents(ctx, o.At)
	if err != nil {
		return Verdict{}, lesson{}, err
	}
	v, ref := nearest(refs, o, declared)
	step, err = j.teach(ctx, refs, ref, v)
	return v, step, err
}

// unjudgeable is the verdict where the baseline cannot be used: availability and certificate stand, content is not judged.
func unjudgeable(o monitor.Observation, cause error) Verdict {
	v := judgeLook(o)
	if o.Depth == monitor.Render {
		e := evidence(SignalTampered, 0)
		e.Seen = cause.Error()
		v.Evidence = append(v.Evidence, e)
	}
	return v
}

// pace is how soon the judge itself wants to look again: at once while it learns.
func (j *Judge) pace(ctx context.Context, v Verdict) (monitor.Again, error) {
	o := v.Observation
	if o.Depth != monitor.Render {
		return monitor.Again{}, nil
	}
	learning, err := j.isLearning(ctx, v)
	if err != nil || !learning {
		return monitor.Again{}, err
	}
	return monitor.Again{Render: o.Site.Profile.LearnEvery}, nil
}

// Verdict returns one verdict with its observation, site and page. The error wraps ErrNotFound.
func (j *Judge) Verdict(ctx context.Context, id int64) (Verdict, error) {
	v, err := j.verdictByID(ctx, id)
	if err != nil {
		return Verdict{}, fmt.Errorf("read verdict %d: %w", id, err)
	}
	return j.withObservation(ctx, v)
}

// VerdictOf returns the verdict of an observation, with its page; ok is false when none was stored.
func (j *Judge) VerdictOf(ctx context.Context, observationID int64) (v Verdict, ok bool, err error) {
	v, ok, err = j.storedVerdict(ctx, observationID)
	if err != nil {
		return Verdict{}, false, fmt.Errorf("read the verdict of observation %d: %w", observationID, err)
	}
	if !ok {
		return Verdict{}, false, nil
	}
	v, err = j.withObservation(ctx, v)
	return v, err == nil, err
}

// VerdictsOf returns the verdicts of observations, by observation, those that have one. They carry the observations as given.
func (j *Judge) VerdictsOf(ctx context.Context, looks []monitor.Observation) (map[int64]Verdict, error) {
	all := make(map[int64]Verdict, len(looks))
	for _, o := range looks {
		v, ok, err := j.storedVerdict(ctx, o.ID)
		if err != nil {
			return nil, fmt.Errorf("read the verdict of observation %d: %w", o.ID, err)
		}
		if v.Observation = o; ok {
			all[o.ID] = v
		}
	}
	return all, nil
}

func (j *Judge) withObservation(ctx context.Context, v Verdict) (Verdict, error) {
	o, err := j.archive.Observation(ctx, v.Observation.ID)
	if err != nil {
		return Verdict{}, fmt.Errorf("read verdict %d: %w", v.ID, err)
	}
	v.Observation = o
	return v, nil
}

// Verdicts returns the newest verdicts of a site, newest first, their observations without pages.
func (j *Judge) Verdicts(ctx context.Context, siteID int64, limit int) ([]Verdict, error) {
	list, err := j.newestVerdicts(ctx, siteID, limit)
	if err != nil {
		return nil, fmt.Errorf("read the verdicts of site %d: %w", siteID, err)
	}
	// Most looks have a verdict, so a window of the newest observations holds nearly all; the rest are read one by one.
	window, err := j.archive.Observations(ctx, siteID, 4*limit)
	if err != nil {
		return nil, fmt.Errorf("read the verdicts of site %d: %w", siteID, err)
	}
	seen := map[int64]monitor.Observation{}
	for _, o := range window {
		seen[o.ID] = o
	}
	for i, v := range list {
		o, ok := seen[v.Observation.ID]
		if !ok {
			if o, err = j.archive.Observation(ctx, v.Observation.ID); err != nil {
				return nil, fmt.Errorf("read the verdicts of site %d: %w", siteID, err)
			}
			o.Page = nil
		}
		list[i].Observation = o
	}
	return list, nil
}

// States returns the newest known state of every site that was looked at, by site. Looks that found a site as it was count
// too, although the monitor keeps most of them to itself.
func (j *Judge) States(ctx context.Context) (map[int64]SiteState, error) {
	states, err := j.states(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the states: %w", err)
	}
	seen, err := j.archive.Seen(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the states: %w", err)
	}
	for id, s := range states {
		if seen[id].After(s.LookedAt) {
			s.LookedAt = seen[id]
			states[id] = s
		}
	}
	return states, nil
}

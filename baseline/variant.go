package baseline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// Variant is one accepted look of a page, with what was learnt around it. A portal may have two home pages in turn.
type Variant struct {
	ObservationID int64   `json:"observation"`
	ContentHash   string  `json:"hash"`
	Profile       Profile `json:"profile"`
}

// mostVariants is how many looks of a page may be accepted side by side: each is compared with.
const mostVariants = 5

// ErrTooMany is returned (wrapped) by Approve when a page has as many variants as it may.
var ErrTooMany = errors.New("the page has as many variants as it may")

// variants are all accepted looks of a version, the one approved last first.
func (b Baseline) variants() []Variant {
	return append([]Variant{{b.ObservationID, b.ContentHash, b.Profile}}, b.Variants...)
}

// AnchorOf is the approved observation that a verdict was reached against, where it is one of this version; else the one
// approved last.
func (b Baseline) AnchorOf(v Verdict) int64 {
	if slices.ContainsFunc(b.Variants, func(one Variant) bool { return one.ObservationID == v.AnchorID }) {
		return v.AnchorID
	}
	return b.ObservationID
}

// of is the version as if this variant were its only one: what Compare takes.
func (b Baseline) of(v Variant) Baseline {
	b.ObservationID, b.ContentHash, b.Profile = v.ObservationID, v.ContentHash, v.Profile
	return b
}

// withProfile is the version with another profile of one of its variants.
func (b Baseline) withProfile(anchorID int64, p Profile) Baseline {
	if anchorID == b.ObservationID {
		b.Profile = p
		return b
	}
	b.Variants = slices.Clone(b.Variants)
	for i := range b.Variants {
		if b.Variants[i].ObservationID == anchorID {
			b.Variants[i].Profile = p
		}
	}
	return b
}

// shows tells whether one of the accepted looks is exactly what a decision names.
func (b Baseline) shows(d Decision) bool {
	return slices.ContainsFunc(b.variants(), func(v Variant) bool { return v.ObservationID == d.ObservationID && same(v.ContentHash, d.ContentHash) })
}

// packed is the row that holds a version: its profiles as they are stored and sealed.
func packed(b Baseline) (r row, err error) {
	r.Baseline = b
	if r.profile, err = profileJSON(b.Profile); err != nil || len(b.Variants) == 0 {
		return r, err
	}
	text, err := json.Marshal(b.Variants)
	if err != nil {
		return r, fmt.Errorf("write the variants: %w", err)
	}
	r.packed = string(text)
	return r, nil
}

// reference is one accepted look that an observation may be compared with.
type reference struct {
	whole    Baseline // the version it belongs to
	baseline Baseline // the same as if this look were its only one, with what was learnt since
	anchor   monitor.Observation
}

// references loads what an observation of a site is judged against: the accepted looks of its approved version. There are
// none when the site has no such version. trouble is a version, or what was learnt since, that cannot be trusted: the first
// leaves no references, the second is left out and learnt anew.
func (j *Judge) references(ctx context.Context, siteID int64) (refs []reference, trouble error) {
	b, ok, err := j.Approved(ctx, siteID)
	if err != nil || !ok {
		return nil, err
	}
	for _, one := range b.variants() {
		r := reference{whole: b, baseline: b.of(one)}
		if r.anchor, err = j.archive.Observation(ctx, one.ObservationID); err != nil {
			return nil, err
		}
		if ContentHash(r.anchor) != one.ContentHash {
			return nil, fmt.Errorf("observation %d of baseline %d: %w", one.ObservationID, b.ID, ErrTampered)
		}
		r.baseline.Profile.Rolling, err = j.rolling(ctx, one.ObservationID)
		trouble = errors.Join(trouble, err)
		refs = append(refs, r)
	}
	return refs, trouble
}

// nearest judges a look against each accepted look and returns the verdict against the one that it is most like: the one
// that leaves the least to say.
func nearest(refs []reference, o monitor.Observation, declared []targets.AppearanceEvent) (best Verdict, at reference) {
	for i, r := range refs {
		v := Compare(r.baseline, r.anchor, o, declared...)
		if i == 0 || further(best, v) > 0 {
			best, at = v, r
		}
	}
	return best, at
}

// distance orders the content states by how far a look is from what was approved. Nothing is known of an unjudged one, so
// it only gives way to a look that is fine.
var distance = map[Content]int{Normal: 0, Changed: 1, Unjudged: 2, Suspicious: 3, Defaced: 4}

func further(a, b Verdict) int {
	return cmp.Or(cmp.Compare(distance[a.Content], distance[b.Content]), cmp.Compare(a.Score, b.Score), cmp.Compare(len(a.Evidence), len(b.Evidence)))
}

// Comparison returns how looks at a site are judged today: against its approved version, or by what speaks for itself
// where there is none. It writes nothing. The error wraps ErrTampered when the version is not what was approved.
func (j *Judge) Comparison(ctx context.Context, siteID int64) (func(monitor.Observation) Verdict, error) {
	refs, err := j.references(ctx, siteID)
	if err != nil {
		return nil, fmt.Errorf("read what site %d is compared with: %w", siteID, err)
	}
	if len(refs) == 0 {
		return Absolute, nil
	}
	declared, err := j.registry.AppearanceEvents(ctx, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("read what site %d is compared with: %w", siteID, err)
	}
	return func(o monitor.Observation) Verdict {
		v, _ := nearest(refs, o, declared)
		return v
	}, nil
}

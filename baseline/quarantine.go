package baseline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"canhcong/monitor"
	"canhcong/targets"
)

// How long a clean look waits before it is learnt from: an attack that begins quietly is usually found within a day, and
// what it planted must not be known by then.
const (
	textDelay      = 24 * time.Hour
	structureDelay = 72 * time.Hour
	sampleEvery    = 3 * time.Hour // one clean look in this time is kept per accepted look
	sampleLife     = 180 * 24 * time.Hour
	mostLessons    = 4 // looks learnt from in one go
)

// oneDoubt is what one weak sign that the page is another weighs: another title, or much other text.
const oneDoubt = 3.0

// refused marks structure that is never learnt.
const refused = -1

// ward is a clean look in quarantine.
type ward struct {
	AnchorID, ObservationID int64
	At                      time.Time
	TextAt, StructureAt     int64 // unix ms when it was learnt from, 0 while it waits
	mac                     string
}

// custody is what one look changes in the quarantine.
type custody struct {
	evict   []int64 // anchors whose waiting looks are thrown out
	admit   *ward
	learnt  []ward
	rolling *Rolling
	anchor  int64
}

func (c custody) empty() bool { return len(c.evict) == 0 && c.admit == nil && len(c.learnt) == 0 }

// quarantine decides what a judged look means for learning: a bad one throws out everything that waits, a clean one may
// begin to wait, and what has waited long enough is learnt from.
func (j *Judge) quarantine(ctx context.Context, refs []reference, ref reference, v Verdict) (c custody, err error) {
	if v.Content == Suspicious || v.Content == Defaced {
		for _, r := range refs {
			c.evict = append(c.evict, r.anchor.ID)
		}
		return c, nil
	}
	p := ref.baseline.Profile
	if p.Samples < learnLooks(v.Observation.Site) {
		return c, nil // the warm-up is still going on
	}
	c.anchor = ref.anchor.ID
	last, err := j.lastAdmitted(ctx, c.anchor)
	if err != nil {
		return custody{}, err
	}
	if admissible(v) && v.At.Sub(last) >= sampleEvery {
		c.admit = &ward{AnchorID: c.anchor, ObservationID: v.Observation.ID, At: v.At}
	}
	waiting, err := j.waiting(ctx, c.anchor, v.At.Add(-textDelay))
	if err != nil {
		return custody{}, err
	}
	if c.rolling = p.Rolling; c.rolling == nil {
		c.rolling = newRolling(p, ref.anchor)
	}
	for _, w := range waiting[:min(len(waiting), mostLessons)] {
		if w, err = j.release(ctx, p, c.rolling, w, v.At); err != nil {
			return custody{}, err
		}
		c.learnt = append(c.learnt, w)
	}
	return c, nil
}

// release learns from a look what it has waited long enough for. A look that cannot be read any more, or that somebody else
// put there, teaches nothing.
func (j *Judge) release(ctx context.Context, p Profile, r *Rolling, w ward, now time.Time) (ward, error) {
	at := targets.Millis(now)
	o, err := j.archive.Observation(ctx, w.ObservationID)
	if err != nil && !errors.Is(err, monitor.ErrNotFound) {
		return w, fmt.Errorf("learn from a look in quarantine: %w", err)
	}
	if err != nil || o.Page == nil || !same(w.mac, j.sealWard(w)) {
		w.TextAt, w.StructureAt = max(w.TextAt, 1), refused
		return w, nil //nolint:nilerr // a look that is gone is an answer here
	}
	if w.TextAt == 0 {
		r.learnText(p, o)
		w.TextAt = at
	}
	if w.StructureAt == 0 && !w.At.After(now.Add(-structureDelay)) {
		r.learnStructure(o)
		w.StructureAt = at
	}
	return w, nil
}

// admissible tells a look that may be learnt from: whole, without any point for an attack, and still the approved page. New
// hosts and titles never are learnt; ones that weigh little do not keep the rest from being. Much other text in the same
// structure, under the same title and with the same picture is a day's news.
func admissible(v Verdict) bool {
	if !learnable(v) {
		return false
	}
	lost := 0.0
	for _, e := range v.Evidence {
		switch groupOf[e.Signal] {
		case identity:
			if lost += e.Weight; e.Weight > 0 && e.Signal != SignalTitle && e.Signal != SignalRetention {
				return false
			}
		case code:
			if e.Weight >= originPoints {
				return false
			}
		case meta, region:
			if e.Weight > 0 {
				return false
			}
		}
	}
	return lost <= oneDoubt
}

// Distrust throws out every look of a site that waits to be learnt from. It is for when a person says that a change was not
// theirs.
func (j *Judge) Distrust(ctx context.Context, siteID int64) error {
	b, ok, err := j.Approved(ctx, siteID)
	if err != nil || !ok {
		return err
	}
	var anchors []int64
	for _, v := range b.variants() {
		anchors = append(anchors, v.ObservationID)
	}
	if err := j.evictNow(ctx, anchors); err != nil {
		return fmt.Errorf("throw out what site %d would learn: %w", siteID, err)
	}
	return nil
}

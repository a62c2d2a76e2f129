package baseline

import (
	"context"
	"fmt"
	"math"

	"canhcong/monitor"
	"canhcong/targets"
)

// said is what decides whether a verdict is kept.
type said struct {
	id, observationID, at              int64
	availability, content, certificate string
	evidence                           string // JSON, "[]" when it does not matter
}

// Release lets go of looks at a site: it deletes their verdicts and returns those that nothing here refers to any more. It
// is a monitor.Release. What baselines and learning rest on stays, what a state, an incident or an alert refers to, what
// changed a state lately, and all that a person has to be told who is asked to approve.
func (j *Judge) Release(ctx context.Context, siteID int64, looks []int64, use monitor.Use) (free []int64, err error) {
	if free, err = j.letGo(ctx, siteID, looks, use); err != nil {
		return nil, fmt.Errorf("let go of looks at site %d: %w", siteID, err)
	}
	return free, nil
}

func (j *Judge) letGo(ctx context.Context, siteID int64, looks []int64, use monitor.Use) (free []int64, err error) {
	needed, err := j.neededOf(ctx, siteID, targets.Millis(use.Lessons))
	if err != nil {
		return nil, err
	}
	since, open, err := j.openSince(ctx, siteID)
	if err != nil {
		return nil, err
	}
	if !open {
		since = math.MaxInt64 // nobody will ask
	}
	all, err := j.saidOf(ctx, siteID, since)
	if err != nil {
		return nil, err
	}
	unjudged := map[int64]bool{}
	for _, id := range looks {
		unjudged[id] = !needed[id]
	}
	var idle []said
	keep := telling(all, targets.Millis(use.Changes))
	for _, s := range all {
		if unjudged[s.observationID] && !keep[s.id] {
			idle = append(idle, s)
		}
		delete(unjudged, s.observationID)
	}
	if free, err = j.unsay(ctx, idle); err != nil {
		return nil, err
	}
	for id, ok := range unjudged {
		if ok {
			free = append(free, id)
		}
	}
	return free, j.forgetLessons(ctx, free)
}

// telling picks the verdicts that tell something new: since an instant, those that found another state than the one before
// that knew; and the first with its evidence.
func telling(all []said, changes int64) map[int64]bool {
	keep := map[int64]bool{}
	var was said
	evidence := map[string]bool{"[]": true}
	for _, s := range all {
		changed := turn(&was.availability, s.availability, string(AvailabilityUnknown))
		changed = turn(&was.content, s.content, string(Unjudged)) || changed
		changed = turn(&was.certificate, s.certificate, string(CertificateUnknown)) || changed
		keep[s.id] = changed && s.at >= changes || !evidence[s.evidence]
		evidence[s.evidence] = true
	}
	return keep
}

// turn moves a state to what a verdict says and tells whether that is another; unknown leaves it.
func turn(state *string, says, unknown string) bool {
	if says == unknown || says == *state {
		return false
	}
	*state = says
	return true
}

// Package baseline judges what monitor saw against what a person approved.
//
// While a site has no approved Baseline its renders are collected; once there are enough, a candidate is offered together
// with the absolute signals that already fire on it. A person approves exactly the observation that was shown. From then on
// Compare turns every Observation into a Verdict: a named state for each concern, and the Evidence that led to it. Compare
// is pure and deterministic, so history can be judged again by a later version.
//
// The room owns baselines with their profiles of what moves, and verdicts with the current state of every site.
package baseline

import (
	"context"
	"errors"
	"time"
)

// Handler receives each Verdict after it is stored; see monitor.Handler for again.
type Handler func(ctx context.Context, v Verdict) (again time.Duration, err error)

// ErrNotShown is returned (wrapped) by Approve and Reject when the content named is not the content on offer any more:
// the page has to be looked at again before it is decided on.
var ErrNotShown = errors.New("what was shown is not what is on offer any more")

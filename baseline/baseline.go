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

	"canhcong/monitor"
)

// Handler receives each Verdict after it is stored; see monitor.Handler for again.
type Handler func(ctx context.Context, v Verdict) (again monitor.Again, err error)

// ErrNotShown is returned (wrapped) by Approve and Reject when the content named is not the content on offer any more:
// the page has to be looked at again before it is decided on.
var ErrNotShown = errors.New("what was shown is not what is on offer any more")

// ErrTampered is returned (wrapped) when a decided baseline is not the one this program wrote: its HMAC does not match.
// Nothing is judged against such a row.
var ErrTampered = errors.New("the stored baseline was changed from outside")

// ErrNotFound is returned (wrapped) when a named verdict does not exist.
var ErrNotFound = errors.New("not found")

// The states of a baseline.
const (
	Learning   = "learning"   // collecting samples
	Offered    = "offered"    // a candidate waits for a person
	Approved   = "approved"   // what the site is judged against; one per site
	Superseded = "superseded" // approved once, replaced by a later version
	Rejected   = "rejected"
)

// Baseline is one version of what a site looks like, and what a person decided about it.
type Baseline struct {
	ID            int64
	SiteID        int64
	Version       int    // from 1, per site
	State         string // one of the states above
	ObservationID int64  // the look that was shown, 0 while learning
	ContentHash   string // of what was shown: a decision is bound to exactly this
	Profile       Profile
	Variants      []Variant // accepted beside it: the page may look like any of them
	DecidedBy     string    // login of the person, "" until decided
	DecidedAt     time.Time
	Reason        string
	CreatedAt     time.Time
}

// Candidate is a baseline on offer with what a person needs to decide.
type Candidate struct {
	Baseline    Baseline
	Observation monitor.Observation // with its Page
	Samples     int                 // looks it was learnt from
	Warnings    []Evidence          // absolute signals that fired on any look of the warm-up: the site may be infected today
}

// Decision names exactly what a person was shown.
type Decision struct {
	SiteID        int64
	ObservationID int64
	ContentHash   string // as ContentHash said when it was shown
	By            string // login
	Reason        string
	Beside        bool // Approve: accept it beside what is approved, instead of in its place
}

// SiteState is the newest known state of each concern of a site.
type SiteState struct {
	SiteID            int64
	Availability      Availability
	Content           Content
	Certificate       CertificateState
	Quality           Quality
	AvailabilitySince time.Time
	ContentSince      time.Time
	CertificateSince  time.Time
	QualitySince      time.Time
	LookedAt          time.Time
	VerdictIDs        map[Concern]int64 // the verdict that said so
}

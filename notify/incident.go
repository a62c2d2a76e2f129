package notify

import (
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/targets"
)

// State is where an incident stands.
type State string

// The states of an incident. The zero State is that of a concern without a live incident.
const (
	Suspected    State = "suspected" // one bad look or more, not yet believed; nobody has been told
	Open         State = "open"
	Acknowledged State = "acknowledged"
	Closed       State = "closed"
	Dropped      State = "dropped" // a suspicion that a later look did not share
)

// Severity ranks incidents for people. A severity that rises while an incident is open is told as worsening.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	Major    Severity = "major"
	Warning  Severity = "warning"
	Info     Severity = "info" // told quietly: nothing is wrong yet
)

// CloseReason says why an incident was closed.
type CloseReason string

// The reasons for closing.
const (
	Recovered  CloseReason = "recovered"  // clean looks followed
	Legitimate CloseReason = "legitimate" // a person approved what was seen, or found it to be a legitimate change
	Refuted    CloseReason = "refuted"    // a person found it to be a false alarm
	Practised  CloseReason = "practised"  // a drill that is over
	Recurrence CloseReason = "recurrence" // dropped: an incident that was over goes on instead
	Harmless   CloseReason = "harmless"   // clean looks followed, the last of a page that lacks something approved
	Unwatched  CloseReason = "unwatched"  // the site is not watched any more
	Unstable   CloseReason = "unstable"   // dropped: the looks did not agree with each other
)

// Incident is one thing that is wrong with one concern of one site, from the first suspicion to its end.
type Incident struct {
	ID             int64
	Number         string // SC-2027-0012, given when it opens; "" before
	Site           targets.Site
	Concern        baseline.Concern
	State          State
	Severity       Severity
	Step           int // days before the end of a certificate that were told of, see baseline.ExpirySteps; 0 for none
	SuspectedAt    time.Time
	AgreedAt       time.Time // when the last look began that was counted and saw it, or might have
	GoodAt         time.Time // when the last clean look began that was counted
	ConfirmedAt    time.Time // when every look that the profile wants had agreed
	OpenedAt       time.Time
	ClosedAt       time.Time
	CloseReason    CloseReason
	BadLooks       int             // looks that agreed, in all
	GoodLooks      int             // clean looks in a row
	Trial          []Trace         // of the bad looks counted while it is suspected
	Views          []monitor.Depth // of an outage: the depths of look that saw it, and have not been clean since
	Red            bool            // something was seen that speaks for itself: one person alone does not excuse it
	Echoes         bool            // a person ended it: looks that go on seeing the same are quiet, until one is clean
	LastLookID     int64           // the observation last counted: the same look handed over twice counts once
	FirstVerdictID int64
	LastVerdictID  int64
	WorstVerdictID int64     // the one that messages and pictures show
	Recurrences    int       // how often it came back after it was over
	FlappingAt     time.Time // since when it comes and goes; zero while it does not
	DigestAt       time.Time // when people were told of that last
	Drops          int       // how often it went since it began to
	Drill          bool      // nothing is wrong: people practise
	HushedUntil    time.Time // people are not told more of it before; zero when they are
	HushedBy       string    // login of who asked for that; "" where the site's owner had announced it
	GroupID        int64     // that it is one of many of; 0 for none
	Handling
	Filing
}

// Live says whether later looks still move the incident.
func (i Incident) Live() bool {
	return i.State == Suspected || i.State == Open || i.State == Acknowledged
}

// Told says whether people have been told of the incident, and it is not over.
func (i Incident) Told() bool { return i.State == Open || i.State == Acknowledged }

// Confirmed says whether every look agreed that the profile asks for.
func (i Incident) Confirmed() bool { return !i.ConfirmedAt.IsZero() }

// urgent says whether its alerts go before others: somebody has changed the page.
func (i Incident) urgent() bool {
	return i.Concern == baseline.ConcernContent && rank(i.Severity) >= rank(Major)
}

// CleanLooks is how many clean looks in a row close an incident.
const CleanLooks = 2

// Machine is the actor of what no person did.
const Machine = "canhcong"

// Raise returns the incident after a person said that what v shows is not their doing. From then on only a page that is
// as approved is clean: one that is merely "changed" is what they complained about.
func (i Incident) Raise(v baseline.Verdict, actor string, now time.Time) (Incident, Reason) {
	i.RaisedBy, i.GoodLooks = actor, 0
	if i.Told() {
		return i, ReasonNoted
	}
	i.BadLooks, i.AgreedAt = i.BadLooks+1, now
	i.count(v)
	if i.Severity == "" {
		i.Severity, i.WorstVerdictID = Major, v.ID
	}
	if i.SuspectedAt.IsZero() {
		i.SuspectedAt = now
	}
	i.State, i.OpenedAt = Open, now
	return i, ReasonRaised
}

// Retire returns the incident after its site was taken off the list.
func (i Incident) Retire(now time.Time) (Incident, Reason) {
	return i.end(Unwatched, ReasonRetired, now)
}

// Excuse returns the incident after a person approved what one look had seen. What later looks saw is not excused by that:
// an incident that has counted one stays as it is, and its timeline says why.
func (i Incident) Excuse(observationID int64, actor string, now time.Time) (Incident, Reason) {
	if i.Live() && i.LastLookID > observationID {
		return i, ReasonOutdated
	}
	if i.Told() {
		i.find(FoundLegitimate, actor, now)
	}
	return i.end(Legitimate, ReasonExcused, now)
}

// end returns the incident after a person's decision ended it; one that was only suspected is dropped.
func (i Incident) end(because CloseReason, reason Reason, now time.Time) (Incident, Reason) {
	switch {
	case i.State == Suspected:
		i.State = Dropped
	case i.Told():
		i.State = Closed
	default:
		return i, ReasonQuiet
	}
	i.ClosedAt, i.CloseReason = now, because
	return i, reason
}

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
)

// CloseReason says why an incident was closed.
type CloseReason string

// The reasons for closing.
const (
	Recovered  CloseReason = "recovered"  // clean looks followed
	Legitimate CloseReason = "legitimate" // a person approved what was seen
	Harmless   CloseReason = "harmless"   // clean looks followed, the last of a page that lacks something approved
	Unwatched  CloseReason = "unwatched"  // the site is not watched any more
)

// Incident is one thing that is wrong with one concern of one site, from the first suspicion to its end.
type Incident struct {
	ID             int64
	Number         string // SC-2027-0012, given when it opens; "" before
	Site           targets.Site
	Concern        baseline.Concern
	State          State
	Severity       Severity
	SuspectedAt    time.Time
	AgreedAt       time.Time // when the last look was counted that saw it
	OpenedAt       time.Time
	AcknowledgedAt time.Time
	ClosedAt       time.Time
	AcknowledgedBy string // login
	RaisedBy       string // login of the person who said "not us"; "" while only the machine says so
	CloseReason    CloseReason
	BadLooks       int   // looks that agreed, in all
	GoodLooks      int   // clean looks in a row
	LastLookID     int64 // the observation last counted: the same look handed over twice counts once
	FirstVerdictID int64
	LastVerdictID  int64
	WorstVerdictID int64 // the one that messages and pictures show
}

// Live says whether later looks still move the incident.
func (i Incident) Live() bool {
	return i.State == Suspected || i.State == Open || i.State == Acknowledged
}

// Told says whether people have been told of the incident, and it is not over.
func (i Incident) Told() bool { return i.State == Open || i.State == Acknowledged }

// CleanLooks is how many clean looks in a row close an incident.
const CleanLooks = 2

// Machine is the actor of what no person did.
const Machine = "canhcong"

// Next returns the incident after one more look, and why. Called on the zero State (with Site and Concern set) it decides
// whether a suspicion begins. Looks of either depth count, as long as they judge the concern and are as far apart as the
// profile says.
func (i Incident) Next(v baseline.Verdict, now time.Time) (Incident, Reason) {
	if i.LastLookID != 0 && i.LastLookID == v.Observation.ID {
		return i, ReasonRepeated
	}
	switch reading := read(i, v); {
	case reading == clean:
		return i.clean(v, now)
	case reading == silent && i.unseen(v, now):
		i.State, i.OpenedAt = Open, now
		return i, ReasonUnseen
	case i.expired(reading, v, now):
		i.State, i.ClosedAt = Dropped, now
		return i, ReasonExpired
	case reading == bad:
		return i.bad(v, now)
	default:
		return i, ReasonSilent
	}
}

// expired says whether a suspicion is too old to be agreed with: looks that far apart are not the same event. Silence does
// not end a suspicion of content before a render had its say.
func (i Incident) expired(r reading, v baseline.Verdict, now time.Time) bool {
	if i.State != Suspected || r == silent && i.Concern == baseline.ConcernContent {
		return false
	}
	limit := 2 * i.pace(v)
	for _, wait := range waits(i.Concern, v.Observation.Site.Profile) {
		limit += wait
	}
	return now.Sub(i.AgreedAt) > limit
}

// unseen says whether a suspicion of content has waited for two renders' time and could not be looked into: the page never
// arrived whole again. Nobody may take that for the all-clear.
func (i Incident) unseen(v baseline.Verdict, now time.Time) bool {
	return i.State == Suspected && i.Concern == baseline.ConcernContent && v.Observation.Depth == monitor.Render && now.Sub(i.AgreedAt) >= 2*i.pace(v)
}

// Unseen says whether the incident was opened, and still stands, on fewer looks than its profile wants to agree.
func (i Incident) Unseen() bool {
	return i.Told() && i.RaisedBy == "" && i.BadLooks <= len(waits(i.Concern, i.Site.Profile))
}

// shortestPace keeps a suspicion alive where a profile looks faster than a busy machine can.
const shortestPace = 30 * time.Second

// pace is the time between two ordinary looks that can judge the concern.
func (i Incident) pace(v baseline.Verdict) time.Duration {
	p := v.Observation.Site.Profile
	if i.Concern == baseline.ConcernContent {
		return max(p.RenderEvery, shortestPace)
	}
	return max(p.ProbeEvery, shortestPace)
}

func (i Incident) bad(v baseline.Verdict, now time.Time) (Incident, Reason) {
	if i.State == Suspected && i.early(v, now) > 0 {
		i.count(v)
		return i, ReasonEarly
	}
	relapsed := i.GoodLooks > 0
	i.BadLooks, i.GoodLooks, i.AgreedAt = i.BadLooks+1, 0, now
	worse := i.count(v)
	switch {
	case i.Told() && worse:
		return i, ReasonWorsened
	case i.Told() && relapsed:
		return i, ReasonRelapsed
	case i.Told():
		return i, ReasonPersists
	case i.State == "":
		i.State, i.SuspectedAt = Suspected, now
	}
	if i.BadLooks > len(waits(i.Concern, v.Observation.Site.Profile)) {
		i.State, i.OpenedAt = Open, now
		return i, ReasonOpened
	}
	if i.BadLooks == 1 {
		return i, ReasonSuspected
	}
	return i, ReasonAgreed
}

func (i Incident) clean(v baseline.Verdict, now time.Time) (Incident, Reason) {
	if !i.Live() {
		return i, ReasonQuiet
	}
	i.GoodLooks++
	i.LastLookID, i.LastVerdictID = v.Observation.ID, v.ID
	switch {
	case i.State == Suspected:
		i.State, i.ClosedAt = Dropped, now
		return i, ReasonDropped
	case i.GoodLooks < CleanLooks:
		return i, ReasonRecovering
	default:
		i.State, i.ClosedAt, i.CloseReason = Closed, now, Recovered
		if i.Concern == baseline.ConcernContent && !v.Restored() {
			i.CloseReason = Harmless
		}
		return i, ReasonRecovered
	}
}

// early returns how much too soon a look comes to agree with the last one that was counted: looks of two depths in the same
// second are one blip seen twice. A fifth of the wait is forgiven, and so is a clock that was set back.
func (i Incident) early(v baseline.Verdict, now time.Time) time.Duration {
	w := waits(i.Concern, v.Observation.Site.Profile)
	if len(w) == 0 {
		return 0
	}
	due, since := w[min(i.BadLooks, len(w))-1], now.Sub(i.AgreedAt)
	if since < 0 || since >= due*4/5 {
		return 0
	}
	return due - since
}

// count remembers a bad look and says whether it is worse than all before it.
func (i *Incident) count(v baseline.Verdict) (worse bool) {
	if v.Observation.ID >= i.LastLookID { // a person may speak of an older look
		i.LastLookID, i.LastVerdictID = v.Observation.ID, v.ID
	}
	if i.FirstVerdictID == 0 {
		i.FirstVerdictID = v.ID
	}
	severity := severityOf(i.Concern, v)
	worse = rank(severity) > rank(i.Severity)
	if worse {
		i.Severity, i.WorstVerdictID = severity, v.ID
	}
	return worse
}

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

// Acknowledge returns the incident after a person said that they are on it. Saying so twice, or of an incident that
// nobody was told of, changes nothing.
func (i Incident) Acknowledge(actor string, now time.Time) (Incident, Reason) {
	if i.State != Open {
		return i, ReasonQuiet
	}
	i.State, i.AcknowledgedAt, i.AcknowledgedBy = Acknowledged, now, actor
	return i, ReasonAcknowledged
}

// Retire returns the incident after its site was taken off the list.
func (i Incident) Retire(now time.Time) (Incident, Reason) {
	return i.end(Unwatched, ReasonRetired, now)
}

// Excuse returns the incident after a person approved what one look had seen. What later looks saw is not excused by that:
// an incident that has counted one stays as it is, and its timeline says why.
func (i Incident) Excuse(observationID int64, now time.Time) (Incident, Reason) {
	if i.Live() && i.LastLookID > observationID {
		return i, ReasonOutdated
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

// Again returns how soon the incident wants the next look after it moved for a reason: the waits of the profile until it
// is believed, the last of them again to see a recovery twice, and zero otherwise.
func (i Incident) Again(r Reason, v baseline.Verdict) time.Duration {
	w := waits(i.Concern, v.Observation.Site.Profile)
	switch {
	case len(w) == 0:
		return 0
	case r == ReasonEarly:
		return i.early(v, v.At)
	case r == ReasonSuspected || r == ReasonAgreed || r == ReasonRepeated && i.State == Suspected:
		return w[min(i.BadLooks, len(w))-1]
	case r == ReasonSilent && i.State == Suspected && i.mayAnswer(v):
		return w[min(i.BadLooks, len(w))-1]
	case r == ReasonRecovering:
		return w[len(w)-1]
	default:
		return 0
	}
}

// mayAnswer says whether a look that said nothing is worth repeating soon: its depth can judge the concern, and the
// suspicion is fresh. A page that never arrives whole must not be opened every ten seconds for ever.
func (i Incident) mayAnswer(v baseline.Verdict) bool {
	if v.Observation.Depth != monitor.Render && i.Concern == baseline.ConcernContent {
		return false
	}
	return v.At.Sub(i.AgreedAt) < 2*i.pace(v)
}

// waits lists how long to wait before each look that must agree with the first.
func waits(c baseline.Concern, p targets.Profile) []time.Duration {
	switch c {
	case baseline.ConcernContent:
		return p.Confirm
	case baseline.ConcernAvailability:
		return p.Recheck
	case baseline.ConcernQuality: // the judge has counted the looks
		return nil
	default: // a certificate does not come and go as a network does: the next look is enough
		return []time.Duration{p.ProbeEvery}
	}
}

package notify

import (
	"slices"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
)

// Finding is what a person found out about an incident (xác minh).
type Finding string

// The findings. The zero Finding is that of an incident nobody has looked into.
const (
	FoundReal       Finding = "real"       // sự cố thật
	FoundFalse      Finding = "false"      // báo sai
	FoundLegitimate Finding = "legitimate" // thay đổi hợp lệ
)

// Findings are the findings that a person can choose from.
var Findings = []Finding{FoundReal, FoundFalse, FoundLegitimate}

// Excuses says whether a finding ends the incident although looks go on seeing what they saw.
func (f Finding) Excuses() bool { return f == FoundFalse || f == FoundLegitimate }

// Handling is what people did about an incident. Who is a login.
type Handling struct {
	Owner          string // who deals with it (người xử lý)
	AcknowledgedAt time.Time
	AcknowledgedBy string
	RaisedBy       string // who said "not us"; "" while only the machine says so
	Finding        Finding
	FoundAt        time.Time
	FoundBy        string
	Asked          Finding // what one person found where a second one has to agree; "" when nobody is asked
	AskedBy        string
	AskedAt        time.Time
	Alone          bool      // there was nobody else who could agree
	FixedAt        time.Time // when a person said that it is mended; zero again once a look saw otherwise
	FixedBy        string
}

// Stage is how far people have come with an incident.
type Stage string

// The stages, in their order: mở, tiếp nhận, xác minh, khắc phục, đóng.
const (
	StageOpened   Stage = "opened"
	StageTaken    Stage = "taken"
	StageVerified Stage = "verified"
	StageFixed    Stage = "fixed"
	StageOver     Stage = "over"
)

// Milestone is one stage of an incident: when it was reached, and who did it. An instant that is zero is still to come, or was
// left out.
type Milestone struct {
	Stage Stage
	At    time.Time
	By    string
}

// Milestones lists the stages of an incident in their order.
func (i Incident) Milestones() []Milestone {
	return []Milestone{
		{StageOpened, i.OpenedAt, i.RaisedBy}, {StageTaken, i.AcknowledgedAt, i.AcknowledgedBy}, {StageVerified, i.FoundAt, i.FoundBy},
		{StageFixed, i.FixedAt, i.FixedBy}, {StageOver, i.ClosedAt, ""},
	}
}

// Acknowledge returns the incident after a person said that they are on it. Saying so twice, or of an incident that
// nobody was told of, changes nothing.
func (i Incident) Acknowledge(actor string, now time.Time) (Incident, Reason) {
	if i.State != Open {
		return i, ReasonQuiet
	}
	i.take(actor, now)
	return i, ReasonAcknowledged
}

// take notes that a person is on it, who deals with it until somebody else is named.
func (i *Incident) take(actor string, now time.Time) {
	if i.State != Open {
		return
	}
	i.State, i.AcknowledgedAt, i.AcknowledgedBy = Acknowledged, now, actor
	if i.Owner == "" {
		i.Owner = actor
	}
}

// AloneAfter is how long after their first word the only person who may say so excuses what is red by saying it again. Four eyes are
// the rule (security.md 4.10), and a reason at a console is the least (domain.md 6); where there are only two eyes, everybody who is
// told of incidents gets an hour in which to object.
const AloneAfter = time.Hour

// Verify returns the incident after a person found out what it is. That it is real is noted; anything else ends it, looks as
// they may. Where the incident is red, that takes two people: the first one's word only asks for the second. alone says that there
// is nobody else who could agree.
func (i Incident) Verify(f Finding, actor string, alone bool, now time.Time) (Incident, Reason) {
	if !i.Told() || i.Finding == f && i.Asked == "" {
		return i, ReasonQuiet
	}
	i.take(actor, now)
	four, again := f.Excuses() && i.Red, i.Asked == f && i.AskedBy == actor
	switch {
	case four && i.Asked != f:
		i.Asked, i.AskedBy, i.AskedAt, i.Alone = f, actor, now, alone
		return i, ReasonAsked
	case four && again && !(alone && i.MayInsist(now)):
		return i, ReasonQuiet
	}
	i.find(f, actor, now)
	i.Alone = four && again
	switch f {
	case FoundReal:
		return i, ReasonVerified
	case FoundFalse:
		i.Echoes = !i.Drill
		return i.end(Refuted, ReasonRefuted, now)
	default:
		i.Echoes = !i.Drill
		return i.end(Legitimate, ReasonExcused, now)
	}
}

// MayInsist says whether whoever would excuse the incident has waited long enough to do so alone, if they have to.
func (i Incident) MayInsist(now time.Time) bool {
	return i.Asked != "" && now.Sub(i.AskedAt) >= AloneAfter
}

// find notes what a person found.
func (i *Incident) find(f Finding, actor string, now time.Time) {
	i.Finding, i.FoundBy, i.FoundAt = f, actor, now
	i.Asked, i.AskedBy, i.AskedAt, i.Alone = "", "", time.Time{}, false
}

// Assign returns the incident after a person named who deals with it.
func (i Incident) Assign(owner, actor string, now time.Time) (Incident, Reason) {
	if !i.Told() || i.Owner == owner {
		return i, ReasonQuiet
	}
	i.take(actor, now)
	i.Owner = owner
	return i, ReasonAssigned
}

// Fix returns the incident after a person said that it is mended. That does not close it: from then on every view of the site
// has to be clean, and the first look that is not takes the word back. A drill is over with it.
func (i Incident) Fix(actor string, now time.Time) (Incident, Reason) {
	if !i.Told() || !i.FixedAt.IsZero() {
		return i, ReasonQuiet
	}
	i.take(actor, now)
	i.FixedAt, i.FixedBy, i.GoodLooks, i.Views = now, actor, 0, nil
	if i.Drill {
		return i.end(Practised, ReasonPracticeOver, now)
	}
	for _, d := range []monitor.Depth{monitor.Probe, monitor.Render} {
		i.blame(d)
	}
	return i, ReasonFixed
}

// blame remembers that a view of the site has to be clean before an outage is over. Of the other concerns only one view can
// say that they are.
func (i *Incident) blame(d monitor.Depth) {
	if i.Concern == baseline.ConcernAvailability && !slices.Contains(i.Views, d) {
		i.Views = append(i.Views[:len(i.Views):len(i.Views)], d)
	}
}

// clear remembers that a view of the site was clean.
func (i *Incident) clear(d monitor.Depth) {
	i.Views = slices.DeleteFunc(slices.Clone(i.Views), func(v monitor.Depth) bool { return v == d })
}

// healed says whether every view of the site that saw it bad, or that a person wants to see it well, has been clean since. What no
// longer looks, a browser that cannot run, does not keep an incident open for ever.
func (i Incident) healed(v baseline.Verdict) bool {
	since := v.Observation.At.Sub(later(i.AgreedAt, i.FixedAt)) // negative when the clock was set back
	return len(i.Views) == 0 || since < 0 || since >= 2*max(v.Observation.Site.Profile.RenderEvery, shortestPace)
}

// unfixed takes back that it is mended, once a look that began later saw that it is not.
func (i *Incident) unfixed(v baseline.Verdict) bool {
	if i.FixedAt.IsZero() || !v.Observation.At.After(i.FixedAt) {
		return false
	}
	i.FixedAt, i.FixedBy = time.Time{}, ""
	return true
}

// longestEcho is how long an incident that a person ended keeps looks quiet that go on seeing the same. After that people are
// asked again: nothing is excused for ever.
const longestEcho = 14 * 24 * time.Hour

// Echo returns an incident that a person ended although the looks were bad, after one more look: was is the last that they had
// seen. The first clean look ends the echo; a look that sees anything more is not excused, and begins another incident.
func (i Incident) Echo(was, v baseline.Verdict, now time.Time) (Incident, Reason) {
	if v.Observation.Outcome == monitor.Blind {
		return i, ReasonSilent
	}
	switch reading := read(i, v); {
	case reading == clean, reading == bad && now.Sub(i.ClosedAt) > longestEcho:
		i.Echoes = false
		return i, ReasonForgotten
	case reading == bad && !echoes(i.Concern, was, v):
		return i, ReasonSuspected
	default:
		return i, ReasonRepeated
	}
}

// echoes says whether a look sees no more of a concern than another one did.
func echoes(c baseline.Concern, was, is baseline.Verdict) bool {
	if rank(severityOf(c, is)) > rank(severityOf(c, was)) {
		return false
	}
	switch c {
	case baseline.ConcernAvailability:
		return is.Observation.Cause == was.Observation.Cause
	case baseline.ConcernCertificate:
		a, b := is.Observation.Certificate, was.Observation.Certificate
		return a != nil && b != nil && a.Problem == b.Problem
	}
	before := was.EvidenceOf(c)
	return !slices.ContainsFunc(is.EvidenceOf(c), func(e baseline.Evidence) bool {
		return e.Weight > 0 && !slices.ContainsFunc(before, func(old baseline.Evidence) bool { return alike(old, e, is.Plain()) })
	})
}

// alike says whether two pieces of evidence are the same one. Where something speaks for itself it has to be the same to the
// word; where a page merely differs, how much it does varies from look to look.
func alike(a, b baseline.Evidence, exact bool) bool {
	if a.Signal != b.Signal || a.Where != b.Where {
		return false
	}
	return !exact || a.Seen == b.Seen && b.Count <= a.Count && slices.Equal(a.Examples, b.Examples)
}

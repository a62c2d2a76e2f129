package baseline

import (
	"slices"
	"time"

	"canhcong/monitor"
)

// Concern is one of the questions a Verdict answers.
type Concern string

// The concerns.
const (
	ConcernAvailability Concern = "availability"
	ConcernContent      Concern = "content"
	ConcernCertificate  Concern = "certificate"
	ConcernQuality      Concern = "quality" // whether the page arrives whole
)

// Availability is the state of the availability concern.
type Availability string

// The availability states. Unknown neither raises nor clears anything.
const (
	Up                  Availability = "up"
	Slow                Availability = "slow"
	IsDown              Availability = "down"
	IsBlocked           Availability = "blocked"
	AvailabilityUnknown Availability = "unknown"
)

// Content is the state of the content concern.
type Content string

// The content states. Unjudged neither raises nor clears anything: a probe, a half-loaded page, a site without a baseline.
const (
	Unjudged   Content = "unjudged"
	Normal     Content = "normal"
	Changed    Content = "changed"
	Suspicious Content = "suspicious"
	Defaced    Content = "defaced"
)

// Quality says whether the page arrived whole enough to judge its looks. It is the state of the quality concern, too.
type Quality string

// The qualities.
const (
	Complete Quality = "complete"
	Degraded Quality = "degraded" // this look; it neither raises nor clears anything
	Broken   Quality = "broken"   // degraded in so many looks in a row that it is how the site is now

	qualityUnknown Quality = "unknown" // as a state: the look says nothing about how the page arrives
)

// CertificateState is the state of the certificate concern.
type CertificateState string

// The certificate states. CertificateUnknown (a look that does not see the certificate) neither raises nor clears anything.
const (
	CertificateValid    CertificateState = "valid"
	CertificateRenew    CertificateState = "renew"    // it ends within a month: nothing to see yet
	CertificateExpiring CertificateState = "expiring" // it ends within a week
	CertificateInvalid  CertificateState = "invalid"
	CertificateNone     CertificateState = "none" // plain HTTP
	CertificateUnknown  CertificateState = "unknown"
)

// Verdict is the judgement of one Observation, which it carries.
type Verdict struct {
	ID           int64
	Observation  monitor.Observation
	BaselineID   int64 // 0 when there was no approved baseline
	AnchorID     int64 // the approved observation it was compared with; 0 when there was none
	At           time.Time
	Availability Availability
	Content      Content
	Quality      Quality
	Certificate  CertificateState
	Score        float64    // of the content concern
	Evidence     []Evidence // strongest first
}

// State returns the named state of one concern as stored and shown.
func (v Verdict) State(c Concern) string {
	switch c {
	case ConcernAvailability:
		return string(v.Availability)
	case ConcernContent:
		return string(v.Content)
	case ConcernQuality:
		return v.qualityState()
	default:
		return string(v.Certificate)
	}
}

// Restored tells a look at the approved page, whatever was published on it since. A page that lost approved text, or stands
// in for another, is not that.
func (v Verdict) Restored() bool {
	if v.Content != Changed {
		return v.Content == Normal
	}
	return !slices.ContainsFunc(v.EvidenceOf(ConcernContent), func(e Evidence) bool { return !published[e.Signal] })
}

// Plain says whether something bad in the content speaks for itself, with or without a baseline.
func (v Verdict) Plain() bool {
	return v.Content == Defaced || slices.ContainsFunc(v.EvidenceOf(ConcernContent), func(e Evidence) bool { return e.Weight > 0 && absolute(e.Signal) })
}

// published are the notes that ordinary publishing leaves.
var published = map[Signal]bool{SignalTextAdded: true, SignalAppearance: true, SignalDrift: true, SignalLowCoverage: true}

// EvidenceOf returns the evidence of one concern, strongest first.
func (v Verdict) EvidenceOf(c Concern) []Evidence {
	var out []Evidence
	for _, e := range v.Evidence {
		if e.Concern == c {
			out = append(out, e)
		}
	}
	return out
}

// Signal is the code of a kind of evidence. Codes are stable: they are stored, shown in --json and used in rules.
type Signal string

// Evidence is one reason for a verdict.
type Evidence struct {
	Signal   Signal         `json:"signal"`
	Concern  Concern        `json:"concern"`
	Weight   float64        `json:"weight"`             // in nats, as in Score
	Where    string         `json:"where,omitempty"`    // "title", "dialog", a tag path
	Expected string         `json:"expected,omitempty"` // what the baseline says
	Seen     string         `json:"seen,omitempty"`     // what was there instead
	Count    int            `json:"count,omitempty"`    // of links, units, hosts
	Examples []string       `json:"examples,omitempty"` // at most five
	Regions  []monitor.Rect `json:"regions,omitempty"`  // changed areas of the viewport
	Excuse   *Excuse        `json:"excuse,omitempty"`   // set when a declared appearance event explains it
}

// repeats tells evidence that says the same as other evidence.
func (e Evidence) repeats(other Evidence) bool {
	return e.Signal == other.Signal && e.Where == other.Where && e.Seen == other.Seen
}

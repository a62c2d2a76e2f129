package notify

import (
	"context"
	"time"
)

// Tier is a step of the ladder of people on duty: the lowest is told first, the next one when nobody there answers.
type Tier int

// The tiers.
const (
	TierWatch     Tier = 1 // trực giám sát
	TierTechnical Tier = 2 // trực kỹ thuật
	TierLeader    Tier = 3 // lãnh đạo trực
)

// Tiers lists every tier, the lowest first.
var Tiers = []Tier{TierWatch, TierTechnical, TierLeader}

// Watch is one person's turn on duty: from From on, and until just before Until.
type Watch struct {
	Tier      Tier
	Person    Person
	From      time.Time
	Until     time.Time
	CheckedIn time.Time // when they said that they are there; zero while they have not
}

// Span is when the turn lasts.
func (w Watch) Span() Span { return Span{w.From, w.Until} }

// On says whether the turn lasts at an instant.
func (w Watch) On(at time.Time) bool { return !at.Before(w.From) && at.Before(w.Until) }

// OnDuty returns who is on duty at an instant, the lowest tier first. People who have retired are not.
func (d *Desk) OnDuty(ctx context.Context, at time.Time) ([]Watch, error) {
	return onDuty(ctx, d.registry.DB().Read, at)
}

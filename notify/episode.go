package notify

import (
	"slices"
	"time"
)

// Episode is one time that an incident was there: from when people were told of it until it was over. One that came back has
// several. Of the earlier ones only the timeline knows; how bad it is, is as the incident stands.
type Episode struct {
	Incident    Incident
	SuspectedAt time.Time // when the first look saw it; zero where that is not known
	OpenedAt    time.Time
	TakenAt     time.Time // when the first person did something about it; zero when nobody has
	EndedAt     time.Time // zero while it goes on
	Finding     Finding   // what a person found it to be; "" while nobody has said
	Again       bool      // it had been there before
}

// openings are the events that begin an episode. An outage that comes and goes so fast that it is told as that begins with
// ReasonFlapping, where it has not begun before.
var openings = []Reason{ReasonOpened, ReasonUnseen, ReasonRaised, ReasonRecurred}

var (
	endings = []Reason{ReasonRecovered, ReasonExcused, ReasonRefuted, ReasonRetired}
	deeds   = []Reason{ReasonAcknowledged, ReasonVerified, ReasonAsked, ReasonAssigned, ReasonFixed, ReasonSnoozed, ReasonExcused, ReasonRefuted}

	discoveries = map[Reason]Finding{ReasonVerified: FoundReal, ReasonRefuted: FoundFalse, ReasonExcused: FoundLegitimate}
)

// episodes tells the times apart that an incident was there, from its timeline, oldest first.
func episodes(i Incident, timeline []Event) (list []Episode) {
	var suspected time.Time
	var e *Episode
	for _, event := range timeline {
		begins := slices.Contains(openings, event.Kind) || event.Kind == ReasonFlapping
		switch {
		case e == nil && event.Kind == ReasonSuspected:
			suspected = event.At
		case e == nil && begins:
			list = append(list, Episode{Incident: i, SuspectedAt: suspected, OpenedAt: event.At, Again: event.Kind == ReasonRecurred})
			e, suspected = &list[len(list)-1], time.Time{}
		case e != nil:
			e.note(event)
			if !e.EndedAt.IsZero() {
				e = nil
			}
		}
	}
	if n := len(list) - 1; n >= 0 && list[n].OpenedAt.Equal(i.OpenedAt) {
		list[n].SuspectedAt = i.SuspectedAt // a recurrence was suspected under an entry of its own
	}
	return list
}

// note takes in one event of an episode that goes on.
func (e *Episode) note(event Event) {
	if e.TakenAt.IsZero() && slices.Contains(deeds, event.Kind) && event.Actor != Machine {
		e.TakenAt = event.At
	}
	if f, ok := discoveries[event.Kind]; ok {
		e.Finding = f
	}
	if slices.Contains(endings, event.Kind) {
		e.EndedAt = event.At
	}
}

// Detected is how long it took from the first look that saw it until people were told; ok is false where that is not known.
func (e Episode) Detected() (d time.Duration, ok bool) {
	return e.OpenedAt.Sub(e.SuspectedAt), !e.SuspectedAt.IsZero()
}

// Taken is how long it took from then until somebody did something about it; ok is false when nobody has.
func (e Episode) Taken() (d time.Duration, ok bool) {
	return e.TakenAt.Sub(e.OpenedAt), !e.TakenAt.IsZero()
}

// Lasted is how long it took until it was over; ok is false while it goes on.
func (e Episode) Lasted() (d time.Duration, ok bool) {
	return e.EndedAt.Sub(e.OpenedAt), !e.EndedAt.IsZero()
}

package notify

import "time"

// Every fact is queued for all addresses of a person at once: due at the first, and held at each of the others until the one
// before it has proved useless. What is held survives a crash as everything else does.

const (
	promptly = 60 * time.Second // how long what matters may stay undelivered on one channel before the next is used
	calmly   = 15 * time.Minute // the same of anything else
)

// pressure is how much it matters that a person learns of something.
type pressure int

const (
	calm     pressure = iota // it may wait
	prompt                   // it has to arrive
	pressing                 // it has to arrive, and somebody has to take it on
)

// red says whether it is something to get up for.
func (s Severity) red() bool { return rank(s) >= rank(Major) }

// pressureOf says how much it matters that people learn of something now, and, where somebody has to take it on, how grave it is.
func pressureOf(s subject) (pressure, Severity) {
	switch s := s.(type) {
	case burden:
		if grave := s.waiting(); grave.red() {
			return pressing, grave
		}
	case Notice:
		if s.Live() {
			return prompt, ""
		}
	case unreadable:
		return prompt, ""
	}
	return calm, ""
}

// hold is an alert that waits to see what becomes of the same fact at the person's address before its own.
type hold struct {
	alert, before Alert
	gone          bool // nothing can arrive at the address before
	pressure      pressure
	answer        time.Duration // how long somebody may take to take it on before the next channel is used; 0 for ever
}

// fate is what becomes of an alert that is held.
type fate string

// The fates.
const (
	fateHold  fate = "hold"   // it is too early to say
	fateLetGo fate = "let go" // the one before was of no use
	fateSpare fate = "spare"  // the one before did its work
)

// next decides, and says when the decision changes by itself; the zero time when only something else can change it.
func (h hold) next(now time.Time) (fate, time.Time) {
	state, since := h.before.Delivery(), later(h.before.Since(), h.alert.NotBefore) // what is held is never put off by a channel
	if since.After(now) && now.After(h.alert.NotBefore) {
		since = h.alert.NotBefore // which follows a clock that is set back
	}
	arrived := state == Delivered || state == Rerouted
	switch {
	case state == Held:
		return fateHold, time.Time{}
	case state == Undeliverable, !state.settled() && h.gone:
		return fateLetGo, time.Time{}
	case !state.settled() && h.pressure == calm:
		return h.at(since.Add(calmly), now)
	case !state.settled():
		return h.at(since.Add(promptly), now)
	case arrived && h.pressure == pressing && h.answer > 0:
		return h.at(since.Add(h.answer), now)
	default:
		return fateSpare, time.Time{}
	}
}

// at lets the alert go at an instant.
func (h hold) at(deadline, now time.Time) (fate, time.Time) {
	if now.Before(deadline) {
		return fateHold, deadline
	}
	return fateLetGo, time.Time{}
}

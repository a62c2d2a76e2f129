package notify

import (
	"slices"

	"canhcong/baseline"
	"canhcong/monitor"
)

// Trace is what has to be alike in two bad looks so that they agree: what was found and where on the page.
type Trace struct {
	Plain   bool              `json:"plain,omitempty"` // it speaks for itself, with or without a baseline
	Signals []baseline.Signal `json:"signals,omitempty"`
	Area    monitor.Rect      `json:"area,omitzero"` // around all that changed; zero when no place is known
}

// mostSignals is how many signals are compared, the strongest.
const mostSignals = 5

func traceOf(v baseline.Verdict) Trace {
	t := Trace{Plain: v.Plain() || blind(v)}
	for _, e := range v.EvidenceOf(baseline.ConcernContent) {
		if e.Weight > 0 && len(t.Signals) < mostSignals && !slices.Contains(t.Signals, e.Signal) {
			t.Signals = append(t.Signals, e.Signal)
		}
		for _, r := range e.Regions {
			t.Area = around(t.Area, r)
		}
	}
	return t
}

// agrees says whether two looks saw the same. What speaks for itself agrees with anything bad; what one of the two does not
// know tells nothing apart.
func (t Trace) agrees(other Trace) bool {
	if t.Plain || other.Plain {
		return true
	}
	alike := len(t.Signals) == 0 || len(other.Signals) == 0 ||
		slices.ContainsFunc(t.Signals, func(s baseline.Signal) bool { return slices.Contains(other.Signals, s) })
	return alike && meet(t.Area, other.Area)
}

// agreed counts the looks of the trial that agree with the newest, that one included.
func (i Incident) agreed() (n int) {
	if i.Concern != baseline.ConcernContent {
		return i.BadLooks
	}
	newest := i.Trial[len(i.Trial)-1]
	for _, t := range i.Trial {
		if t.agrees(newest) {
			n++
		}
	}
	return n
}

// around is the smallest area that holds both.
func around(a, b monitor.Rect) monitor.Rect {
	if a == (monitor.Rect{}) {
		return b
	}
	x, y := min(a.X, b.X), min(a.Y, b.Y)
	return monitor.Rect{X: x, Y: y, W: max(a.X+a.W, b.X+b.W) - x, H: max(a.Y+a.H, b.Y+b.H) - y}
}

// meet says whether two areas have something in common, or one is not known.
func meet(a, b monitor.Rect) bool {
	if a == (monitor.Rect{}) || b == (monitor.Rect{}) {
		return true
	}
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

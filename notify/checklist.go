package notify

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// checklistTable is what people do about an incident of each kind.
//
//go:embed checklist.tsv
var checklistTable string

var checklists = readChecklists(checklistTable)

// task is one thing to do.
type task struct {
	key  string
	text phrase
}

// readChecklists panics over a malformed line: the table is part of the program.
func readChecklists(table string) map[string][]task {
	all := map[string][]task{}
	for n, line := range strings.Split(table, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 4 || slices.Contains(f, "") {
			panic(fmt.Sprintf("checklist.tsv:%d: want kind, key, Vietnamese and English between tabs: %q", n+1, line))
		}
		all[f[0]] = append(all[f[0]], task{f[1], phrase{f[2], f[3]}})
	}
	return all
}

// steps are what is to be done about an incident.
func (i Incident) steps() []task {
	switch {
	case i.Concern == baseline.ConcernContent && i.Severity == Critical:
		return checklists["defaced"]
	case i.Concern == baseline.ConcernContent:
		return checklists["injected"]
	case i.Concern == baseline.ConcernAvailability:
		return checklists["down"]
	default:
		return checklists[string(i.Concern)]
	}
}

// Check is one step of a checklist.
type Check struct {
	Key  string
	Text string
	At   time.Time // when it was ticked last; zero while it is to be done
	By   string    // login
}

// Checklist returns what is to be done about an incident, and what of it the timeline says was done.
func (i Incident) Checklist(timeline []Event, lang targets.Language) (list []Check) {
	for _, s := range i.steps() {
		c := Check{Key: s.key, Text: s.text.in(lang)}
		for _, e := range timeline {
			switch {
			case e.Detail == s.key && e.Kind == ReasonTicked:
				c.At, c.By = e.At, e.Actor
			case e.Detail == s.key && e.Kind == ReasonUnticked:
				c.At, c.By = time.Time{}, ""
			}
		}
		list = append(list, c)
	}
	return list
}

// DetailText is the detail of an entry in words: those of a step for one that was ticked, of a report for one that was sent, and
// else as it was written.
func (e Event) DetailText(lang targets.Language) string {
	switch e.Kind {
	case ReasonReported:
		kind, number, _ := strings.Cut(e.Detail, " ")
		return FilingKind(kind).Text(lang) + ": " + number
	case ReasonTicked, ReasonUnticked:
	default:
		return e.Detail
	}
	for _, steps := range checklists {
		if n := slices.IndexFunc(steps, func(s task) bool { return s.key == e.Detail }); n >= 0 {
			return steps[n].text.in(lang)
		}
	}
	return e.Detail
}

// Tick returns the incident after a person did a step of its checklist, or said that it is to be done still. It may be done after
// the end, too: most of what keeps an attacker out is.
func (i Incident) Tick(key string, done bool) (Incident, Reason) {
	known := slices.ContainsFunc(i.steps(), func(s task) bool { return s.key == key })
	switch {
	case !known || i.Number == "":
		return i, ReasonQuiet
	case done:
		return i, ReasonTicked
	default:
		return i, ReasonUnticked
	}
}

// Tick records that a step was done, or is to be done still. A step that the incident does not have is ignored. The error wraps
// ErrNotFound.
func (d *Desk) Tick(ctx context.Context, incidentID int64, key string, done bool, actor string) (Incident, error) {
	return d.handle(ctx, "tick a step of", incidentID, actor, key, func(i Incident, _ time.Time) (Incident, Reason) { return i.Tick(key, done) })
}

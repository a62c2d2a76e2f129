package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestEpisodes tells times apart in timelines: each event a minute after the one before, by a person where a star says so.
func TestEpisodes(t *testing.T) {
	begin := time.Date(2027, 2, 6, 2, 0, 0, 0, time.UTC)
	for script, want := range map[string]string{
		"suspected agreed opened confirmed acknowledged* verified* recovering recovered": "0-2 taken 4 over 7 real",
		"suspected opened":                                  "0-1 taken - over - ",
		"opened unseen recovered":                           "?-0 taken - over 2 ",
		"raised* noted* refuted*":                           "?-0 taken 2 over 2 false",
		"suspected opened recovered recovered":              "0-1 taken - over 2 ",
		"suspected opened recovered recurred* excused*":     "0-1 taken - over 2 |?-3 taken 4 over 4 legitimate again",
		"suspected flapping digest recovered":               "0-1 taken - over 3 ",
		"opened flapping digest steady retired":             "?-0 taken - over 4 ",
		"suspected dropped suspected opened ticked* fixed*": "2-3 taken 5 over - ",
		"suspected dropped":                                 "",
	} {
		var timeline []Event
		for n, kind := range strings.Fields(script) {
			e := Event{At: begin.Add(time.Duration(n) * time.Minute), Kind: Reason(strings.TrimSuffix(kind, "*")), Actor: Machine}
			if strings.HasSuffix(kind, "*") {
				e.Actor = "truca"
			}
			timeline = append(timeline, e)
		}
		at := func(t time.Time, none string) string {
			if t.IsZero() {
				return none
			}
			return fmt.Sprint(int(t.Sub(begin).Minutes()))
		}
		var have []string
		for _, e := range episodes(Incident{}, timeline) {
			words := fmt.Sprintf("%s-%s taken %s over %s %s", at(e.SuspectedAt, "?"), at(e.OpenedAt, "-"), at(e.TakenAt, "-"), at(e.EndedAt, "-"), e.Finding)
			if e.Again {
				words += " again"
			}
			have = append(have, words)
		}
		if have := strings.Join(have, "|"); have != want {
			t.Errorf("%s: have %q, want %q", script, have, want)
		}
	}
}

package main

import (
	"testing"
	"time"
)

// A clock that is set is off until it is set back, or has run evenly for an hour; what a time service does slowly is nothing. Time
// that the machine slept through passes on both clocks.
func TestWallClock(t *testing.T) {
	type look struct {
		after time.Duration // by the clock that nobody sets
		set   time.Duration // by how much the clock on the wall was set before
		want  time.Duration
	}
	const hour, day = time.Hour, 24 * time.Hour
	for name, looks := range map[string][]look{
		"even":                {{0, 0, 0}, {30 * time.Second, 0, 0}, {2 * hour, 0, 0}},
		"an hour ahead":       {{0, 0, 0}, {time.Minute, hour, hour}, {30 * time.Minute, 0, hour}, {30 * time.Minute, 0, 0}, {time.Minute, 0, 0}},
		"an hour behind":      {{0, 0, 0}, {time.Minute, -hour, -hour}, {hour, 0, 0}},
		"a day and back":      {{0, 0, 0}, {time.Minute, day, day}, {time.Minute, -day, 0}, {time.Minute, 0, 0}},
		"a day behind, twice": {{0, 0, 0}, {time.Minute, -day, -day}, {50 * time.Minute, -day, -2 * day}, {50 * time.Minute, 0, -2 * day}, {10 * time.Minute, 0, 0}},
		"slowly mended":       {{0, 0, 0}, {40 * time.Minute, 20 * time.Second, 0}, {40 * time.Minute, 20 * time.Second, 40 * time.Second}},
		"slower than that":    {{0, 0, 0}, {hour, 20 * time.Second, 0}, {hour, 20 * time.Second, 0}, {hour, 20 * time.Second, 0}},
		"slept for two hours": {{0, 0, 0}, {2 * hour, 0, 0}},
		"within the bounds":   {{0, 0, 0}, {time.Minute, 30 * time.Second, 0}},
	} {
		var c wallClock
		wall, age := time.Date(2027, 2, 6, 2, 7, 0, 0, time.UTC), time.Duration(0)
		for n, l := range looks {
			wall, age = wall.Add(l.after+l.set), age+l.after
			if have := c.off(wall, age); have != l.want {
				t.Errorf("%s, look %d: have it off by %v, want %v", name, n, have, l.want)
			}
		}
	}
}

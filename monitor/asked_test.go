package monitor

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"
)

// What cannot be written into the plan is kept in memory, the soonest wish of each look, until it is made.
func TestAskedOnAFullDisk(t *testing.T) {
	var a asked
	now := time.Now()
	key, full := look{7, Render}, fmt.Errorf("write: %w", syscall.ENOSPC)
	other := errors.New("something else")
	if err := a.unless(other, key, now); !errors.Is(err, other) {
		t.Errorf("have %v, want what is not about the disk", err)
	}
	if err := errors.Join(a.unless(nil, key, now), a.unless(full, key, now.Add(10*time.Second)), a.unless(full, key, now.Add(time.Minute))); err != nil {
		t.Errorf("have %v, want it remembered", err)
	}
	if list, next := a.due(now); len(list) != 0 || !next.Equal(now.Add(10*time.Second)) {
		t.Errorf("have %v now and the next at %v, want it in ten seconds", list, next)
	}
	if list, next := a.due(now.Add(10 * time.Second)); !slices.Equal(list, []look{key}) || !next.IsZero() {
		t.Errorf("have %v and the next at %v, want it due", list, next)
	}
	a.begun(key)
	if list, _ := a.due(now.Add(time.Hour)); len(list) != 0 {
		t.Errorf("have %v, want nothing once it was made", list)
	}
}

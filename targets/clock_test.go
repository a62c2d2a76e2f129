package targets

import (
	"testing"
	"time"
)

func TestSteps(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	var s Steps
	wall, age := time.Date(2027, 2, 6, 2, 7, 0, 0, Vietnam), time.Duration(0)
	for n, c := range []struct {
		after, set time.Duration // by the clock that nobody sets, and by how much the one on the wall is set
		followed   bool
		want       time.Duration
	}{
		{0, 0, true, 0},
		{time.Second, 0, true, 0},
		{time.Second, hour, true, hour},
		{time.Second, 0, true, 0},
		{time.Second, -hour, false, -hour}, // could not be followed
		{time.Second, 0, true, -hour},
		{time.Second, 0, true, 0},
		{time.Second, day, false, day},
		{time.Second, -day, true, 0}, // set right before anybody followed
		{time.Second, -day, true, -day},
		{time.Second, 2 * hour, true, 2 * hour}, // as after a sleep
		{time.Second, 4 * time.Second, true, 0},
		{time.Second, 30 * time.Millisecond, true, 0},
	} {
		wall, age = wall.Add(c.after+c.set), age+c.after
		have := s.See(wall, age)
		if have != c.want {
			t.Errorf("look %d: have it set by %v, want %v", n, have, c.want)
		}
		if c.followed {
			s.Followed(have)
		}
	}
}

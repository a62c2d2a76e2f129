package targets

import (
	"sync"
	"time"
)

// Vietnam is the zone of every time that people read. It has not changed since 1975, and needs no zone files.
var Vietnam = time.FixedZone("+07", 7*60*60)

// leastStep is how far the clock on the wall may move against the other one between two looks at them: a time service that mends
// it slowly stays within it, and what is due a moment early or late does not matter.
const leastStep = 5 * time.Second

// Steps notices when the clock on the wall is set, beside one that nobody can set. What is planned in the database is planned by
// the clock on the wall: whoever follows such a plan moves it by as much. The zero value is ready for use.
type Steps struct {
	mu   sync.Mutex
	wall time.Time
	age  time.Duration
	by   time.Duration // not followed yet
}

// See looks at both clocks, and returns by how much the one on the wall was set since that was followed last; 0 when it was not.
// age is any time that passes evenly, such as the age of the program. To a machine that slept it looks as if the clock was set.
func (s *Steps) See(wall time.Time, age time.Duration) (by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wall = wall.Round(0) // what it shows, without what Go remembers of the other clock
	if !s.wall.IsZero() {
		if moved := wall.Sub(s.wall) - (age - s.age); moved.Abs() >= leastStep {
			s.by += moved
		}
	}
	s.wall, s.age = wall, age
	return s.by
}

// Followed says that plans have been moved by as much.
func (s *Steps) Followed(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by -= by
}

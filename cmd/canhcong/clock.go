package main

import "time"

const (
	// driftBounds is how far the clock may be off before anybody is told. A time service that mends slowly stays within it.
	driftBounds = 30 * time.Second
	// driftLasts is how long a clock that was set has to run evenly to be trusted again.
	driftLasts = time.Hour
)

// wallClock compares the clock on the wall with one that nobody can set. A clock that was set is off until it is set back, or has
// run evenly for an hour.
type wallClock struct {
	wall    time.Time     // what it showed when it was last trusted
	age     time.Duration // and the other clock at that instant
	drift   time.Duration // as of the last look, beyond the bounds; 0 within them
	settled time.Duration // since when the drift has been what it is, by the other clock
}

// off returns by how much the wall clock was set; 0 while it runs as it should.
func (c *wallClock) off(wall time.Time, age time.Duration) time.Duration {
	wall = wall.Round(0) // what it shows, without what Go remembers of the other clock
	if c.wall.IsZero() {
		c.wall, c.age = wall, age
	}
	drift := wall.Sub(c.wall) - (age - c.age)
	if drift.Abs() <= driftBounds {
		c.drift = 0
		if age-c.age >= driftLasts {
			c.wall, c.age = wall, age
		}
		return 0
	}
	if (drift - c.drift).Abs() > driftBounds {
		c.drift, c.settled = drift, age
	}
	if age-c.settled >= driftLasts {
		*c = wallClock{wall: wall, age: age}
		return 0
	}
	return drift
}

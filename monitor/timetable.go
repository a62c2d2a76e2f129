package monitor

import (
	"fmt"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"
)

// newScheduler returns a scheduler whose jobs tell of their panics instead of ending the program by them.
func newScheduler(zone *time.Location, panicked func(job string, p any)) (gocron.Scheduler, error) {
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(zone), gocron.WithStopTimeout(schedulerStop),
		gocron.WithGlobalJobOptions(gocron.WithEventListeners(
			gocron.AfterJobRunsWithPanic(func(_ uuid.UUID, job string, p any) { panicked(job, p) }))))
	if err != nil {
		return nil, fmt.Errorf("start the scheduler: %w", err)
	}
	return scheduler, nil
}

// schedulerStop is how long jobs under way may take when a scheduler stops.
const schedulerStop = 10 * time.Second

package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"

	"canhcong/targets"
)

// Timetable runs named jobs once a day, by Vietnam's clock. gocron says when; that a day's run was made is in the database, so
// that neither a restart nor a clock that is set misses one or makes it twice. A day that the machine slept through is left out.
type Timetable struct {
	db   *targets.DB
	log  *slog.Logger
	jobs []dailyJob

	mu      sync.Mutex
	running map[string]bool
}

// dailyJob is what is done once a day from a time of the day on.
type dailyJob struct {
	name         string
	hour, minute int
	run          func(ctx context.Context) error
}

const (
	// catchUpEvery is how often it is asked whether a run was missed.
	catchUpEvery = 10 * time.Minute
	// dailyTries and tryAgainAfter say how a day's run that failed is repeated.
	dailyTries    = 3
	tryAgainAfter = time.Hour
	// farAhead is how far in the future a run must lie to be doubted. A clock that is set back by an hour repeats nothing.
	farAhead = 2 * time.Hour
)

// NewTimetable returns an empty timetable that remembers in db. log is nil for slog.Default.
func NewTimetable(db *targets.DB, log *slog.Logger) *Timetable {
	if log == nil {
		log = slog.Default()
	}
	return &Timetable{db: db, log: log, running: map[string]bool{}}
}

// Daily adds a job that is due every day at an hour and minute. Its name is how its runs are remembered. The job ends soon after
// its context does; one that fails is tried again an hour later, three times a day at most. Call it before Run.
func (t *Timetable) Daily(name string, hour, minute int, run func(ctx context.Context) error) {
	t.jobs = append(t.jobs, dailyJob{name, hour, minute, run})
}

// Run has the jobs done until ctx ends.
func (t *Timetable) Run(ctx context.Context) error {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return fmt.Errorf("read the timetable's zone: %w", err)
	}
	scheduler, err := newScheduler(zone, func(job string, p any) { t.log.Error("a scheduled job panicked", "job", job, "panic", p) })
	if err != nil {
		return err
	}
	for _, j := range t.jobs {
		err = errors.Join(err, t.schedule(ctx, scheduler, j))
	}
	if err != nil {
		return errors.Join(err, scheduler.Shutdown())
	}
	scheduler.Start()
	<-ctx.Done()
	if err := scheduler.Shutdown(); err != nil {
		return fmt.Errorf("stop the timetable: %w", err)
	}
	return nil
}

// schedule has gocron ask for a job at its time, and now and then whether that was missed.
func (t *Timetable) schedule(ctx context.Context, scheduler gocron.Scheduler, j dailyJob) error {
	task := gocron.NewTask(func() {
		if err := t.attempt(ctx, j, time.Now()); err != nil && ctx.Err() == nil {
			t.log.Error("a daily job failed", "job", j.name, "error", err)
		}
	})
	_, err := scheduler.NewJob(gocron.CronJob(fmt.Sprintf("%d %d * * *", j.minute, j.hour), false), task, gocron.WithName(j.name))
	if err == nil {
		_, err = scheduler.NewJob(gocron.DurationJob(catchUpEvery), task, gocron.WithName(j.name+", if it was missed"), gocron.WithStartAt(gocron.WithStartImmediately()))
	}
	if err != nil {
		return fmt.Errorf("schedule %s: %w", j.name, err)
	}
	return nil
}

// attempt does a job when it is due and today's run is not made yet.
func (t *Timetable) attempt(ctx context.Context, j dailyJob, now time.Time) error {
	if err := t.doubt(ctx, j.name, now); err != nil {
		return err
	}
	if local := now.In(targets.Vietnam); local.Hour()*60+local.Minute() < j.hour*60+j.minute {
		return nil
	}
	if !t.enter(j.name) {
		return nil
	}
	defer t.leave(j.name)
	day := now.In(targets.Vietnam).Format(time.DateOnly)
	mine, err := t.claim(ctx, j.name, day, now)
	if err != nil || !mine {
		return err
	}
	failed := safely(ctx, j.run)
	if ctx.Err() != nil { // stopping: it is made again after the start
		return failed
	}
	return errors.Join(failed, t.record(ctx, j.name, day, time.Now(), failed))
}

// safely turns a panic into an error.
func safely(ctx context.Context, run func(ctx context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return run(ctx)
}

func (t *Timetable) enter(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.running[name] {
		return false
	}
	t.running[name] = true
	return true
}

func (t *Timetable) leave(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.running, name)
}

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

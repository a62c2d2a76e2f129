package monitor

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// diary writes down when a job was done.
type diary struct {
	done []time.Time
	err  error
}

func (d *diary) run(context.Context) error {
	d.done = append(d.done, time.Now().In(targets.Vietnam))
	if d.err != nil && d.err.Error() == "panic" {
		panic(d.err)
	}
	return d.err
}

// spell runs a timetable with one job at 02:30 for a stretch of time.
func spell(t *testing.T, db *targets.DB, d *diary, long time.Duration) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	table := NewTimetable(db, slog.New(slog.DiscardHandler))
	table.Daily("backup", 2, 30, d.run)
	done := make(chan error)
	go func() { done <- table.Run(ctx) }()
	time.Sleep(long)
	synctest.Wait()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// The fake clock begins at 07:00 in Vietnam, on 1 January 2000.
func TestADailyJobIsDoneOncePerDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, d := targetstest.DB(t), &diary{}
		spell(t, db, d, 50*time.Hour)          // to 09:00 on the 3rd
		spell(t, db, d, 10*time.Hour)          // restarted, to 19:00
		time.Sleep(10 * time.Hour)             // switched off over the night, to 05:00 on the 4th
		spell(t, db, d, time.Hour)             // made up for
		spell(t, db, d, 2*time.Hour)           // and not twice
		time.Sleep(2*24*time.Hour - time.Hour) // away for two days, to 07:00 on the 6th
		spell(t, db, d, time.Hour)
		var have []string
		for _, at := range d.done {
			have = append(have, at.Format("02 15:04"))
		}
		want := []string{"01 07:00", "02 02:30", "03 02:30", "04 05:00", "06 07:00"}
		if !slices.Equal(have, want) {
			t.Errorf("have it done at %q, want %q", have, want)
		}
	})
}

func TestADailyJobThatFailsIsTriedAgain(t *testing.T) {
	for _, how := range []string{"the disk is full", "panic"} {
		synctest.Test(t, func(t *testing.T) {
			db, d := targetstest.DB(t), &diary{err: errors.New(how)}
			spell(t, db, d, 12*time.Hour)
			if len(d.done) != dailyTries || d.done[1].Sub(d.done[0]) < tryAgainAfter {
				t.Errorf("%s: have it tried at %v, want %d times, an hour apart", how, d.done, dailyTries)
			}
			failing, err := NewTimetable(db, nil).Failing(t.Context())
			if err != nil || failing["backup"] == "" {
				t.Errorf("%s: have failing %v (%v), want it named", how, failing, err)
			}
			d.err = nil
			spell(t, db, d, 12*time.Hour)
			if failing, err := NewTimetable(db, nil).Failing(t.Context()); err != nil || len(failing) > 0 {
				t.Errorf("%s: have failing %v (%v) after a good run", how, failing, err)
			}
		})
	}
}

// A run that the program did not survive is made again; a clock that is set does not repeat one.
func TestADailyJobSurvivesKillsAndClocks(t *testing.T) {
	db, d := targetstest.DB(t), &diary{}
	table := NewTimetable(db, slog.New(slog.DiscardHandler))
	table.Daily("backup", 2, 30, d.run)
	at := func(day, hour, minute int) time.Time {
		return time.Date(2027, 2, day, hour, minute, 0, 0, targets.Vietnam)
	}
	if mine, err := table.claim(t.Context(), "backup", "2027-02-06", at(6, 2, 30)); err != nil || !mine {
		t.Fatalf("have %t, %v, want the run to begin", mine, err)
	}
	for _, c := range []struct {
		name string
		now  time.Time
		want int
	}{
		{"killed while it ran", at(6, 2, 31), 1},
		{"later", at(6, 9, 0), 1},
		{"set back into the night before", at(6, 2, 29), 1},
		{"set back to its time", at(6, 2, 30), 1},
		{"set ahead past the next night's", at(7, 4, 0), 2},
		{"set right again, the same night comes twice", at(7, 2, 30), 2},
		{"and the day after is as ever", at(8, 2, 30), 3},
	} {
		if err := table.attempt(t.Context(), table.jobs[0], c.now); err != nil {
			t.Fatal(err)
		}
		if len(d.done) != c.want {
			t.Errorf("%s: have it done %d times, want %d", c.name, len(d.done), c.want)
		}
	}
}

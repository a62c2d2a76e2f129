package monitor

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// TestPaceOutlivesAClockThatIsSet sets the clock while the program runs. The bubble's clock cannot be set; what is rewritten is what
// a step would leave behind: the plan, which lies as much further ahead or behind, and what the clock showed a moment ago. No site
// is looked at later than two intervals after the look before, and none is hurried.
func TestPaceOutlivesAClockThatIsSet(t *testing.T) {
	for name, by := range map[string]time.Duration{
		"an hour ahead": time.Hour, "an hour behind": -time.Hour, "a day ahead": 24 * time.Hour, "a day behind": -24 * time.Hour,
		"two hours asleep": 2 * time.Hour,
	} {
		p := &timed{pages: &pages{body: "yên"}}
		watch(t, p, still, func(ctx context.Context, m *Monitor, _ targets.Site) {
			time.Sleep(10*time.Minute + 7*time.Second)
			// The dispatcher had seen a clock that showed another time, and had planned by it.
			m.steps.Followed(m.steps.See(time.Now().Add(-by), m.age()))
			if err := m.postpone(ctx, -by); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
		})
		for n := 1; n < len(p.at); n++ {
			if gap := p.at[n].Sub(p.at[n-1]); gap > 2*time.Minute || gap < 45*time.Second {
				t.Errorf("%s: have a probe %v after the one before, want one about every minute", name, gap)
			}
		}
		if len(p.at) < 17 || len(p.at) > 24 {
			t.Errorf("%s: have %d probes in twenty minutes, want one a minute", name, len(p.at))
		}
	}
}

// timed notes when probes came.
type timed struct {
	*pages
	at []time.Time
}

func (p *timed) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.at = append(p.at, time.Now())
	p.mu.Unlock()
	return p.pages.RoundTrip(r)
}

// TestDailyJobsOutliveAClockThatIsSet follows the clock on the wall through days on which it is set, and asks every ten minutes, as the
// timetable does. Each day that the clock shows has the job done once; a day that it showed too early, once more when it comes.
func TestDailyJobsOutliveAClockThatIsSet(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	for name, c := range map[string]struct {
		set  map[time.Duration]time.Duration // after how long the clock is set, and by how much
		want []string
	}{
		"never":                  {nil, []string{"05", "06", "07", "08"}},
		"an hour ahead of it":    {map[time.Duration]time.Duration{day + 7*hour: hour}, []string{"05", "06", "07", "08"}},
		"an hour back, after":    {map[time.Duration]time.Duration{day + 8*hour: -hour}, []string{"05", "06", "07", "08"}},
		"an hour ahead and back": {map[time.Duration]time.Duration{day + 7*hour: hour, day + 7*hour + 20*time.Minute: -hour}, []string{"05", "06", "07", "08"}},
		"two hours asleep":       {map[time.Duration]time.Duration{day + 6*hour + 30*time.Minute: 2 * hour}, []string{"05", "06", "07", "08"}},
		"a day ahead and right":  {map[time.Duration]time.Duration{day + 10*hour: day, day + 12*hour: -day}, []string{"05", "06", "07", "07", "08"}},
		"just ahead and right":   {map[time.Duration]time.Duration{day + 8*hour: day, day + 9*hour: -day}, []string{"05", "06", "07", "07", "08"}},
		"a day ahead, for good":  {map[time.Duration]time.Duration{day + 10*hour: day}, []string{"05", "06", "07", "08", "09"}},
		"a day back and right":   {map[time.Duration]time.Duration{day + 10*hour: -day, day + 12*hour: day}, []string{"05", "06", "07", "08"}},
	} {
		db := targetstest.DB(t)
		table, wall := NewTimetable(db, slog.New(slog.DiscardHandler)), time.Date(2027, 2, 5, 0, 0, 0, 0, targets.Vietnam)
		var done []string
		table.Daily("note", 7, 30, func(context.Context) error { done = append(done, wall.Format("02")); return nil })
		for real := time.Duration(0); real < 4*day; real += 10 * time.Minute {
			wall = wall.Add(c.set[real])
			if err := table.attempt(t.Context(), table.jobs[0], wall); err != nil {
				t.Fatal(err)
			}
			wall = wall.Add(10 * time.Minute)
		}
		if !slices.Equal(done, c.want) {
			t.Errorf("%s: have it done on %v, want %v", name, done, c.want)
		}
	}
}

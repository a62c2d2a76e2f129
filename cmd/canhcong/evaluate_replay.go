package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

// replay judges the looks in the data directory again with today's engine, and prints what would change. It writes nothing.
func (c evaluateCommand) replay(a *app) error {
	since, err := instant(c.Since, time.Now())
	if err != nil {
		return exitError{2, err}
	}
	if _, err := os.Stat(filepath.Join(a.data, "baseline.key")); err != nil || !a.hasDatabase() {
		return exitError{2, fmt.Errorf("there is nothing to judge again: %s is not a data directory in use; see --data", a.data)}
	}
	return a.withHouse(func(ctx context.Context, h *house) error {
		totals, err := h.judge.Replay(ctx, baseline.ReplayOptions{SiteID: c.Site, Since: since}, func(r baseline.Replayed) error {
			if !r.Changed() {
				return nil
			}
			_, err := fmt.Fprintln(a.out, a.replayed(r))
			return err
		})
		if err != nil {
			return err
		}
		a.say("Đã phán lại %d lần xem của %d cổng: %d lần kết luận khác; %d lần không còn đọc được, %d lần có bản mẫu không tin được.",
			"Judged %d looks at %d portals again: %d say something else; %d cannot be read any more, %d have a baseline that cannot be trusted.",
			totals.Judged, totals.Sites, totals.Changed, totals.Lost, totals.Untrusted)
		return nil
	})
}

// replayed is one change as a line: when, where, what was said, what would be, and why.
func (a *app) replayed(r baseline.Replayed) string {
	was, is := r.Stored, r.Now
	line := fmt.Sprintf("%s  %d %s  #%d  %s → %s", r.Stored.At.In(targets.Vietnam).Format("2006-01-02 15:04:05"), r.Site.ID, r.Site.URL,
		r.Stored.Observation.ID, verdictWords(was), verdictWords(is))
	why := is.Evidence
	if len(why) == 0 {
		why = was.Evidence
	}
	if len(why) > 0 {
		line += "  " + string(why[0].Signal) + ": " + why[0].Sentence(a.lang)
	}
	return line
}

// verdictWords is what a verdict says in stable words: availability only where it is not up.
func verdictWords(v baseline.Verdict) string {
	text := string(v.Content)
	if v.Quality == baseline.Degraded {
		text += " (" + string(v.Quality) + ")"
	}
	if v.Availability != baseline.Up {
		text = string(v.Availability) + ", " + text
	}
	return text
}

// instant reads a day, an instant or how long ago; "" is the beginning of time. Days are those of Vietnam.
func instant(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, targets.Vietnam); err == nil {
		return t, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	return time.Time{}, fmt.Errorf("--since %q is not a day (2027-02-06), an instant (2027-02-06T09:00:00+07:00) or how long ago (72h)", text)
}

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// noteTime is when a daily note is said.
type noteTime struct {
	kind         notify.NoteKind
	hour, minute int
}

// times reads when the daily notes are said; what is "none" is left out.
func (c notesConfig) times() (list []noteTime, err error) {
	for _, one := range []struct {
		kind notify.NoteKind
		at   string
	}{{notify.NoteMorning, c.Morning}, {notify.NoteEvening, c.Evening}} {
		if one.at == "none" {
			continue
		}
		at, err := time.Parse("15:04", one.at)
		if err != nil {
			return nil, fmt.Errorf("read the configuration: notes.%s is %q: write it as 07:30, or none", one.kind, one.at)
		}
		list = append(list, noteTime{one.kind, at.Hour(), at.Minute()})
	}
	return list, nil
}

// daily adds the daily notes to a timetable.
func (h *house) daily(t *monitor.Timetable, times []noteTime) {
	for _, n := range times {
		t.Daily("note "+string(n.kind), n.hour, n.minute, func(ctx context.Context) error {
			return h.desk.Daily(ctx, n.kind, n.hour, n.minute)
		})
	}
}

// upkeep says how the machine is kept, for those notes.
func (a *app) upkeep() notify.Upkeep {
	u := notify.Upkeep{}
	if free, total, err := freeSpace(a.data); err == nil && total > 0 {
		u.Free = float64(free) / float64(total)
	}
	files, _ := filepath.Glob(filepath.Join(a.backupFolder(), "canhcong-*.db")) // the pattern is well formed
	for _, f := range files {
		if day, err := time.ParseInLocation(backupName, filepath.Base(f), targets.Vietnam); err == nil && day.After(u.Backup) {
			u.Backup = day
		}
	}
	return u
}

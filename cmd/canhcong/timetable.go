package main

import (
	"context"
	"log/slog"

	"canhcong/monitor"
	"canhcong/monitor/chrome"
)

// timetable is what is done every night, in Vietnam, when nobody is at work. What each day is kept or sent by other rooms
// hangs here as well.
func (h *house) timetable(a *app, k *keeper, browser *chrome.Browser, notes []noteTime, log *slog.Logger) *monitor.Timetable {
	t := monitor.NewTimetable(h.db, log)
	t.Daily("retention", 1, 10, k.pass)
	if folder := a.backupFolder(); folder != "" {
		t.Daily("backup", 2, 30, backups{h.db, folder}.nightly)
	}
	t.Daily("browser", 3, 40, func(context.Context) error {
		browser.Recycle()
		return nil
	})
	h.daily(t, notes)
	return t
}

package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/monitor"
	"canhcong/notify"
)

// Each letter is a round: o looks are overdue, b looks in the browser fail, c the browser itself does, d the disk is full, . nothing is wrong.
func TestVigilTellsWhatTwoRoundsAgreeOn(t *testing.T) {
	for rounds, want := range map[string]string{
		"..":   "overdue- browser- disk-",
		".":    "",
		"o":    "",
		"oo":   "overdue+ browser- disk-",
		"o.":   "browser- disk-",
		"bb..": "overdue- browser+ disk- overdue- disk- overdue- browser- disk-",
		"cb..": "overdue- browser+ disk- overdue- disk- overdue- browser- disk-",
		"dd":   "overdue- browser- disk+còn 5",
		"o.o.": "browser- disk- browser- disk- browser- disk-",
	} {
		var told []string
		v := &vigil{log: slog.New(slog.DiscardHandler), declare: func(_ context.Context, n notify.Notice) error {
			sign := "+"
			if !n.Until.IsZero() {
				sign = "-"
			}
			told = append(told, fmt.Sprintf("%s%s%s", n.Kind, sign, strings.TrimSuffix(n.Detail, "%")))
			return nil
		}}
		for _, r := range rounds {
			p, health, free := monitor.Pulse{Sites: 10}, monitor.BrowserHealth{}, 0.5
			switch r {
			case 'o':
				p.Overdue = 1
			case 'b':
				p.Faulty = 1
			case 'c':
				health.State = monitor.BrowserFailing
			case 'd':
				free = 0.049
			}
			v.round(t.Context(), p, health, free, time.Now())
		}
		if have := strings.Join(told, " "); have != want {
			t.Errorf("%q: have %q, want %q", rounds, have, want)
		}
	}
}

func TestFreeSpace(t *testing.T) {
	if free, total, err := freeSpace(t.TempDir()); err != nil || free < 0 || free > total {
		t.Errorf("have %v of %v, %v, want a part", free, total, err)
	}
	if _, _, err := freeSpace("/there/is/no/such/folder"); err == nil {
		t.Error("a folder that is not there has a disk")
	}
	if !slices.ContainsFunc(conditions(monitor.Pulse{}, monitor.BrowserHealth{}, 0.01, time.Now()), func(n notify.Notice) bool { return n.Kind == notify.NoticeDisk && n.Until.IsZero() }) {
		t.Error("a full disk is no condition")
	}
}

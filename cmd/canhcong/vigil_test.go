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

// Each letter is a round: o looks are overdue, b looks in the browser fail, c the browser itself does, d the disk is full, j a
// nightly job failed, t the clock was set, . nothing is wrong. What is told to be over is left out but for what had begun.
func TestVigilTellsWhatTwoRoundsAgreeOn(t *testing.T) {
	for rounds, want := range map[string]string{
		"..":    "",
		"o":     "",
		"oo":    "overdue+",
		"o.":    "",
		"bb..":  "browser+ browser-",
		"cb..":  "browser+ browser-",
		"dd":    "disk+5",
		"o.o.":  "",
		"jj.jj": "job+backup: no room; retention: gone job+backup: no room; retention: gone",
		"tt..":  "clock++3420 clock-",
	} {
		var told []string
		begun := map[notify.NoticeKind]bool{}
		v := &vigil{log: slog.New(slog.DiscardHandler), declare: func(_ context.Context, n notify.Notice) error {
			sign := "+"
			if !n.Until.IsZero() {
				if sign = "-"; !begun[n.Kind] {
					return nil
				}
			}
			begun[n.Kind] = true
			told = append(told, fmt.Sprintf("%s%s%s", n.Kind, sign, strings.TrimSuffix(n.Detail, "%")))
			return nil
		}}
		for _, r := range rounds {
			f := findings{pulse: monitor.Pulse{Sites: 10}, free: 0.5}
			switch r {
			case 'o':
				f.pulse.Overdue = 1
			case 'b':
				f.pulse.Faulty = 1
			case 'c':
				f.browser.State = monitor.BrowserFailing
			case 'd':
				f.free = 0.049
			case 'j':
				f.failing = map[string]string{"retention": "gone", "backup": "no room\nat all"}
			case 't':
				f.clock = 57 * time.Minute
			}
			v.round(t.Context(), f, time.Now())
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
	if !slices.ContainsFunc(findings{free: 0.01}.conditions(time.Now()), func(n notify.Notice) bool { return n.Kind == notify.NoticeDisk && n.Until.IsZero() }) {
		t.Error("a full disk is no condition")
	}
}

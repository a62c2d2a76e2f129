package notify

import (
	"testing"
	"time"
)

func TestHoldNext(t *testing.T) {
	queued := time.Date(2027, 2, 6, 2, 7, 0, 0, time.UTC)
	after := func(d time.Duration) time.Time { return queued.Add(d) }
	arrived := Alert{CreatedAt: queued, SentAt: after(time.Second), Receipt: "a"}
	trying := Alert{CreatedAt: queued, LastError: "502"}
	second := Alert{CreatedAt: queued, AfterID: 1, ReleasedAt: after(time.Minute)}
	for _, test := range []struct {
		name     string
		before   Alert
		gone     bool
		pressure pressure
		at       time.Duration // since it was queued
		want     fate
		again    time.Duration // since it was queued; 0 for never
	}{
		{"too early", trying, false, pressing, 59 * time.Second, fateHold, time.Minute},
		{"not delivered in a minute", trying, false, pressing, time.Minute, fateLetGo, 0},
		{"the monitor's own trouble", trying, false, prompt, time.Minute, fateLetGo, 0},
		{"what may wait", trying, false, calm, time.Minute, fateHold, 15 * time.Minute},
		{"what has waited", trying, false, calm, 15 * time.Minute, fateLetGo, 0},
		{"refused", trying, true, calm, time.Second, fateLetGo, 0},
		{"not even tried, and gone", Alert{CreatedAt: queued}, true, pressing, 0, fateLetGo, 0},
		{"arrived, not answered yet", arrived, false, pressing, 2 * time.Minute, fateHold, 5 * time.Minute},
		{"arrived, not answered", arrived, false, pressing, 5 * time.Minute, fateLetGo, 0},
		{"arrived, and nobody has to answer", arrived, false, prompt, time.Second, fateSpare, 0},
		{"arrived, and answered", arrived, false, calm, time.Second, fateSpare, 0},
		{"arrived, gone since", arrived, true, calm, time.Second, fateSpare, 0},
		{"the one before is held itself", Alert{CreatedAt: queued, AfterID: 1}, false, pressing, time.Hour, fateHold, 0},
		{"let go a minute later", second, false, pressing, 90 * time.Second, fateHold, 2 * time.Minute},
		{"nor delivered then", second, false, pressing, 2 * time.Minute, fateLetGo, 0},
		{"the clock was set back by an hour", Alert{CreatedAt: after(time.Hour), LastError: "502"}, false, pressing, time.Minute, fateLetGo, 0},
		{"set back, and too early", Alert{CreatedAt: after(24 * time.Hour), LastError: "502"}, false, pressing, time.Second, fateHold, time.Minute},
		{"the clock was set ahead by an hour", Alert{CreatedAt: after(-time.Hour), LastError: "502"}, false, pressing, 0, fateHold, time.Minute},
		{"spared", Alert{SentAt: queued, LastError: noteSpared}, false, pressing, time.Hour, fateSpare, 0},
		{"given up, others were told", Alert{SentAt: queued, LastError: noteUndeliverable}, false, pressing, 0, fateLetGo, 0},
	} {
		h := hold{alert: Alert{AfterID: 1, NotBefore: queued}, before: test.before, gone: test.gone, pressure: test.pressure, answer: 5 * time.Minute}
		var again time.Time
		if test.again != 0 {
			again = after(test.again)
		}
		if have, at := h.next(after(test.at)); have != test.want || !at.Equal(again) {
			t.Errorf("%s: have %s, again at %v, want %s at %v", test.name, have, at, test.want, again)
		}
	}
	if have, _ := (hold{before: arrived, pressure: pressing}).next(after(time.Hour)); have != fateSpare {
		t.Errorf("without a ladder: have %s, want %s", have, fateSpare)
	}
	waiting := hold{alert: Alert{AfterID: 1, NotBefore: after(5 * time.Minute)}, before: Alert{CreatedAt: queued}, pressure: pressing}
	if have, at := waiting.next(after(2 * time.Minute)); have != fateHold || !at.Equal(after(6*time.Minute)) {
		t.Errorf("a fact that is to wait itself: have %s, again at %v, want it held for a minute from then on", have, at)
	}
}

func TestDeliveryStates(t *testing.T) {
	now := time.Now()
	for want, a := range map[Delivery]Alert{
		Queued: {}, Failing: {LastError: "502"}, Held: {AfterID: 1}, Delivered: {SentAt: now}, Omitted: {SentAt: now, LastError: "no picture: lost"},
		Spared: {SentAt: now, LastError: noteTaken}, Undeliverable: {SentAt: now, LastError: noteUndeliverable}, Rerouted: {SentAt: now, LastError: noteMoved},
	} {
		if have := a.Delivery(); have != want {
			t.Errorf("%+v: have %s, want %s", a, have, want)
		}
	}
}

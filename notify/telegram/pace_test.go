package telegram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/notify"
	"canhcong/notify/telegram/telegramtest"
)

// most returns how many of the instants lie within any window of a length.
func most(times []time.Time, window time.Duration) (n int) {
	slices.SortFunc(times, time.Time.Compare)
	for from := range times {
		to := from
		for to < len(times) && times[to].Sub(times[from]) < window {
			to++
		}
		n = max(n, to-from)
	}
	return n
}

// TestPace sends as fast as it may for five minutes, to a group, to a person, and to a hundred people.
func TestPace(t *testing.T) {
	group, person, crowd := []string{"-100777"}, []string{"4711"}, []string{}
	for n := range 100 {
		crowd = append(crowd, fmt.Sprint(5000+n))
	}
	for _, test := range []struct {
		name              string
		chats             []string
		perSecond, perMin int // at most
		atLeast           int // in five minutes
	}{
		{"group", group, 4, 20, 75},
		{"person", person, 4, 63, 295},
		{"crowd", crowd, 30, 1505, 7000},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPace(DefaultPace)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			sent := make(chan time.Time, 10_000)
			for _, chat := range test.chats {
				go func() {
					for p.wait(ctx, call{method: "sendMessage", to: place{chat: chat}}) == nil {
						sent <- time.Now()
					}
				}()
			}
			time.Sleep(5*time.Minute + time.Second)
			synctest.Wait()
			close(sent)
			var times []time.Time
			for at := range sent {
				times = append(times, at)
			}
			if s, m := most(times, time.Second), most(times, time.Minute); s > test.perSecond || m > test.perMin || len(times) < test.atLeast {
				t.Errorf("%s: have %d, at most %d a second and %d a minute; want at least %d, at most %d and %d",
					test.name, len(times), s, m, test.atLeast, test.perSecond, test.perMin)
			}
		})
	}
}

// TestPaceGivesBack does not keep what has to wait for long: too many before it, or Telegram's own word for one method in one chat.
func TestPaceGivesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace(DefaultPace)
		here, edit := call{method: "sendMessage", to: place{chat: "-1"}}, call{method: "editMessageText", to: place{chat: "-1"}}
		given := 0
		for range 20 {
			go func() {
				if _, ok := waits(p.wait(t.Context(), here)); ok {
					given++
				}
			}()
			synctest.Wait()
		}
		if given != 20-burstInGroup-2 {
			t.Errorf("have %d of 20 given back, want all but those whose turn comes in ten seconds", given)
		}
		time.Sleep(time.Hour)
		p.heed(edit, &refusal{code: 429, after: time.Minute})
		if after, ok := waits(p.wait(t.Context(), edit)); !ok || after != time.Minute {
			t.Errorf("have %v %v, want to wait as Telegram asked", after, ok)
		}
		for _, other := range []call{here, {method: "editMessageText", to: place{chat: "-2"}}} {
			if err := p.wait(t.Context(), other); err != nil {
				t.Errorf("have %v, want other methods and chats to go on", err)
			}
		}
		time.Sleep(time.Minute)
		if err := p.wait(t.Context(), edit); err != nil {
			t.Errorf("have %v, want it to be over", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range burstInGroup {
			_ = p.wait(t.Context(), here)
		}
		if err := p.wait(ctx, here); !errors.Is(err, notify.ErrNotSent) || !errors.Is(err, context.Canceled) {
			t.Errorf("have %v, want to be told that nothing was sent", err)
		}
	})
}

// TestPaceIsTelegrams sends at its own pace to a server that keeps to Telegram's limits.
func TestPaceIsTelegrams(t *testing.T) {
	server := telegramtest.New(t)
	server.Limit()
	s, err := New(Config{Token: telegramtest.Token, APIBases: []string{server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if _, err := s.Send(t.Context(), hello); err != nil {
			t.Fatal(err)
		}
	}
}

package main

import (
	"context"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/notify"
)

// A day in which one look in fifty fails by chance, ten times what a poor line makes of it.
func TestStoryADayOfNoiseIsSilent(t *testing.T) {
	inFakeTime(t, func(n *night) {
		n.scene.rustle(0.02)
		time.Sleep(24 * time.Hour)
		n.wantTold()
		list, err := n.house.desk.Incidents(context.Background(), notify.Filter{Quiet: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range list {
			if i.Concern == baseline.ConcernContent {
				t.Errorf("have a suspicion of content out of lost looks: %+v", i)
			}
		}
		if len(list) < 5 {
			t.Errorf("have %d suspicions, want the noise to be counted", len(list))
		}
	})
}

// A guard that resets every connection which is no browser's does not make a portal unreachable: its visitors reach it.
func TestStoryABrowserHasTheLastWord(t *testing.T) {
	inFakeTime(t, func(n *night) {
		n.scene.become(portalResetting)
		time.Sleep(30 * time.Minute)
		n.wantTold()
	})
}

// People are told of a defacement as suspected, and the same message says a little later that it is confirmed.
func TestStoryADefacementIsConfirmedInPlace(t *testing.T) {
	inFakeTime(t, func(n *night) {
		n.scene.become(portalDefaced)
		time.Sleep(5 * time.Minute)
		n.wantTold("Xác nhận bị thay đổi giao diện")
		if i := n.incidents()[0]; !i.Confirmed() || i.ConfirmedAt.Sub(i.OpenedAt) > time.Minute {
			t.Errorf("opened at %v, confirmed at %v, want the third look to confirm it within a minute", i.OpenedAt, i.ConfirmedAt)
		}
	})
}

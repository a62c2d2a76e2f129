package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
)

func TestKeeperNoticesAnOverdrawnBudget(t *testing.T) {
	for name, test := range map[string]struct {
		budget, bytes int64
		known, want   bool
	}{
		"over budget":             {10, 11, true, true},
		"as much as there may be": {10, 10, true, false},
		"not counted yet":         {10, 0, false, true},
		"nothing to count for":    {0, 0, false, false},
		"no budget":               {0, 11, true, false},
	} {
		k := &keeper{budget: test.budget, usage: func() (monitor.Usage, bool) { return monitor.Usage{Artefacts: test.bytes}, test.known }}
		if have := k.overdrawn(); have != test.want {
			t.Errorf("%s: have %v, want %v", name, have, test.want)
		}
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "20GiB": 20 << 30, "1.5 MB": 1_500_000, "100": 100, "2 TiB": 2 << 40, "7B": 7} {
		if have, err := parseBytes(text); err != nil || have != want {
			t.Errorf("%q: have %d (%v), want %d", text, have, err, want)
		}
	}
	for _, text := range []string{"", "GiB", "-1GB", "20 GoB", "1e30 TB", "NaN"} {
		if have, err := parseBytes(text); err == nil {
			t.Errorf("%q: have %d, want an error", text, have)
		}
	}
}

func TestBallastIsGivenUpOnAFullDisk(t *testing.T) {
	b := newBallast(t.TempDir())
	size := func() int64 {
		info, err := os.Stat(b.file)
		if errors.Is(err, fs.ErrNotExist) {
			return 0
		}
		return info.Size()
	}
	for _, step := range []struct {
		free    int64
		dropped bool
		size    int64
	}{
		{ballastHigh - 1, false, 0}, {ballastHigh, false, ballastSize}, {ballastLow, false, ballastSize},
		{ballastLow - 1, true, 0}, {0, false, 0}, {ballastHigh - 1, false, 0}, {ballastHigh, false, ballastSize},
	} {
		if dropped, err := b.trim(step.free); err != nil || dropped != step.dropped || size() != step.size {
			t.Errorf("%d bytes free: have dropped %v (%v) and a file of %d, want %v and %d", step.free, dropped, err, size(), step.dropped, step.size)
		}
	}
}

// A day with a defacement, with a policy under which nearly all of it is old in the evening: what people were told of is all there.
func TestStoryWhatIncidentsShowOutlivesTheLooks(t *testing.T) {
	inFakeTime(t, func(n *night) {
		ctx := context.Background()
		time.Sleep(time.Hour)
		n.scene.become(portalDefaced)
		time.Sleep(30 * time.Minute)
		n.scene.become(portalNormal)
		time.Sleep(22 * time.Hour)
		before, err := n.house.archive.Observations(ctx, n.site.ID, 10_000)
		if err != nil {
			n.t.Fatal(err)
		}
		hour := time.Hour
		k := n.house.keeper(monitor.Retention{All: 3 * hour, Hourly: 3 * hour, Daily: 3 * hour, Changes: 3 * hour, Tallies: 24 * hour}, slog.New(slog.DiscardHandler))
		if err := k.pass(ctx); err != nil {
			n.t.Fatal(err)
		}
		after, err := n.house.archive.Observations(ctx, n.site.ID, 10_000)
		if err != nil || len(after) > len(before)/3 {
			n.t.Errorf("have %d of %d looks left (%v), want those of three hours and what is referred to", len(after), len(before), err)
		}
		n.wantAllThere(ctx)
		time.Sleep(2 * hour)
		n.wantTold("🔴 KHẨN", "CHƯA AI NHẬN SAU 30 PHÚT", "ĐÃ KHÔI PHỤC")
	})
}

// wantAllThere fails unless everything that an incident or a baseline shows can still be shown.
func (n *night) wantAllThere(ctx context.Context) {
	n.t.Helper()
	list, err := n.house.desk.Incidents(ctx, notify.Filter{Quiet: true})
	if err != nil || len(list) == 0 {
		n.t.Fatalf("have incidents %v (%v), want the defacement", list, err)
	}
	for _, i := range list {
		for _, id := range []int64{i.FirstVerdictID, i.LastVerdictID, i.WorstVerdictID} {
			v, err := n.house.judge.Verdict(ctx, id)
			if err != nil {
				n.t.Errorf("verdict %d of incident %s is gone: %v", id, i.Number, err)
			} else if v.Observation.Screenshot != "" {
				if _, err := n.house.archive.Artefact(v.Observation.Screenshot); err != nil {
					n.t.Errorf("the picture of incident %s is gone: %v", i.Number, err)
				}
			}
		}
	}
	all, err := n.house.judge.Baselines(ctx, n.site.ID)
	if err != nil || len(all) == 0 || all[0].State != baseline.Approved {
		n.t.Fatalf("have baselines %v (%v)", all, err)
	}
	if _, err := n.house.archive.Observation(ctx, all[0].ObservationID); err != nil {
		n.t.Errorf("the approved look is gone: %v", err)
	}
}

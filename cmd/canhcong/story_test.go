package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/targets"
)

// inbox is a duty officer's phone: it keeps what arrives.
type inbox struct {
	mu       sync.Mutex
	messages []notify.Message
	at       []time.Time
}

func (b *inbox) Send(_ context.Context, m notify.Message) (notify.Receipt, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(m.ReplyTo); m.Replaces && n > 0 && n <= len(b.messages) {
		b.messages[n-1] = m
		return notify.Receipt{ID: m.ReplyTo}, nil
	}
	b.messages, b.at = append(b.messages, m), append(b.at, time.Now())
	return notify.Receipt{ID: strings.Repeat("i", len(b.messages))}, nil
}

// texts returns the first lines of what arrived, without the pictures.
func (b *inbox) texts() (titles []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.messages {
		if len(m.Picture) == 0 {
			titles = append(titles, m.Title)
		}
	}
	return titles
}

// night is one portal watched by the whole chain, in fake time.
type night struct {
	t     *testing.T
	dir   string
	scene *scene
	inbox *inbox
	house *house
	site  targets.Site
	stop  func()
}

// inFakeTime tells a story in a bubble whose clock jumps when everybody waits.
func inFakeTime(t *testing.T, tell func(n *night)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &night{t: t, dir: t.TempDir(), scene: &scene{}, inbox: &inbox{}}
		n.start()
		defer func() { n.stop() }()
		var err error
		if n.site, err = n.house.registry.Add(t.Context(), targets.Draft{URL: "http://phuongvidu.tinhmau.gov.vn", Name: "Phường Ví Dụ"}); err != nil {
			t.Fatal(err)
		}
		n.approve()
		tell(n)
	})
}

// start opens the house on the night's data directory and lets it work, as "serve" does.
func (n *night) start() {
	n.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	a := &app{ctx: ctx, out: io.Discard, config: defaultConfig(), data: filepath.Join(n.dir, "data"), lang: targets.Vietnamese}
	log := slog.New(slog.DiscardHandler)
	h, err := a.openHouse(log, "127.0.0.1:8080", notify.Channel{Name: "inbox", Sender: n.inbox, Recipient: "trực", Language: targets.Vietnamese})
	if err != nil {
		n.t.Fatal(err)
	}
	n.house = h
	m := monitor.New(h.registry, h.archive, h.judge.Handle, monitor.Options{Browser: n.scene, Transport: n.scene, Log: log})
	var working sync.WaitGroup
	working.Go(func() { m.Run(ctx) })
	working.Go(func() { h.desk.Run(ctx) })
	n.stop = func() {
		cancel()
		working.Wait()
		if err := h.close(); err != nil {
			n.t.Error(err)
		}
	}
}

// restart ends the program and starts it again on the same data.
func (n *night) restart() {
	n.stop()
	n.start()
}

// approve waits for the warm-up and approves what is on offer.
func (n *night) approve() {
	n.t.Helper()
	time.Sleep(15 * time.Minute)
	ctx := context.Background()
	c, ok, err := n.house.judge.Candidate(ctx, n.site.ID)
	if err != nil || !ok {
		n.t.Fatalf("after a quarter of an hour no baseline is on offer (%v)", err)
	}
	_, err = n.house.judge.Approve(ctx, baseline.Decision{SiteID: n.site.ID, ObservationID: c.Observation.ID, ContentHash: c.Baseline.ContentHash, By: "quantri", Reason: "mới đăng ký"})
	if err != nil {
		n.t.Fatal(err)
	}
}

// wantTold fails unless exactly these messages arrived, by the words their first lines contain.
func (n *night) wantTold(words ...string) {
	n.t.Helper()
	have := n.inbox.texts()
	ok := len(have) == len(words)
	for i := 0; ok && i < len(words); i++ {
		ok = strings.Contains(have[i], words[i])
	}
	if !ok {
		n.t.Errorf("have messages %q\nwant first lines with %q", have, words)
	}
}

// incidents returns what was told, oldest first.
func (n *night) incidents() []notify.Incident {
	n.t.Helper()
	list, err := n.house.desk.Incidents(context.Background(), notify.Filter{})
	if err != nil {
		n.t.Fatal(err)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

func TestStoryADayInWhichNothingHappensIsSilent(t *testing.T) {
	inFakeTime(t, func(n *night) {
		time.Sleep(24 * time.Hour)
		n.wantTold()
		if n.scene.looks < 90 {
			t.Errorf("only %d renders in a day", n.scene.looks)
		}
		states, err := n.house.judge.States(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if s := states[n.site.ID]; s.Content != baseline.Normal || s.Availability != baseline.Up {
			t.Errorf("have %s, %s at the end of the day, want normal, up", s.Content, s.Availability)
		}
	})
}

func TestStoryADefacementIsToldOnceAndClosesWhenItIsRepaired(t *testing.T) {
	inFakeTime(t, func(n *night) {
		time.Sleep(time.Hour)
		struck := time.Now()
		n.scene.become(portalDefaced)
		time.Sleep(2 * time.Hour)
		list := n.incidents()
		if len(list) != 1 || list[0].Concern != baseline.ConcernContent || list[0].Severity != notify.Critical {
			t.Fatalf("have incidents %+v, want one critical about content", list)
		}
		if took := n.inbox.at[0].Sub(struck); took > 2*time.Minute {
			t.Errorf("told %v after the defacement, want a probe's interval and a confirmation", took)
		}
		n.scene.become(portalNormal)
		time.Sleep(time.Hour)
		if i := n.incidents()[0]; i.State != notify.Closed || i.CloseReason != notify.Recovered {
			t.Errorf("have the incident %s %s, want it closed: the page is back, and only its news moved on", i.State, i.CloseReason)
		}
		n.wantTold("🔴 KHẨN", "CHƯA AI NHẬN SAU 30 PHÚT", "ĐÃ KHÔI PHỤC")
	})
}

func TestStoryAHiddenGamblingBlockIsTold(t *testing.T) {
	inFakeTime(t, func(n *night) {
		n.scene.become(portalInjected)
		time.Sleep(30 * time.Minute)
		list := n.incidents()
		if len(list) != 1 || list[0].Concern != baseline.ConcernContent {
			t.Fatalf("have incidents %+v, want one about content", list)
		}
	})
}

func TestStoryAnOutageIsConfirmedAndABlipIsNot(t *testing.T) {
	inFakeTime(t, func(n *night) {
		n.scene.blip()
		time.Sleep(30 * time.Minute)
		n.wantTold()
		n.scene.become(portalStopped)
		time.Sleep(30 * time.Minute)
		n.scene.become(portalNormal)
		time.Sleep(30 * time.Minute)
		list := n.incidents()
		if len(list) != 1 || list[0].Concern != baseline.ConcernAvailability || list[0].State != notify.Closed {
			t.Fatalf("have incidents %+v, want one outage that is closed", list)
		}
		if down := list[0].OpenedAt.Sub(list[0].SuspectedAt); down < 90*time.Second || down > 4*time.Minute {
			t.Errorf("believed after %v, want the re-checks of the profile (two minutes)", down)
		}
	})
}

func TestStoryARestartNeitherLosesNorDoubles(t *testing.T) {
	inFakeTime(t, func(n *night) {
		n.scene.become(portalDefaced)
		for range 20 { // restarted every few seconds, through suspicion, opening and telling
			time.Sleep(7 * time.Second)
			n.restart()
		}
		time.Sleep(20 * time.Minute)
		if list := n.incidents(); len(list) != 1 {
			t.Fatalf("have incidents %+v, want one", list)
		}
		if told := n.inbox.texts(); len(told) != 1 {
			t.Errorf("have messages %q, want one", told)
		}
	})
}

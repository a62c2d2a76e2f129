package main

import (
	"context"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/notify"
)

func TestStoryAPageThatStaysBrokenIsAWarning(t *testing.T) {
	for name, c := range map[string]struct {
		mode portalMode
		told string
	}{
		"styles":  {portalUnstyled, "🟡 CẢNH BÁO: Trang mất CSS/ảnh kéo dài"},
		"blank":   {portalBlank, "🟡 CẢNH BÁO: Trang trắng kéo dài"},
		"refused": {portalRefusing, "🟡 CẢNH BÁO: Trang chặn hệ thống giám sát kéo dài"},
	} {
		t.Run(name, func(t *testing.T) {
			inFakeTime(t, func(n *night) {
				n.scene.become(c.mode)
				time.Sleep(time.Hour) // a bad hour is nobody's business
				n.wantTold()
				time.Sleep(2 * time.Hour) // and this is told once
				n.wantTold(c.told)
				list := n.incidents()
				if len(list) != 1 || list[0].Concern != baseline.ConcernQuality || list[0].Severity != notify.Warning || list[0].State != notify.Open {
					t.Fatalf("have incidents %+v, want one open warning about how the page arrives", list)
				}
				n.restart()
				time.Sleep(time.Hour)
				n.wantTold(c.told)
				n.scene.become(portalNormal)
				time.Sleep(time.Hour)
				n.wantTold(c.told, "trang đã hiển thị trọn vẹn")
				states, err := n.house.judge.States(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				if s := states[n.site.ID]; s.Quality != baseline.Complete || s.Content != baseline.Normal && s.Content != baseline.Changed {
					t.Errorf("have %s and %s, want a whole page that is fine", s.Quality, s.Content)
				}
			})
		})
	}
}

func TestStoryAPageThatLoadsBadlyNowAndThenIsSilent(t *testing.T) {
	inFakeTime(t, func(n *night) {
		for range 4 {
			n.scene.become(portalUnstyled)
			time.Sleep(70 * time.Minute)
			n.scene.become(portalNormal)
			time.Sleep(40 * time.Minute)
		}
		n.wantTold()
	})
}

func TestStoryAnAttackOnABrokenPageIsStillRed(t *testing.T) {
	inFakeTime(t, func(n *night) {
		n.scene.become(portalUnstyled)
		time.Sleep(150 * time.Minute)
		n.scene.become(portalDefaced)
		time.Sleep(time.Hour)
		n.wantTold("CẢNH BÁO: Trang mất CSS/ảnh", "🔴 KHẨN", "CHƯA AI NHẬN SAU 30 PHÚT")
	})
}

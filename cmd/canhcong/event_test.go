package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/targets"
)

func TestEventCommand(t *testing.T) {
	data := t.TempDir()
	canhcong, must := commands(t, data, nil)
	must("site", "add", "phuongvidu.tinhmau.gov.vn", "--unit", "UBND phường Ví Dụ")
	until := time.Now().In(targets.Vietnam).AddDate(0, 0, 6).Format(time.DateOnly)
	wantWords(t, must("event", "declare", "--kind", "festive", "--unit", "ubnd Phường Ví Dụ", "--until", until, "--reason", "Trang trí Tết"), "sự kiện giao diện số 1: trang trí lễ, Tết")
	must("event", "declare", "--kind", "mourning", "--province", "--until", until, "--reason", "Công điện số 1")
	wantWords(t, must("event", "list"), "festive", "unit 1", "mourning", "province", "Công điện số 1")
	wantWords(t, must("event", "end", "2"), "số 2 kết thúc")
	if out := must("event", "list"); strings.Contains(out, "mourning") {
		t.Errorf("an event that is over is listed:\n%s", out)
	}
	wantWords(t, must("event", "list", "--all"), "mourning")
	for _, wrong := range [][]string{
		{"event", "declare", "--kind", "festive", "--until", until, "--reason", "cho ai?"},
		{"event", "declare", "--kind", "party", "--province", "--until", until, "--reason", "không có loại này"},
		{"event", "declare", "--kind", "festive", "--province", "--until", "mai", "--reason", "ngày không rõ"},
		{"event", "declare", "--kind", "festive", "--province", "--until", "2099-01-01", "--reason", "quá dài"},
		{"event", "declare", "--kind", "festive", "--site", "7", "--until", until, "--reason", "không có cổng này"},
		{"event", "declare", "--kind", "festive", "--unit", "xã Không Có", "--until", until, "--reason", "không có đơn vị"},
		{"event", "end", "9"},
	} {
		if out, err := canhcong(wrong...); err == nil {
			t.Errorf("%v: have %q, want an error", wrong, out)
		}
	}
}

func TestStoryADeclaredDesignIsQuietAndAnAttackInItIsNot(t *testing.T) {
	inFakeTime(t, func(n *night) {
		e, err := n.house.registry.Declare(context.Background(), targets.AppearanceEvent{Kind: targets.Redesign, SiteID: n.site.ID, From: time.Now(), Until: time.Now().Add(3 * time.Hour),
			Reason: "giao diện mới", DeclaredBy: "webmaster"})
		if err != nil {
			t.Fatal(err)
		}
		n.scene.become(portalRedesigned)
		time.Sleep(2 * time.Hour)
		n.wantTold()
		var named bool
		verdicts, err := n.house.judge.Verdicts(context.Background(), n.site.ID, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range verdicts {
			for _, x := range v.EvidenceOf(baseline.ConcernContent) {
				named = named || x.Excuse != nil && x.Excuse.Event == e.ID
			}
		}
		if !named {
			t.Error("no verdict names the event")
		}
		n.scene.become(portalDefaced)
		time.Sleep(20 * time.Minute)
		n.wantTold("KHẨN")
		n.scene.become(portalRedesigned)
		time.Sleep(4 * time.Hour) // the event is over, and nobody approved the design
		told := n.inbox.texts()
		if !slices.ContainsFunc(told[1:], func(m string) bool { return strings.Contains(m, "NGHIÊM TRỌNG") }) {
			t.Errorf("have %q, want the new design told after the event", told)
		}
	})
}

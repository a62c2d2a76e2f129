package telegram_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"canhcong/notify"
	"canhcong/notify/telegram/telegramtest"
)

// TestCommandsAreOffered asks what apps list when somebody types a slash, in either language; that Telegram refuses it keeps nobody
// from being heard.
func TestCommandsAreOffered(t *testing.T) {
	for _, refused := range []bool{false, true} {
		w := newWatch(t)
		w.link("truca", trucA)
		if refused {
			w.server.Script(telegramtest.Answer{Method: "setMyCommands", Code: 500, Times: -1, Description: "Internal Server Error"})
		}
		stop := w.start()
		w.server.Say(trucA.ID, trucA, "/truc")
		w.find("Lịch trực đang trống")
		stop()
		for language, want := range map[string]string{"vi": "nhận sự cố", "en": "take an incident on"} {
			have := map[string]string{}
			for _, c := range w.server.Commands(language) {
				have[c.Name] = c.Does
			}
			if !refused && (len(have) != 5 || have["xacnhan"] != want) {
				t.Errorf("%s: have %v, want five commands, one that says %q", language, have, want)
			}
		}
	}
}

// TestThrownOut is thrown out of the shared chat and let in again while nothing is told there: people hear of it on their other ways
// at once, not when the next alert fails.
func TestThrownOut(t *testing.T) {
	w := newWatch(t)
	w.link("truca", trucA)
	defer w.start()()
	w.server.Member(sharedChat, nobody, "member", "kicked")
	if m := w.findIn("4711", "ĐỊA CHỈ CHUNG trên Telegram KHÔNG NHẬN ĐƯỢC TIN"); !strings.Contains(m.Text, "kicked") {
		t.Errorf("have %v, want it to say what happened", m)
	}
	w.server.Member(sharedChat, trucA, "left", "member")
	w.findIn("4711", "ĐỊA CHỈ CHUNG trên Telegram NHẬN LẠI ĐƯỢC TIN")
	w.server.Member(sharedChat, trucA, "member", "administrator")
	w.server.WaitHeard(2 * time.Minute)
	live, err := w.LiveNotices(t.Context())
	if err != nil || len(live) != 0 || w.server.Left(fmt.Sprint(sharedChat)) {
		t.Errorf("have %v (%v), left %t, want that all is well", live, err, w.server.Left(fmt.Sprint(sharedChat)))
	}
}

// TestBlockedByAPerson has somebody block the bot: their next address is used from now on, and this one again when they come back.
func TestBlockedByAPerson(t *testing.T) {
	w := newWatch(t)
	w.link("truca", trucA)
	defer w.start()()
	failed := func() bool {
		a, _, err := w.AddressOf(t.Context(), "telegram", "4711")
		return err == nil && !a.FailedAt.IsZero() && strings.Contains(a.Failure, "kicked")
	}
	w.server.Member(trucA.ID, trucA, "member", "kicked")
	w.until("the address does not say that it fails", failed)
	w.server.Member(nobody.ID, nobody, "member", "kicked") // whoever that is
	w.server.Member(trucA.ID, trucA, "kicked", "member")
	w.until("the address fails for good", func() bool { return !failed() })
}

// TestStrangeGroup is put into a group that nobody has configured: the bot says which one it is, and leaves. Where a group of ours
// may have become this one, it stays.
func TestStrangeGroup(t *testing.T) {
	const strange = -1009998887776
	w := newWatch(t)
	w.link("truca", trucA)
	stop := w.start()
	w.server.Member(strange, nobody, "left", "member")
	w.findIn(fmt.Sprint(strange), fmt.Sprint(strange))
	w.until("the bot stays in a strange group", func() bool { return w.server.Left(fmt.Sprint(strange)) })
	stop()
	for chat, said := range map[int64]string{sharedChat: "member", -55: "kicked", strange: "left"} {
		w := newWatch(t)
		stop := w.start()
		w.server.Member(chat, nobody, "left", said)
		w.server.WaitHeard(2 * time.Minute)
		stop()
		if w.server.Left(fmt.Sprint(chat)) {
			t.Errorf("the bot has left %d as it was %s", chat, said)
		}
	}
	old := newWatch(t)
	p, _ := old.PersonByLogin(t.Context(), "truca")
	if _, err := old.AddAddress(t.Context(), notify.Address{PersonID: p.ID, Channel: "telegram", Recipient: "-4711"}); err != nil {
		t.Fatal(err)
	}
	stop = old.start()
	old.server.Member(strange, nobody, "left", "member")
	old.server.WaitHeard(2 * time.Minute)
	stop()
	if old.server.Left(fmt.Sprint(strange)) {
		t.Error("the bot has left a group that one of ours may have become")
	}
}

// TestLongUpdates says more at once than an answer may hold: strangers who write without end keep nobody from being heard.
func TestLongUpdates(t *testing.T) {
	w := newWatch(t)
	w.link("truca", trucA)
	for n := range 30 {
		w.server.Update("message", map[string]any{"message_id": n + 1, "date": time.Now().Unix(), "chat": map[string]any{"id": 66, "type": "private"},
			"from": map[string]any{"id": 66, "is_bot": false, "first_name": "x"}, "text": "x", "web_app_data": strings.Repeat("x", 300<<10)})
	}
	w.server.Say(trucA.ID, trucA, "/truc")
	defer w.start()()
	w.find("Lịch trực đang trống")
}

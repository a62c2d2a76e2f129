package telegram_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"canhcong/baseline"
	"canhcong/monitor"
	"canhcong/notify"
	"canhcong/notify/telegram"
	"canhcong/notify/telegram/telegramtest"
	"canhcong/targets"
	"canhcong/targets/targetstest"
)

// watch is a desk that tells a group of a fake Telegram, and people who may answer.
type watch struct {
	*notify.Desk
	t      *testing.T
	server *telegramtest.Server
	sender *telegram.Sender
	db     *targets.DB
	site   targets.Site
	a      *monitor.Archive
}

const sharedChat = -1001234567890

var (
	trucA  = telegramtest.User{ID: 4711, Name: "A trên Telegram"}
	trucB  = telegramtest.User{ID: 4712, Name: "B trên Telegram"}
	nobody = telegramtest.User{ID: 66, Name: "Người lạ"}
)

func newWatch(t *testing.T) *watch {
	t.Helper()
	w := &watch{t: t, server: telegramtest.New(t), db: targetstest.DB(t)}
	w.sender = sender(t, telegram.Config{APIBases: []string{w.server.URL}, Pace: telegram.Pace{InChat: 1, InGroup: 1, Overall: 1}})
	registry := targets.New(w.db)
	w.site = targetstest.Site(t, registry, "https://phuongvidu.tinhmau.gov.vn/", "Cổng TTĐT phường Ví Dụ")
	var err error
	if w.a, err = monitor.NewArchive(w.db, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.a.Close() })
	w.Desk = notify.New(registry, w.a, baseline.New(registry, w.a, []byte("key"), nil), notify.Options{
		Channels: []notify.Channel{{Name: "telegram", Sender: w.sender, Recipient: fmt.Sprint(sharedChat)}},
		Carriers: map[string]notify.Sender{"telegram": w.sender}, Heard: []string{"telegram"}})
	for _, p := range []notify.Person{{Login: "truca", Name: "Trực A", Role: notify.Duty}, {Login: "trucb", Name: "Trực B", Role: notify.Duty}} {
		if _, err := w.AddPerson(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// start runs the outbox and the listener until what it returns is called.
func (w *watch) start() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	var parts sync.WaitGroup
	for _, run := range []func(context.Context) error{w.Run, func(ctx context.Context) error { return w.sender.Listen(ctx, w.Desk, "telegram") }} {
		parts.Go(func() {
			if err := run(ctx); err != nil {
				w.t.Error(err)
			}
		})
	}
	return func() {
		cancel()
		parts.Wait()
	}
}

// link makes an account an address of a person.
func (w *watch) link(login string, u telegramtest.User) {
	w.t.Helper()
	p, err := w.PersonByLogin(w.t.Context(), login)
	if err == nil {
		_, err = w.AddAddress(w.t.Context(), notify.Address{PersonID: p.ID, Channel: "telegram", Recipient: fmt.Sprint(u.ID)})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// alarm opens an incident, and returns the message that the group is told it by.
func (w *watch) alarm() telegramtest.Message {
	w.t.Helper()
	v := baseline.Verdict{At: time.Now(), Availability: baseline.Up, Content: baseline.Changed, Certificate: baseline.CertificateValid}
	v.Observation = monitor.Observation{Site: w.site, Depth: monitor.Render, At: v.At, Outcome: monitor.OK}
	if err := w.a.Save(w.t.Context(), &v.Observation, monitor.Rendering{}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.db.Write.QueryRow(`INSERT INTO verdicts (site_id, observation_id, at, availability, content, quality, certificate, score, evidence)
		VALUES (?, ?, ?, ?, ?, 'complete', ?, 0, '[]') RETURNING id`, w.site.ID, v.Observation.ID, targets.Millis(v.At), v.Availability, v.Content, v.Certificate).Scan(&v.ID); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.Raise(w.t.Context(), v, "chunha", "không phải chúng tôi"); err != nil {
		w.t.Fatal(err)
	}
	return w.findIn(fmt.Sprint(sharedChat), "Thay đổi không phải do đơn vị")
}

// find waits for a message of the bot with these words, in any chat.
func (w *watch) find(words string) telegramtest.Message {
	w.t.Helper()
	return w.findIn("", words)
}

func (w *watch) findIn(chat, words string) (found telegramtest.Message) {
	w.t.Helper()
	w.until(fmt.Sprintf("no message says %q: have %v", words, w.server.Messages()), func() bool {
		for _, m := range w.server.Messages() {
			if strings.Contains(m.Text, words) && (chat == "" || m.Chat == chat) {
				found = m
			}
		}
		return found.ID != 0
	})
	return found
}

func (w *watch) until(what string, so func() bool) {
	w.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !so(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatal(what)
		}
	}
}

// button returns the data of the button with a label.
func button(t *testing.T, m telegramtest.Message, label string) string {
	t.Helper()
	for _, row := range m.Buttons {
		for _, b := range row {
			if strings.Contains(b.Text, label) {
				return b.Data
			}
		}
	}
	t.Fatalf("have the buttons %v, want one that says %q", m.Buttons, label)
	return ""
}

func (w *watch) incident() notify.Incident {
	w.t.Helper()
	i, err := w.Incident(w.t.Context(), 1)
	if err != nil {
		w.t.Fatal(err)
	}
	return i
}

// TestConversation is one night on Telegram: somebody links their account, takes an incident on with a button, and asks around.
func TestConversation(t *testing.T) {
	w := newWatch(t)
	w.link("trucb", trucB)
	p, _ := w.PersonByLogin(t.Context(), "truca")
	code, err := w.NewLinkCode(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	stop := w.start()
	w.server.Say(trucA.ID, trucA, "/start "+code.Code)
	if m := w.find("Xin chào Trực A"); m.Chat != "4711" || m.ReplyTo == 0 {
		t.Errorf("have %+v, want a reply in the private chat", m)
	}
	m := w.alarm()
	w.server.Press(m, nobody, button(t, m, "Tôi nhận"))
	w.server.Press(m, trucA, button(t, m, "Tôi nhận"))
	w.server.Press(m, trucB, button(t, m, "Tôi nhận"))
	answers := w.server.WaitAnswers(3, 2*time.Minute)
	for n, want := range []string{"chưa được liên kết", "Bạn đã nhận SC-", "Trực A đã nhận SC-"} {
		if !strings.Contains(answers[n].Text, want) || answers[n].Alert != (n == 0) {
			t.Errorf("have %+v, want %q", answers[n], want)
		}
	}
	w.until("the message does not say who is on it", func() bool {
		return strings.Contains(w.findIn(m.Chat, "Thay đổi không phải").Text, "Đã tiếp nhận: Trực A")
	})
	w.server.Say(sharedChat, nobody, "/trangthai")
	w.server.Say(sharedChat, trucB, "/trangthai@another_bot")
	w.server.Say(sharedChat, trucB, "/trangthai@CanhCong_bot")
	if m := w.find("📊 Trạng thái"); m.Chat != fmt.Sprint(sharedChat) || strings.Contains(m.Text, "Chưa ai nhận") {
		t.Errorf("have %+v", m)
	}
	w.server.WaitHeard(2 * time.Minute)
	stop()
	count := len(w.server.Messages())
	stop = w.start()
	w.server.Say(trucB.ID, trucB, "/giupdo")
	w.find("Các lệnh")
	stop()
	if have := len(w.server.Messages()); have != count+1 {
		t.Errorf("have %d messages and %d after a restart, want one more: %v", count, have, w.server.Messages())
	}
}

// TestReason has somebody call an incident a false alarm: their app offers to reply, and the reply is the reason.
func TestReason(t *testing.T) {
	w := newWatch(t)
	w.link("truca", trucA)
	defer w.start()()
	m := w.alarm()
	w.server.Press(m, trucA, button(t, m, "Báo sai"))
	asked := w.find("Vì sao SC-")
	if asked.ReplyTo != m.ID || !strings.Contains(asked.HTML, `<a href="tg://user?id=4711">Trực A</a>`) {
		t.Errorf("have %+v, want a question to one person", asked)
	}
	w.until("nobody knows where the question stands", func() (placed bool) {
		_ = w.db.Read.QueryRow(`SELECT message <> '' FROM questions`).Scan(&placed)
		return placed
	})
	w.server.Reply(sharedChat, trucA, "đơn vị đã xác nhận qua điện thoại", asked.ID)
	w.find("Đã ghi SC-")
	if i := w.incident(); i.State != notify.Closed || i.Finding != notify.FoundFalse {
		t.Errorf("have %+v", i)
	}
}

// TestHeardTwice cannot note what it has done: what was said is heard again, as after a crash, and changes nothing.
func TestHeardTwice(t *testing.T) {
	w := newWatch(t)
	w.link("truca", trucA)
	defer w.start()()
	m := w.alarm()
	if _, err := w.db.Write.Exec(`CREATE TRIGGER full BEFORE INSERT ON listeners BEGIN SELECT RAISE(ABORT, 'no room'); END`); err != nil {
		t.Fatal(err)
	}
	w.server.Press(m, trucA, button(t, m, "Tôi nhận"))
	w.server.WaitAnswers(2, 2*time.Minute)
	if _, err := w.db.Write.Exec(`DROP TRIGGER full`); err != nil {
		t.Fatal(err)
	}
	w.server.WaitHeard(2 * time.Minute)
	for _, a := range w.server.Answers() {
		if !strings.HasPrefix(a.Text, "Bạn đã nhận SC-") {
			t.Errorf("have %q", a.Text)
		}
	}
	events, err := w.Timeline(t.Context(), 1)
	if err != nil || len(events) != 2 {
		t.Errorf("have %+v (%v), want that it was raised and taken, once", events, err)
	}
}

// TestLateAnswer presses a button whose app has stopped waiting: it counts all the same, and the answer comes as a message.
func TestLateAnswer(t *testing.T) {
	w := newWatch(t)
	w.link("truca", trucA)
	w.server.Script(telegramtest.Answer{Method: "answerCallbackQuery", Code: 400, Times: -1,
		Description: "Bad Request: query is too old and response timeout expired or query ID is invalid"})
	defer w.start()()
	m := w.alarm()
	w.server.Press(m, nobody, button(t, m, "Tôi nhận"))
	w.server.Press(m, trucA, button(t, m, "Tôi nhận"))
	if late := w.find("Bạn đã nhận"); late.ReplyTo != m.ID || w.incident().AcknowledgedBy != "truca" {
		t.Errorf("have %+v and an incident taken by %q", late, w.incident().AcknowledgedBy)
	}
	for _, m := range w.server.Messages() {
		if strings.Contains(m.Text, "liên kết") {
			t.Errorf("the group reads what is a stranger's business: %v", m)
		}
	}
}

// TestAnotherPoller has somebody else poll as the same bot: alerts leave, people are told that buttons do nothing, and that they
// work again.
func TestAnotherPoller(t *testing.T) {
	w := newWatch(t)
	w.server.Script(telegramtest.Answer{Method: "getUpdates", Code: 409, Times: -1,
		Description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"})
	stop := w.start()
	w.find("NÚT BẤM VÀ LỆNH KHÔNG CÓ TÁC DỤNG")
	w.alarm()
	stop()
	polls := 0
	for _, c := range w.server.Calls() {
		if c.Method == "getUpdates" {
			polls++
		}
	}
	if polls != 1 {
		t.Errorf("have %d polls, want the other to be left in peace", polls)
	}
	w.server.Forget()
	stop = w.start()
	w.find("NÚT BẤM VÀ LỆNH DÙNG LẠI ĐƯỢC")
	stop()
}

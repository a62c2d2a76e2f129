package notify

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// audits is an audit log in memory.
type audits struct {
	mu    sync.Mutex
	lines []string
}

func (a *audits) write(_ context.Context, actor, action, object, detail string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = append(a.lines, strings.Join([]string{actor, action, object, detail}, " "))
	return nil
}

func (a *audits) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.lines...)
}

// heardOffice is an office whose inbox people can answer over, with people who are known there by the addresses 1, 2, ….
func heardOffice(t testing.TB, people ...Person) (*office, *audits) {
	t.Helper()
	log := &audits{}
	o := newOffice(t, Options{Heard: []string{"inbox"}, Carriers: map[string]Sender{"inbox": &inbox{}}, Audit: log.write, ConsoleURL: "https://canhcong.tinhmau.gov.vn"})
	for n, p := range people {
		if p.Role == Webmaster {
			p.UnitID = o.site.Unit.ID
		}
		p, err := o.AddPerson(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.AddAddress(t.Context(), Address{PersonID: p.ID, Channel: "inbox", Recipient: fmt.Sprint(n + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	return o, log
}

var (
	trucA = Person{Login: "truca", Name: "Trực A", Role: Duty}
	trucB = Person{Login: "trucb", Name: "Trực B", Role: Duty}
)

// sent returns the messages with buttons that the shared inbox got, once there are n of them.
func (o *office) sent(n int) []Message {
	o.t.Helper()
	synctest.Wait()
	var list []Message
	for _, m := range o.inbox.all() {
		if m.Picture == nil {
			list = append(list, m)
		}
	}
	if len(list) != n {
		o.t.Fatalf("have %d texts %q, want %d", len(list), o.inbox.titles(), n)
	}
	return list
}

// labels are what is written on the buttons of a message.
func (m Message) labels() string {
	var list []string
	for _, a := range m.Actions {
		list = append(list, a.Label)
	}
	return strings.Join(list, " | ")
}

// button returns the ID of the button with a label.
func (m Message) button(t *testing.T, label string) string {
	t.Helper()
	for _, a := range m.Actions {
		if strings.Contains(a.Label, label) {
			return a.ID
		}
	}
	t.Fatalf("have the buttons %s, want %q", m.labels(), label)
	return ""
}

func (o *office) press(user, button, message string) Answer {
	o.t.Helper()
	a, err := o.Press(o.t.Context(), Press{Button: button, Channel: "inbox", User: user, Chat: "trực", Message: message})
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

func TestPressTakesAnIncidentOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, trucB)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		first := o.sent(1)[0]
		if have, want := first.labels(), "👤 Tôi nhận | ✅ Sự cố thật | 🚫 Báo sai | ⏸ Tạm lắng 30 phút | ⏸ Tạm lắng 60 phút | 📞 Đầu mối | 🔎 Chi tiết"; have != want {
			t.Fatalf("have the buttons %q, want %q", have, want)
		}
		take := first.Actions[0].ID
		if len(take) < 20 || len(take) > 64 {
			t.Errorf("have the ID %q, want 128 bits of chance in 64 bytes", take)
		}
		time.Sleep(2 * time.Minute)
		if have, want := o.press("1", take, "a").Toast, "Bạn đã nhận SC-2000-0001 lúc 07:02."; have != want {
			t.Errorf("have %q, want %q", have, want)
		}
		edit := o.sent(2)[1]
		if !edit.Replaces || edit.ReplyTo != "a" || edit.labels() != "✅ Sự cố thật | 🚫 Báo sai | ⏸ Tạm lắng 30 phút | ⏸ Tạm lắng 60 phút | 📞 Đầu mối | 🔎 Chi tiết" || edit.Title != first.Title || !strings.Contains(edit.Body, "Đã tiếp nhận: Trực A, 07:02") {
			t.Errorf("have %+v, want the first message with who is on it and without the button", edit)
		}
		for user, want := range map[string]string{"1": "Bạn đã nhận SC-2000-0001 lúc 07:02.", "2": "Trực A đã nhận SC-2000-0001 lúc 07:02."} {
			if have := o.press(user, take, "a").Toast; have != want {
				t.Errorf("pressed again by %s: have %q, want %q", user, have, want)
			}
		}
		o.sent(2)
		if have, want := strings.Join(log.all(), "|"), "truca acknowledge incident/1 SC-2000-0001 · inbox"; have != want {
			t.Errorf("audit: have %q, want %q", have, want)
		}
		events, _ := o.Timeline(t.Context(), 1)
		if e := events[len(events)-1]; e.Kind != ReasonAcknowledged || e.Actor != "truca" || e.Detail != "inbox" {
			t.Errorf("have %+v, want who took it and how", e)
		}
		time.Sleep(time.Minute)
		o.see(o.site, availability, "n n")
		synctest.Wait()
		if have, want := o.press("2", take, "a").Toast, "SC-2000-0001 đã kết thúc lúc 07:03: đã khôi phục."; have != want {
			t.Errorf("after the end: have %q, want %q", have, want)
		}
	})
}

// TestPressesThatDoNotCount presses what was not sent, was sent elsewhere, or is not theirs to press: nothing moves, and who
// tried is written down.
func TestPressesThatDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, Person{Login: "chunha", Name: "Chủ nhà", Role: Webmaster}, Person{Login: "lanhdao", Name: "Lãnh đạo", Role: Leader})
		shut := o.open()
		o.see(o.site, availability, "d d d d")
		good := Press{Button: o.sent(1)[0].Actions[0].ID, Channel: "inbox", User: "1", Chat: "trực", Message: "a"}
		shut()
		for _, c := range []struct {
			name  string
			spoil func(*Press)
			want  phrase
			audit string
		}{
			{"forged", func(p *Press) { p.Button = strings.Repeat("A", 22) }, wordButtonGone, "truca denied AAAAAAAAAAAAAAAAAAAAAA inbox: forged"},
			{"hostile", func(p *Press) { p.Button = "' OR 1=1 --\x00\u202e" }, wordButtonGone, "truca denied ' OR 1=1 -- inbox: forged"},
			{"other chat", func(p *Press) { p.Chat = "-1002" }, wordButtonGone, "truca denied incident/1 inbox: forged"},
			{"other message", func(p *Press) { p.Message = "b" }, wordButtonGone, "truca denied incident/1 inbox: forged"},
			{"stranger", func(p *Press) { p.User = "66" }, wordNotLinked, "inbox:66 denied " + good.Button + " inbox: not linked"},
			{"another channel", func(p *Press) { p.Channel = "mail" }, wordNotLinked, "mail:1 denied " + good.Button + " mail: not linked"},
			{"webmaster", func(p *Press) { p.User = "2" }, wordNotOnRoster, "chunha denied incident/1 inbox: not on the roster"},
			{"leader", func(p *Press) { p.User = "3" }, wordNotOnRoster, "lanhdao denied incident/1 inbox: not on the roster"},
		} {
			p := good
			c.spoil(&p)
			have, err := o.Press(t.Context(), p)
			if err != nil || have.Toast != c.want.vi || !have.Discreet || have.Title != "" {
				t.Errorf("%s: have %+v (%v), want %q", c.name, have, err, c.want.vi)
			}
			if lines := log.all(); lines[len(lines)-1] != c.audit {
				t.Errorf("%s: audit: have %q, want %q", c.name, lines[len(lines)-1], c.audit)
			}
		}
		if _, err := o.registry.DB().Write.Exec(`UPDATE people SET retired_at = 1 WHERE login = 'truca'`); err != nil {
			t.Fatal(err)
		}
		if have, _ := o.Press(t.Context(), good); have.Toast != wordNotLinked.vi {
			t.Errorf("retired: have %+v", have)
		}
		if _, err := o.registry.DB().Write.Exec(`UPDATE people SET retired_at = NULL`); err != nil {
			t.Fatal(err)
		}
		time.Sleep(buttonLasts)
		if have, _ := o.Press(t.Context(), good); have.Toast != fmt.Sprintf(wordButtonOld.vi, "SC-2000-0001") || have.Discreet {
			t.Errorf("expired: have %+v", have)
		}
		if i := o.only(); i.State != Open {
			t.Errorf("have %s, want an incident that nobody took on", i.State)
		}
	})
}

// One message about many incidents has no buttons, and makes none.
func TestNoButtonsUnderABatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA)
		o.inbox.behave(func(Message) error { return fmt.Errorf("away: %w", ErrNotSent) }, nil)
		defer o.open()()
		for n := range 12 {
			o.see(o.add(fmt.Sprintf("https://p%d.tinhmau.gov.vn/", n)), availability, "d d d d")
		}
		synctest.Wait()
		o.inbox.behave(nil, nil)
		time.Sleep(10 * time.Minute)
		shown := 0
		for _, m := range append(o.inbox.all(), o.carriers["inbox"].(*inbox).all()...) {
			shown += len(m.Actions)
		}
		var made int
		if err := o.registry.DB().Read.QueryRow(`SELECT count(*) FROM buttons`).Scan(&made); err != nil || made != shown {
			t.Errorf("have %d buttons, and show %d in %q (%v)", made, shown, o.inbox.titles(), err)
		}
	})
}

// Somebody who is on duty now may act, whatever their role.
func TestPressOnDuty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, Person{Login: "lanhdao", Name: "Lãnh đạo", Role: Leader})
		defer o.open()()
		p, _ := o.PersonByLogin(t.Context(), "lanhdao")
		if _, err := o.AddShifts(t.Context(), "quantri", Shift{Watch: Watch{Tier: TierLeader, Person: p, From: time.Now(), Until: time.Now().Add(time.Hour)}}); err != nil {
			t.Fatal(err)
		}
		o.see(o.site, availability, "d d d d")
		if have := o.press("1", o.sent(1)[0].Actions[0].ID, "a").Toast; !strings.HasPrefix(have, "Bạn đã nhận") {
			t.Errorf("have %q, want it taken", have)
		}
	})
}

// TestTwoPressAtOnce has two people press the same button many times at once: one of them has it, and the other is told who.
func TestTwoPressAtOnce(t *testing.T) {
	o, log := heardOffice(t, trucA, trucB)
	shut := o.open()
	o.see(o.site, availability, "d d d d")
	for len(o.inbox.all()) == 0 {
		time.Sleep(time.Millisecond)
	}
	take := o.inbox.all()[0].Actions[0].ID
	var mu sync.Mutex
	heard := map[string]int{}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			a, err := o.Press(t.Context(), Press{Button: take, Channel: "inbox", User: fmt.Sprint(n%2 + 1), Chat: "trực", Message: "a"})
			mu.Lock()
			defer mu.Unlock()
			word, _, _ := strings.Cut(a.Toast, " đã nhận")
			if heard[fmt.Sprint(n%2+1)+" "+word]++; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	shut()
	i := o.only()
	want := map[string]int{"1 Bạn": 10, "2 Trực A": 10}
	if i.AcknowledgedBy == "trucb" {
		want = map[string]int{"2 Bạn": 10, "1 Trực B": 10}
	}
	if fmt.Sprint(heard) != fmt.Sprint(want) || len(log.all()) != 1 {
		t.Errorf("have %v and %q, want %v and one line", heard, log.all(), want)
	}
}

// TestButtonsAndLostMessages loses messages on both sides of their delivery: whatever arrived has buttons that work.
func TestButtonsAndLostMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA)
		refused, lost := 0, 0
		o.inbox.behave(func(Message) error {
			if refused++; refused <= 2 {
				return fmt.Errorf("no network: %w", ErrNotSent)
			}
			return nil
		}, func(Message) error {
			if lost++; lost == 1 {
				return fmt.Errorf("the answer was lost")
			}
			return nil
		})
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		time.Sleep(2 * time.Minute)
		list := o.sent(2)
		if list[0].Actions[0].ID == list[1].Actions[0].ID {
			t.Error("a message that may have arrived shares its buttons with its repetition")
		}
		var kept int
		if err := o.registry.DB().Read.QueryRow(`SELECT count(*) FROM buttons WHERE recipient = 'trực'`).Scan(&kept); err != nil || kept != 14 {
			t.Errorf("have %d buttons (%v), want those of the two messages that arrived in the shared chat", kept, err)
		}
		if have := o.press("1", list[0].Actions[0].ID, "a").Toast; !strings.HasPrefix(have, "Bạn đã nhận") {
			t.Errorf("the first copy: have %q", have)
		}
		if have := o.press("1", list[0].Actions[0].ID, "b").Toast; have != wordButtonGone.vi {
			t.Errorf("its button under another message: have %q", have)
		}
		if have := o.press("1", list[1].Actions[0].ID, "b").Toast; !strings.HasPrefix(have, "Bạn đã nhận") {
			t.Errorf("the repetition: have %q", have)
		}
	})
}

func TestDetails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		first := o.sent(1)[0]
		o.press("1", first.Actions[0].ID, "a")
		have := o.press("1", first.button(t, "Chi tiết"), "a")
		wantWords(t, have.Title, "SC-2000-0001", "Không truy cập được")
		wantWords(t, have.Body, "UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn", "Nguyên nhân", "đã tiếp nhận", "Trực A", "Diễn biến:", "/incidents/1")
	})
}

func wantWords(t *testing.T, have string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(have, w) {
			t.Errorf("have %q, want %q in it", have, w)
		}
	}
}

// Without a listener nothing is changed: no buttons, and who acknowledged is a message of its own.
func TestNoButtonsWhereNobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		if m := o.sent(1)[0]; len(m.Actions) != 0 {
			t.Errorf("have %v, want no buttons", m.Actions)
		}
	})
}

// TestButtonsOfOneNumberInTwoChats edits messages that have the same number in two chats, as those of two supergroups may: each keeps
// buttons of its own.
func TestButtonsOfOneNumberInTwoChats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, _ := heardOffice(t, trucA)
		now := time.Now()
		mint := func(recipient string) string {
			t.Helper()
			id, err := o.mint(t.Context(), button{About: About{AboutIncident, 1}, Deed: deedTake, Channel: "inbox", Recipient: recipient, Message: "57"}, now)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		first, other := mint("-1001"), mint("-1002")
		if first == other {
			t.Errorf("have one button for two chats, want it to count in each")
		}
		if again := mint("-1001"); again != first {
			t.Errorf("have %s and %s in one chat, want the button that is there", first, again)
		}
	})
}

// TestStrangersDoNotFillTheAuditLog presses what a client that is not Telegram's may send without end.
func TestStrangersDoNotFillTheAuditLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA)
		for n := range 200 {
			o.press("66", fmt.Sprintf("guess %d", n), "a")
			o.press("1", fmt.Sprintf("guess %d", n), "a")
		}
		have := map[string]int{}
		for _, line := range log.all() {
			who, _, _ := strings.Cut(line, " ")
			have[who]++
		}
		if have["inbox:66"] != mostDenials || have["truca"] != mostDenials {
			t.Errorf("have %v lines of 200 presses each, want %d of each account in an hour", have, mostDenials)
		}
		time.Sleep(time.Hour)
		o.press("66", "guess", "a")
		if n := len(log.all()); n != 2*mostDenials+1 {
			t.Errorf("have %d lines an hour later, want one more", n)
		}
	})
}

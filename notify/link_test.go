package notify

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// say has somebody write to us, where nobody else reads it.
func (o *office) say(user, text string) Answer {
	o.t.Helper()
	return o.sayIn(user, user, text)
}

// sayIn has somebody write in a conversation.
func (o *office) sayIn(chat, user, text string) Answer {
	o.t.Helper()
	a, err := o.Command(o.t.Context(), Command{Channel: "inbox", User: user, Chat: chat, Private: chat == user, Text: text, At: time.Now()})
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

func (o *office) linkCode(login string) string {
	o.t.Helper()
	p, err := o.PersonByLogin(o.t.Context(), login)
	if err != nil {
		o.t.Fatal(err)
	}
	c, err := o.NewLinkCode(o.t.Context(), p.ID)
	if err != nil || len(c.Code) != linkLetters {
		o.t.Fatalf("have the code %q (%v)", c.Code, err)
	}
	return c.Code
}

// whose is the login of whoever an account is linked to, "" for nobody.
func (o *office) whose(user string) string {
	_, p, err := o.AddressOf(o.t.Context(), "inbox", user)
	if err != nil {
		return ""
	}
	return p.Login
}

func TestLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA, trucB)
		code := o.linkCode("truca")
		if have := o.say("71", "/start "+strings.ToLower(code)+" "); have.Title != "Xin chào Trực A" || o.whose("71") != "truca" {
			t.Errorf("have %+v and an account of %q, want it to be Trực A's", have, o.whose("71"))
		}
		if have := o.say("71", "/start "+code); have.Title != "Xin chào Trực A" {
			t.Errorf("said again: have %+v, want the same welcome", have)
		}
		if have := o.say("72", "/start "+code); have.Title != wordBadCode.vi || o.whose("72") != "" {
			t.Errorf("used by somebody else: have %+v", have)
		}
		before, now := o.linkCode("truca"), o.linkCode("truca")
		if have := o.say("72", "/start "+before); have.Title != wordBadCode.vi {
			t.Errorf("a code before the newest: have %+v", have)
		}
		time.Sleep(linkLasts)
		if have := o.say("72", "/start "+now); have.Title != wordBadCode.vi {
			t.Errorf("an expired code: have %+v", have)
		}
		other := o.linkCode("trucb")
		if have := o.say("71", "/start "+other); have.Title != "Tài khoản này đang được liên kết với Trực A. Nhờ quản trị gỡ liên kết cũ trước." {
			t.Errorf("another person's account: have %+v", have)
		}
		if have := o.say("73", "/start "+other); have.Title != "Xin chào Trực B" {
			t.Errorf("the code was not used up: have %+v", have)
		}
		lines := strings.Join(log.all(), "\n")
		wantWords(t, lines, "truca person.link person/1 inbox", "inbox:72 denied person inbox: a link code that does not count", "trucb person.link person/2 inbox")
		for _, secret := range []string{code, before, now, other} {
			if strings.Contains(lines, secret) {
				t.Errorf("the code %s is in the audit log", secret)
			}
		}
	})
}

// A code that others could read is void, and nobody is answered there.
func TestLinkInAGroup(t *testing.T) {
	o, _ := heardOffice(t, trucA)
	code := o.linkCode("truca")
	if have := o.sayIn("trực", "71", "/start "+code); have != (Answer{}) || o.whose("71") != "" {
		t.Errorf("have %+v, want silence", have)
	}
	if have := o.say("71", "/start "+code); have.Title != wordBadCode.vi {
		t.Errorf("have %+v, want a code that does not count any more", have)
	}
}

// TestGuessing has one account guess: after five codes in an hour not even the right one is tried.
func TestGuessing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, log := heardOffice(t, trucA)
		for range mostGuesses {
			if have := o.say("71", "/start AAAAAAAA"); have.Title != wordBadCode.vi {
				t.Errorf("have %+v", have)
			}
		}
		if have := o.say("71", "/start "+o.linkCode("truca")); have != (Answer{}) || o.whose("71") != "" {
			t.Errorf("have %+v after too many guesses, want silence", have)
		}
		if have := o.say("72", "/start "+o.linkCode("truca")); have.Title != "Xin chào Trực A" {
			t.Errorf("somebody else: have %+v, want them welcome", have)
		}
		time.Sleep(meterForgets)
		if have := o.say("71", "/start AAAAAAAA"); have.Title != wordBadCode.vi || len(log.all()) != mostGuesses+2 {
			t.Errorf("an hour later: have %+v, %q", have, log.all())
		}
	})
}

func TestLinkCodeOfNobody(t *testing.T) {
	o, _ := heardOffice(t)
	if _, err := o.NewLinkCode(t.Context(), 7); err == nil {
		t.Error("have a code for nobody")
	}
}

func TestMeterHoldsSoMany(t *testing.T) {
	m, now := newMeter(1), time.Now()
	for n := range meterHolds + 5 {
		m.add(string(rune(n)), now)
	}
	if len(m.counts) > meterHolds {
		t.Errorf("have %d accounts, want %d", len(m.counts), meterHolds)
	}
}

// speaks is a person who is spoken to in English.
var speaks = Person{Login: "duty", Name: "Duty C", Role: Duty, Language: targets.English}

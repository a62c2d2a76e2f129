package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// post is all channels at once: it writes down what arrives where, and when.
type post struct {
	mu      sync.Mutex
	refuse  map[string]error // by channel, or by channel and recipient: "telegram truca@telegram"
	moved   map[string]string
	arrived []string // "02:07:00 telegram truca@telegram 🔴 KHẨN: …"
	bodies  []string
}

// way is one channel of the post.
type way struct {
	*post
	name string
}

func (w way) Send(_ context.Context, m Message) (Receipt, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to := w.name + " " + m.Recipient
	if err := errors.Join(w.refuse[w.name], w.refuse[to]); err != nil {
		return Receipt{}, err
	}
	w.arrived = append(w.arrived, time.Now().In(targets.Vietnam).Format("15:04:05 ")+to+" "+m.Title)
	w.bodies = append(w.bodies, m.Body)
	return Receipt{ID: fmt.Sprint(len(w.arrived)), MovedTo: w.moved[to]}, nil
}

func (p *post) breaks(where string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse == nil {
		p.refuse = map[string]error{}
	}
	p.refuse[where] = err
}

// log lists what has arrived since the last call.
func (p *post) log() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.arrived
	p.arrived = nil
	return list
}

// want compares what has arrived since with what should have: each line the beginning of one that arrived, in any order within
// the same second.
func (p *post) want(t *testing.T, when string, want ...string) {
	t.Helper()
	have := p.log()
	slices.Sort(have)
	slices.Sort(want)
	fits := len(have) == len(want)
	for n := 0; fits && n < len(have); n++ {
		fits = strings.HasPrefix(have[n], want[n])
	}
	if !fits {
		t.Errorf("%s: have\n\t%s\nwant\n\t%s", when, strings.Join(have, "\n\t"), strings.Join(want, "\n\t"))
	}
}

var ladder = map[Severity]Ladder{Critical: {5 * time.Minute, 15 * time.Minute, 30 * time.Minute}, Major: {5 * time.Minute, 15 * time.Minute, 30 * time.Minute}}

// night is an office at 02:07 of the first day of Tết, whose people are told by Telegram, e-mail and SMS.
func night(t *testing.T, more ...Channel) (*office, *post) {
	t.Helper()
	p := &post{}
	o := newOffice(t, Options{Channels: append([]Channel{}, more...), Escalation: ladder,
		Carriers: map[string]Sender{"telegram": way{p, "telegram"}, "mail": way{p, "mail"}, "sms": way{p, "sms"}}})
	time.Sleep(time.Until(time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)))
	return o, p
}

// watch puts people on duty in a tier, from an hour ago for eight hours.
func (o *office) watch(tier Tier, people ...Person) {
	o.t.Helper()
	for _, p := range people {
		s := Shift{Watch: Watch{Tier: tier, Person: p, From: time.Now().Add(-time.Hour), Until: time.Now().Add(7 * time.Hour)}}
		if _, err := o.addShifts(o.t.Context(), "quantri", []Shift{s}, time.Now()); err != nil {
			o.t.Fatal(err)
		}
	}
}

// restart runs a new desk on the same database in the place of the old one, as after a crash.
func (o *office) restart(p *post, more ...Channel) {
	o.Desk = New(o.registry, o.archive, o.judge, Options{Channels: append([]Channel{}, more...), Escalation: ladder, Carriers: o.carriers})
}

func (o *office) states(kind Kind) string {
	o.t.Helper()
	all, err := o.Alerts(o.t.Context(), 1)
	if err != nil {
		o.t.Fatal(err)
	}
	var list []string
	for _, a := range all {
		if a.Kind == kind && a.PersonID != 0 {
			list = append(list, a.Channel+" "+string(a.Delivery()))
		}
	}
	return strings.Join(list, ", ")
}

func TestNextChannelWhenTheFirstIsNotDeliveredOrNotAnswered(t *testing.T) {
	const first, second, third = "02:07:00 telegram truca@telegram 🟠", "02:08:00 mail truca@mail 🟠", "02:09:00 sms truca@sms 🟠"
	refused := &UnreachableError{Reason: "bot was blocked"}
	for _, test := range []struct {
		name   string
		broken map[string]error
		ack    time.Duration // 0 for never
		want   []string
		states string // of the opening, in the end
	}{
		{"acknowledged at once", nil, time.Second, []string{first}, "telegram delivered, mail spared, sms spared"},
		{"delivered and not answered", nil, 0, []string{first, "02:12:00 mail truca@mail 🟠", "02:17:00 sms truca@sms 🟠"}, "telegram delivered, mail delivered, sms delivered"},
		{"acknowledged in the fourth minute", nil, 4 * time.Minute, []string{first}, "telegram delivered, mail spared, sms spared"},
		{"acknowledged after the second", nil, 6 * time.Minute, []string{first, "02:12:00 mail truca@mail 🟠"}, "telegram delivered, mail delivered, sms spared"},
		{"the first is away", map[string]error{"telegram": errOut}, 90 * time.Second, []string{second}, "telegram spared, mail delivered, sms spared"},
		{"two are away", map[string]error{"telegram": errOut, "mail": errOut}, 150 * time.Second, []string{third}, "telegram spared, mail spared, sms delivered"},
		{"the first is refused", map[string]error{"telegram": refused}, time.Minute, []string{"02:07:00 mail truca@mail 🟠"}, "telegram spared, mail delivered, sms spared"},
		{"two are refused", map[string]error{"telegram": refused, "mail": refused}, time.Minute, []string{"02:07:00 sms truca@sms 🟠"}, "telegram spared, mail spared, sms delivered"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, p := night(t)
				o.watch(TierWatch, o.person("truca", "telegram", "mail", "sms"))
				for where, err := range test.broken {
					p.breaks(where, err)
				}
				shut := o.open()
				defer func() { shut() }()
				o.see(o.site, availability, "d d d d")
				acknowledged := 28 * time.Minute // before the last step
				if test.ack != 0 {
					acknowledged = test.ack
				}
				// A restart at any moment changes nothing.
				for range 27 {
					time.Sleep(acknowledged / 27)
					shut()
					o.restart(p)
					shut = o.open()
				}
				p.want(t, "until it is taken on", test.want...)
				if _, err := o.Acknowledge(t.Context(), 1, "truca"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(10 * time.Second)
				for where := range test.broken {
					p.breaks(where, nil)
				}
				time.Sleep(20 * time.Minute)
				if have := o.states(KindOpened); have != test.states {
					t.Errorf("have %s, want %s", have, test.states)
				}
				for _, line := range p.log() {
					if !strings.Contains(line, "Đã tiếp nhận") {
						t.Errorf("have %s after it was taken on", line)
					}
				}
				if o.pending() != 0 {
					t.Errorf("have %d waiting, want none", o.pending())
				}
			})
		})
	}
}

func TestWhoIsToldFirst(t *testing.T) {
	for _, test := range []struct {
		name  string
		lay   func(o *office)
		wants []string
	}{
		{"nobody has an address", func(o *office) { o.person("truca") }, nil},
		{"the lowest tier", func(o *office) {
			o.watch(TierWatch, o.person("truca", "telegram"))
			o.watch(TierTechnical, o.person("trucb", "telegram"))
			o.person("trucc", "telegram")
		}, []string{"truca"}},
		{"all of a tier", func(o *office) {
			o.watch(TierWatch, o.person("truca", "telegram"), o.person("trucb", "mail"))
		}, []string{"truca", "trucb"}},
		{"an empty tier is skipped", func(o *office) {
			o.watch(TierLeader, o.person("lanhdao", "telegram"))
			o.person("truca", "telegram")
		}, []string{"lanhdao"}},
		{"so is one that nobody can be reached in", func(o *office) {
			o.watch(TierWatch, o.person("truca"))
			o.watch(TierTechnical, o.person("trucb", "mail"))
		}, []string{"trucb"}},
		{"nobody is on duty", func(o *office) { o.person("truca", "telegram"); o.person("trucb", "mail"); o.person("trucc") }, []string{"truca", "trucb"}},
		{"an address that failed", func(o *office) {
			o.watch(TierWatch, o.person("truca", "telegram"))
			o.watch(TierTechnical, o.person("trucb", "telegram"))
			o.exec(`UPDATE addresses SET failed_at = 1 WHERE recipient = 'truca@telegram'`)
		}, []string{"trucb"}},
		{"everything has failed: better than nobody", func(o *office) {
			o.watch(TierWatch, o.person("truca", "telegram"))
			o.exec(`UPDATE addresses SET failed_at = 1`)
		}, []string{"truca"}},
		{"webmasters and leaders are not on duty", func(o *office) {
			for _, role := range []string{"leader", "webmaster"} {
				o.person("nguoi"+role, "telegram")
			}
			o.exec(`UPDATE people SET role = substr(login, 6), unit_id = 1`)
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o, p := night(t, Channel{Name: "group", Sender: way{&post{}, "group"}, Recipient: "nhóm"})
				test.lay(o)
				defer o.open()()
				o.see(o.site, content, "d d")
				synctest.Wait()
				var have []string
				for _, line := range p.log() {
					who, _, _ := strings.Cut(strings.Fields(line)[2], "@")
					have = append(have, who)
				}
				slices.Sort(have)
				if have = slices.Compact(have); !slices.Equal(have, test.wants) {
					t.Errorf("have %v, want %v", have, test.wants)
				}
			})
		})
	}
}

// exec changes something in the database that no door does.
func (o *office) exec(change string) {
	o.t.Helper()
	if _, err := o.registry.DB().Write.Exec(change); err != nil {
		o.t.Fatal(err)
	}
}

// TestNextPersonWhenNoAddressWorks has the only address of the one on duty refused: the next tier is told at once, and so on, until
// only the shared chat is left.
func TestNextPersonWhenNoAddressWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		group := &post{}
		o, p := night(t, Channel{Name: "group", Sender: way{group, "group"}, Recipient: "nhóm"})
		o.watch(TierWatch, o.person("truca", "telegram"))
		o.watch(TierTechnical, o.person("trucb", "telegram", "mail"))
		o.person("trucc", "mail")
		blocked := &UnreachableError{Reason: "bot was blocked"}
		p.breaks("telegram truca@telegram", blocked)
		p.breaks("telegram trucb@telegram", blocked)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		p.want(t, "at once", "02:07:00 mail trucb@mail 🟠 NGHIÊM TRỌNG: Không truy cập được")
		if have, want := o.states(KindOpened), "telegram undeliverable, telegram spared, mail delivered"; have != want {
			t.Errorf("have %s, want %s", have, want)
		}
		p.breaks("mail", blocked)
		o.see(o.site, availability, "n n")
		synctest.Wait()
		p.want(t, "with nobody left")
		group.want(t, "in the shared chat", "02:07:00 group nhóm 🟠", "02:07:00 group nhóm ✅ ĐÃ KHÔI PHỤC")
		if have, want := o.states(KindClosed), "mail undeliverable"; have != want || o.pending() != 0 {
			t.Errorf("have %s, %d waiting, want %s", have, o.pending(), want)
		}
		for login, want := range map[string]bool{"truca@telegram": true, "trucb@telegram": true, "trucb@mail": true, "trucc@mail": false} {
			_, channel, _ := strings.Cut(login, "@")
			if a, _, err := o.AddressOf(t.Context(), channel, login); err != nil || !a.FailedAt.IsZero() != want || want && a.Failure != "bot was blocked" {
				t.Errorf("%s: have %+v (%v), want it failed: %v", login, a, err, want)
			}
		}
	})
}

// TestAddressTakenAwayWhileItIsTold removes the address of the one on duty before the message could be sent.
func TestAddressTakenAwayWhileItIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		if s, err := o.Outbox(t.Context()); err != nil || s.Configured {
			t.Errorf("have %+v (%v), want it said that nobody can be told", s, err)
		}
		o.watch(TierWatch, o.person("truca", "telegram"))
		o.person("trucb", "mail")
		if s, err := o.Outbox(t.Context()); err != nil || !s.Configured {
			t.Errorf("have %+v (%v), want people with addresses to be enough", s, err)
		}
		o.see(o.site, availability, "d d d d")
		a, _, err := o.AddressOf(t.Context(), "telegram", "truca@telegram")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.RemoveAddress(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		defer o.open()()
		synctest.Wait()
		p.want(t, "the last resort", "02:07:00 mail trucb@mail 🟠")
	})
}

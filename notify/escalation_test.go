package notify

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

func TestParseLadder(t *testing.T) {
	for text, want := range map[string]Ladder{
		"": nil, "none": nil, "5m,15m,30m": {5 * time.Minute, 15 * time.Minute, 30 * time.Minute}, "90s, 24h": {90 * time.Second, 24 * time.Hour},
	} {
		if have, err := ParseLadder(text); err != nil || !slices.Equal(have, want) {
			t.Errorf("%q: have %v (%v), want %v", text, have, err, want)
		}
	}
	for _, text := range []string{"5", "5m,5m", "15m,5m", "30s", "25h", "-5m", "5m,"} {
		if have, err := ParseLadder(text); err == nil {
			t.Errorf("%q: have %v, want an error", text, have)
		}
	}
}

func TestLadderStep(t *testing.T) {
	opened := time.Date(2027, 2, 6, 2, 7, 0, 0, targets.Vietnam)
	for _, test := range []struct {
		name  string
		state State
		done  int
		step  int
		due   string
	}{
		{"just opened", Open, 0, 1, "02:12"}, {"after the first", Open, 1, 2, "02:22"}, {"after the second", Open, 2, 3, "02:37"},
		{"after the last", Open, 3, 0, ""}, {"taken on", Acknowledged, 1, 0, ""}, {"over", Closed, 0, 0, ""},
	} {
		step, due := ladder[Incident{State: test.state, Severity: Critical}.waiting()].step(climb{from: opened, steps: test.done})
		have := ""
		if !due.IsZero() {
			have = clock(due)
		}
		if step != test.step || have != test.due {
			t.Errorf("%s: have step %d at %s, want %d at %s", test.name, step, have, test.step, test.due)
		}
	}
}

// TestNightOfTet leaves a defacement at 02:07 of mồng 1 to people who sleep.
func TestNightOfTet(t *testing.T) {
	const (
		opened = "02:07:00 telegram truca@telegram 🔴 KHẨN: Nghi bị thay đổi giao diện"
		second = "02:12:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 5 PHÚT: Nghi bị thay đổi giao diện"
		third  = "02:22:00 telegram lanhdao@telegram ‼️ CHƯA AI NHẬN SAU 15 PHÚT: Nghi bị thay đổi giao diện"
	)
	all := []string{opened, second, third}
	for _, who := range []string{"telegram truca@telegram", "telegram trucb@telegram", "telegram lanhdao@telegram", "mail trucc@mail"} {
		all = append(all, "02:37:00 "+who+" ‼️ CHƯA AI NHẬN SAU 30 PHÚT: Nghi bị thay đổi giao diện")
	}
	for _, test := range []struct {
		name   string
		ack    time.Duration
		down   [2]time.Duration // while the program does not run
		want   []string
		group  int // messages in the shared chat
		events string
	}{
		{"nobody wakes up", time.Hour, [2]time.Duration{}, all, 2, "Cán bộ trucb|Cán bộ lanhdao|Cán bộ lanhdao, Cán bộ truca, Cán bộ trucb, Cán bộ trucc"},
		{"the first one does", 4 * time.Minute, [2]time.Duration{}, all[:1], 1, ""},
		{"the second one does", 12 * time.Minute, [2]time.Duration{}, all[:2], 1, "Cán bộ trucb"},
		{"the leader does", 16 * time.Minute, [2]time.Duration{}, all[:3], 1, "Cán bộ trucb|Cán bộ lanhdao"},
		{"restarted between two steps", time.Hour, [2]time.Duration{8 * time.Minute, 9 * time.Minute}, all, 2, "Cán bộ trucb|Cán bộ lanhdao|Cán bộ lanhdao, Cán bộ truca, Cán bộ trucb, Cán bộ trucc"},
		{"away over a step", 16 * time.Minute, [2]time.Duration{4 * time.Minute, 8 * time.Minute},
			[]string{opened, "02:15:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 8 PHÚT: Nghi bị thay đổi giao diện", third}, 1, "Cán bộ trucb|Cán bộ lanhdao"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group := &post{}
				shared := Channel{Name: "group", Sender: way{group, "group"}, Recipient: "nhóm"}
				o, p := night(t, shared)
				o.watch(TierWatch, o.person("truca", "telegram"))
				o.watch(TierTechnical, o.person("trucb", "telegram"))
				o.watch(TierLeader, o.leader("lanhdao", "telegram"))
				o.person("trucc", "mail")
				shut := o.open()
				defer func() { shut() }()
				o.see(o.site, content, "d d")
				start := time.Now()
				if test.down[1] != 0 {
					time.Sleep(test.down[0])
					shut()
					o.restart(p, shared)
					time.Sleep(test.down[1] - test.down[0])
					shut = o.open()
				}
				time.Sleep(test.ack - time.Since(start))
				p.want(t, "until it is taken on", test.want...)
				if len(group.log()) != test.group {
					t.Errorf("want %d messages in the shared chat", test.group)
				}
				if _, err := o.Acknowledge(t.Context(), 1, "truca"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Hour)
				for _, line := range p.log() {
					if !strings.Contains(line, "Đã tiếp nhận") {
						t.Errorf("have %s after it was taken on", line)
					}
				}
				if have := o.told(1); have != test.events {
					t.Errorf("the timeline says %q, want %q", have, test.events)
				}
			})
		})
	}
}

// leader adds a leader.
func (o *office) leader(login string, channels ...string) Person {
	o.t.Helper()
	p := o.person(login, channels...)
	o.exec(`UPDATE people SET role = 'leader' WHERE login = '` + login + `'`)
	return p
}

// told lists whom the timeline of an incident says that it was told to, step by step.
func (o *office) told(id int64) string {
	o.t.Helper()
	events, err := o.Timeline(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	var list []string
	for _, e := range events {
		if e.Kind == ReasonEscalated {
			list = append(list, e.Detail)
		}
	}
	return strings.Join(list, "|")
}

// TestOpeningSaysWhoIsNext reads the line of a message that says who is on duty.
func TestOpeningSaysWhoIsNext(t *testing.T) {
	for _, test := range []struct {
		name string
		lay  func(o *office)
		want string
	}{
		{"the next tier", func(o *office) {
			o.watch(TierWatch, o.person("truca", "telegram"))
			o.watch(TierTechnical, o.person("trucb", "telegram"))
		}, "Người trực: Cán bộ truca · quá 02:12 sẽ chuyển trực kỹ thuật Cán bộ trucb"},
		{"others", func(o *office) {
			o.watch(TierWatch, o.person("truca", "telegram"))
			for _, login := range []string{"trucb", "trucc", "trucd", "truce", "trucf"} {
				o.person(login, "mail")
			}
		}, "Người trực: Cán bộ truca · quá 02:12 sẽ chuyển Cán bộ trucb, Cán bộ trucc, Cán bộ trucd và 2 người khác"},
		{"nobody on duty", func(o *office) { o.person("truca", "telegram") }, "Người trực: Cán bộ truca · quá 02:37 sẽ báo tất cả người trực"},
		{"nobody at all", func(o *office) {}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				group := &post{}
				o, _ := night(t, Channel{Name: "group", Sender: way{group, "group"}, Recipient: "nhóm"})
				test.lay(o)
				defer o.open()()
				o.see(o.site, availability, "d d d d")
				synctest.Wait()
				if body := group.bodies[0]; test.want != "" && !strings.Contains(body, "\n"+test.want+"\n") && !strings.HasSuffix(body, "\n"+test.want) || test.want == "" && strings.Contains(body, "Người trực") {
					t.Errorf("have\n%s\nwant the line\n%s", body, test.want)
				}
			})
		})
	}
}

// TestEscalationComesTooLate has the message of a step wait in a channel that is away until somebody is on it.
func TestEscalationComesTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "mail"))
		o.watch(TierTechnical, o.person("trucb", "telegram"))
		p.breaks("telegram", errOut)
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		time.Sleep(6 * time.Minute)
		if _, err := o.Acknowledge(t.Context(), 1, "truca"); err != nil {
			t.Fatal(err)
		}
		p.breaks("telegram", nil)
		time.Sleep(20 * time.Minute)
		o.see(o.site, availability, "n n")
		time.Sleep(20 * time.Minute)
		for _, line := range p.log() {
			if strings.Contains(line, "trucb") {
				t.Errorf("have %s: nobody has to get up for what somebody is on", line)
			}
		}
		if o.pending() != 0 {
			t.Errorf("have %d waiting", o.pending())
		}
	})
}

// TestGroupIsEscalatedOnce has a host with six portals fail: the next tier is told of the group, not six times.
func TestGroupIsEscalatedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram"))
		o.watch(TierTechnical, o.person("trucb", "telegram"))
		defer o.open()()
		var sites []targets.Site
		for _, path := range []string{"a", "b", "c", "d", "e", "f"} {
			sites = append(sites, o.add("https://cum.tinhmau.gov.vn/"+path))
		}
		for _, one := range sites {
			o.see(one, availability, "d d d d")
		}
		time.Sleep(6 * time.Minute)
		var next []string
		for _, line := range p.log() {
			if strings.Contains(line, "trucb") {
				next = append(next, line)
			}
		}
		if len(next) != 1 || !strings.HasPrefix(next[0], "02:12:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 5 PHÚT: ") {
			t.Errorf("have %q, want one message about all", next)
		}
		if last := p.bodies[len(p.bodies)-1]; !strings.Contains(last, "Người trực: Cán bộ truca, Cán bộ trucb · quá 02:37 sẽ báo tất cả người trực") {
			t.Errorf("have\n%s\nwant it to say who is next", last)
		}
		groups, err := o.Groups(t.Context(), 9)
		if err != nil || len(groups) != 1 {
			t.Fatalf("have %v (%v), want one group", groups, err)
		}
		members, err := o.Members(t.Context(), groups[0].ID)
		if err != nil || len(members) != len(sites) {
			t.Fatalf("have %d members (%v)", len(members), err)
		}
		for _, i := range members {
			events, err := o.Timeline(t.Context(), i.ID)
			if last := events[len(events)-1]; err != nil || last.Kind != ReasonEscalated || last.Detail != groups[0].Number+": Cán bộ trucb" {
				t.Errorf("%s ends with %+v (%v), want the step in its timeline", i.Number, last, err)
			}
		}
		if _, err := o.AcknowledgeGroup(t.Context(), groups[0].ID, "trucb"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		for _, line := range p.log() {
			if strings.Contains(line, "CHƯA AI NHẬN") {
				t.Errorf("have %s after somebody took the group on", line)
			}
		}
	})
}

// TestManyThatNobodyTakesOn has thirty portals fail that have nothing in common: the next tier is told of all in one message, and an
// attack meanwhile by itself.
func TestManyThatNobodyTakesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram"))
		o.watch(TierTechnical, o.person("trucb", "telegram"))
		var sites []targets.Site
		for n := range 150 {
			sites = append(sites, o.met(fmt.Sprintf("https://q%03d.tinhmau.gov.vn", n), fmt.Sprintf("198.51.%d.1", n)))
		}
		defer o.open()()
		for range 2 {
			for _, site := range sites[:12] {
				o.find(site, "d")
			}
		}
		time.Sleep(time.Minute)
		p.log()
		o.see(sites[149], content, "d d")
		time.Sleep(4*time.Minute + 30*time.Second)
		p.want(t, "after five minutes", "02:08:00 telegram truca@telegram 🔴 KHẨN", "02:12:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 5 PHÚT: 12 cổng gián đoạn")
		if _, err := o.Acknowledge(t.Context(), 1, "trucb"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		p.log()
		time.Sleep(23*time.Minute + 45*time.Second)
		p.want(t, "at last", "02:37:00 telegram truca@telegram ‼️ CHƯA AI NHẬN SAU 30 PHÚT: 11 cổng gián đoạn", "02:37:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 30 PHÚT: 11 cổng gián đoạn")
	})
}

// TestOneThatCannotBeEscalatedHoldsUpNoOther has the first of two outages defy every attempt to tell the next tier of it.
func TestOneThatCannotBeEscalatedHoldsUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, p := night(t)
		o.watch(TierWatch, o.person("truca", "telegram"))
		o.watch(TierTechnical, o.person("trucb", "telegram"))
		defer o.open()()
		o.see(o.add("https://hong.tinhmau.gov.vn"), content, "d d")
		first := o.only()
		o.exec(fmt.Sprintf(`CREATE TRIGGER broken BEFORE INSERT ON escalations WHEN NEW.about_id = %d BEGIN SELECT RAISE(ABORT, 'broken'); END`, first.ID))
		o.see(o.add("https://khac.tinhmau.gov.vn"), content, "d d")
		time.Sleep(6 * time.Minute)
		have := slices.DeleteFunc(p.log(), func(line string) bool { return !strings.Contains(line, "trucb") })
		if len(have) != 1 || !strings.HasPrefix(have[0], "02:12:00 telegram trucb@telegram ‼️ CHƯA AI NHẬN SAU 5 PHÚT") {
			t.Errorf("have %q, want the next tier told of the second", have)
		}
	})
}

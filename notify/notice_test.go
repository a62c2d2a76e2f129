package notify

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestNoticeNext plays what is said about the monitor: "b" that it is blind, "B" the same with other facts, "o" that it is
// over. "R" forgets everything but what is stored, as a restart does. What changes nothing is left out of the story.
func TestNoticeNext(t *testing.T) {
	tests := []struct{ said, story string }{
		{"o", ""},
		{"b", "opened"},
		{"b b b", "opened"},
		{"b B B b", "opened persists persists"},
		{"b o o", "opened recovered"},
		{"b o b o", "opened recovered opened recovered"},
		{"o b B o o b", "opened persists recovered opened"},
	}
	for _, test := range tests {
		var n Notice
		var story []string
		now := at(2, 10)
		for id, said := range strings.Fields(test.said) {
			now = now.Add(time.Minute)
			next, r := n.Next(saying(said, now), now)
			if r == ReasonOpened {
				next.ID = int64(id + 1)
			}
			if r.moves() {
				story = append(story, string(r))
			} else if next != n {
				t.Errorf("%s: %s has changed %+v to %+v", test.said, r, n, next)
			}
			n = next
		}
		if have := strings.Join(story, " "); have != test.story {
			t.Errorf("%s: have %s, want %s", test.said, have, test.story)
		}
	}
}

// saying is what one letter of the mini-language says.
func saying(letter string, now time.Time) Notice {
	switch letter {
	case "B":
		return Notice{Kind: NoticeBlind, Since: now, Detail: "1/5 điểm đối chứng trả lời", Sites: 200}
	case "o":
		return Notice{Kind: NoticeBlind, Until: now}
	default:
		return Notice{Kind: NoticeBlind, Since: now, Detail: "0/5 điểm đối chứng trả lời", Sites: 214}
	}
}

func TestNoticeKeepsItsTimesAndFacts(t *testing.T) {
	n, _ := Notice{}.Next(Notice{Kind: NoticeDisk, Detail: "còn 5%"}, at(2, 10))
	if n.ID = 1; !n.Since.Equal(at(2, 10)) || !n.Live() {
		t.Errorf("have %+v, want it to begin when it is said", n)
	}
	n, _ = n.Next(Notice{Kind: NoticeDisk, Since: at(2, 30), Detail: "còn 3%", Sites: 4}, at(2, 30))
	if !n.Since.Equal(at(2, 10)) || n.Detail != "còn 3%" || n.Sites != 4 {
		t.Errorf("have %+v, want its beginning and the newest facts", n)
	}
	over, _ := n.Next(Notice{Kind: NoticeDisk, Until: at(1, 0)}, at(2, 40))
	if !over.Until.Equal(at(2, 10)) || over.Detail != "còn 3%" || over.Sites != 4 || over.Live() {
		t.Errorf("have %+v, want no end before the beginning, and the last facts", over)
	}
	if over, _ = n.Next(Notice{Kind: NoticeDisk, Until: at(3, 0), Detail: "còn 40%"}, at(3, 0)); over.Detail != "còn 40%" {
		t.Errorf("have %+v, want the facts of the end", over)
	}
}

// declare says what the letters say, a minute apart.
func (o *office) declare(script string) {
	o.t.Helper()
	for _, letter := range strings.Fields(script) {
		if err := o.Declare(o.t.Context(), saying(letter, time.Now())); err != nil {
			o.t.Fatal(err)
		}
		time.Sleep(time.Minute)
	}
}

// wantTitles fails unless exactly these messages arrived, by what their first lines begin with.
func (in *inbox) wantTitles(t *testing.T, begin ...string) {
	t.Helper()
	have := in.titles()
	if !slices.EqualFunc(have, begin, strings.HasPrefix) {
		t.Errorf("have %q\nwant %q", have, begin)
	}
}

const (
	blindBegan = "🔕 GIÁM SÁT BỊ MÙ từ "
	blindOver  = "🔔 GIÁM SÁT TRỞ LẠI lúc "
	blindBoth  = "🔔 GIÁM SÁT ĐÃ BỊ MÙ, TRỞ LẠI lúc "
)

// However often it is said, it is told once that it begins and once that it is over.
func TestNoticeIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		start := time.Now()
		o.declare("o b b B b")
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 1 || live[0].Kind != NoticeBlind || live[0].Sites != 214 || live[0].Since.Sub(start) != time.Minute {
			t.Errorf("have %+v (%v)", live, err)
		}
		o.declare("o o")
		o.inbox.wantTitles(t, blindBegan, blindOver)
		if o.inbox.times[0].Sub(start) != time.Minute || o.inbox.all()[1].ReplyTo != "a" {
			t.Errorf("have %v, %+v, want the first at once and the second in reply to it", o.inbox.times, o.inbox.all()[1])
		}
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 0 {
			t.Errorf("have %+v (%v)", live, err)
		}
		o.declare("b o")
		o.inbox.wantTitles(t, blindBegan, blindOver, blindBegan, blindOver)
		all, err := o.Notices(t.Context(), 0)
		if err != nil || len(all) != 2 || all[0].ID != 2 || all[1].Until.Sub(all[1].Since) != 4*time.Minute || all[1].Detail == "" {
			t.Errorf("have %+v (%v)", all, err)
		}
	})
}

// What began and was over while nothing could be sent is told in one message; a restart in between changes nothing.
func TestNoticeIsToldTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.inbox.behave(func(Message) error { return errOut }, nil)
		shut := o.open()
		o.declare("b")
		shut()
		shut = o.open()
		defer func() { shut() }()
		if live, err := o.LiveNotices(t.Context()); err != nil || len(live) != 1 {
			t.Errorf("after a restart: have %+v (%v)", live, err)
		}
		o.declare("b b o")
		o.inbox.behave(nil, nil)
		time.Sleep(longestRetry)
		o.inbox.wantTitles(t, blindBoth)
		if o.pending() != 0 {
			t.Errorf("have %d pending", o.pending())
		}
	})
}

func TestNoticeRepeatIsMarked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.inbox.behave(nil, func(Message) error { return errors.New("connection reset") })
		defer o.open()()
		o.declare("b")
		o.inbox.behave(nil, nil)
		time.Sleep(time.Minute)
		have := o.inbox.titles()
		if len(have) < 2 || strings.HasSuffix(have[0], "(gửi lại)") || !strings.HasSuffix(have[len(have)-1], "(gửi lại)") || o.pending() != 0 {
			t.Errorf("have %q, %d pending, want every repeat marked", have, o.pending())
		}
	})
}

// Kinds, and incidents, do not stand in each other's way: each begins and ends by itself.
func TestNoticesAreSeparate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		o.see(o.site, availability, "d d d d") // incident 1 and notice 1
		for _, kind := range []NoticeKind{NoticeDisk, NoticeOverdue, NoticeBrowser, NoticeBlind} {
			if err := o.Declare(t.Context(), Notice{Kind: kind}); err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // what is urgent would go first
		}
		o.inbox.wantTitles(t, "🟠", "⚠️ Ổ ĐĨA", "⚠️ GIÁM SÁT CHẬM", "⚠️ TRÌNH DUYỆT", "🔕")
		live, err := o.LiveNotices(t.Context())
		if err != nil || len(live) != 4 || live[0].Kind != NoticeBlind || live[3].Kind != NoticeDisk {
			t.Errorf("have %+v (%v), want all, the gravest first", live, err)
		}
		o.see(o.site, availability, "n n")
		if err := o.Declare(t.Context(), Notice{Kind: NoticeDisk, Until: time.Now()}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if have := o.inbox.all(); len(have) != 7 || have[5].ReplyTo != "a" || have[6].ReplyTo != "b" {
			t.Errorf("have %+v, want each end in reply to its own beginning", have[5:])
		}
		if alerts, err := o.RecentAlerts(t.Context(), 1); err != nil || alerts[0].About != (About{AboutNotice, 1}) || alerts[0].VerdictID != 0 {
			t.Errorf("have %+v (%v), want the end of the first notice", alerts, err)
		}
	})
}

func TestDeclareRefusesWhatIsUnknown(t *testing.T) {
	o := newOffice(t, Options{})
	if err := o.Declare(t.Context(), Notice{Kind: "mood"}); err == nil || !strings.Contains(err.Error(), "mood") {
		t.Errorf("have %v", err)
	}
}

// Said by many at once it is one notice, and an alert for one claim.
func TestDeclareAtOnce(t *testing.T) {
	o := newOffice(t, Options{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := o.Declare(t.Context(), saying("b", time.Now())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all, err := o.Notices(t.Context(), 9); err != nil || len(all) != 1 || o.pending() != 1 {
		t.Errorf("have %+v (%v), %d pending, want one of each", all, err, o.pending())
	}
}

// What a claim asks for is found without reading every alert that was ever sent.
func TestClaimUsesTheIndex(t *testing.T) {
	o := newOffice(t, Options{})
	for _, about := range []About{{AboutIncident, 1}, {AboutNotice, 1}} {
		var plan string
		var ignored int
		err := o.registry.DB().Read.QueryRow(`EXPLAIN QUERY PLAN SELECT receipt FROM alerts`+sameSubject, "inbox", "trực", true, about.Kind, about.ID).
			Scan(&ignored, &ignored, &ignored, &plan)
		if err != nil || !strings.Contains(plan, "alerts_about (about_kind=? AND about_id=?)") {
			t.Errorf("%+v: have %q (%v)", about, plan, err)
		}
	}
}

// A notice is written with its alerts or not at all.
func TestDeclareIsAllOrNothing(t *testing.T) {
	o := newOffice(t, Options{})
	stop := fill(t, o)
	if err := o.Declare(t.Context(), saying("b", time.Now())); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("have %v, want the error of the alert", err)
	}
	if all, err := o.Notices(t.Context(), 9); err != nil || len(all) != 0 {
		t.Errorf("have %+v (%v), want none", all, err)
	}
	stop()
	if err := o.Declare(t.Context(), saying("b", time.Now())); err != nil || o.pending() != 1 {
		t.Errorf("have %v and %d pending: it is declared once there is room", err, o.pending())
	}
}

// A channel that is new is told what is live, what waits for one that is gone goes to the new one, and nobody is told the
// end of what they never heard of.
func TestNoticeGoesToTheChannelsOfNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{Channels: []Channel{}})
		shut := o.open()
		o.declare("b")
		shut()
		desk := func(in *inbox, chat string) *office {
			return &office{Desk: New(o.registry, o.archive, o.judge, Options{Channels: []Channel{{Name: "inbox", Recipient: chat, Sender: in}}}), t: t, inbox: in}
		}
		first := desk(&inbox{}, "1")
		first.inbox.behave(func(Message) error { return errOut }, nil)
		shut = first.open()
		time.Sleep(time.Minute)
		shut()
		second := desk(&inbox{}, "2")
		shut = second.open()
		time.Sleep(time.Minute)
		second.inbox.wantTitles(t, blindBegan)
		second.declare("o")
		second.inbox.wantTitles(t, blindBegan, blindOver)
		shut()
		second.declare("b o") // told to the second, which is away
		third := desk(&inbox{}, "3")
		shut = third.open()
		time.Sleep(time.Minute)
		third.inbox.wantTitles(t, blindBoth)
		shut()
		late := desk(&inbox{}, "4")
		late.declare("b")
		if _, err := late.registry.DB().Write.ExecContext(context.Background(), `DELETE FROM alerts WHERE recipient = '4'`); err != nil {
			t.Fatal(err)
		}
		late.declare("o")
		shut = late.open()
		time.Sleep(time.Minute)
		late.inbox.wantTitles(t)
		shut()
	})
}

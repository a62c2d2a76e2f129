package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

var errOut = fmt.Errorf("connection refused: %w", ErrNotSent)

// numbers lists the incident numbers of what arrived, in order, as their last digits.
func (in *inbox) numbers() (list []string) {
	for _, m := range in.all() {
		_, rest, _ := strings.Cut(m.Title+m.Body, "SC-2000-")
		list = append(list, rest[:4])
	}
	return list
}

func TestOutboxSendsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		defer o.open()()
		time.Sleep(time.Hour + 17*time.Millisecond)
		o.see(o.site, availability, "d d d d")
		start := time.Now()
		synctest.Wait()
		if len(o.inbox.all()) != 1 || o.inbox.times[0].Sub(start) != 0 {
			t.Errorf("have %v at %v, want it without waiting", o.inbox.titles(), o.inbox.times)
		}
	})
}

// TestOutboxOutlastsAnOutage keeps the channel away for two hours.
func TestOutboxOutlastsAnOutage(t *testing.T) {
	for _, test := range []struct {
		name  string
		err   error
		again bool
	}{
		{"refused", errOut, false},
		{"who knows", errors.New("502 Bad Gateway"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t, Options{})
				o.inbox.behave(func(Message) error { return test.err }, nil)
				shut := o.open()
				for n := range mostSingle {
					o.see(o.add(fmt.Sprintf("https://p%d.tinhmau.gov.vn", n)), availability, "d d d d")
					time.Sleep(30 * time.Minute)
				}
				if tries := o.inbox.tries; tries < 20 || tries > 45 {
					t.Errorf("have %d tries in two hours, want one every 5 minutes or so", tries)
				}
				if s, err := o.Outbox(t.Context()); err != nil || s.Pending != mostSingle || time.Since(s.OldestPending) != 2*time.Hour || s.LastError != test.err.Error() {
					t.Errorf("have %+v (%v)", s, err)
				}
				shut() // a restart in the middle changes nothing
				shut = o.open()
				defer func() { shut() }()
				o.inbox.behave(nil, nil)
				time.Sleep(6*time.Minute + time.Second)
				if have, want := o.inbox.numbers(), []string{"0001", "0002", "0003", "0004"}; !slices.Equal(have, want) {
					t.Errorf("have %v, want %v", have, want)
				}
				if first := o.inbox.all()[0]; strings.Contains(first.Title, "(gửi lại)") != test.again {
					t.Errorf("have %q, want marked as a repeat: %v", first.Title, test.again)
				}
			})
		})
	}
}

// TestOutboxLanes has one recipient in trouble beside a healthy one.
func TestOutboxLanes(t *testing.T) {
	for _, test := range []struct {
		name    string
		trouble func(ctx context.Context) error
		after   time.Duration // until the one in trouble gets it too, once the trouble is over
		tries   int32         // of the one in trouble in the first 20 minutes, at most
	}{
		{"parked", func(context.Context) error { return &RetryAfterError{After: 10 * time.Minute} }, 10 * time.Minute, 3},
		{"poisoned", func(context.Context) error { return errors.New("403 kicked") }, 6 * time.Minute, 12},
		{"hanging", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, sendTimeout + longestRetry, 12},
		{"panicking", func(context.Context) error { panic("boom") }, 6 * time.Minute, 12},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				good, ill := &inbox{}, &inbox{}
				var trouble atomic.Bool
				var tries atomic.Int32
				trouble.Store(true)
				o := newOffice(t, Options{Channels: []Channel{
					{Name: "inbox", Recipient: "ill", Sender: sending(func(ctx context.Context, m Message) (Receipt, error) {
						if trouble.Load() {
							tries.Add(1)
							return Receipt{}, test.trouble(ctx)
						}
						return ill.Send(ctx, m)
					})},
					{Name: "inbox", Recipient: "good", Sender: good},
				}})
				defer o.open()()
				o.see(o.site, availability, "d d d d")
				synctest.Wait()
				o.see(o.site, availability, "n n")
				synctest.Wait()
				if have := len(good.all()); have != 2 {
					t.Errorf("the other one has %v, want both messages at once", good.titles())
				}
				time.Sleep(20 * time.Minute)
				if have := tries.Load(); have == 0 || have > test.tries {
					t.Errorf("have %d tries in 20 minutes, want at most %d", have, test.tries)
				}
				trouble.Store(false)
				time.Sleep(test.after)
				if have := ill.titles(); len(have) != 1 || !strings.Contains(have[0], "NAY ĐÃ HẾT") || o.pending() != 0 {
					t.Errorf("have %q, %d pending, want one message that says both", have, o.pending())
				}
			})
		})
	}
}

// sending is a Sender made of a function.
type sending func(context.Context, Message) (Receipt, error)

func (f sending) Send(ctx context.Context, m Message) (Receipt, error) { return f(ctx, m) }

// A message that the channel refuses holds up nobody else's.
func TestOutboxPassesWhatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.inbox.behave(func(m Message) error {
			if strings.Contains(m.Body, "SC-2000-0001") {
				return &RefusedError{Reason: "400 TOPIC_CLOSED"}
			}
			return nil
		}, nil)
		defer o.open()()
		for n := range 3 {
			o.see(o.add(fmt.Sprintf("https://p%d.tinhmau.gov.vn", n)), availability, "d d d d")
		}
		synctest.Wait()
		if have := o.inbox.numbers(); !slices.Equal(have, []string{"0002", "0003"}) {
			t.Errorf("have %v, want the two others at once", have)
		}
		o.inbox.behave(nil, nil)
		time.Sleep(7 * time.Second)
		if have := o.inbox.all(); len(have) != 3 || strings.Contains(have[2].Title, "(gửi lại)") {
			t.Errorf("have %q, want the refused one too, not marked: it never arrived", o.inbox.titles())
		}
	})
}

// A message whose answer was lost has arrived, and says so when it arrives again.
func TestOutboxMarksRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.inbox.behave(nil, func(Message) error { return errors.New("connection reset") })
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		o.inbox.behave(nil, nil)
		time.Sleep(7 * time.Second)
		have := o.inbox.titles()
		if len(have) != 2 || have[1] != have[0]+" (gửi lại)" {
			t.Errorf("have %q, want the same twice, the second one marked", have)
		}
	})
}

// A claim that nobody lived to settle is what a crash leaves.
func TestOutboxResendsAfterACrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, availability, "d d d d")
		if _, ok, err := o.claim(t.Context(), track{lane: lane{"inbox", "trực"}}, 0, time.Now()); !ok || err != nil {
			t.Fatal(ok, err)
		}
		defer o.open()()
		synctest.Wait()
		if have := o.inbox.titles(); len(have) != 1 || !strings.HasSuffix(have[0], "(gửi lại)") {
			t.Errorf("have %q, want it marked", have)
		}
	})
}

// A stop in the middle of a message waits for the message, and records what became of it.
func TestOutboxStopsCleanly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		slow := sending(func(ctx context.Context, m Message) (Receipt, error) {
			<-ctx.Done() // it got through in the very moment of the stop
			return in.Send(ctx, m)
		})
		o := newOffice(t, Options{Channels: []Channel{{Name: "inbox", Sender: slow}}})
		shut := o.open()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		shut()
		if len(in.all()) != 1 || o.pending() != 0 {
			t.Errorf("have %q and %d pending, want it sent and marked", in.titles(), o.pending())
		}
	})
}

// What happened while nothing could be sent is told in one message per incident, and every fact is accounted for.
func TestOutboxCarriesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.see(o.site, content, "s s d")
		if _, err := o.Acknowledge(t.Context(), 1, "trucA"); err != nil {
			t.Fatal(err)
		}
		o.see(o.site, content, "n n")
		defer o.open()()
		time.Sleep(time.Minute)
		have := o.inbox.titles()
		if len(have) != 1 || have[0] != "✅ ĐÃ XẢY RA, NAY ĐÃ HẾT: Nghi bị thay đổi giao diện" {
			t.Errorf("have %q, want one message", have)
		}
		alerts, err := o.Alerts(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		texts := slices.DeleteFunc(alerts, func(a Alert) bool { return a.Kind == KindPicture })
		last := texts[len(texts)-1]
		for _, a := range texts {
			if a.SentAt.IsZero() || a.Receipt != "a" || (a.ID == last.ID) != (a.CarriedBy == 0) || a.ID != last.ID && a.CarriedBy != last.ID {
				t.Errorf("have %+v, want it carried by alert %d", a, last.ID)
			}
		}
	})
}

// While a text fails the picture waits, and a picture that fails delays no text.
func TestOutboxTextFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		other := o.add("https://p1.tinhmau.gov.vn")
		o.inbox.behave(func(m Message) error {
			if m.Picture != nil {
				return errors.New("timeout")
			}
			return nil
		}, nil)
		defaced := o.paint()
		defer o.open()()
		for range 2 {
			if _, err := o.Handle(t.Context(), defaced()); err != nil {
				t.Fatal(err)
			}
		}
		o.see(other, availability, "d d d d")
		synctest.Wait()
		if have := o.inbox.numbers(); !slices.Equal(have, []string{"0001", "0002"}) {
			t.Errorf("have %v, want both texts", have)
		}
		o.see(other, availability, "n n")
		synctest.Wait()
		if have := len(o.inbox.all()); have != 3 {
			t.Errorf("have %q, want the recovery at once", o.inbox.titles())
		}
		if o.inbox.behave(nil, nil); o.pending() != 1 {
			t.Errorf("have %d pending, want the picture", o.pending())
		}
		time.Sleep(7 * time.Second)
		have := o.inbox.all()
		if len(have) != 4 || have[3].ReplyTo != "a" || len(have[3].Picture) == 0 || !strings.HasPrefix(have[3].Title, "Đã duyệt | Hiện tại · UBND phường Ví Dụ") {
			t.Errorf("have %q, want the picture last, in reply to its text", o.inbox.titles())
		}
	})
}

// A channel that is configured later learns what is still open, and not that something is over which it never heard of.
func TestOutboxTellsNewChannels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{Channels: []Channel{}})
		other := o.add("https://p1.tinhmau.gov.vn")
		shut := o.open()
		o.see(o.site, availability, "d d d d")
		o.see(other, availability, "d d d d")
		synctest.Wait()
		shut()
		in := &inbox{}
		again := &office{t: t, Desk: New(o.registry, o.archive, o.judge, Options{Channels: []Channel{{Name: "mail", Sender: in}}})}
		again.see(o.site, availability, "n n") // before the channel has heard of it
		shut = again.open()
		synctest.Wait()
		again.see(other, availability, "n n")
		synctest.Wait()
		shut()
		if have, want := in.numbers(), []string{"0002", "0002"}; !slices.Equal(have, want) || again.pending() != 0 {
			t.Errorf("have %v %q, want the beginning and the end of what was open", have, in.titles())
		}
	})
}

func TestBackOff(t *testing.T) {
	for failures, want := range []time.Duration{5, 10, 20, 40, 80, 160, 300, 300, 300} {
		for range 100 {
			have := backOff(failures)
			if low, high := want*time.Second*8/10, want*time.Second*12/10; have < low || have > high {
				t.Fatalf("after %d failures: have %v, want between %v and %v", failures, have, low, high)
			}
		}
	}
	if backOff(1<<40) > lastRetry*12/10 {
		t.Error("the wait grows for ever")
	}
}

func TestEnglishChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		o := newOffice(t, Options{Channels: []Channel{{Name: "mail", Sender: in, Recipient: "a@b", Language: targets.English}}})
		defer o.open()()
		o.see(o.site, availability, "d d d d")
		synctest.Wait()
		if m := in.all()[0]; m.Recipient != "a@b" || m.Title != "🟠 MAJOR: Cannot be reached" {
			t.Errorf("have %+v", m)
		}
	})
}

// What may have arrived in part is told again as a repeat, whatever stopped the rest.
func TestCertainlyNotSent(t *testing.T) {
	for _, err := range []error{errOut, &RetryAfterError{}, &RefusedError{}, &UnreachableError{}} {
		if !certainlyNotSent(err) {
			t.Errorf("%v: have that it may have arrived, want that it has not", err)
		}
		if certainlyNotSent(fmt.Errorf("%w: %w", ErrPartSent, err)) {
			t.Errorf("%v after a part: have that nothing has arrived, want that it may have", err)
		}
	}
	if certainlyNotSent(errors.New("502 Bad Gateway")) {
		t.Error("a gateway may have passed it on")
	}
}

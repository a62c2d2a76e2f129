package notify

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A mailbox too small for a picture does not take it however often it is tried: what waits for ever would count as an outbox that is
// stuck. Its text has arrived.
func TestOutboxPictureRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t, Options{})
		o.inbox.behave(func(m Message) error {
			if m.Picture != nil {
				return &RefusedError{Reason: "552 too large"}
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
		time.Sleep(time.Minute)
		if o.pending() != 0 || o.inbox.tries != 1+1+hopeless {
			t.Errorf("have %d pending after %d tries, want the picture given up after %d", o.pending(), o.inbox.tries, 1+hopeless)
		}
	})
}

// A mail server takes what a hacked page said for spam, however often it is tried. Once another channel has told it that is given up, so
// that the outbox does not count as stuck; while nobody has heard of it, it is tried for as long as it takes.
func TestOutboxPoisonIsGivenUpOnceToldElsewhere(t *testing.T) {
	for _, alone := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			spam, fine := &inbox{}, &inbox{}
			spam.behave(func(Message) error { return &RefusedError{Reason: "554 spam"} }, nil)
			if alone {
				fine.behave(func(Message) error { return errors.New("timeout") }, nil)
			}
			o := newOffice(t, Options{Channels: []Channel{{Name: "mail", Sender: spam, Recipient: "truc@tinhmau.example"}, {Name: "inbox", Sender: fine, Recipient: "trực"}}})
			defer o.open()()
			o.see(o.site, availability, "d d d d")
			time.Sleep(2 * time.Hour)
			synctest.Wait()
			alerts, err := o.Alerts(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			have, want := 0, 0
			if alone {
				want = 2
			}
			for _, a := range alerts {
				if a.SentAt.IsZero() {
					have++
				}
				if refused := a.Channel == "mail"; !alone && refused && a.Delivery() != Undeliverable {
					t.Errorf("have the alert as %s, want it known not to have arrived", a.Delivery())
				}
			}
			if have != want {
				t.Errorf("alone %t: have %d alerts of the incident that wait after two hours, want %d", alone, have, want)
			}
		})
	}
}

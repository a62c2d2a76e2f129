package notify

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"canhcong/targets"
)

// person adds a duty officer, and the addresses that they are reached at, by channel.
func (o *office) person(login string, channels ...string) Person {
	o.t.Helper()
	p, err := o.AddPerson(o.t.Context(), Person{Login: login, Name: "Cán bộ " + login, Role: Duty})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, channel := range channels {
		if _, err := o.AddAddress(o.t.Context(), Address{PersonID: p.ID, Channel: channel, Recipient: login + "@" + channel}); err != nil {
			o.t.Fatal(err)
		}
	}
	return p
}

// order lists the addresses of a person as they are tried.
func (o *office) order(p Person) string {
	o.t.Helper()
	list, err := o.Addresses(o.t.Context(), p.ID)
	if err != nil {
		o.t.Fatal(err)
	}
	var names []string
	for _, a := range list {
		names = append(names, fmt.Sprint(a.Place, a.Channel))
	}
	return strings.Join(names, " ")
}

func TestAddressesHaveAnOrder(t *testing.T) {
	in := &inbox{}
	o := newOffice(t, Options{Carriers: map[string]Sender{"telegram": in, "mail": in, "sms": in}})
	a, b := o.person("truca", "telegram", "mail"), o.person("trucb")
	sms, err := o.AddAddress(t.Context(), Address{PersonID: a.ID, Channel: "sms", Recipient: " 0900 ", Place: 1})
	if err != nil || sms.Recipient != "0900" || sms.Place != 1 {
		t.Fatalf("have %+v (%v)", sms, err)
	}
	for _, step := range []struct {
		name string
		do   func() error
		want string
	}{
		{"added in front", func() error { return nil }, "1sms 2telegram 3mail"},
		{"to the end", func() error { return o.MoveAddress(t.Context(), sms.ID, 9) }, "1telegram 2mail 3sms"},
		{"into the middle", func() error { return o.MoveAddress(t.Context(), sms.ID, 2) }, "1telegram 2sms 3mail"},
		{"added again", func() error {
			_, err := o.AddAddress(t.Context(), Address{PersonID: a.ID, Channel: "sms", Recipient: "0900", Place: 1})
			return err
		}, "1telegram 2sms 3mail"},
		{"taken away", func() error { return o.RemoveAddress(t.Context(), sms.ID) }, "1telegram 2mail"},
		{"somebody else's then", func() error {
			_, err := o.AddAddress(t.Context(), Address{PersonID: b.ID, Channel: "sms", Recipient: "0900"})
			return err
		}, "1telegram 2mail"},
	} {
		if err := step.do(); err != nil || o.order(a) != step.want {
			t.Errorf("%s: have %s (%v), want %s", step.name, o.order(a), err, step.want)
		}
	}
	var unfit *AddressError
	for _, wrong := range []Address{{PersonID: a.ID, Channel: "pager", Recipient: "1"}, {PersonID: a.ID, Channel: "sms"}, {PersonID: a.ID, Channel: "sms", Recipient: "a\nb"}} {
		if _, err := o.AddAddress(t.Context(), wrong); !errors.As(err, &unfit) || unfit.Text(targets.Vietnamese) == "" {
			t.Errorf("%+v: have %v, want it refused in words", wrong, err)
		}
	}
	if _, err := o.AddAddress(t.Context(), Address{PersonID: a.ID, Channel: "sms", Recipient: "0900"}); !errors.Is(err, ErrTaken) {
		t.Errorf("have %v, want %v", err, ErrTaken)
	}
	if _, p, err := o.AddressOf(t.Context(), "sms", "0900"); err != nil || p.Login != "trucb" {
		t.Errorf("have %s (%v), want whose it is now", p.Login, err)
	}
	if err := o.RemoveAddress(t.Context(), sms.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("taken away twice: have %v", err)
	}
}

// TestAddressIsTested tries an address that works, one whose channel is away for a while, and one that does not exist.
func TestAddressIsTested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &inbox{}
		o := newOffice(t, Options{Carriers: map[string]Sender{"telegram": in}})
		defer o.open()()
		p := o.person("truca", "telegram")
		a, _, err := o.AddressOf(t.Context(), "telegram", "truca@telegram")
		if err != nil {
			t.Fatal(err)
		}
		test := func(refuse error) (Address, Alert) {
			t.Helper()
			in.behave(func(Message) error { return refuse }, nil)
			for range 2 {
				if err := o.TestAddress(t.Context(), a.ID); err != nil {
					t.Fatal(err)
				}
			}
			synctest.Wait()
			after, err := o.Address(t.Context(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			last, _, err := o.TestOf(t.Context(), a.ID)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			return after, last
		}
		start := stored(time.Now())
		if a, last := test(nil); !a.ProvenAt.Equal(start) || last.SentAt.IsZero() || len(in.all()) != 1 {
			t.Errorf("have %+v, %+v and %q, want it proven by one message", a, last, in.titles())
		}
		if m := in.all()[0]; m.Recipient != "truca@telegram" || !strings.Contains(m.Title, "KIỂM TRA KÊNH") || !strings.Contains(m.Body, p.Name) {
			t.Errorf("have %+v", m)
		}
		if a, last := test(&UnreachableError{Reason: "chat not found"}); a.FailedAt.IsZero() || a.Failure != "chat not found" || last.SentAt.IsZero() || o.pending() != 0 {
			t.Errorf("have %+v, %+v, want it failed, and nothing waiting", a, last)
		}
		if _, last := test(errOut); !last.SentAt.IsZero() || o.pending() != 1 {
			t.Errorf("have %+v, want it tried again", last)
		}
		in.behave(nil, nil)
		time.Sleep(5 * time.Minute)
		if a, err := o.Address(t.Context(), a.ID); err != nil || a.ProvenAt.IsZero() || !a.FailedAt.IsZero() || o.pending() != 0 {
			t.Errorf("have %+v (%v), want it proven again", a, err)
		}
	})
}

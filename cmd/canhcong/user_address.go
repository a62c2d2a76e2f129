package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"canhcong/notify"
)

// userAddressCommand says where people are told.
type userAddressCommand struct {
	Add    userAddressAdd    `cmd:"" help:"Give a person one more address. It is tried after those that stand before it."`
	List   userAddressList   `cmd:"" help:"List everybody's addresses in the order in which they are tried, or one person's."`
	Remove userAddressRemove `cmd:"" help:"Take an address from its person."`
}

type userAddressAdd struct {
	Login     string `arg:"" help:"Login name."`
	Channel   string `arg:"" help:"Configured channel: telegram, mail, …"`
	Recipient string `arg:"" help:"Address on that channel: a chat id, a mailbox, …"`
	Place     int    `help:"Place among the person's addresses, 1 being tried first; last when left out." placeholder:"N"`
}

type userAddressList struct {
	Login string `arg:"" optional:"" help:"Login name."`
}

type userAddressRemove struct {
	Login     string `arg:"" help:"Login name."`
	Channel   string `arg:"" help:"Channel."`
	Recipient string `arg:"" help:"Address on that channel."`
}

// Run adds the address.
func (c userAddressAdd) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		p, err := h.desk.PersonByLogin(ctx, c.Login)
		if err != nil {
			return a.noPerson(err, c.Login)
		}
		added, err := h.desk.AddAddress(ctx, notify.Address{PersonID: p.ID, Channel: c.Channel, Recipient: c.Recipient, Place: c.Place})
		if errors.Is(err, notify.ErrTaken) {
			return said{err, a.in("Địa chỉ này đã là của người khác.", "This address is somebody else's.")}
		}
		if err != nil {
			return inWords(err, a.lang)
		}
		a.say("%s sẽ được báo qua %s ở vị trí %d. Kiểm tra kênh này trên trang Người dùng của bảng điều khiển.",
			"%s will be told over %s, at place %d. Test it on the console's page of people.", p.Name, added.Channel, added.Place)
		return nil
	})
}

// Run prints one row per address.
func (c userAddressList) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		people, err := h.desk.People(ctx)
		if c.Login != "" {
			var p notify.Person
			p, err = h.desk.PersonByLogin(ctx, c.Login)
			people = []notify.Person{p}
		}
		if err != nil {
			return a.noPerson(err, c.Login)
		}
		w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(w, "LOGIN\tNAME\tPLACE\tCHANNEL\tADDRESS\tLAST ARRIVED\tFAILING SINCE\tWHY")
		for _, p := range people {
			list, err := h.desk.Addresses(ctx, p.ID)
			if err != nil {
				return err
			}
			for _, one := range list {
				fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\n", p.Login, p.Name, one.Place, one.Channel, one.Recipient,
					timeOr(one.ProvenAt, "-"), timeOr(one.FailedAt, "-"), firstOf(one.Failure, "-"))
			}
		}
		return w.Flush()
	})
}

// Run removes the address.
func (c userAddressRemove) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		one, p, err := h.desk.AddressOf(ctx, c.Channel, c.Recipient)
		if errors.Is(err, notify.ErrNotFound) || err == nil && p.Login != c.Login {
			return said{errors.Join(notify.ErrNotFound, err), fmt.Sprintf(a.in("%s không có địa chỉ này trên %s.", "%s has no such address on %s."), c.Login, c.Channel)}
		}
		if err != nil {
			return err
		}
		if err := h.desk.RemoveAddress(ctx, one.ID); err != nil {
			return err
		}
		a.say("%s không còn được báo qua %s ở địa chỉ này.", "%s is not told over %s at this address any more.", p.Name, one.Channel)
		return nil
	})
}

// noPerson says in words that nobody has a login.
func (a *app) noPerson(err error, login string) error {
	if !errors.Is(err, notify.ErrNotFound) {
		return err
	}
	return said{err, fmt.Sprintf(a.in("Không có ai có tên đăng nhập %q: thêm bằng “canhcong user add”.", "Nobody has the login %q: add them with “canhcong user add”."), login)}
}

// timeOr is an instant by Vietnam's clock, and other words for none.
func timeOr(t time.Time, none string) string {
	if t.IsZero() {
		return none
	}
	return localTime(t)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	"canhcong/notify"
	"canhcong/targets"
	"canhcong/web"
)

type userCommand struct {
	Add     userAdd            `cmd:"" help:"Add a person and print their one-time login."`
	Passwd  userPasswd         `cmd:"" help:"Print a new one-time login for a person; their old password stops to count."`
	Link    userLink           `cmd:"" help:"Print the code by which a person's account becomes one of their addresses."`
	Address userAddressCommand `cmd:"" help:"Where people are told: add, list, remove."`
}

type userAdd struct {
	Login string `arg:"" help:"Login name."`
	Name  string `help:"Name as shown; default: the login."`
	Role  string `help:"admin, duty, webmaster or leader." enum:"admin,duty,webmaster,leader" default:"duty"`
	Unit  string `help:"Unit of a webmaster, as registered."`
}

type userPasswd struct {
	Login string `arg:"" help:"Login name."`
}

// Run adds the person.
func (c userAdd) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		p := notify.Person{Login: c.Login, Name: firstOf(c.Name, c.Login), Role: notify.Role(c.Role), Language: a.lang}
		if c.Unit != "" {
			unit, err := findUnit(ctx, h.registry, c.Unit)
			if err != nil {
				return err
			}
			p.UnitID = unit.ID
		}
		if p.Role == notify.Webmaster && p.UnitID == 0 {
			return errors.New("a webmaster belongs to one unit: name it with --unit")
		}
		p, err := h.desk.AddPerson(ctx, p)
		if err != nil {
			return inWords(err, a.lang)
		}
		return a.printLogin(ctx, h, p)
	})
}

// Run gives the person a new one-time login.
func (c userPasswd) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		p, err := h.desk.PersonByLogin(ctx, c.Login)
		if err != nil {
			return err
		}
		return a.printLogin(ctx, h, p)
	})
}

func (a *app) printLogin(ctx context.Context, h *house, p notify.Person) error {
	console := web.New(web.Options{Registry: h.registry, Archive: h.archive, Judge: h.judge, Desk: h.desk, Log: slog.New(slog.DiscardHandler)})
	code, err := console.OneTimeCode(ctx, p.ID)
	if err != nil {
		return err
	}
	a.say("%s đăng nhập một lần, trong 24 giờ: %s", "%s logs in once, within 24 hours: %s",
		p.Login, a.consoleURL(a.config.Listen)+"/first-login?code="+url.QueryEscape(code))
	return nil
}

func findUnit(ctx context.Context, registry *targets.Registry, name string) (targets.Unit, error) {
	units, err := registry.Units(ctx)
	if err != nil {
		return targets.Unit{}, err
	}
	for _, u := range units {
		if u.Name == name {
			return u, nil
		}
	}
	return targets.Unit{}, fmt.Errorf("no unit is called %q: register a portal of it first", name)
}

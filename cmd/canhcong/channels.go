package main

import (
	"errors"
	"fmt"
	"log/slog"

	"canhcong/notify"
	"canhcong/notify/telegram"
)

// way is one configured way to people.
type way struct {
	name   string // as shown and stored: "telegram"
	sender notify.Sender
	to     string // its shared address, which is always told; "" when it only reaches people at their own
}

// ways returns the configured ways to people, in the order of the README; none means that alerts stay on the console and in
// the log.
func (a *app) ways(log *slog.Logger) (all []way, err error) {
	for _, find := range []func(*slog.Logger) ([]way, error){a.telegram} {
		some, err := find(log)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// telegram is the way through the bot, if there is a token.
func (a *app) telegram(log *slog.Logger) ([]way, error) {
	t := a.config.Telegram
	token, err := a.config.telegramToken()
	switch {
	case err != nil:
		return nil, err
	case token == "" && t.Chat == "":
		return nil, nil
	case token == "":
		return nil, errors.New("to send by Telegram, set a token beside the chat (telegram.token_file or CANHCONG_TELEGRAM_TOKEN)")
	}
	sender, err := telegram.New(telegram.Config{Token: token, APIBases: t.APIBases, Proxy: t.Proxy, Log: log})
	if err != nil {
		return nil, fmt.Errorf("set up Telegram: %w", err)
	}
	return []way{{"telegram", sender, t.Chat}}, nil
}

// deskOptions are what alerts leave through; more are shared addresses beside the configured ones.
func (a *app) deskOptions(log *slog.Logger, listen string, more []notify.Channel) (notify.Options, error) {
	ways, err := a.ways(log)
	if err != nil {
		return notify.Options{}, err
	}
	o := notify.Options{Channels: more, Carriers: map[string]notify.Sender{}, ConsoleURL: a.consoleURL(listen), Upkeep: a.upkeep, Log: log}
	for _, w := range ways {
		o.Carriers[w.name] = w.sender
		if w.to != "" {
			o.Channels = append(o.Channels, notify.Channel{Name: w.name, Sender: w.sender, Recipient: w.to, Language: a.lang})
		}
	}
	return o, nil
}

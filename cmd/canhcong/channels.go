package main

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"canhcong/notify"
	"canhcong/notify/mail"
	"canhcong/notify/ntfy"
	"canhcong/notify/telegram"
	"canhcong/notify/webhook"
)

// way is one configured way to people.
type way struct {
	name   string // as shown and stored: "telegram"
	sender notify.Sender
	to     string // its shared address, which is always told; "" when it only reaches people at their own
	server string // where it goes, without secrets
	proxy  bool
}

// ways returns the configured ways to people, in the order of the README; none means that alerts stay on the console and in
// the log.
func (a *app) ways(log *slog.Logger) (all []way, err error) {
	for _, find := range []func(*slog.Logger) ([]way, error){a.telegram, a.mail, a.webhooks, a.ntfy} {
		some, err := find(log)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// chatNumber is how a chat and a topic of it are written. The public name of a chat would reach it, too, but what people press and
// say there comes with its number.
var chatNumber = regexp.MustCompile(`^-?\d+(:\d+)?$`)

// telegram is the way through the bot, if there is a token.
func (a *app) telegram(log *slog.Logger) ([]way, error) {
	t := a.config.Telegram
	token, err := a.config.telegramToken()
	switch {
	case err != nil:
		return nil, fmt.Errorf("set up Telegram: %w", err)
	case token == "" && t.Chat == "":
		return nil, nil
	case token == "":
		return nil, errors.New("to send by Telegram, set a token beside the chat (telegram.token_file or CANHCONG_TELEGRAM_TOKEN)")
	case t.Chat != "" && !chatNumber.MatchString(t.Chat):
		return nil, fmt.Errorf("set up Telegram: telegram.chat is %q, which is not the number of a chat: write -1001234567890, and -1001234567890:17 for a topic; the bot says the number of a group that it is added to", t.Chat)
	}
	sender, err := telegram.New(telegram.Config{Token: token, APIBases: t.APIBases, Proxy: t.Proxy, Log: log})
	if err != nil {
		return nil, fmt.Errorf("set up Telegram: %w", err)
	}
	return []way{{"telegram", sender, t.Chat, hosts(t.APIBases...), t.Proxy != ""}}, nil
}

// mail is the way through the mail server, if one is named.
func (a *app) mail(*slog.Logger) ([]way, error) {
	m := a.config.Mail
	if m.Server == "" && m.To == "" {
		return nil, nil
	}
	password, err := secret(m.PasswordFile)
	if err != nil {
		return nil, fmt.Errorf("set up e-mail: %w", err)
	}
	roots, err := certificates(m.CAFile)
	if err != nil {
		return nil, fmt.Errorf("set up e-mail: %w", err)
	}
	sender, err := mail.New(mail.Config{Server: m.Server, Port: m.Port, Encryption: mail.Encryption(m.TLS), Roots: roots,
		Username: m.Username, Password: password, From: m.From, Proxy: m.Proxy})
	if err != nil {
		return nil, fmt.Errorf("set up e-mail: %w", err)
	}
	return []way{{"mail", sender, m.To, m.Server, m.Proxy != ""}}, nil
}

// certificates reads who alone may certify a server; nil leaves it to those whom the system trusts.
func certificates(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("read the certificates: %s holds none", file)
	}
	return pool, nil
}

// webhooks are the ways through addresses that take JSON, each by its name.
func (a *app) webhooks(*slog.Logger) (all []way, err error) {
	for _, name := range slices.Sorted(maps.Keys(a.config.Webhook)) {
		w, err := newWebhook("webhook."+name, a.config.Webhook[name])
		if err != nil {
			return nil, fmt.Errorf("set up the webhook %s: %w", name, err)
		}
		all = append(all, w)
	}
	return all, nil
}

func newWebhook(name string, c webhookConfig) (way, error) {
	key, err := secret(c.SecretFile)
	if err != nil {
		return way{}, err
	}
	address, err := secret(c.URLFile)
	if err != nil {
		return way{}, err
	}
	headers, err := secrets(c.Headers)
	if err != nil {
		return way{}, err
	}
	values, err := secrets(c.Secrets)
	if err != nil {
		return way{}, err
	}
	if c.TemplateFile != "" {
		text, err := os.ReadFile(c.TemplateFile)
		if err != nil {
			return way{}, fmt.Errorf("read the template: %w", err)
		}
		c.Template = string(text)
	}
	c.URL = cmp.Or(c.URL, address)
	sender, err := webhook.New(webhook.Config{Name: name, URL: c.URL, Template: c.Template, Expect: c.Expect, Secret: key,
		Headers: headers, Secrets: values, Proxy: c.Proxy})
	return way{name, sender, c.To, hosts(c.URL), c.Proxy != ""}, err
}

// ntfy is the way through a server of topics, if one is named, or a topic.
func (a *app) ntfy(*slog.Logger) ([]way, error) {
	n := a.config.Ntfy
	if n.Server == "" && n.Topic == "" {
		return nil, nil
	}
	token, err := secret(n.TokenFile)
	if err != nil {
		return nil, fmt.Errorf("set up ntfy: %w", err)
	}
	sender, err := ntfy.New(ntfy.Config{Server: n.Server, Token: token, Proxy: n.Proxy})
	if err != nil {
		return nil, fmt.Errorf("set up ntfy: %w", err)
	}
	return []way{{"ntfy", sender, n.Topic, hosts(cmp.Or(n.Server, ntfy.DefaultServer)), n.Proxy != ""}}, nil
}

// hosts is all of addresses that may be shown: the rest may be a secret.
func hosts(addresses ...string) string {
	var names []string
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil {
			names = append(names, u.Host)
		}
	}
	return strings.Join(names, ",")
}

// deskOptions are what alerts leave through; more are shared addresses beside the configured ones.
func (a *app) deskOptions(log *slog.Logger, listen string, more []notify.Channel) (notify.Options, error) {
	ways, err := a.ways(log)
	if err != nil {
		return notify.Options{}, err
	}
	ladders, err := a.config.Escalation.ladders()
	if err != nil {
		return notify.Options{}, err
	}
	deadlines, err := a.config.Report.deadlines()
	if err != nil {
		return notify.Options{}, err
	}
	o := notify.Options{Channels: more, Carriers: map[string]notify.Sender{}, Cover: notify.Cover(a.config.Roster.Cover), RollCall: a.config.Roster.CheckIn,
		Escalation: ladders, Letterhead: a.config.Report.letterhead(), Deadlines: deadlines, Templates: a.templates(), ConsoleURL: a.consoleURL(listen), Upkeep: a.upkeep, Log: log}
	for _, w := range ways {
		o.Carriers[w.name] = w.sender
		if w.to != "" {
			o.Channels = append(o.Channels, notify.Channel{Name: w.name, Sender: w.sender, Recipient: w.to, Language: a.lang})
		}
	}
	return o, nil
}

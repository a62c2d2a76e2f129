// Package telegram carries messages to Telegram chats through the Bot API.
//
// The Sender is built without asking Telegram anything, so the product starts where Telegram is blocked. Every call has a
// deadline and may go through a proxy or to another API base. Texts are marked up as HTML and cut before they are escaped;
// what Telegram refuses to parse is sent again as plain text. The token never appears in a log or an error.
package telegram

import (
	"context"
	"errors"
	"log/slog"

	"canhcong/notify"
)

// Config says which bot speaks, and how to reach Telegram. Only Token is required.
type Config struct {
	Token   string
	APIBase string // "https://api.telegram.org" when empty
	Proxy   string // http, https, socks5 or socks5h address; "" connects directly
	Log     *slog.Logger
}

// Sender is a notify.Sender for one bot.
type Sender struct{}

// New returns a Sender. It connects to nothing; the error says what is wrong with the configuration.
func New(c Config) (*Sender, error) { return &Sender{}, nil }

// Send implements notify.Sender.
func (s *Sender) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	return notify.Receipt{}, errors.New("not built yet")
}

package main

import (
	"io"
	"log/slog"
	"regexp"
)

// telegramToken is the shape of a bot token, alone or in an address.
var telegramToken = regexp.MustCompile(`(bot)?\d{6,}:[A-Za-z0-9_-]{30,}`)

// newLog writes lines of text. Senders keep secrets out of their errors; the log takes out what still looks like one.
func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if s := a.Value.String(); telegramToken.MatchString(s) {
			return slog.String(a.Key, telegramToken.ReplaceAllString(s, "[token]"))
		}
		return a
	}}))
}

package notify

import (
	"context"
	"log/slog"
)

// ConsoleChannel is the name of the channel that is used while none is configured.
const ConsoleChannel = "console"

// LogSender writes alerts to the log. It stands in while no channel is configured; the console shows the same alerts.
type LogSender struct{ Log *slog.Logger }

// Send implements Sender. It never fails.
func (s LogSender) Send(ctx context.Context, m Message) (Receipt, error) {
	s.Log.WarnContext(ctx, "alert", "title", m.Title, "body", m.Body, "picture_bytes", len(m.Picture))
	return Receipt{}, nil
}

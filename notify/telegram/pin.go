package telegram

import (
	"context"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Pin implements notify.Pinner. In a group the bot needs the right to pin messages.
func (s *Sender) Pin(ctx context.Context, recipient, receipt string) error {
	to := s.resolve(recipient)
	to.thread = ""
	c := call{method: "pinChatMessage", to: to, timeout: textTimeout, params: tgbotapi.Params{"message_id": receipt, "disable_notification": "true"}}
	if err := s.pace.wait(ctx, c); err != nil {
		return err
	}
	_, err := s.line.ask(ctx, c)
	if err != nil {
		s.pace.heed(c, err)
	}
	return final(err)
}

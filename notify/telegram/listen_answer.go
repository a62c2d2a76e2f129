package telegram

import (
	"context"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

// toastLimit is what answerCallbackQuery takes. https://core.telegram.org/bots/api#answercallbackquery
const toastLimit = 200

// answerPress answers a press of a button: what was done is done, whether the answer arrives or not. One that comes too late for
// the app that waited for it is sent where the button is, if others may read it.
func (l *ear) answerPress(ctx context.Context, p press, a notify.Answer) {
	params := tgbotapi.Params{"callback_query_id": p.ID}
	params.AddNonEmpty("text", cut(clean(a.Toast), toastLimit))
	params.AddBool("show_alert", a.Toast != "" && a.Discreet)
	_, err := l.sender.line.ask(ctx, call{method: "answerCallbackQuery", params: params, timeout: textTimeout})
	switch {
	case err == nil:
	case means(err) == badMessage && a.Toast != "" && !a.Discreet && a.Title == "":
		a.Title = a.Toast
	default:
		l.log.WarnContext(ctx, "telegram does not take the answer to a button", "error", err)
	}
	l.answerMessage(ctx, *p.Message, a)
}

// answerMessage answers where a message is, as a reply to it, quietly.
func (l *ear) answerMessage(ctx context.Context, m message, a notify.Answer) {
	if a.Title == "" {
		return
	}
	to := place{chat: number(m.Chat.ID)}
	if m.InTopic {
		to.thread = number(m.Thread)
	}
	_, err := l.sender.sendText(ctx, to, notify.Message{Title: a.Title, Body: a.Body, ReplyTo: number(m.ID), Quiet: true})
	if err != nil {
		l.log.WarnContext(ctx, "telegram does not take an answer", "error", err)
	}
}

package telegram

import (
	"context"
	"fmt"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

// toastLimit is what answerCallbackQuery takes. https://core.telegram.org/bots/api#answercallbackquery
const toastLimit = 200

// answerPress answers a press of a button: what was done is done, whether the answer arrives or not. One that comes too late for
// the app that waited for it is sent where the button is, if others may read it.
func (l *ear) answerPress(ctx context.Context, p press, a notify.Answer) error {
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
	return l.answerMessage(ctx, *p.Message, p.From, a)
}

// answerMessage answers somebody where a message is, as a reply to it, quietly. That an answer does not arrive is no error: who
// waits for it asks again.
func (l *ear) answerMessage(ctx context.Context, m message, u user, a notify.Answer) error {
	if a.Title == "" {
		return nil
	}
	c := call{method: "sendMessage", to: place{chat: number(m.Chat.ID)}, replyTo: number(m.ID), timeout: textTimeout,
		params: l.sender.marked(ctx, notify.Message{Title: a.Title, Body: a.Body, Quiet: true})}
	if m.InTopic {
		c.to.thread = number(m.Thread)
	}
	if a.Question != 0 {
		askOne(c.params, u, a.Whom)
	}
	receipt, err := l.sender.send(ctx, c)
	if err != nil {
		l.log.WarnContext(ctx, "telegram does not take an answer", "error", err)
		return nil
	}
	if a.Question != 0 {
		return l.desk.Asked(ctx, a.Question, number(m.Chat.ID), receipt.ID)
	}
	return nil
}

// askOne has the app of one person, whom the text then has to mention, offer to reply.
func askOne(params tgbotapi.Params, u user, name string) {
	params["text"] += fmt.Sprintf("\n<a href=\"tg://user?id=%d\">%s</a>", u.ID, escape.Replace(cut(clean(name), titleLimit)))
	params["reply_markup"] = `{"force_reply":true,"selective":true}`
}

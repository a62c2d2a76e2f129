package telegram

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"canhcong/notify"
)

// member says what became of the bot in a chat. https://core.telegram.org/bots/api#chatmember
type member struct {
	Chat chat `json:"chat"`
	From user `json:"from"`
	New  struct {
		Status string `json:"status"`
		Member bool   `json:"is_member"`         // of those that are restricted
		Writes bool   `json:"can_send_messages"` // the same
	} `json:"new_chat_member"`
}

// here says whether what the bot sends to the chat arrives.
func (m member) here() bool {
	switch m.New.Status {
	case "creator", "administrator":
		return true
	case "member":
		return m.Chat.Kind != "channel" // where only administrators write
	case "restricted":
		return m.New.Member && m.New.Writes
	}
	return false
}

// became hands on what became of the bot in a chat, and leaves one that is none of ours.
func (l *ear) became(ctx context.Context, m member) error {
	l.log.WarnContext(ctx, "what the bot is in a chat has changed", "chat", m.Chat.ID, "now", m.New.Status)
	p := notify.Presence{Channel: l.channel, Chats: []string{number(m.Chat.ID)}, User: number(m.From.ID), Here: m.here(), Why: m.New.Status,
		Private: m.Chat.Kind == "private"}
	if m.Chat.Name != "" {
		p.Chats = append(p.Chats, "@"+m.Chat.Name)
	}
	answer, err := l.desk.Present(ctx, p)
	if err != nil || answer.Title == "" {
		return err
	}
	ours, err := l.mayBeOurs(ctx)
	if err != nil || ours {
		return err
	}
	to := place{chat: number(m.Chat.ID)}
	if _, err := l.sender.send(ctx, call{method: "sendMessage", to: to, timeout: textTimeout,
		params: l.sender.marked(ctx, notify.Message{Title: answer.Title, Body: answer.Body, Quiet: true})}); err != nil {
		l.log.WarnContext(ctx, "telegram does not take an answer", "error", err)
	}
	if _, err := l.sender.line.ask(ctx, call{method: "leaveChat", to: to, timeout: textTimeout}); err != nil {
		l.log.WarnContext(ctx, "the bot cannot leave a chat that is not configured", "chat", m.Chat.ID, "error", err)
	}
	return nil
}

// firstSuper is the greatest number of a supergroup or channel: a group that becomes one gets a number below.
// https://core.telegram.org/api/bots/ids
const firstSuper = -1_000_000_000_000

// mayBeOurs says whether a chat that is not known may be a group of ours with a new number, of which we have not heard yet, or one
// that is configured by its name.
func (l *ear) mayBeOurs(ctx context.Context) (bool, error) {
	list, err := l.desk.Recipients(ctx, l.channel)
	if err != nil {
		return false, fmt.Errorf("ask which chats are ours: %w", err)
	}
	return slices.ContainsFunc(list, func(one string) bool {
		id, err := strconv.ParseInt(one, 10, 64)
		return err != nil || id < 0 && id > firstSuper
	}), nil
}

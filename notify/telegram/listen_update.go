package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"canhcong/notify"
)

// update is one thing that Telegram says has happened. Of the kinds that there are, and will be, these are read.
type update struct {
	ID      int64    `json:"update_id"`
	Message *message `json:"message"`
	Press   *press   `json:"callback_query"`
	Member  *member  `json:"my_chat_member"`
}

type message struct {
	ID      int64    `json:"message_id"`
	Thread  int64    `json:"message_thread_id"`
	InTopic bool     `json:"is_topic_message"`
	From    user     `json:"from"`
	Chat    chat     `json:"chat"`
	Date    int64    `json:"date"`
	Text    string   `json:"text"`
	ReplyTo *message `json:"reply_to_message"`
	MovedTo int64    `json:"migrate_to_chat_id"`
}

type user struct {
	ID  int64 `json:"id"`
	Bot bool  `json:"is_bot"`
}

type chat struct {
	ID   int64  `json:"id"`
	Kind string `json:"type"`
	Name string `json:"username"` // of a public one
}

type press struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

// readUpdates reads a list of updates. One that is not as expected is empty, but is known by its number: it is confirmed, and
// never keeps others from being heard.
func readUpdates(result json.RawMessage) ([]update, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(result, &raw); err != nil {
		return nil, errors.New("telegram getUpdates: the answer is no list")
	}
	var list []update
	for _, one := range raw {
		var known struct {
			ID int64 `json:"update_id"`
		}
		if err := json.Unmarshal(one, &known); err != nil || known.ID <= 0 {
			continue
		}
		var u update
		if json.Unmarshal(one, &u) != nil {
			u = update{}
		}
		u.ID = known.ID
		list = append(list, u)
	}
	if len(raw) > 0 && len(list) == 0 {
		return nil, errors.New("telegram getUpdates: no update has a number")
	}
	return list, nil
}

// handle does what an update asks for. An error is worth another try; that an answer does not arrive is none.
func (l *ear) handle(ctx context.Context, u update) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in update %d: %v", u.ID, p)
		}
	}()
	switch {
	case u.Press != nil && u.Press.Message != nil:
		return l.pressed(ctx, *u.Press)
	case u.Message != nil && u.Message.MovedTo != 0:
		l.sender.follow(ctx, number(u.Message.Chat.ID), u.Message.MovedTo)
	case u.Message != nil && u.Message.From.ID != 0 && !u.Message.From.Bot:
		return l.said(ctx, *u.Message)
	case u.Member != nil:
		return l.became(ctx, *u.Member)
	}
	return nil
}

func (l *ear) pressed(ctx context.Context, p press) error {
	answer, err := l.desk.Press(ctx, notify.Press{Button: p.Data, Channel: l.channel, User: number(p.From.ID),
		Chat: number(p.Message.Chat.ID), Message: number(p.Message.ID)})
	if err != nil {
		return err
	}
	return l.answerPress(ctx, p, answer)
}

func (l *ear) said(ctx context.Context, m message) error {
	text, ours := l.addressed(m.Text)
	if !ours || text == "" {
		return nil
	}
	answer, err := l.desk.Command(ctx, notify.Command{Channel: l.channel, User: number(m.From.ID), Chat: number(m.Chat.ID),
		Private: m.Chat.Kind == "private", Text: text, ReplyTo: m.repliesTo(), At: time.Unix(m.Date, 0)})
	if err != nil {
		return err
	}
	return l.answerMessage(ctx, m, m.From, answer)
}

// repliesTo is the message that a message replies to, "" for none.
func (m message) repliesTo() string {
	if m.ReplyTo == nil {
		return ""
	}
	return number(m.ReplyTo.ID)
}

// addressed returns a text without the name of the bot that its command is for: "/truc@canhcong_bot". ours is false when that is
// another bot.
func (l *ear) addressed(text string) (plain string, ours bool) {
	command, rest, _ := strings.Cut(text, " ")
	verb, name, named := strings.Cut(command, "@")
	if !strings.HasPrefix(command, "/") || !named {
		return text, true
	}
	return strings.TrimSpace(verb + " " + rest), strings.EqualFold(name, l.me)
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

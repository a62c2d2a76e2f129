package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

// call is one request to the Bot API.
type call struct {
	method  string
	to      place  // zero for what is about no chat
	replyTo string // message id; "" for none
	params  tgbotapi.Params
	file    *upload // nil for none
	timeout time.Duration
}

// upload is a file that a call carries.
type upload struct {
	field, name string
	content     []byte
}

// fields are all parameters of a call, as they are sent.
func (c call) fields() tgbotapi.Params {
	all := tgbotapi.Params{}
	maps.Copy(all, c.params)
	all.AddNonEmpty("chat_id", c.to.chat)
	if c.method != "editMessageText" { // which is not moved between topics
		all.AddNonEmpty("message_thread_id", c.to.thread)
	}
	if id, err := strconv.Atoi(c.replyTo); err == nil {
		all["reply_parameters"] = fmt.Sprintf(`{"message_id":%d,"allow_sending_without_reply":true}`, id)
	}
	return all
}

// send makes a call that sends or changes a message, in its turn. It follows a group to the supergroup it became, and does
// without a message to reply to that is gone.
func (s *Sender) send(ctx context.Context, c call) (notify.Receipt, error) {
	receipt, err := s.once(ctx, c)
	var r *refusal
	if means(err) == chatMoved && errors.As(err, &r) {
		c.to.chat = s.follow(ctx, c.to.chat, r.movedTo)
		receipt, err = s.once(ctx, c)
	}
	if means(err) == replyGone && c.replyTo != "" {
		c.replyTo = ""
		receipt, err = s.once(ctx, c)
	}
	return receipt, err
}

func (s *Sender) once(ctx context.Context, c call) (notify.Receipt, error) {
	if err := s.pace.wait(ctx, c); err != nil {
		return notify.Receipt{}, err
	}
	result, err := s.line.ask(ctx, c)
	if err != nil {
		s.pace.heed(c, err)
		return notify.Receipt{}, err
	}
	var sent struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(result, &sent); err != nil || sent.ID == 0 {
		return notify.Receipt{}, errors.New("telegram: the answer names no message")
	}
	return notify.Receipt{ID: strconv.Itoa(sent.ID)}, nil
}

package main

import (
	"context"
	"errors"
)

type userLink struct {
	Login string `arg:"" help:"Login name."`
}

// Run prints what the person has to say to the bot.
func (c userLink) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		if !h.desk.Listens() {
			return said{errors.New("nobody listens"), a.in("Chưa cấu hình kênh nào mà người trực trả lời được: đặt mã (token) của bot Telegram.", "No channel is configured over which people can answer: set the token of a Telegram bot.")}
		}
		p, err := h.desk.PersonByLogin(ctx, c.Login)
		if err != nil {
			return a.noPerson(err, c.Login)
		}
		code, err := h.desk.NewLinkCode(ctx, p.ID)
		if err != nil {
			return err
		}
		a.say("%s mở trò chuyện riêng với bot và gửi dòng sau, trước %s: /start %s", "%s opens a private chat with the bot and sends this before %s: /start %s",
			p.Name, localTime(code.Until), code.Code)
		return nil
	})
}

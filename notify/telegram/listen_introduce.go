package telegram

import (
	"context"
	"encoding/json"
	"errors"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
	"canhcong/targets"
)

// introduce asks once who the bot is, to know which commands of a group are for it, and says what it understands.
func (l *ear) introduce(ctx context.Context) error {
	if l.me != "" {
		return nil
	}
	result, err := l.sender.line.ask(ctx, call{method: "getMe", timeout: textTimeout})
	if err != nil {
		return err
	}
	var me struct {
		Name string `json:"username"`
	}
	if err := json.Unmarshal(result, &me); err != nil || me.Name == "" {
		return errors.New("telegram getMe: the answer names nobody")
	}
	l.me = me.Name
	for _, language := range []string{"", string(targets.English)} { // Vietnamese to whoever's app speaks any other
		if err := l.offer(ctx, language); err != nil { // a convenience: they can be typed all the same
			l.log.WarnContext(ctx, "telegram does not offer the commands", "language", language, "error", err)
		}
	}
	return nil
}

// offer has apps of a language list the commands as somebody types a slash.
func (l *ear) offer(ctx context.Context, language string) error {
	type command struct {
		Name string `json:"command"`
		Does string `json:"description"`
	}
	spoken := targets.Vietnamese
	if language != "" {
		spoken = targets.Language(language)
	}
	var list []command
	for _, c := range notify.Commands(spoken) {
		list = append(list, command(c))
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	params := tgbotapi.Params{"commands": string(text)}
	params.AddNonEmpty("language_code", language)
	_, err = l.sender.line.ask(ctx, call{method: "setMyCommands", params: params, timeout: textTimeout})
	return err
}

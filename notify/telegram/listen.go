package telegram

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

const (
	pollSeconds   = 25 // that Telegram may hold a poll: some proxies end what is silent for longer
	pollTimeout   = pollSeconds*time.Second + textTimeout
	pollUpdates   = 25 // in one answer, so that it stays within largestAnswer; fewer after one that did not
	updatesLast   = 24 * time.Hour
	firstPause    = time.Second
	longestPause  = time.Minute
	conflictPause = 5 * time.Minute // while another program polls: each poll of ours ends one of its
	mostStumbles  = 5               // tries of an update that cannot be handled, before the next one
)

// ear hears what people say to the bot.
type ear struct {
	sender   *Sender
	desk     *notify.Desk
	channel  string // the name of the way that this bot is
	log      *slog.Logger
	me       string // the bot's user name, once Telegram has said it
	listened bool   // a poll has succeeded since the last notice
	fewer    int    // updates in one answer while answers cannot be read; 0 for as many as usual
	stumbles stumbles
}

// stumbles count how often an update could not be handled.
type stumbles struct {
	update int64
	n      int
}

// Listen hears what people say to the bot, and hands it to a desk as said over a channel of that name, until ctx ends. It polls,
// which needs no address of our own that Telegram could reach; sending goes on whatever becomes of it. What was heard is
// confirmed to Telegram only after it was handled: after a crash it is heard again, which is harmless.
func (s *Sender) Listen(ctx context.Context, desk *notify.Desk, channel string) error {
	l := &ear{sender: s, desk: desk, channel: channel, log: s.log}
	failures := 0
	for ctx.Err() == nil {
		if err := l.round(ctx); err != nil {
			l.rest(ctx, err, failures)
			failures++
		} else {
			failures = 0
		}
	}
	return nil
}

// rest waits after a failure and a number of others before it.
func (l *ear) rest(ctx context.Context, err error, failures int) {
	if ctx.Err() != nil {
		return
	}
	pause := pauseAfter(err, failures)
	l.log.WarnContext(ctx, "what people say on Telegram is not heard", "again", pause, "error", err)
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
}

// pauseAfter returns how long not to poll after a failure and a number of others before it.
func pauseAfter(err error, failures int) time.Duration {
	wait, asked := waits(err)
	switch {
	case asked:
		return max(wait, firstPause)
	case isConflict(err):
		return conflictPause
	case failures > 5:
		return longestPause
	}
	return min(firstPause<<failures, longestPause)
}

// round polls once, and handles what it brings, one after the other.
func (l *ear) round(ctx context.Context) error {
	if err := l.introduce(ctx); err != nil {
		return err
	}
	from, err := l.offset(ctx)
	if err != nil {
		return err
	}
	batch, err := l.poll(ctx, from)
	l.learn(err)
	if isConflict(err) {
		return errors.Join(err, l.tellConflict(ctx))
	}
	if err != nil {
		return err
	}
	if err := l.tellListening(ctx); err != nil {
		return err
	}
	for _, u := range batch {
		if err := l.take(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// take handles an update and moves on to the next one. What cannot be handled is tried again a few times.
func (l *ear) take(ctx context.Context, u update) error {
	if err := l.handle(ctx, u); err != nil {
		if l.stumbles.update != u.ID {
			l.stumbles = stumbles{update: u.ID}
		}
		if l.stumbles.n++; l.stumbles.n < mostStumbles || ctx.Err() != nil {
			return err
		}
		l.log.ErrorContext(ctx, "an update is left out", "update", u.ID, "error", err)
	}
	return l.desk.Hear(ctx, l.name(), u.ID)
}

// name is what the position is kept under. Another bot has other updates; its number is no secret.
func (l *ear) name() string {
	number, _, _ := strings.Cut(l.sender.line.token, ":")
	return l.channel + ":" + number
}

// offset returns the first update that is wanted. Telegram forgets updates after a day, and numbers them anew after a quiet
// week: a position older than that says nothing, and what waits there has not been handled.
func (l *ear) offset(ctx context.Context) (int64, error) {
	last, at, err := l.desk.Heard(ctx, l.name())
	if err != nil || last == 0 || time.Since(at) > updatesLast {
		return 0, err
	}
	return last + 1, nil
}

// isConflict says whether somebody else polls as this bot, or a webhook is set for it.
func isConflict(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.code == http.StatusConflict
}

func (l *ear) poll(ctx context.Context, from int64) ([]update, error) {
	params := tgbotapi.Params{"allowed_updates": `["message","callback_query","my_chat_member"]`}
	params.AddNonZero64("offset", from)
	if l.listened { // the first answer says that we are heard, and is not waited for
		params.AddNonZero("timeout", pollSeconds)
	}
	params.AddNonZero("limit", cmp.Or(l.fewer, pollUpdates))
	result, err := l.sender.line.ask(ctx, call{method: "getUpdates", params: params, timeout: pollTimeout})
	if err != nil {
		return nil, err
	}
	return readUpdates(result)
}

// learn asks for one update after an answer that could not be read, which may have been too long, and then for ever more again.
func (l *ear) learn(err error) {
	var r *refusal
	switch {
	case err != nil && !errors.As(err, &r):
		l.fewer = 1
	case err == nil && l.fewer > 0:
		if l.fewer *= 2; l.fewer >= pollUpdates {
			l.fewer = 0
		}
	}
}

// tellConflict tells people that buttons and commands do nothing.
func (l *ear) tellConflict(ctx context.Context) error {
	l.listened = false
	return l.desk.Declare(ctx, notify.Notice{Kind: notify.NoticeDeaf})
}

// tellListening takes that back, once after each start.
func (l *ear) tellListening(ctx context.Context) error {
	if l.listened {
		return nil
	}
	if err := l.desk.Declare(ctx, notify.Notice{Kind: notify.NoticeDeaf, Until: time.Now()}); err != nil {
		return err
	}
	l.listened = true
	return nil
}

// Package telegram carries messages to Telegram chats through the Bot API.
//
// The Sender is built without asking Telegram anything, so the product starts where Telegram is blocked. Every call has a
// deadline, and may go through a proxy, or to one of several API bases: what cannot be reached over the first goes over the
// next. Texts are marked up as HTML, and cut before they are escaped; what Telegram refuses to take as it is is sent again
// plainer, and what it says no to for other reasons is told the outbox in its words: to wait, that the chat cannot be reached,
// that the token is worth nothing. Listen hears what people write, and which buttons they press. A recipient is a chat, or a
// topic of one: "-1001234567890:17". The token never appears in a log or an error.
package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

// DefaultAPIBase is where the Bot API is unless the configuration says otherwise.
const DefaultAPIBase = "https://api.telegram.org"

// Limits of one call. Telegram is far away and often slow from where this runs.
const (
	textTimeout = 20 * time.Second
	fileTimeout = 60 * time.Second
)

// Config says which bot speaks, and how to reach Telegram. Only Token is required.
type Config struct {
	Token    string
	APIBases []string // in the order in which they are preferred; DefaultAPIBase when empty
	Proxy    string   // http, https, socks5 or socks5h address; "" connects directly
	Pace     Pace     // DefaultPace when zero
	Log      *slog.Logger
}

// Sender is a notify.Sender for one bot. It is safe for concurrent use.
type Sender struct {
	line  *line
	pace  *pace
	log   *slog.Logger
	mu    sync.Mutex
	moved map[string]string // groups that became supergroups: chat id before → after
}

// New returns a Sender. It connects to nothing; the error says what is wrong with the configuration, without secrets.
func New(c Config) (*Sender, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Pace == (Pace{}) {
		c.Pace = DefaultPace
	}
	token := strings.TrimSpace(c.Token)
	if token == "" || strings.ContainsAny(token, "/?#% \t\r\n") {
		return nil, errors.New("telegram: the token is empty or is not a bot token")
	}
	l, err := newLine(token, c)
	if err != nil {
		return nil, err
	}
	quiet.Do(func() { _ = tgbotapi.SetLogger(silence{}) }) // fails for a nil logger only
	return &Sender{line: l, pace: newPace(c.Pace), log: c.Log, moved: map[string]string{}}, nil
}

// The library would print errors, which hold the token, to standard error.
var quiet sync.Once

type silence struct{}

func (silence) Println(...any)        {}
func (silence) Printf(string, ...any) {}

// Send implements notify.Sender. A message for a topic that is closed or gone goes to the chat itself, and says so.
func (s *Sender) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	to := s.resolve(m.Recipient)
	receipt, err := s.deliver(ctx, to, m)
	if means(err) == topicGone && to.thread != "" && receipt.ID == "" {
		s.log.WarnContext(ctx, "a telegram topic takes no messages, sending to its chat", "recipient", m.Recipient, "reason", err)
		m.Body = noteTopic(m.Body, to.thread)
		to.thread = ""
		receipt, err = s.deliver(ctx, to, m)
	}
	if now := s.now(m.Recipient); now != m.Recipient {
		receipt.MovedTo = now
	}
	if err = final(err); err != nil && receipt.ID != "" {
		err = fmt.Errorf("%w: %w", notify.ErrPartSent, err)
	}
	return receipt, err
}

// deliver sends a message with all that belongs to it.
func (s *Sender) deliver(ctx context.Context, to place, m notify.Message) (notify.Receipt, error) {
	if len(m.Picture) > 0 {
		return s.sendPicture(ctx, to, m)
	}
	receipt, err := s.replaceOrSend(ctx, to, m)
	if err == nil && m.File != nil {
		err = s.sendFile(ctx, to, receipt.ID, *m.File)
	}
	return receipt, err
}

// replaceOrSend puts a text in the place of a message of ours, silently, where the message asks for it and Telegram lets us. It
// does not when that message is gone or too old; then, and without being asked, the text is a message of its own.
func (s *Sender) replaceOrSend(ctx context.Context, to place, m notify.Message) (notify.Receipt, error) {
	if !m.Replaces || m.ReplyTo == "" {
		return s.sendText(ctx, to, m)
	}
	c := call{method: "editMessageText", to: to, params: s.marked(ctx, m), timeout: textTimeout}
	c.params["message_id"] = m.ReplyTo
	delete(c.params, "disable_notification") // an edit disturbs nobody
	receipt, err := s.send(ctx, c)
	switch means(err) {
	case unchanged: // a try whose answer was lost
		return notify.Receipt{ID: m.ReplyTo}, nil
	case badMessage, topicGone:
		s.log.WarnContext(ctx, "telegram does not edit the message, sending another", "reason", err)
		return s.sendText(ctx, to, m)
	}
	return receipt, err
}

// marked returns what a text is sent with. An edited message keeps only the buttons that come with the edit.
func (s *Sender) marked(ctx context.Context, m notify.Message) tgbotapi.Params {
	params := tgbotapi.Params{"text": markUp(m.Title, m.Body), "parse_mode": tgbotapi.ModeHTML, "link_preview_options": noPreview}
	params.AddBool("disable_notification", m.Quiet)
	markup, left := keyboard(m.Actions)
	params.AddNonEmpty("reply_markup", markup)
	if left > 0 {
		s.log.ErrorContext(ctx, "buttons that telegram would refuse are left out", "count", left)
	}
	return params
}

const noPreview = `{"is_disabled":true}`

// sendText sends marked-up text with its buttons, and what matters of it as plain text when Telegram refuses that.
func (s *Sender) sendText(ctx context.Context, to place, m notify.Message) (notify.Receipt, error) {
	c := call{method: "sendMessage", to: to, replyTo: m.ReplyTo, params: s.marked(ctx, m), timeout: textTimeout}
	receipt, err := s.send(ctx, c)
	if means(err) == badMessage {
		s.log.ErrorContext(ctx, "telegram refuses the message, sending plain text", "reason", err)
		c.params = tgbotapi.Params{"text": bare(m.Title, m.Body), "link_preview_options": noPreview}
		c.params.AddBool("disable_notification", m.Quiet)
		receipt, err = s.send(ctx, c)
	}
	return receipt, err
}

// sendPicture sends a photo with a caption; as a document when Telegram refuses it as a photo; and only the caption when
// it refuses that too.
func (s *Sender) sendPicture(ctx context.Context, to place, m notify.Message) (notify.Receipt, error) {
	c := call{to: to, replyTo: m.ReplyTo, timeout: fileTimeout, params: tgbotapi.Params{"caption": cut(clean(m.Title), captionLimit)}}
	c.params.AddBool("disable_notification", m.Quiet)
	err := error(&refusal{code: 400, description: "the picture is too large to be a photo"})
	var receipt notify.Receipt
	if fitsPhoto(m.Picture) {
		c.method, c.file = "sendPhoto", &upload{field: "photo", name: pictureName, content: m.Picture}
		receipt, err = s.send(ctx, c)
	}
	if means(err) == badMessage {
		s.log.WarnContext(ctx, "telegram takes no photo, sending a document", "reason", err)
		c.method, c.file = "sendDocument", &upload{field: "document", name: pictureName, content: m.Picture}
		receipt, err = s.send(ctx, c)
	}
	if means(err) == badMessage {
		s.log.WarnContext(ctx, "telegram refuses the picture, sending its caption", "reason", err)
		return s.sendText(ctx, to, notify.Message{Title: m.Title, Body: m.Body, ReplyTo: m.ReplyTo, Quiet: m.Quiet})
	}
	return receipt, err
}

const pictureName = "canhcong.png"

// sendFile sends a file as a reply to the text it belongs to. Where that does not work, as much of it as fits is sent as a
// text: repeating the whole message for the sake of its file would wake people again.
func (s *Sender) sendFile(ctx context.Context, to place, text string, f notify.File) error {
	c := call{method: "sendDocument", to: to, replyTo: text, timeout: fileTimeout, params: tgbotapi.Params{"disable_notification": "true"},
		file: &upload{field: "document", name: f.Name, content: f.Content}}
	_, err := s.send(ctx, c)
	if err == nil || ctx.Err() != nil {
		return err
	}
	s.log.WarnContext(ctx, "telegram does not take the file, sending what fits as a text", "file", f.Name, "reason", err)
	instead := notify.Message{Title: "📎 " + f.Name, Body: noFile, ReplyTo: text, Quiet: true}
	if strings.HasPrefix(f.Type, "text/") {
		instead.Body = string(f.Content)
	}
	_, err = s.sendText(ctx, to, instead)
	return err
}

const noFile = "(không gửi được tệp này, xem trên bảng điều khiển · the file could not be sent, see the console)"

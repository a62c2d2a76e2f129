// Package telegram carries messages to Telegram chats through the Bot API.
//
// The Sender is built without asking Telegram anything, so the product starts where Telegram is blocked. Every call has a
// deadline, and may go through a proxy or to another API base. Texts are marked up as HTML, and cut before they are escaped;
// what Telegram refuses to parse is sent again as plain text. The token never appears in a log or an error.
package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
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
	Token   string
	APIBase string // DefaultAPIBase when empty
	Proxy   string // http, https, socks5 or socks5h address; "" connects directly
	Log     *slog.Logger
}

// Sender is a notify.Sender for one bot. It is safe for concurrent use.
type Sender struct {
	bot   tgbotapi.BotAPI // copied for every call, which has a context of its own
	line  *line
	log   *slog.Logger
	mu    sync.Mutex
	moved map[string]string // groups that became supergroups: chat id before → after
}

// New returns a Sender. It connects to nothing; the error says what is wrong with the configuration, without secrets.
func New(c Config) (*Sender, error) {
	token := strings.TrimSpace(c.Token)
	if token == "" || strings.ContainsAny(token, "/?#% \t\r\n") {
		return nil, errors.New("telegram: the token is empty or is not a bot token")
	}
	base, err := apiBase(c.APIBase)
	if err != nil {
		return nil, err
	}
	l, err := newLine(token, c.Proxy)
	if err != nil {
		return nil, err
	}
	s := &Sender{bot: tgbotapi.BotAPI{Token: token}, line: l, log: c.Log, moved: map[string]string{}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.bot.SetAPIEndpoint(base + "/bot%s/%s")
	quiet.Do(func() { _ = tgbotapi.SetLogger(silence{}) }) // fails for a nil logger only
	return s, nil
}

// apiBase checks an address and returns it as the start of a format string.
func apiBase(address string) (string, error) {
	if address == "" {
		address = DefaultAPIBase
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("telegram: the API base is not an http or https address")
	}
	return strings.ReplaceAll(strings.TrimRight(address, "/"), "%", "%%"), nil
}

// The library would print errors, which hold the token, to standard error.
var quiet sync.Once

type silence struct{}

func (silence) Println(...any)        {}
func (silence) Printf(string, ...any) {}

// Send implements notify.Sender.
func (s *Sender) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	c := call{chat: s.chat(m.Recipient), replyTo: m.ReplyTo}
	if len(m.Picture) > 0 {
		return s.sendPicture(ctx, c, m)
	}
	if m.Replaces && m.ReplyTo != "" {
		if receipt, ok, err := s.edit(ctx, c, m); ok || err != nil {
			return receipt, err
		}
	}
	return s.sendText(ctx, c, m)
}

// edit puts a text in the place of a message of ours, silently; ok is false when Telegram does not let us: the message is gone,
// or it is too old.
func (s *Sender) edit(ctx context.Context, c call, m notify.Message) (receipt notify.Receipt, ok bool, err error) {
	c.method, c.timeout, c.replyTo = "editMessageText", textTimeout, ""
	c.params = marked(m)
	c.params["message_id"] = m.ReplyTo
	receipt, err = s.make(ctx, c)
	refusal := (*refused)(nil)
	if !errors.As(err, &refusal) {
		return receipt, err == nil, err
	}
	if refusal.about("not modified") { // a try whose answer was lost
		return notify.Receipt{ID: m.ReplyTo}, true, nil
	}
	s.log.WarnContext(ctx, "telegram does not edit the message, sending another", "reason", refusal.description)
	return notify.Receipt{}, false, nil
}

func marked(m notify.Message) tgbotapi.Params {
	params := tgbotapi.Params{"text": markUp(m.Title, m.Body), "parse_mode": tgbotapi.ModeHTML, "link_preview_options": `{"is_disabled":true}`}
	params.AddBool("disable_notification", m.Quiet)
	return params
}

// sendText sends marked-up text, and the same as plain text when Telegram does not accept the markup or the length.
func (s *Sender) sendText(ctx context.Context, c call, m notify.Message) (notify.Receipt, error) {
	c.method, c.timeout = "sendMessage", textTimeout
	c.params = marked(m)
	receipt, err := s.make(ctx, c)
	if refusal := (*refused)(nil); errors.As(err, &refusal) && refusal.about("parse", "entit", "too long") {
		s.log.WarnContext(ctx, "telegram refuses the markup, sending plain text", "reason", refusal.description)
		delete(c.params, "parse_mode")
		c.params["text"] = cut(clean(m.Title+"\n"+m.Body), plainLimit)
		receipt, err = s.make(ctx, c)
	}
	return receipt, final(err)
}

// sendPicture sends a photo with a caption; as a document when Telegram refuses it as a photo; and only the caption when
// it refuses that too.
func (s *Sender) sendPicture(ctx context.Context, c call, m notify.Message) (notify.Receipt, error) {
	c.timeout = fileTimeout
	c.params = tgbotapi.Params{"caption": cut(clean(m.Title), captionLimit)}
	err := error(&refused{description: "the picture is too large to be a photo"})
	var receipt notify.Receipt
	if fitsPhoto(m.Picture) {
		c.method, c.file = "sendPhoto", "photo"
		c.picture = m.Picture
		receipt, err = s.make(ctx, c)
	}
	if refusal := (*refused)(nil); errors.As(err, &refusal) {
		s.log.WarnContext(ctx, "telegram refuses the photo, sending a document", "reason", refusal.description)
		c.method, c.file, c.picture = "sendDocument", "document", m.Picture
		receipt, err = s.make(ctx, c)
	}
	if refusal := (*refused)(nil); errors.As(err, &refusal) {
		s.log.WarnContext(ctx, "telegram refuses the picture, sending its caption", "reason", refusal.description)
		return s.sendText(ctx, c.withoutFile(), notify.Message{Title: m.Title, Body: m.Body})
	}
	return receipt, final(err)
}

// call is one request to the Bot API.
type call struct {
	method  string
	chat    string
	replyTo string // message id; "" for none
	params  tgbotapi.Params
	file    string // name of the field that carries the picture, "" for none
	picture []byte
	timeout time.Duration
}

func (c call) withoutFile() call {
	c.file, c.picture = "", nil
	return c
}

// make makes a call. It follows a group to the supergroup it became, and does without a message to reply to that is gone.
func (s *Sender) make(ctx context.Context, c call) (notify.Receipt, error) {
	receipt, err := s.once(ctx, c)
	refusal := (*refused)(nil)
	if errors.As(err, &refusal) && refusal.movedTo != 0 {
		c.chat = s.follow(ctx, c.chat, refusal.movedTo)
		receipt, err = s.once(ctx, c)
	}
	if errors.As(err, &refusal) && c.replyTo != "" && refusal.about("repl") {
		c.replyTo = ""
		receipt, err = s.once(ctx, c)
	}
	return receipt, err
}

func (s *Sender) once(ctx context.Context, c call) (notify.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	bot := s.bot
	bot.Client = calling{ctx: ctx, line: s.line}
	params := tgbotapi.Params{"chat_id": c.chat}
	for k, v := range c.params {
		params[k] = v
	}
	if id, err := strconv.Atoi(c.replyTo); err == nil {
		params["reply_parameters"] = fmt.Sprintf(`{"message_id":%d,"allow_sending_without_reply":true}`, id)
	}
	var answer *tgbotapi.APIResponse
	var err error
	if c.file == "" {
		answer, err = bot.MakeRequest(c.method, params)
	} else {
		answer, err = bot.UploadFiles(c.method, params, []tgbotapi.RequestFile{
			{Name: c.file, Data: tgbotapi.FileBytes{Name: "canhcong.png", Bytes: c.picture}}})
	}
	if err != nil {
		return notify.Receipt{}, s.line.explain(c.method, answer, err)
	}
	return receiptOf(answer)
}

func receiptOf(answer *tgbotapi.APIResponse) (notify.Receipt, error) {
	var sent struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(answer.Result, &sent); err != nil || sent.ID == 0 {
		return notify.Receipt{}, errors.New("telegram: the answer names no message")
	}
	return notify.Receipt{ID: strconv.Itoa(sent.ID)}, nil
}

// chat returns where a recipient is now.
func (s *Sender) chat(recipient string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now, ok := s.moved[recipient]; ok {
		return now
	}
	return recipient
}

// follow remembers, for as long as the Sender lives, that a group has become a supergroup.
func (s *Sender) follow(ctx context.Context, from string, to int64) string {
	now := strconv.FormatInt(to, 10)
	s.log.WarnContext(ctx, "a telegram group has become a supergroup: put its new id into the configuration",
		"chat", from, "now", now)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moved[from] = now
	return now
}

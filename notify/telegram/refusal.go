package telegram

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"canhcong/notify"
)

// patience is how long to wait when Telegram asks for it without saying how long.
const patience = 30 * time.Second

// refusal is an answer of the Bot API that says no.
type refusal struct {
	method      string
	code        int
	description string        // without the token
	after       time.Duration // asked to wait; 0 when it is not
	movedTo     int64         // the chat's new number; 0 when it has not moved
}

func (r *refusal) Error() string {
	return fmt.Sprintf("telegram %s: %d %s", r.method, r.code, r.description)
}

// meaning is what an error says about a message, or about where it was to go.
type meaning int

const (
	nothing    meaning = iota // no answer of the Bot API, or none that is known
	tooSoon                   // wait
	chatMoved                 // the group has become a supergroup
	tokenGone                 // no message of this bot will pass
	chatGone                  // no message to this chat will pass
	topicGone                 // nor to this topic; perhaps to its chat
	replyGone                 // what was to be replied to
	unchanged                 // an edit that had been made already
	badMessage                // this message will not pass as it is
	trouble                   // of Telegram's own
)

// meanings are known by their words, in this order; those without a match are about the message.
var meanings = []struct {
	words *regexp.Regexp
	means meaning
}{
	{regexp.MustCompile(`(?i)not modified`), unchanged},
	{regexp.MustCompile(`(?i)to be replied|reply message|REPLY_MESSAGE`), replyGone},
	{regexp.MustCompile(`(?i)TOPIC_(CLOSED|DELETED|ID_INVALID)|thread (not found|is closed)|topic (not found|is closed)|not a forum`), topicGone},
	{regexp.MustCompile(`(?i)to send (photos|documents|files|media)|SEND_(PHOTOS|DOCS|MEDIA)_FORBIDDEN`), badMessage},
	{regexp.MustCompile(`(?i)(chat|user|group) not found|(not enough|have no|need administrator) rights|WRITE_FORBIDDEN|SEND_PLAIN_FORBIDDEN|` +
		`CHAT_(RESTRICTED|ADMIN_REQUIRED|ID_INVALID)|CHANNEL_PRIVATE|PEER_ID_INVALID|USER_(IS_BLOCKED|DEACTIVATED)|DEACTIVATED|` +
		`is deactivated|was (deactivated|deleted|blocked|kicked)|not a member`), chatGone},
}

func (r *refusal) means() meaning {
	switch {
	case r.after > 0:
		return tooSoon
	case r.movedTo != 0:
		return chatMoved
	case r.code == http.StatusUnauthorized, r.code == http.StatusNotFound:
		return tokenGone
	case r.code == http.StatusForbidden:
		return chatGone
	case r.code == http.StatusBadRequest:
		for _, known := range meanings {
			if known.words.MatchString(r.description) {
				return known.means
			}
		}
		return badMessage
	case r.code == http.StatusRequestEntityTooLarge:
		return badMessage
	case r.code >= http.StatusInternalServerError:
		return trouble
	}
	return nothing
}

// means returns what an error says, nothing when it is no refusal.
func means(err error) meaning {
	var r *refusal
	if errors.As(err, &r) {
		return r.means()
	}
	return nothing
}

// waits returns how long an error asks to wait.
func waits(err error) (time.Duration, bool) {
	var r *refusal
	if errors.As(err, &r) && r.means() == tooSoon {
		return r.after, true
	}
	return 0, false
}

// refusalOf reads an answer that says no.
func refusalOf(method string, answer *tgbotapi.APIResponse, e *tgbotapi.Error) *refusal {
	r := &refusal{method: method, code: e.Code, description: e.Message, after: retryAfter(e), movedTo: e.MigrateToChatID}
	if r.code == 0 && answer != nil {
		r.code = answer.ErrorCode // the library forgets it for uploads
	}
	if r.code == http.StatusTooManyRequests && r.after == 0 {
		r.after = patience
	}
	return r
}

var (
	waitText   = regexp.MustCompile(`(?i)retry after (\d+)`)
	tooMany    = regexp.MustCompile(`(?i)too many requests`)
	longestAsk = 24 * time.Hour
)

// retryAfter returns how long Telegram wants to be left alone. It says so in the parameters of a 429, and sometimes only in
// the text of a 400.
func retryAfter(e *tgbotapi.Error) time.Duration {
	if e.RetryAfter > 0 {
		return min(time.Duration(e.RetryAfter)*time.Second, longestAsk)
	}
	if m := waitText.FindStringSubmatch(e.Message); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 && n <= int(longestAsk/time.Second) {
			return time.Duration(n) * time.Second
		}
	}
	if tooMany.MatchString(e.Message) {
		return patience
	}
	return 0
}

// final is what the outbox is told: a refusal in its words.
func final(err error) error {
	var r *refusal
	if !errors.As(err, &r) {
		return err
	}
	switch r.means() {
	case tooSoon:
		return &notify.RetryAfterError{After: r.after}
	case tokenGone:
		return &notify.UnreachableError{Reason: r.Error(), Whole: true}
	case chatGone:
		return &notify.UnreachableError{Reason: r.Error()}
	case trouble:
		return r // it may have done what was asked all the same
	case nothing:
		return fmt.Errorf("%w: %w", notify.ErrNotSent, r)
	default:
		return &notify.RefusedError{Reason: r.Error()}
	}
}

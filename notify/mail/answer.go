package mail

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"strings"

	"github.com/wneessen/go-mail"

	"canhcong/notify"
)

// longestReason is how many characters of an answer an error quotes.
const longestReason = 300

// noEntry explains why the server did not let us in: nothing has been sent. A server that says so for good, or that asks for
// what we cannot do, is out of reach until a person mends something.
func (s *Sender) noEntry(err error) error {
	text := s.reason(err)
	var answer *textproto.Error
	if errors.As(err, &answer) && answer.Code >= 500 || errors.Is(err, mail.ErrNoSupportedAuthDiscovered) || strings.Contains(text, "does not support") {
		return &notify.UnreachableError{Reason: text, Whole: true}
	}
	return fmt.Errorf("%s: %w", text, notify.ErrNotSent)
}

// declined explains how a letter was not taken. Codes of 400 and more ask to come again, those of 500 and more mean it.
// https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
func (s *Sender) declined(err error) error {
	text := s.reason(err)
	var failed *mail.SendError
	if !errors.As(err, &failed) {
		return errors.New(text)
	}
	code := failed.ErrorCode()
	switch step := failed.Reason; {
	case code < 500 && (step != mail.ErrSMTPDataClose || code != 0):
		return fmt.Errorf("%s: %w", text, notify.ErrNotSent)
	case code < 500: // the whole letter is there, and no answer
		return errors.New(text)
	case step == mail.ErrSMTPRcptTo:
		return &notify.UnreachableError{Reason: text}
	case step == mail.ErrSMTPMailFrom && code != tooLarge:
		return &notify.UnreachableError{Reason: text, Whole: true}
	default:
		return &notify.RefusedError{Reason: text}
	}
}

// tooLarge answers a letter over the server's limit. https://www.rfc-editor.org/rfc/rfc1870#section-6.1
const tooLarge = 552

// reason is an error as one line, without the mailbox that the library adds, and without the password in any form that it is
// sent in.
func (s *Sender) reason(err error) string {
	text, _, _ := strings.Cut(err.Error(), ", affected ")
	text = "mail: " + line(strings.ToValidUTF8(text, "?"))
	if p := s.c.Password; p != "" {
		for _, form := range []string{p, encoded(p), encoded("\x00" + s.c.Username + "\x00" + p)} {
			text = strings.ReplaceAll(text, form, "[secret]")
		}
	}
	if runes := []rune(text); len(runes) > longestReason {
		text = string(runes[:longestReason]) + "…"
	}
	return text
}

func encoded(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

package telegramtest

import (
	"strings"
	"time"
)

// pace counts messages and edits as Telegram does: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
type pace struct {
	all    []time.Time
	inChat map[string][]time.Time
}

// Limits of Telegram, and how many messages it lets pass at once where it allows short bursts.
const (
	perSecond   = 30
	perMinute   = 20 // in a group
	burstInChat = 4
)

// Limit makes the server keep to Telegram's limits: 30 messages a second, 20 a minute in a group, and about one a second in
// a chat.
func (s *Server) Limit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pace = &pace{inChat: map[string][]time.Time{}}
}

// checkPace counts a call, or says that it comes too soon.
func (s *Server) checkPace(_ *Message, in form) *failure {
	if s.pace == nil {
		return nil
	}
	now, chat := time.Now(), in.fields["chat_id"]
	inChat := s.pace.inChat[chat]
	group := strings.HasPrefix(chat, "-")
	switch {
	case since(s.pace.all, now.Add(-time.Second)) >= perSecond:
		return tooFast(1)
	case group && since(inChat, now.Add(-time.Minute)) >= perMinute:
		return tooFast(30)
	case since(inChat, now.Add(-time.Second)) >= burstInChat:
		return tooFast(1)
	}
	s.pace.all, s.pace.inChat[chat] = append(s.pace.all, now), append(inChat, now)
	return nil
}

// since counts what happened after an instant.
func since(times []time.Time, after time.Time) (n int) {
	for _, t := range times {
		if t.After(after) {
			n++
		}
	}
	return n
}

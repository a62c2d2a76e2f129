package telegram

import (
	"context"
	"strconv"
	"strings"
)

// place is where a message goes: a chat, and in a forum one of its topics.
type place struct{ chat, thread string }

// parsePlace splits "chat:thread"; "chat/thread" says the same.
func parsePlace(recipient string) place {
	if n := strings.IndexAny(recipient, ":/"); n >= 0 {
		return place{recipient[:n], recipient[n+1:]}
	}
	return place{chat: recipient}
}

// resolve returns where a recipient is now.
func (s *Sender) resolve(recipient string) place { return parsePlace(s.now(recipient)) }

// now returns the present address of a recipient.
func (s *Sender) now(recipient string) string {
	chat := parsePlace(recipient).chat
	s.mu.Lock()
	defer s.mu.Unlock()
	if now, ok := s.moved[chat]; ok {
		return now + strings.TrimPrefix(recipient, chat)
	}
	return recipient
}

// follow remembers, for as long as the Sender lives, that a group has become a supergroup: every receipt of a message to its
// old address says so, until nobody uses it any more.
func (s *Sender) follow(ctx context.Context, from string, to int64) string {
	now := strconv.FormatInt(to, 10)
	s.log.WarnContext(ctx, "a telegram group has become a supergroup", "chat", from, "now", now)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moved[from] = now
	return now
}

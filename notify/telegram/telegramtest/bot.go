package telegramtest

import (
	"encoding/json"
	"regexp"
	"unicode/utf8"
)

// Command is one of those that an app offers to whoever talks to the bot.
type Command struct {
	Name string `json:"command"`
	Does string `json:"description"`
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// setCommands is setMyCommands: those of a language, "" for people whose app speaks another.
func (s *Server) setCommands(in form) (any, *failure) {
	var list []Command
	if json.Unmarshal([]byte(in.fields["commands"]), &list) != nil || len(list) > 100 {
		return nil, bad("can't parse commands JSON object")
	}
	for _, c := range list {
		if n := utf8.RuneCountInString(c.Does); !commandName.MatchString(c.Name) || n < 1 || n > 256 {
			return nil, bad("BOT_COMMAND_INVALID")
		}
	}
	s.commands[in.fields["language_code"]] = list
	return true, nil
}

// Commands returns the commands that apps of a language offer.
func (s *Server) Commands(language string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	if list, own := s.commands[language]; own {
		return list
	}
	return s.commands[""]
}

// leave is leaveChat.
func (s *Server) leave(in form) (any, *failure) {
	s.left[in.fields["chat_id"]] = true
	s.change()
	return true, nil
}

// Left says whether the bot has left a chat.
func (s *Server) Left(chat string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.left[chat]
}

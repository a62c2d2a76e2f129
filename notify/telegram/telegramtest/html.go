package telegramtest

import (
	"html"
	"regexp"
	"strings"
)

// tags are the elements that Telegram's HTML knows: https://core.telegram.org/bots/api#html-style
var tags = map[string]bool{
	"b": true, "strong": true, "i": true, "em": true, "u": true, "ins": true, "s": true, "strike": true, "del": true,
	"span": true, "tg-spoiler": true, "a": true, "tg-emoji": true, "code": true, "pre": true, "blockquote": true,
}

// entity matches the only character references that Telegram decodes; others stay as they are.
var entity = regexp.MustCompile(`(?i)&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-f]+);`)

// parseHTML returns the text of a marked-up message, or says what is wrong with the markup in Telegram's words.
func parseHTML(s string) (string, *failure) {
	var text strings.Builder
	var open []string
	for at := 0; at < len(s); {
		if s[at] != '<' {
			next := strings.IndexByte(s[at:], '<')
			if next < 0 {
				next = len(s) - at
			}
			text.WriteString(entity.ReplaceAllStringFunc(s[at:at+next], html.UnescapeString))
			at += next
			continue
		}
		end := strings.IndexByte(s[at:], '>')
		if end < 0 {
			return "", bad("can't parse entities: Unclosed start tag at byte offset %d", at)
		}
		inside := s[at+1 : at+end]
		if name, closing := strings.CutPrefix(inside, "/"); closing {
			if len(open) == 0 {
				return "", bad("can't parse entities: Unexpected end tag at byte offset %d", at)
			}
			if last := open[len(open)-1]; name != "" && !strings.EqualFold(name, last) {
				return "", bad("can't parse entities: Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", at, last, name)
			}
			open = open[:len(open)-1]
		} else {
			name, _, _ := strings.Cut(inside, " ")
			if !tags[strings.ToLower(name)] {
				return "", bad("can't parse entities: Unsupported start tag \"%s\" at byte offset %d", name, at)
			}
			open = append(open, name)
		}
		at += end + 1
	}
	if len(open) > 0 {
		return "", bad("can't parse entities: Can't find end tag corresponding to start tag \"%s\"", open[len(open)-1])
	}
	return text.String(), nil
}

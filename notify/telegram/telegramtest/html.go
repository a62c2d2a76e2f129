package telegramtest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tags are the elements that Telegram's HTML knows: https://core.telegram.org/bots/api#html-style
var tags = []string{"a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "tg-emoji", "code", "pre", "blockquote"}

var (
	// reference matches what may be a character reference. The semicolon may be missing.
	reference = regexp.MustCompile(`&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]+);?`)
	startTag  = regexp.MustCompile(`^<([^\s>/][^\s>]*)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9.-]+)|\s+expandable)*)\s*>`)
	endTag    = regexp.MustCompile(`^</([^\s>]*)\s*>`)
	spoiler   = regexp.MustCompile(`\sclass\s*=\s*["']?tg-spoiler["']?\s*$`)
)

// parseHTML returns the text of a marked-up message, or says what is wrong with the markup in Telegram's words. It follows
// parse_html of https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp.
func parseHTML(s string) (string, *failure) {
	var text strings.Builder
	var open []string
	for at := 0; at < len(s); {
		if s[at] != '<' {
			next := at + 1 + strings.IndexByte(s[at+1:]+"<", '<')
			text.WriteString(reference.ReplaceAllStringFunc(s[at:next], dereference))
			at = next
			continue
		}
		var length int
		var problem *failure
		if open, length, problem = parseTag(s, at, open); problem != nil {
			return "", problem
		}
		at += length
	}
	if len(open) > 0 {
		return "", bad("can't parse entities: Can't find end tag corresponding to start tag \"%s\"", open[len(open)-1])
	}
	return text.String(), nil
}

// parseTag reads one tag, and returns which elements are open after it, and its length.
func parseTag(s string, at int, open []string) (after []string, length int, problem *failure) {
	if m := endTag.FindStringSubmatch(s[at:]); m != nil {
		if len(open) == 0 {
			return nil, 0, bad("can't parse entities: Unexpected end tag at byte offset %d", at)
		}
		if last := open[len(open)-1]; m[1] != "" && !strings.EqualFold(m[1], last) {
			return nil, 0, bad("can't parse entities: Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", at, last, m[1])
		}
		return open[:len(open)-1], len(m[0]), nil
	}
	if strings.HasPrefix(s[at:], "</") {
		return nil, 0, bad("can't parse entities: Unclosed end tag at byte offset %d", at)
	}
	if !strings.Contains(s[at:], ">") {
		return nil, 0, bad("can't parse entities: Unclosed start tag at byte offset %d", at)
	}
	name, _, _ := strings.Cut(s[at+1:], ">")
	if end := strings.IndexAny(name, " \t\r\n"); end >= 0 {
		name = name[:end]
	}
	name = strings.ToLower(name)
	m := startTag.FindStringSubmatch(s[at:])
	switch {
	case !slices.Contains(tags, name):
		return nil, 0, bad("can't parse entities: Unsupported start tag \"%s\" at byte offset %d", name, at)
	case m == nil:
		return nil, 0, bad("can't parse entities: Expected equal sign in declaration of an attribute of the tag \"%s\" at byte offset %d", name, at)
	case name == "span" && !spoiler.MatchString(m[2]):
		return nil, 0, bad("can't parse entities: Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", at)
	}
	return append(open, name), len(m[0]), nil
}

// dereference returns the character that a reference stands for. Those that Telegram does not decode stay as they are.
func dereference(s string) string {
	name := strings.TrimSuffix(s[1:], ";")
	if c, ok := map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`}[name]; ok {
		return c
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if strings.HasPrefix(strings.ToLower(digits), "x") {
		digits, base = digits[1:], 16
	}
	if n, err := strconv.ParseInt(digits, base, 32); err == nil && name[0] == '#' && n > 0 && utf8.ValidRune(rune(n)) {
		return string(rune(n))
	}
	return s
}

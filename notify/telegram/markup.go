package telegram

import (
	"bytes"
	"image/png"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Limits of the Bot API, in UTF-16 units after entities are parsed. https://core.telegram.org/bots/api#sendmessage
const (
	textLimit    = 4096
	captionLimit = 1024
	titleLimit   = 256  // ours, so that a title never crowds out the body
	bareLimit    = 1000 // ours, for what was refused once
)

// Limits of a photo. https://core.telegram.org/bots/api#sendphoto
const (
	photoBytes = 10 << 20
	photoSides = 10_000 // width and height together
	photoRatio = 20
)

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// markUp returns the title in bold above the body, as HTML. The text is cut before it is escaped: a cut can never split
// an entity or a tag.
func markUp(title, body string) string {
	title = cut(clean(title), titleLimit)
	body = cut(clean(body), textLimit-length(title)-1)
	if body == "" {
		return "<b>" + escape.Replace(title) + "</b>"
	}
	return "<b>" + escape.Replace(title) + "</b>\n" + escape.Replace(body)
}

// bare returns what is left of a message that was refused: plain text, short, with the link that it ends with.
func bare(title, body string) string {
	text, link := title+"\n"+body, ""
	if n := strings.LastIndexByte(body, '\n') + 1; strings.Contains(body[n:], "://") {
		text, link = title+"\n"+body[:n], cut(clean(body[n:]), titleLimit)
	}
	return strings.TrimSpace(cut(clean(text), bareLimit) + "\n" + link)
}

// noteTopic adds to a text that it was meant for a topic, so that the note is not what is cut.
func noteTopic(body, thread string) string {
	note := "(Chủ đề " + thread + " đã đóng hoặc không còn: gửi vào mục chung · topic closed, sent to General)"
	return strings.TrimSpace(cut(clean(body), textLimit-titleLimit-length(note)-2) + "\n" + note)
}

// clean returns text that Telegram accepts: valid UTF-8 without control characters other than line ends.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func length(s string) (units int) {
	for _, r := range s {
		units += utf16.RuneLen(r)
	}
	return units
}

// cut shortens text to a number of UTF-16 units, between characters.
func cut(s string, limit int) string {
	if length(s) <= limit {
		return s
	}
	units := 0
	for at, r := range s {
		if units += utf16.RuneLen(r); units > limit-1 {
			return s[:at] + "…"
		}
	}
	return s
}

// fitsPhoto says whether a PNG is within the limits of a photo.
func fitsPhoto(picture []byte) bool {
	c, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || len(picture) > photoBytes {
		return false
	}
	long, short := max(c.Width, c.Height), min(c.Width, c.Height)
	return c.Width+c.Height <= photoSides && long <= short*photoRatio
}

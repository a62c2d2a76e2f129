package mail

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html"
	netmail "net/mail"
	"strings"

	"github.com/wneessen/go-mail"

	"canhcong/notify"
)

// pictureID is what the HTML of a letter calls its picture.
const pictureID = "anh-truoc-sau.png"

// letter writes a message as a mail: plain text beside HTML, with the picture in it, and a file attached.
func (s *Sender) letter(m notify.Message, to *netmail.Address) (*mail.Msg, error) {
	l := mail.NewMsg(mail.WithNoDefaultUserAgent())
	l.FromMailAddress(s.from)
	l.ToMailAddress(to)
	l.Subject(line(m.Title))
	l.SetMessageIDWithValue(rand.Text() + "@" + domain(s.from.Address))
	if m.ReplyTo != "" {
		l.SetGenHeader(mail.HeaderInReplyTo, m.ReplyTo)
		l.SetGenHeader(mail.HeaderReferences, m.ReplyTo)
	}
	// Nobody's holiday note shall answer. https://www.rfc-editor.org/rfc/rfc3834
	l.SetGenHeader("Auto-Submitted", "auto-generated")
	switch {
	case m.Quiet:
		l.SetImportance(mail.ImportanceLow)
	case m.Severity == notify.Critical || m.Severity == notify.Major:
		l.SetImportance(mail.ImportanceHigh)
	}
	l.SetBodyString(mail.TypeTextPlain, plainText(m))
	l.AddAlternativeString(mail.TypeTextHTML, htmlText(m))
	return l, enclose(l, m)
}

func enclose(l *mail.Msg, m notify.Message) error {
	if len(m.Picture) > 0 {
		if err := l.EmbedReader(pictureID, bytes.NewReader(m.Picture), mail.WithFileContentType("image/png"), mail.WithFileContentID(pictureID)); err != nil {
			return fmt.Errorf("enclose the picture: %w", err)
		}
	}
	if m.File != nil {
		if err := l.AttachReader(m.File.Name, bytes.NewReader(m.File.Content), mail.WithFileContentType(mail.ContentType(m.File.Type))); err != nil {
			return fmt.Errorf("attach %s: %w", m.File.Name, err)
		}
	}
	return nil
}

func plainText(m notify.Message) string {
	if m.Body == "" {
		return m.Title + "\n"
	}
	return m.Title + "\n\n" + m.Body + "\n"
}

func htmlText(m notify.Message) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="font-family:sans-serif;line-height:1.5">` +
		"<p><b>" + html.EscapeString(m.Title) + "</b></p>\n")
	if m.Body != "" {
		b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(m.Body), "\n", "<br>\n") + "</p>\n")
	}
	if len(m.Picture) > 0 {
		b.WriteString(`<p><img src="cid:` + pictureID + `" alt="` + html.EscapeString(m.Title) + `" style="max-width:100%"></p>` + "\n")
	}
	b.WriteString("</body></html>\n")
	return b.String()
}

// line keeps a text from ending its header.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

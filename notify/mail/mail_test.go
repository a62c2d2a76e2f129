package mail_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"canhcong/notify"
	"canhcong/notify/mail"
)

var urgent = notify.Message{
	Recipient: mailbox, Title: "🔴 KHẨN: Nghi bị thay đổi giao diện", Severity: notify.Critical,
	Body: "UBND phường Ví Dụ · phuongvidu.tinhmau.gov.vn\nDấu hiệu: tiêu đề đổi thành “<script>H***** By …”\n.\nmột dấu chấm đứng riêng",
}

func send(t *testing.T, c mail.Config, m notify.Message) (notify.Receipt, error) {
	t.Helper()
	s, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Send(t.Context(), m)
	if err != nil && (strings.Contains(err.Error(), password) || strings.Contains(err.Error(), base64.StdEncoding.EncodeToString([]byte(password)))) {
		t.Errorf("the error holds the password: %v", err)
	}
	return r, err
}

func TestEveryWayIn(t *testing.T) {
	for _, encryption := range []mail.Encryption{mail.STARTTLS, mail.TLS, mail.None} {
		for _, mechanism := range []string{"", "PLAIN", "LOGIN", "CRAM-MD5"} {
			t.Run(string(encryption)+" "+mechanism, func(t *testing.T) {
				o := openOffice(t, encryption, func(o *office) {
					if mechanism != "" {
						o.mechanisms = []string{mechanism}
					}
				})
				if r, err := send(t, o.config(t, encryption), urgent); err != nil || r.ID == "" {
					t.Fatalf("have %v, %v", r, err)
				}
				if have := o.arrived(); len(have) != 1 || mechanism != "" && !slices.Equal(o.logins, []string{mechanism}) {
					t.Errorf("have %d letters, logged in by %v, want one by %q", len(have), o.logins, mechanism)
				}
			})
		}
	}
}

// outcome is what an error means to the outbox.
func outcome(err error) string {
	var refused *notify.RefusedError
	var unreachable *notify.UnreachableError
	switch {
	case err == nil:
		return "sent"
	case errors.As(err, &unreachable) && unreachable.Whole:
		return "unreachable, all"
	case errors.As(err, &unreachable):
		return "unreachable"
	case errors.As(err, &refused):
		return "refused"
	case errors.Is(err, notify.ErrNotSent):
		return "not sent"
	default:
		return "unknown"
	}
}

func TestAnswersAndWhatTheyMean(t *testing.T) {
	says := func(code int, text string) error { return &smtp.SMTPError{Code: code, Message: text} }
	tests := []struct {
		name   string
		answer func(*office)
		want   string
	}{
		{"no guests", func(o *office) { o.onHello = says(554, "go away") }, "unreachable, all"},
		{"closed for now", func(o *office) { o.onHello = says(421, "too many connections") }, "not sent"},
		{"wrong password", func(o *office) {
			o.mechanisms, o.onAuth = []string{"PLAIN"}, says(535, "bad login \x00canhcong "+password)
		}, "unreachable, all"},
		{"an echo of the password", func(o *office) {
			o.mechanisms, o.onAuth = []string{"LOGIN"}, says(535, base64.StdEncoding.EncodeToString([]byte(password)))
		}, "unreachable, all"},
		{"login away for now", func(o *office) { o.mechanisms, o.onAuth = []string{"PLAIN"}, says(454, "try later") }, "not sent"},
		{"no way to log in", func(o *office) { o.mechanisms = []string{"GSSAPI"} }, "unreachable, all"},
		{"sender not allowed", func(o *office) { o.onFrom = says(553, "not your address") }, "unreachable, all"},
		{"sender later", func(o *office) { o.onFrom = says(451, "greylisted") }, "not sent"},
		{"no such mailbox", func(o *office) { o.onTo = says(550, "user unknown") }, "unreachable"},
		{"mailbox full", func(o *office) { o.onTo = says(552, "over quota") }, "unreachable"},
		{"mailbox later", func(o *office) { o.onTo = says(450, "greylisted") }, "not sent"},
		{"too large", func(o *office) { o.onData = says(552, "too large") }, "refused"},
		{"called spam", func(o *office) { o.onData = says(554, "spam") }, "refused"},
		{"letter later", func(o *office) { o.onData = says(451, "disk full") }, "not sent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := openOffice(t, mail.STARTTLS, tt.answer)
			_, err := send(t, o.config(t, mail.STARTTLS), urgent)
			if have := outcome(err); have != tt.want || len(o.arrived()) != 0 {
				t.Errorf("have %s (%v), %d letters, want %s and none", have, err, len(o.arrived()), tt.want)
			}
			if err == nil || strings.Contains(err.Error(), mailbox) {
				t.Errorf("have %v, want a reason that names nobody", err)
			}
		})
	}
}

// TestBrokenLines has servers that break off, by a script: what is answered to each line, and when the line is cut.
func TestBrokenLines(t *testing.T) {
	const greeting = "220 thu.tinhmau.gov.vn ESMTP"
	tests := []struct {
		name   string
		script []string // answers in turn; then the line is cut
		want   string
	}{
		{"at once", nil, "not sent"},
		{"after the greeting", []string{greeting}, "not sent"},
		{"no mail server", []string{"HTTP/1.1 400 Bad Request"}, "not sent"},
		{"before the letter", []string{greeting, "250 hello", "250 ok", "250 ok"}, "not sent"},
		{"after the letter", []string{greeting, "250 hello", "250 ok", "250 ok", "354 go on"}, "unknown"},
		{"after it was taken", []string{greeting, "250 hello", "250 ok", "250 ok", "354 go on", "250 queued"}, "sent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := &office{address: scripted(t, tt.script)}
			if _, err := send(t, o.config(t, mail.None), urgent); outcome(err) != tt.want {
				t.Errorf("have %s (%v), want %s", outcome(err), err, tt.want)
			}
		})
	}
}

// scripted serves one connection: a greeting, then an answer to every line, and to a letter at its end.
func scripted(t *testing.T, answers []string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		line, err := l.Accept()
		if err != nil {
			return
		}
		defer line.Close()
		lines := bufio.NewScanner(line)
		for i, answer := range answers {
			letter := i > 0 && strings.HasPrefix(answers[i-1], "354")
			for i > 0 && lines.Scan() && letter && lines.Text() != "." {
			}
			if _, err := io.WriteString(line, answer+"\r\n"); err != nil {
				return
			}
		}
		for len(answers) > 0 && strings.HasPrefix(answers[len(answers)-1], "354") && lines.Scan() && lines.Text() != "." {
		}
	}()
	return l.Addr().String()
}

func TestNothingGoesInTheClear(t *testing.T) {
	plain := openOffice(t, mail.None, func(o *office) { o.mechanisms = []string{"PLAIN"} })
	c := plain.config(t, mail.STARTTLS)
	if _, err := send(t, c, urgent); outcome(err) != "unreachable, all" {
		t.Errorf("a server that cannot encrypt: have %v", err)
	}
	strange := openOffice(t, mail.TLS, nil)
	c = strange.config(t, mail.TLS)
	c.Roots = nil
	if _, err := send(t, c, urgent); outcome(err) != "not sent" || len(strange.arrived()) != 0 {
		t.Errorf("a server that nobody certifies: have %v", err)
	}
}

func TestALineThatHangsEndsWithItsContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	o := &office{address: l.Addr().String()}
	s, err := mail.New(o.config(t, mail.None))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Send(ctx, urgent); outcome(err) != "not sent" {
		t.Errorf("have %s (%v), want an error that says that nothing was sent", outcome(err), err)
	}
}

func TestNewRefuses(t *testing.T) {
	good := mail.Config{Server: "thu.tinhmau.gov.vn", From: "canhcong@tinhmau.gov.vn", Password: password}
	for want, change := range map[string]func(*mail.Config){
		"not a host name":    func(c *mail.Config) { c.Server = "smtp://thu.tinhmau.gov.vn" },
		"not a port":         func(c *mail.Config) { c.Port = 99999 },
		"encryption":         func(c *mail.Config) { c.Encryption = "ssl" },
		"without encryption": func(c *mail.Config) { c.Encryption = mail.None },
		"from":               func(c *mail.Config) { c.From = "Canh Cổng" },
		"not a socks5":       func(c *mail.Config) { c.Proxy = "http://u:" + password + "@10.0.0.1" },
	} {
		c := good
		change(&c)
		if _, err := mail.New(c); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), password) {
			t.Errorf("have %v, want %q", err, want)
		}
	}
	if _, err := mail.New(good); err != nil {
		t.Error(err)
	}
}

func TestRecipientThatIsNone(t *testing.T) {
	s, err := mail.New(mail.Config{Server: "thu.tinhmau.gov.vn", From: "canhcong@tinhmau.gov.vn"})
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"", "trực", "a@b\r\nBcc: c@d"} {
		if _, err := s.Send(t.Context(), notify.Message{Recipient: to, Title: "x"}); outcome(err) != "unreachable" {
			t.Errorf("%q: have %v", to, err)
		}
	}
}

// part is a leaf of a letter.
type part struct {
	kind, disposition, id string
	content               []byte
}

func TestLetter(t *testing.T) {
	o := openOffice(t, mail.STARTTLS, nil)
	c := o.config(t, mail.STARTTLS)
	first, err := send(t, c, urgent)
	if err != nil {
		t.Fatal(err)
	}
	picture := notify.Message{Recipient: mailbox, Title: "Đã duyệt | Hiện tại\r\nX-Evil: 1", Picture: []byte("\x89PNG ảnh"), ReplyTo: first.ID, Quiet: true,
		File: &notify.File{Name: "danh-sách.txt", Type: "text/plain; charset=utf-8", Content: []byte("một\nhai")}}
	if _, err := send(t, c, picture); err != nil {
		t.Fatal(err)
	}
	letters := o.arrived()
	head, parts := read(t, letters[0])
	if have := head.Get("Message-ID"); have != first.ID || !strings.HasSuffix(have, "@tinhmau.gov.vn>") {
		t.Errorf("have %q, want the receipt %q of our domain", have, first.ID)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(head.Get("Subject"))
	if err != nil || subject != urgent.Title || head.Get("Importance") != "high" || head.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("have %q (%v), %v", subject, err, head)
	}
	if len(parts) != 2 || parts[0].kind != "text/plain" || parts[1].kind != "text/html" {
		t.Fatalf("have %v, want text and HTML", parts)
	}
	if have := strings.ReplaceAll(string(parts[0].content), "\r\n", "\n"); have != urgent.Title+"\n\n"+urgent.Body+"\n" {
		t.Errorf("have %q", have)
	}
	if have := string(parts[1].content); strings.Contains(have, "<script>") || !strings.Contains(have, "phuongvidu.tinhmau.gov.vn<br>") {
		t.Errorf("have %s", have)
	}
	head, parts = read(t, letters[1])
	if head.Get("In-Reply-To") != first.ID || head.Get("References") != first.ID || head.Get("X-Evil") != "" || head.Get("Importance") != "low" {
		t.Errorf("have %v, want a reply to %s", head, first.ID)
	}
	if len(parts) != 4 || parts[2].kind != "image/png" || !bytes.Equal(parts[2].content, picture.Picture) || parts[2].disposition != "inline" ||
		parts[3].disposition != "attachment" || string(parts[3].content) != "một\nhai" {
		t.Fatalf("have %v, want text, HTML, the picture in it and the file beside it", parts)
	}
	if want := `src="cid:` + strings.Trim(parts[2].id, "<>") + `"`; !strings.Contains(string(parts[1].content), want) {
		t.Errorf("have %s, want %s", parts[1].content, want)
	}
}

// read takes a letter apart as a mail program does.
func read(t *testing.T, letter []byte) (netmail.Header, []part) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, leaves(t, textproto.MIMEHeader(m.Header), m.Body)
}

func leaves(t *testing.T, h textproto.MIMEHeader, body io.Reader) (all []part) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		disposition, _, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
		switch h.Get("Content-Transfer-Encoding") {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		}
		content, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		return []part{{kind, disposition, h.Get("Content-Id"), content}}
	}
	for parts := multipart.NewReader(body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, leaves(t, p.Header, p)...)
	}
}

package telegramtest

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of the Bot API: https://core.telegram.org/bots/api
const (
	textLimit    = 4096 // UTF-16 units after the markup is parsed
	captionLimit = 1024
	queryLimit   = 200 // of the answer to a press
	photoBytes   = 10 << 20
	photoSides   = 10_000
	photoRatio   = 20
)

// form is what a call carries, however it is encoded.
type form struct {
	fields map[string]string
	files  map[string][]byte
	names  map[string]string // of the files
	reply  reply
	lost   bool // what comes of it will not be answered
}

// reply is the field reply_parameters.
type reply struct {
	ID    int  `json:"message_id"`
	Allow bool `json:"allow_sending_without_reply"`
}

// readForm reads a query, a form, multipart or JSON.
func readForm(r *http.Request) (form, *failure) {
	in := form{fields: map[string]string{}, files: map[string][]byte{}, names: map[string]string{}}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		var raw map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
			return in, bad("can't parse request JSON object")
		}
		for k, v := range raw {
			in.fields[k] = unquote(v)
		}
	case "multipart/form-data":
		if err := r.ParseMultipartForm(64 << 20); err != nil {
			return in, bad("can't parse multipart form")
		}
		for k, headers := range r.MultipartForm.File {
			f, err := headers[0].Open()
			if err != nil {
				return in, bad("can't read the file %s", k)
			}
			in.files[k], _ = io.ReadAll(f) // from memory
			in.names[k] = headers[0].Filename
			f.Close()
		}
	default:
		if err := r.ParseForm(); err != nil {
			return in, bad("can't parse request")
		}
	}
	for k := range r.Form {
		in.fields[k] = r.Form.Get(k)
	}
	in.attach()
	for _, v := range in.fields {
		if !utf8.ValidString(v) {
			return in, bad("strings must be encoded in UTF-8")
		}
	}
	if p := in.fields["reply_parameters"]; p != "" && json.Unmarshal([]byte(p), &in.reply) != nil {
		return in, bad("can't parse reply parameters JSON object")
	}
	return in, nil
}

// attach gives files that fields refer to by "attach://name" the name of the field.
func (in form) attach() {
	for field, value := range in.fields {
		if name, refers := strings.CutPrefix(value, "attach://"); refers && in.files[name] != nil {
			in.files[field], in.names[field] = in.files[name], in.names[name]
			delete(in.files, name)
			delete(in.fields, field)
		}
	}
}

func unquote(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}

func (m *Message) readMessage(in form) *failure { return m.readText(in, "text") }

func (m *Message) readDocument(in form) *failure { return m.readFile(in, "document") }

func (m *Message) readPhoto(in form) *failure {
	if problem := m.readFile(in, "photo"); problem != nil {
		return problem
	}
	return checkPhoto(m.Picture)
}

// readFile reads a file and its caption.
func (m *Message) readFile(in form, field string) *failure {
	m.Picture, m.Name = in.files[field], in.names[field]
	if len(m.Picture) == 0 {
		return bad("there is no %s in the request", field)
	}
	return m.readText(in, "caption")
}

// readText parses the markup of a text or a caption, and checks its length.
func (m *Message) readText(in form, field string) *failure {
	m.Text = in.fields[field]
	switch in.fields["parse_mode"] {
	case "":
	case "HTML":
		m.HTML = m.Text
		text, problem := parseHTML(m.Text)
		if problem != nil {
			return problem
		}
		m.Text = text
	default:
		return bad("unsupported parse_mode")
	}
	units := len(utf16.Encode([]rune(m.Text)))
	switch {
	case field == "text" && strings.TrimSpace(m.Text) == "":
		return bad("message text is empty")
	case field == "text" && units > textLimit:
		return bad("message is too long")
	case field == "caption" && units > captionLimit:
		return bad("message caption is too long")
	}
	return nil
}

func checkPhoto(picture []byte) *failure {
	if len(picture) > photoBytes {
		return &failure{Code: http.StatusRequestEntityTooLarge, Description: "Request Entity Too Large"}
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return bad("IMAGE_PROCESS_FAILED")
	}
	long, short := max(c.Width, c.Height), min(c.Width, c.Height)
	if long+short > photoSides || long > short*photoRatio {
		return bad("PHOTO_INVALID_DIMENSIONS")
	}
	return nil
}

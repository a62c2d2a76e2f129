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
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of the Bot API: https://core.telegram.org/bots/api
const (
	textLimit    = 4096 // UTF-16 units after the markup is parsed
	captionLimit = 1024
	photoBytes   = 10 << 20
	photoSides   = 10_000
	photoRatio   = 20
)

// form is what a call carries, however it is encoded.
type form struct {
	fields map[string]string
	files  map[string][]byte
	reply  reply
}

// reply is the field reply_parameters.
type reply struct {
	ID    int  `json:"message_id"`
	Allow bool `json:"allow_sending_without_reply"`
}

// readForm reads a query, a form, multipart or JSON.
func readForm(r *http.Request) (form, *failure) {
	in := form{fields: map[string]string{}, files: map[string][]byte{}}
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
	if p := in.fields["reply_parameters"]; p != "" && json.Unmarshal([]byte(p), &in.reply) != nil {
		return in, bad("can't parse reply parameters JSON object")
	}
	return in, nil
}

func unquote(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}

// read checks a call of one of the methods that send, and returns the message it makes.
func read(method string, in form) (Message, *failure) {
	m := Message{Method: method, Chat: in.fields["chat_id"]}
	if m.Chat == "" {
		return m, bad("chat_id is empty")
	}
	if _, err := strconv.ParseInt(m.Chat, 10, 64); err != nil {
		return m, bad("chat not found")
	}
	for _, v := range in.fields {
		if !utf8.ValidString(v) {
			return m, bad("strings must be encoded in UTF-8")
		}
	}
	switch method {
	case "sendMessage":
		return m, m.readText(in, "text", textLimit, "message is too long")
	case "editMessageText":
		if id, err := strconv.Atoi(in.fields["message_id"]); err == nil {
			m.ID = id
		}
		return m, m.readText(in, "text", textLimit, "message is too long")
	case "sendPhoto":
		if problem := m.readFile(in, "photo", "there is no photo in the request"); problem != nil {
			return m, problem
		}
		if problem := checkPhoto(m.Picture); problem != nil {
			return m, problem
		}
		return m, m.readText(in, "caption", captionLimit, "message caption is too long")
	case "sendDocument":
		if problem := m.readFile(in, "document", "there is no document in the request"); problem != nil {
			return m, problem
		}
		return m, m.readText(in, "caption", captionLimit, "message caption is too long")
	default:
		return m, &failure{Code: http.StatusNotFound, Description: "Not Found: method not found"}
	}
}

// readText parses the markup of a text and checks its length.
func (m *Message) readText(in form, field string, limit int, tooLong string) *failure {
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
	if field == "text" && strings.TrimSpace(m.Text) == "" {
		return bad("message text is empty")
	}
	if len(utf16.Encode([]rune(m.Text))) > limit {
		return bad("%s", tooLong)
	}
	return nil
}

func (m *Message) readFile(in form, field, missing string) *failure {
	if m.Picture = in.files[field]; len(m.Picture) == 0 {
		return bad("%s", missing)
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

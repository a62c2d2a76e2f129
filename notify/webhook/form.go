package webhook

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"text/template"

	"canhcong/notify"
)

// DefaultTemplate says everything but the picture.
const DefaultTemplate = `{"to":{{json .To}},"severity":{{json .Severity}},"quiet":{{.Quiet}},"title":{{json .Title}},"body":{{json .Body}},"short":{{json .Short}},"link":{{json .Link}}}`

// Letter is what a template has to work with. Texts become JSON by the function json, which quotes and escapes:
// {"text":{{json .Title}}}.
type Letter struct {
	To       string // the recipient: a phone number, a channel
	Title    string // one line
	Body     string
	Short    string // the same in 160 characters without accents
	Severity string // "critical", "major", "warning", "info", or ""
	Link     string // to the console; ""
	Quiet    bool   // nobody has to be disturbed
	Picture  string // PNG in base64; "" for none
	File     File
	Secrets  map[string]string // as configured
}

// File is what a message brings along; the zero File when it brings nothing.
type File struct {
	Name, Type string
	Content    string // in base64
}

// form turns messages into JSON.
type form struct {
	template *template.Template
	secrets  map[string]string
	pictures bool // has a place for them
}

// newForm reads a template, and tries it out: it has to give JSON whatever the texts hold.
func newForm(text string, secrets map[string]string) (*form, error) {
	if text == "" {
		text = DefaultTemplate
	}
	t, err := template.New("template").Option("missingkey=error").Funcs(template.FuncMap{"json": quote}).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	f := &form{template: t, secrets: secrets}
	hard := notify.Message{Recipient: "0", Title: "\"\\\n</script>ế", Body: "\t{}", Short: "x", Severity: notify.Critical}
	plain, err := f.fill(hard)
	if err != nil {
		return nil, fmt.Errorf("try the template: %w", err)
	}
	hard.Picture = []byte("PNG")
	pictured, err := f.fill(hard)
	if err != nil {
		return nil, fmt.Errorf("try the template with a picture: %w", err)
	}
	f.pictures = !bytes.Equal(plain, pictured)
	return f, nil
}

// fill returns a message as JSON.
func (f *form) fill(m notify.Message) ([]byte, error) {
	l := Letter{
		To: m.Recipient, Title: m.Title, Body: m.Body, Short: m.Short, Severity: string(m.Severity), Link: m.Link, Quiet: m.Quiet,
		Picture: base64.StdEncoding.EncodeToString(m.Picture), Secrets: f.secrets,
	}
	if m.File != nil {
		l.File = File{m.File.Name, m.File.Type, base64.StdEncoding.EncodeToString(m.File.Content)}
	}
	var b bytes.Buffer
	if err := f.template.Execute(&b, l); err != nil {
		return nil, errors.New("the template does not fit: " + err.Error())
	}
	if !json.Valid(b.Bytes()) {
		return nil, errors.New("the template gives no valid JSON: quote every text by {{json …}}")
	}
	return b.Bytes(), nil
}

// quote returns a value as JSON, with < and > as they are.
func quote(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}

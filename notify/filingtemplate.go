package notify

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"unicode/utf8"
)

// The layout of reports of incidents: after Mẫu 03 and Mẫu 04 of TT 20/2017/TT-BTTTT, in the layout of all our papers. An office may
// have templates of its own, which are read anew for each paper.
//
//go:embed initial.html closing.html
var filingTemplates embed.FS

// FilingTemplate returns the name of the file of the template for a kind of report, and what ours says.
func FilingTemplate(k FilingKind) (name string, text []byte, err error) {
	name = string(k) + ".html"
	text, err = filingTemplates.ReadFile(name)
	return name, text, err
}

// FilingPaper is the draft of a report of an incident: one HTML file that needs nothing else.
type FilingPaper struct {
	Incident Incident
	HTML     []byte
	Problem  error // names file and line of the office's own template, when that could not be used; the paper says so, too
}

// FilingPaper writes the draft of a report of an incident, with the office's own template where there is one that works. Nothing of
// it is sent anywhere. The error wraps ErrNotFound.
func (d *Desk) FilingPaper(ctx context.Context, incidentID int64, k FilingKind) (p FilingPaper, err error) {
	if p.Incident, err = d.incident(ctx, incidentID); err != nil {
		return p, err
	}
	page, err := d.filingPage(ctx, p.Incident, k)
	if err != nil {
		return p, fmt.Errorf("write the %s report of incident %d: %w", k, incidentID, err)
	}
	if p.HTML, p.Problem = d.ownPaper(k, page); p.HTML != nil {
		return p, nil
	}
	if p.Problem != nil {
		d.log.WarnContext(ctx, "a template of the office's own cannot be used", "error", p.Problem)
		page.Problem = plain(p.Problem.Error())
	}
	name, text, err := FilingTemplate(k)
	if err == nil {
		p.HTML, err = writeFiling(name, text, page)
	}
	if err != nil {
		return p, fmt.Errorf("write the %s report of incident %d: %w", k, incidentID, err)
	}
	return p, nil
}

// ownPaper writes a report with the office's own template; nil where there is none, or one that does not work.
func (d *Desk) ownPaper(k FilingKind, page filingPage) ([]byte, error) {
	name, text, err := d.ownTemplate(k)
	if err != nil || name == "" {
		return nil, err
	}
	return writeFiling(name, text, page)
}

// maxTemplate is the largest template that is read.
const maxTemplate = 1 << 20

// ownTemplate reads the office's own template; the name is "" where there is none.
func (d *Desk) ownTemplate(k FilingKind) (name string, text []byte, err error) {
	file, _, err := FilingTemplate(k)
	if err != nil || d.templates == "" {
		return "", nil, err
	}
	f, err := os.OpenInRoot(d.templates, file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	defer f.Close() // it is only read
	if text, err = io.ReadAll(io.LimitReader(f, maxTemplate+1)); err != nil {
		return "", nil, err
	}
	name = "templates/" + file
	switch {
	case len(text) > maxTemplate:
		err = fmt.Errorf("%s is larger than %d bytes", name, maxTemplate)
	case !utf8.Valid(text):
		err = fmt.Errorf("%s is not UTF-8", name)
	case strings.TrimSpace(string(text)) == "":
		err = fmt.Errorf("%s is empty", name)
	}
	return name, text, err
}

// writeFiling writes a report with a template, which errors name with the line.
func writeFiling(name string, text []byte, page filingPage) ([]byte, error) {
	parts, err := template.New(name).Parse(paperParts)
	if err != nil {
		return nil, err
	}
	t, err := parts.Parse(string(bytes.TrimPrefix(text, []byte("\uFEFF"))))
	if err != nil {
		return nil, err
	}
	out := sheaf{of: name}
	if err := t.Execute(&out, page); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// maxFiling is the longest report that is written, pictures included.
const maxFiling = 16 << 20

// sheaf is what a template writes: a template that writes without end has to end.
type sheaf struct {
	bytes.Buffer
	of string // the template's name
}

// Write implements io.Writer.
func (s *sheaf) Write(b []byte) (int, error) {
	if s.Len()+len(b) > maxFiling {
		return 0, fmt.Errorf("%s writes more than %d bytes", s.of, maxFiling)
	}
	return s.Buffer.Write(b)
}

// CheckTemplate says whether the office's own template for a kind of report can be used: it writes one of an incident of which nothing
// is known, and one of which everything is. The name is "" where there is none of its own; the error names file and line.
func (d *Desk) CheckTemplate(k FilingKind) (name string, err error) {
	name, text, err := d.ownTemplate(k)
	if err != nil || name == "" {
		return name, err
	}
	for _, page := range []filingPage{{}, fullPage()} {
		if _, err := writeFiling(name, text, page); err != nil {
			return name, err
		}
	}
	return name, nil
}

// fullPage has something in every field that a template may look into.
func fullPage() (p filingPage) {
	fields := reflect.ValueOf(&p).Elem()
	for n := range fields.NumField() {
		switch f := fields.Field(n); f.Kind() {
		case reflect.String:
			f.SetString("x")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int:
			f.SetInt(1)
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		}
	}
	return p
}

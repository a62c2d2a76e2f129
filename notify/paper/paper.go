// Package paper puts an official paper, written once as HTML, into the forms that offices ask for. It knows nothing of what
// the paper says, and nothing of the browser that prints.
//
// A paper is a whole HTML document that needs nothing beside it: its styles are in it, its pictures are data URLs.
package paper

import (
	"context"
	"errors"
	"fmt"
)

// Form is a form of a paper, named as its files end.
type Form string

// The forms of papers.
const (
	HTML Form = "html"
	PDF  Form = "pdf"
	DOCX Form = "docx" // of Word, to go on writing in
	XLSX Form = "xlsx" // the tables of a report alone
)

// Forms are what a paper of words can be had in, the one to be sent first. A report can be had as XLSX as well.
var Forms = []Form{PDF, DOCX, HTML}

// Type is the form's media type.
func (f Form) Type() string {
	switch f {
	case HTML:
		return "text/html; charset=utf-8"
	case PDF:
		return "application/pdf"
	case DOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "application/octet-stream"
}

// Printer prints HTML on A4, as PDF: a browser.
type Printer func(ctx context.Context, html []byte) ([]byte, error)

var (
	// ErrForm says that there is no such form of a paper.
	ErrForm = errors.New("there is no such form of a paper")
	// ErrPrinter says that there is nothing to print with now. The other forms can be had.
	ErrPrinter = errors.New("there is no browser to print with")
)

// Set puts a paper into a form. Only PDF needs a printer, which may be nil where there is none.
func Set(ctx context.Context, f Form, html []byte, print Printer) ([]byte, error) {
	switch f {
	case HTML:
		return html, nil
	case DOCX:
		return Document(html)
	case PDF:
		if print == nil {
			return nil, ErrPrinter
		}
		out, err := print(ctx, html)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrPrinter, err)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%w: %.20q", ErrForm, string(f))
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"canhcong/notify/paper"
)

// paperOutput is where a command writes an official paper to, and in which form.
type paperOutput struct {
	Format string `help:"Form of the paper: pdf, docx or html; of a report xlsx, too. When left out, what the file's name ends in, or html." placeholder:"FORM"`
	Out    string `help:"File to write the draft to; HTML goes to standard output when left out." placeholder:"FILE" type:"path"`
}

// form is the form that was asked for.
func (p paperOutput) form() paper.Form {
	return paper.Form(cmp.Or(p.Format, strings.ToLower(strings.TrimPrefix(filepath.Ext(p.Out), ".")), string(paper.HTML)))
}

// write puts a paper into the form that was asked for, and writes it to where it was asked for.
func (p paperOutput) write(a *app, put func(paper.Form) ([]byte, error)) error {
	if p.Out == "" && p.form() != paper.HTML {
		return exitError{2, errors.New(a.in("Cần --out FILE cho dạng này.", "This form needs --out FILE."))}
	}
	content, err := put(p.form())
	if errors.Is(err, paper.ErrForm) {
		return exitError{2, err}
	}
	if errors.Is(err, paper.ErrPrinter) {
		return fmt.Errorf("%s: %w", a.in("Chưa in được PDF (dạng docx và html vẫn ghi được)", "The PDF could not be printed (docx and html can be had)"), err)
	}
	if err != nil {
		return fmt.Errorf("write the paper: %w", err)
	}
	if p.Out == "" {
		_, err := a.out.Write(content)
		return err
	}
	if err := os.WriteFile(p.Out, content, 0o600); err != nil {
		return fmt.Errorf("write the paper: %w", err)
	}
	a.say("Đã ghi dự thảo vào %s.", "The draft is in %s.", p.Out)
	return nil
}

// print prints a paper in a browser of its own, which lives as long as that takes.
func (a *app) print(ctx context.Context, html []byte) (pdf []byte, err error) {
	browser, err := a.browser(newLog(os.Stderr))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, browser.Close()) }()
	return browser.PDF(ctx, html)
}

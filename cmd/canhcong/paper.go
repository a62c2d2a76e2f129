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
	Format string `help:"Form of the paper: ${enum}. When left out, what the file's name ends in, or HTML." enum:",${paper_forms}" default:"" placeholder:"FORM"`
	Out    string `help:"File to write the draft to; HTML goes to standard output when left out." placeholder:"FILE" type:"path"`
}

// paperForms lists the forms, for the grammar.
func paperForms() string {
	names := make([]string, len(paper.Forms))
	for n, f := range paper.Forms {
		names[n] = string(f)
	}
	return strings.Join(names, ",")
}

// form is the form that was asked for.
func (p paperOutput) form() paper.Form {
	return paper.Form(cmp.Or(p.Format, strings.ToLower(strings.TrimPrefix(filepath.Ext(p.Out), ".")), string(paper.HTML)))
}

// put puts a paper into the form that was asked for, and writes it to where it was asked for.
func (p paperOutput) put(a *app, html []byte) error {
	content, err := paper.Set(a.ctx, p.form(), html, a.print)
	if err != nil {
		return fmt.Errorf("write the paper: %w", err)
	}
	return p.write(a, content)
}

// write writes a paper in its form to where it was asked for.
func (p paperOutput) write(a *app, content []byte) error {
	if p.Out == "" && p.form() != paper.HTML {
		return exitError{2, errors.New(a.in("Cần --out FILE cho dạng này.", "This form needs --out FILE."))}
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

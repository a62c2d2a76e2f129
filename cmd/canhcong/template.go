package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"canhcong/notify"
)

// templates is the folder of the office's own templates.
func (a *app) templates() string { return filepath.Join(a.data, "templates") }

// templateCommand writes out the templates of reports of incidents.
type templateCommand struct{}

// Run writes out the templates that are not there yet, and checks those that are.
func (templateCommand) Run(a *app) error {
	return a.withHouse(func(_ context.Context, h *house) error {
		if err := os.MkdirAll(a.templates(), 0o700); err != nil {
			return fmt.Errorf("create the folder of templates: %w", err)
		}
		wrong := false
		for _, k := range notify.FilingKinds {
			err := a.writeTemplate(k)
			if !errors.Is(err, fs.ErrExist) {
				if err != nil {
					return err
				}
				continue
			}
			if name, err := h.desk.CheckTemplate(k); err != nil {
				wrong = true
				a.say("%s có lỗi: %v", "%s is wrong: %v", name, err)
			} else {
				a.say("%s dùng được.", "%s can be used.", name)
			}
		}
		if wrong {
			return errors.New(a.in("có mẫu không dùng được; báo cáo dùng mẫu gốc", "there are templates that cannot be used; reports use ours"))
		}
		return nil
	})
}

// writeTemplate writes ours to where the office's own is looked for. It is never written over one that is there.
func (a *app) writeTemplate(k notify.FilingKind) error {
	name, text, err := notify.FilingTemplate(k)
	if err != nil {
		return err
	}
	path := filepath.Join(a.templates(), name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	a.say("Đã ghi %s: sửa theo ý cơ quan.", "%s was written: change it as you like.", path)
	return nil
}

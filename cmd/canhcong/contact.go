package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"canhcong/targets"
)

// contactCommand keeps the list of whom to call.
type contactCommand struct {
	Import contactImport `cmd:"" help:"Take a list (CSV or Excel): đơn vị, họ tên, nhiệm vụ, điện thoại, thư điện tử, từ ngày, đến ngày; or unit, name, duty, phone, mailbox, from, until. The same person again is brought up to date. Nothing is written unless every row is fine."`
	List   contactList   `cmd:"" help:"List those who hold now, or all."`
	Check  contactCheck  `cmd:"" help:"Note that somebody has tried, and the contact is right."`
	End    contactEnd    `cmd:"" help:"Note that a contact holds no longer."`
}

type contactImport struct {
	File   string `arg:"" help:"Excel workbook (.xlsx), or CSV file in UTF-8 with commas, semicolons or tabs."`
	DryRun bool   `help:"Check the file and report, without writing anything."`
}

type contactList struct {
	All bool `help:"Those who hold no longer, or not yet, as well."`
}

type contactCheck struct {
	ID int64 `arg:"" help:"Contact."`
}

type contactEnd struct {
	ID int64 `arg:"" help:"Contact."`
}

// Run imports the list.
func (c contactImport) Run(a *app) error {
	file, err := os.Open(c.File)
	if err != nil {
		return said{err, fmt.Sprintf(a.in("Không mở được tệp %s: %v", "The file %s cannot be opened: %v"), c.File, errors.Unwrap(err))}
	}
	defer file.Close()
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	report, err := registry.ImportContacts(a.ctx, file, operator(), c.DryRun)
	if err != nil {
		return inWords(err, a.lang)
	}
	for _, row := range report.Bad {
		a.say("dòng %d: %s", "line %d: %s", row.Line, row.Problem.Text(a.lang))
	}
	if n := len(report.Bad); n > 0 {
		return errors.New(a.in(fmt.Sprintf("%d dòng có lỗi, chưa ghi gì", n), fmt.Sprintf("%d rows are bad, nothing was written", n)))
	}
	for _, contact := range report.Contacts {
		if contact.UnitID == 0 {
			a.say("“%s” không phải đơn vị có cổng: ghi là cơ quan ngoài.", "“%s” is no unit with a portal: it is taken for a body outside.", contact.Body)
		}
	}
	vi, en := "Đã ghi %d đầu mối.", "%d contacts were written down."
	if c.DryRun {
		vi, en = "Chạy thử, chưa ghi gì: sẽ ghi %d đầu mối.", "Dry run, nothing written: %d contacts would be."
	}
	if !c.DryRun {
		if err := a.audit(registry.DB(), "contact.import", "", fmt.Sprintf("%d", len(report.Contacts))); err != nil {
			return err
		}
	}
	a.say(vi, en, len(report.Contacts))
	return nil
}

// Run prints one row per contact.
func (c contactList) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	list, err := registry.Contacts(a.ctx)
	if err != nil {
		return err
	}
	now, w := time.Now(), tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "CONTACT\tBODY\tNAME\tDUTY\tPHONE\tMAILBOX\tVALID\tCHECKED\tBY")
	for _, one := range list {
		if !c.All && !one.Valid(now) {
			continue
		}
		checked := "-"
		if !one.CheckedAt.IsZero() {
			checked = localTime(one.CheckedAt)
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%t\t%s\t%s\n", one.ID, one.Body, one.Name, firstOf(one.Duty, "-"), firstOf(one.Phone, "-"), firstOf(one.Mailbox, "-"),
			one.Valid(now), checked, firstOf(one.CheckedBy, "-"))
	}
	return w.Flush()
}

// Run notes it.
func (c contactCheck) Run(a *app) error {
	return a.changeContact(c.ID, "contact.check", func(r *targets.Registry) error { return r.CheckContact(a.ctx, c.ID, operator()) }, "Đã ghi: đầu mối số %d còn đúng.", "Noted: contact %d is right.")
}

// Run notes it.
func (c contactEnd) Run(a *app) error {
	return a.changeContact(c.ID, "contact.end", func(r *targets.Registry) error { return r.EndContact(a.ctx, c.ID, operator()) }, "Đã ghi: đầu mối số %d không còn dùng.", "Noted: contact %d holds no longer.")
}

func (a *app) changeContact(id int64, action string, change func(*targets.Registry) error, vietnamese, english string) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	if err := change(registry); errors.Is(err, targets.ErrNotFound) {
		return said{err, fmt.Sprintf(a.in("Không có đầu mối số %d.", "There is no contact %d."), id)}
	} else if err != nil {
		return err
	}
	if err := a.audit(registry.DB(), action, fmt.Sprintf("contact/%d", id), ""); err != nil {
		return err
	}
	a.say(vietnamese, english, id)
	return nil
}

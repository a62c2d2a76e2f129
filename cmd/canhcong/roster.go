package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"canhcong/notify"
	"canhcong/targets"
)

// rosterCommand says who is on duty when.
type rosterCommand struct {
	Import rosterImport `cmd:"" help:"Add the shifts of a list (CSV or Excel): ngày, giờ (từ, đến), cấp, người trực, ghi chú; or day, time (from, until), tier, person, note. Nothing is written unless every row is fine."`
	Show   rosterShow   `cmd:"" help:"Show the roster, its holes, and who is on duty twice at once. Exit 1 when there is a hole."`
	Add    rosterAdd    `cmd:"" help:"Add one shift."`
	Remove rosterRemove `cmd:"" help:"Take a shift out of the roster."`
	Swap   rosterSwap   `cmd:"" help:"Give a shift to somebody else, in exchange for one of theirs if one is named."`
}

type rosterImport struct {
	File   string `arg:"" help:"Excel workbook (.xlsx), or CSV file in UTF-8 with commas, semicolons or tabs."`
	DryRun bool   `help:"Check the file and report, without writing anything."`
}

// Run imports the list.
func (c rosterImport) Run(a *app) error {
	file, err := os.Open(c.File)
	if err != nil {
		return said{err, fmt.Sprintf(a.in("Không mở được tệp %s: %v", "The file %s cannot be opened: %v"), c.File, errors.Unwrap(err))}
	}
	defer file.Close()
	return a.withHouse(func(ctx context.Context, h *house) error {
		report, err := h.desk.ImportRoster(ctx, file, operator(), c.DryRun)
		if err != nil {
			return inWords(err, a.lang)
		}
		for _, row := range report.Bad {
			a.say("dòng %d: %s", "line %d: %s", row.Line, row.Text(a.lang))
		}
		if n := len(report.Bad); n > 0 {
			return errors.New(a.in(fmt.Sprintf("%d dòng có lỗi, chưa ghi gì", n), fmt.Sprintf("%d rows are bad, nothing was written", n)))
		}
		if err := a.printShifts(report.Added); err != nil {
			return err
		}
		vi, en := "Đã thêm %d ca trực; %d ca đã có.", "%d shifts added; %d were there already."
		if c.DryRun {
			vi, en = "Chạy thử, chưa ghi gì: sẽ thêm %d ca trực; %d ca đã có.", "Dry run, nothing written: %d shifts would be added; %d are there already."
		}
		a.say(vi, en, len(report.Added), len(report.Known))
		return nil
	})
}

type rosterShow struct {
	From  string `help:"First day (2027-01-30) or time, Vietnam's clock; now when left out." placeholder:"WHEN"`
	Until string `help:"Last day, or time; 14 days later when left out." placeholder:"WHEN"`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Run prints the roster.
func (c rosterShow) Run(a *app) error {
	span, err := c.span()
	if err != nil {
		return exitError{2, err}
	}
	return a.withHouse(func(ctx context.Context, h *house) error {
		o, err := h.desk.Outlook(ctx, span)
		if err != nil {
			return err
		}
		if c.JSON {
			err = a.writeRoster(o)
		} else {
			err = a.printRoster(o)
		}
		if n := len(o.Holes); n > 0 && err == nil {
			err = errors.New(a.in(fmt.Sprintf("%d lúc chưa có người trực", n), fmt.Sprintf("nobody is on duty %d times", n)))
		}
		return err
	})
}

func (c rosterShow) span() (s notify.Span, err error) {
	s.From = time.Now()
	if c.From != "" {
		if s.From, err = targets.ParseWhen(c.From, false); err != nil {
			return s, err
		}
	}
	s.Until = s.From.AddDate(0, 0, notify.OutlookDays)
	if c.Until != "" {
		s.Until, err = targets.ParseWhen(c.Until, true)
	}
	return s, err
}

func (a *app) printRoster(o notify.Outlook) error {
	if err := a.printShifts(o.Shifts); err != nil {
		return err
	}
	for _, h := range o.Holes {
		a.say("CHƯA CÓ NGƯỜI: %s, %s – %s", "NOBODY: %s, %s – %s", h.Tier.Text(a.lang), localTime(h.From), localTime(h.Until))
	}
	for _, c := range o.Clashes {
		a.say("HAI CA CÙNG LÚC: %s, ca %d và %d", "TWICE AT ONCE: %s, shifts %d and %d", c.First.Person.Name, c.First.ID, c.Second.ID)
	}
	return nil
}

func (a *app) printShifts(list []notify.Shift) error {
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "SHIFT\tTIER\tLOGIN\tNAME\tFROM\tUNTIL\tCHECKED IN\tNOTE")
	for _, s := range list {
		in := "-"
		if !s.CheckedIn.IsZero() {
			in = localTime(s.CheckedIn)
		}
		fmt.Fprintf(w, "%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", s.ID, s.Tier, s.Person.Login, s.Person.Name, localTime(s.From), localTime(s.Until), in, firstOf(s.Note, "-"))
	}
	return w.Flush()
}

// rosterJSON is the stable form of a roster; instants are RFC 3339 in UTC.
type rosterJSON struct {
	From    time.Time   `json:"from"`
	Until   time.Time   `json:"until"`
	Shifts  []shiftJSON `json:"shifts"`
	Holes   []holeJSON  `json:"holes"`
	Clashes [][2]int64  `json:"clashes"` // shifts of one person at the same time
}

type shiftJSON struct {
	ID        int64      `json:"id"`
	Tier      int        `json:"tier"`
	Login     string     `json:"login"`
	Name      string     `json:"name"`
	From      time.Time  `json:"from"`
	Until     time.Time  `json:"until"`
	CheckedIn *time.Time `json:"checked_in,omitempty"`
	Note      string     `json:"note,omitempty"`
}

type holeJSON struct {
	Tier  int       `json:"tier"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

func (a *app) writeRoster(o notify.Outlook) error {
	out := rosterJSON{From: o.From.UTC(), Until: o.Until.UTC(), Shifts: []shiftJSON{}, Holes: []holeJSON{}, Clashes: [][2]int64{}}
	for _, s := range o.Shifts {
		one := shiftJSON{ID: s.ID, Tier: int(s.Tier), Login: s.Person.Login, Name: s.Person.Name, From: s.From.UTC(), Until: s.Until.UTC(), Note: s.Note}
		if in := s.CheckedIn.UTC(); !s.CheckedIn.IsZero() {
			one.CheckedIn = &in
		}
		out.Shifts = append(out.Shifts, one)
	}
	for _, h := range o.Holes {
		out.Holes = append(out.Holes, holeJSON{int(h.Tier), h.From.UTC(), h.Until.UTC()})
	}
	for _, c := range o.Clashes {
		out.Clashes = append(out.Clashes, [2]int64{c.First.ID, c.Second.ID})
	}
	encoder := json.NewEncoder(a.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(out)
}

type rosterAdd struct {
	Login string `arg:"" help:"Who is on duty."`
	Tier  int    `help:"1 trực giám sát, 2 trực kỹ thuật, 3 lãnh đạo trực." default:"1"`
	From  string `required:"" help:"2027-02-06T19:00, Vietnam's clock." placeholder:"WHEN"`
	Until string `required:"" help:"2027-02-07T07:30." placeholder:"WHEN"`
	Note  string `help:"Anything worth remembering."`
}

// Run adds the shift.
func (c rosterAdd) Run(a *app) error {
	from, err := targets.ParseWhen(c.From, false)
	if err != nil {
		return exitError{2, err}
	}
	until, err := targets.ParseWhen(c.Until, true)
	if err != nil {
		return exitError{2, err}
	}
	return a.withHouse(func(ctx context.Context, h *house) error {
		p, err := h.desk.PersonByLogin(ctx, c.Login)
		if err != nil {
			return err
		}
		added, err := h.desk.AddShifts(ctx, operator(), notify.Shift{Watch: notify.Watch{Tier: notify.Tier(c.Tier), Person: p, From: from, Until: until}, Note: c.Note})
		if err != nil {
			return inWords(err, a.lang)
		}
		if len(added) == 0 {
			a.say("Ca này đã có trong lịch trực.", "This shift is in the roster already.")
		}
		return a.printShifts(added)
	})
}

type rosterRemove struct {
	ID     int64  `arg:"" help:"Shift."`
	Reason string `required:"" help:"Why."`
}

// Run takes the shift out.
func (c rosterRemove) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		s, err := h.desk.RemoveShift(ctx, c.ID, operator(), c.Reason)
		if err != nil {
			return a.noShift(err, c.ID)
		}
		a.say("Đã bỏ ca %d của %s khỏi lịch trực.", "Shift %d of %s is out of the roster.", s.ID, s.Person.Name)
		return nil
	})
}

type rosterSwap struct {
	ID     int64  `arg:"" help:"Shift."`
	Login  string `arg:"" help:"Who takes it on."`
	For    int64  `help:"A shift of theirs that goes the other way." placeholder:"ID"`
	Reason string `required:"" help:"Why."`
}

// Run swaps.
func (c rosterSwap) Run(a *app) error {
	return a.withHouse(func(ctx context.Context, h *house) error {
		p, err := h.desk.PersonByLogin(ctx, c.Login)
		if err != nil {
			return err
		}
		list, err := h.desk.Swap(ctx, notify.Swap{ShiftID: c.ID, To: p.ID, For: c.For, By: operator(), Reason: c.Reason})
		if err != nil {
			return a.noShift(err, c.ID)
		}
		return a.printShifts(list)
	})
}

func (a *app) noShift(err error, id int64) error {
	if errors.Is(err, notify.ErrNotFound) {
		return said{err, fmt.Sprintf(a.in("Không có ca trực số %d.", "There is no shift %d."), id)}
	}
	return inWords(err, a.lang)
}

package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"canhcong/targets"
)

// holidayCommand keeps the holiday table.
type holidayCommand struct {
	List   holidayList   `cmd:"" help:"List the holidays of a year: what is computed, and what was set instead."`
	Set    holidaySet    `cmd:"" help:"Set what a day is, as announced."`
	Remove holidayRemove `cmd:"" help:"Take back what was set for a day: what is computed counts again."`
}

type holidayList struct {
	Year int `help:"Year; this one and the next when left out." placeholder:"YEAR"`
}

type holidaySet struct {
	Day    string `arg:"" help:"Day: 2027-02-10."`
	Name   string `required:"" help:"Name of the day."`
	Kind   string `enum:"paid,compensation,working,sensitive" default:"paid" help:"paid (nghỉ lễ), compensation (nghỉ bù), working (đi làm) or sensitive (ngày nhạy cảm)."`
	Source string `required:"" help:"Number of the document that decides it."`
}

type holidayRemove struct {
	Day string `arg:"" help:"Day: 2027-02-10."`
}

// Run prints one row per day, and when duty is usually kept around Tết.
func (c holidayList) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	years := []int{c.Year}
	if c.Year == 0 {
		now := time.Now().In(targets.Vietnam).Year()
		years = []int{now, now + 1}
	}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "DAY\tKIND\tNAME\tLUNAR\tSOURCE\tSET BY")
	for _, year := range years {
		list, err := registry.Holidays(a.ctx, year)
		if err != nil {
			return err
		}
		for _, h := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", h.Day.Format("Mon "+time.DateOnly), h.Kind, h.Name,
				firstOf(targets.FeastDay(h.Day, a.lang), "-"), firstOf(h.Source, "-"), firstOf(h.SetBy, "-"))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, year := range years {
		from, until := targets.TetDuty(year)
		a.say("Trực Tết %d thường từ %s đến hết %s.", "Duty around Tết %d is usually kept from %s until the end of %s.",
			year, from.Format(time.DateOnly), until.AddDate(0, 0, -1).Format(time.DateOnly))
	}
	return nil
}

// Run sets the day.
func (c holidaySet) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	day, err := readDay(c.Day)
	if err != nil {
		return err
	}
	h, err := registry.SetHoliday(a.ctx, targets.Holiday{Day: day, Name: c.Name, Kind: targets.HolidayKind(c.Kind), Source: c.Source, SetBy: operator()})
	if err != nil {
		return inWords(err, a.lang)
	}
	a.say("%s: %s, %s (%s).", "%s: %s, %s (%s).", h.Day.Format(time.DateOnly), h.Name, h.Kind.Text(a.lang), h.Source)
	return nil
}

// Run takes the day back.
func (c holidayRemove) Run(a *app) error {
	registry, done, err := a.registry()
	if err != nil {
		return err
	}
	defer done()
	day, err := readDay(c.Day)
	if err != nil {
		return err
	}
	if err := registry.RemoveHoliday(a.ctx, day); errors.Is(err, targets.ErrNotFound) {
		return said{err, fmt.Sprintf(a.in("Ngày %s không có gì được đặt.", "Nothing was set for %s."), c.Day)}
	} else if err != nil {
		return err
	}
	a.say("Đã bỏ ngày %s; ngày tính sẵn lại có hiệu lực.", "Took back %s; what is computed counts again.", c.Day)
	return nil
}

// readDay reads a day of Vietnam's calendar.
func readDay(written string) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, written, targets.Vietnam)
	if err != nil {
		return day, exitError{2, fmt.Errorf("%q is no day: write it as 2027-02-10", written)}
	}
	return day, nil
}

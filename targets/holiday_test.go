package targets_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"canhcong/targets"
	"canhcong/targets/targetstest"
)

func TestComputedHolidays(t *testing.T) {
	for year, want := range map[int]string{
		2027: `01-01 paid, 02-03 suggested, 02-05 paid, 02-06 paid, 02-07 paid, 02-08 paid, 02-09 paid, 02-10 compensation, 02-11 compensation, 04-16 paid,
			04-30 paid, 05-01 paid, 05-03 compensation, 05-19 suggested, 08-06 suggested, 08-19 suggested, 09-01 paid, 09-02 paid, 11-24 paid, 12-22 suggested`,
		// Giỗ Tổ on a Sunday, and no holiday in November yet.
		2025: `01-01 paid, 01-28 paid, 01-29 paid, 01-30 paid, 01-31 paid, 02-01 paid, 02-03 compensation, 04-07 paid, 04-30 paid, 05-01 paid, 05-19 suggested,
			08-06 suggested, 08-19 suggested, 09-01 paid, 09-02 paid, 12-22 suggested`,
	} {
		var have []string
		for _, h := range targets.ComputedHolidays(year) {
			have = append(have, h.Day.Format("01-02 ")+string(h.Kind))
		}
		if have, want := strings.Join(have, ", "), strings.Join(strings.Fields(want), " "); have != want {
			t.Errorf("%d:\nhave %s\nwant %s", year, have, want)
		}
	}
}

func TestHolidaysAreSetInTheirPlace(t *testing.T) {
	r := targets.New(targetstest.DB(t))
	year := time.Now().Year() + 1
	day := func(month time.Month, d int) time.Time { return time.Date(year, month, d, 9, 0, 0, 0, targets.Vietnam) }
	on := func(at time.Time) targets.Holiday {
		t.Helper()
		list, err := r.Holidays(t.Context(), year)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range list {
			if h.Day.Format(time.DateOnly) == at.Format(time.DateOnly) {
				return h
			}
		}
		return targets.Holiday{}
	}
	if h := on(day(9, 1)); h.Kind != targets.PaidHoliday || h.SetBy != "" {
		t.Errorf("have %+v, want it computed", h)
	}
	for _, h := range []targets.Holiday{
		{Day: day(9, 1), Name: "Đi làm", Kind: targets.WorkingHoliday, Source: " 99/TB-BNV ", SetBy: "quantri"},
		{Day: day(9, 3), Name: "Quốc khánh", Kind: targets.PaidHoliday, Source: "99/TB-BNV", SetBy: "quantri"},
		{Day: day(9, 3), Name: "Quốc khánh 2", Kind: targets.PaidHoliday, Source: "99/TB-BNV", SetBy: "quantri"},
	} {
		if _, err := r.SetHoliday(t.Context(), h); err != nil {
			t.Fatal(err)
		}
	}
	if h := on(day(9, 1)); h.Off() || h.Source != "99/TB-BNV" || h.SetBy != "quantri" || h.SetAt.IsZero() {
		t.Errorf("have %+v, want what was set", h)
	}
	if h := on(day(9, 3)); !h.Off() || h.Name != "Quốc khánh 2" {
		t.Errorf("have %+v, want what was set last", h)
	}
	if err := r.RemoveHoliday(t.Context(), day(9, 1)); err != nil || !on(day(9, 1)).Off() {
		t.Errorf("have %+v (%v), want it computed again", on(day(9, 1)), err)
	}
	if err := r.RemoveHoliday(t.Context(), day(9, 1)); !errors.Is(err, targets.ErrNotFound) {
		t.Errorf("have %v, want ErrNotFound", err)
	}
	for problem, h := range map[targets.HolidayProblem]targets.Holiday{
		targets.HolidayDay:     {Day: time.Date(1999, 1, 1, 0, 0, 0, 0, targets.Vietnam), Name: "x", Kind: targets.PaidHoliday, Source: "x"},
		targets.HolidayName:    {Day: day(9, 9), Name: " ", Kind: targets.PaidHoliday, Source: "x"},
		targets.HolidayUnknown: {Day: day(9, 9), Name: "x", Kind: targets.SuggestedDay, Source: "x"},
		targets.HolidaySource:  {Day: day(9, 9), Name: "x", Kind: targets.PaidHoliday},
	} {
		var refused *targets.HolidayError
		if _, err := r.SetHoliday(t.Context(), h); !errors.As(err, &refused) || refused.Problem != problem || refused.Text(targets.Vietnamese) == "" {
			t.Errorf("have %v, want %q", err, problem)
		}
	}
}

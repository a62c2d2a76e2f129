package targets

import (
	"slices"
	"time"
	"unicode/utf8"
)

// HolidayKind is what a day means for who is on duty and what is watched.
type HolidayKind string

// The kinds of holidays.
const (
	PaidHoliday    HolidayKind = "paid"         // nghỉ lễ, Tết
	Compensation   HolidayKind = "compensation" // nghỉ bù
	WorkingHoliday HolidayKind = "working"      // làm bù, or a day that was taken from the holidays
	SensitiveDay   HolidayKind = "sensitive"    // nobody is off, but attacks are likelier
	SuggestedDay   HolidayKind = "suggested"    // a sensitive day that nobody has decided on
)

// HolidayKinds are those that a person can set.
var HolidayKinds = []HolidayKind{PaidHoliday, Compensation, WorkingHoliday, SensitiveDay}

// Text is the kind in words.
func (k HolidayKind) Text(lang Language) string { return holidayTexts[k].in(lang) }

var holidayTexts = map[HolidayKind]text{
	PaidHoliday:    {"nghỉ lễ, Tết", "paid holiday"},
	Compensation:   {"nghỉ bù", "compensation day"},
	WorkingHoliday: {"đi làm", "working day"},
	SensitiveDay:   {"ngày nhạy cảm", "sensitive day"},
	SuggestedDay:   {"gợi ý, chưa bật", "suggested, not set"},
}

// Holiday is one day of the holiday table. What law and the calendar give is computed; what is decided from year to year (days
// off in exchange, days of work) a person sets, which counts instead.
type Holiday struct {
	Day    time.Time // its midnight in Vietnam
	Name   string
	Kind   HolidayKind
	Source string // the document that decides it; "" while it is computed
	SetBy  string // login; "" while it is computed
	SetAt  time.Time
}

// Off says whether offices are closed for it.
func (h Holiday) Off() bool { return h.Kind == PaidHoliday || h.Kind == Compensation }

// ComputedHolidays are the holidays of a year as far as they can be known before they are announced: those of the Labour Code
// (articles 111 and 112), Tết from its eve, National Day with the day before it, 24 November since 2026, a day in exchange for
// each on a week-end, and suggestions of sensitive days.
func ComputedHolidays(year int) []Holiday {
	off := map[time.Time]Holiday{}
	add := func(day time.Time, name string, kind HolidayKind) {
		if _, there := off[day]; !there {
			off[day] = Holiday{Day: day, Name: name, Kind: kind}
		}
	}
	paid := paidHolidays(year)
	for _, h := range paid {
		add(h.Day, h.Name, PaidHoliday)
	}
	for _, h := range paid {
		if weekend(h.Day) {
			day := h.Day.AddDate(0, 0, 1)
			for ; weekend(day) || off[day].Off(); day = day.AddDate(0, 0, 1) {
			}
			add(day, "Nghỉ bù "+h.Name, Compensation)
		}
	}
	for _, s := range sensitiveDays {
		add(date(year, s.month, s.day), s.name, SuggestedDay)
	}
	list := make([]Holiday, 0, len(off))
	for _, h := range off {
		list = append(list, h)
	}
	slices.SortFunc(list, byDay)
	return list
}

func byDay(a, b Holiday) int { return a.Day.Compare(b.Day) }

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, Vietnam)
}

// paidHolidays are those of a year, in order.
func paidHolidays(year int) []Holiday {
	list := []Holiday{{Day: date(year, 1, 1), Name: "Tết Dương lịch"}}
	for n := -1; n <= 3; n++ { // five days
		list = append(list, Holiday{Day: Tet(year).AddDate(0, 0, n), Name: "Tết Nguyên đán"})
	}
	kings, _ := LunarDate{Year: year, Month: 3, Day: 10}.Solar() // every year has one
	list = append(list, Holiday{Day: kings, Name: "Giỗ Tổ Hùng Vương"},
		Holiday{Day: date(year, 4, 30), Name: "Ngày Chiến thắng 30/4"}, Holiday{Day: date(year, 5, 1), Name: "Quốc tế Lao động 1/5"},
		Holiday{Day: date(year, 9, 1), Name: "Quốc khánh"}, Holiday{Day: date(year, 9, 2), Name: "Quốc khánh"})
	if year >= 2026 {
		list = append(list, Holiday{Day: date(year, 11, 24), Name: "Ngày Văn hóa Việt Nam"})
	}
	slices.SortStableFunc(list, byDay)
	return list
}

// sensitiveDays are suggested, and off until somebody sets them.
var sensitiveDays = []struct {
	month time.Month
	day   int
	name  string
}{
	{2, 3, "Ngày thành lập Đảng"}, {5, 19, "Ngày sinh Chủ tịch Hồ Chí Minh"}, {8, 6, "Ngày An ninh mạng Việt Nam"},
	{8, 19, "Ngày Cách mạng tháng Tám"}, {12, 22, "Ngày thành lập Quân đội"},
}

// HolidayProblem says what of a Holiday cannot be set.
type HolidayProblem string

// The problems of holidays.
const (
	HolidayDay     HolidayProblem = "the day is none, or far away"
	HolidayName    HolidayProblem = "the name is missing or too long"
	HolidayUnknown HolidayProblem = "the kind is unknown"
	HolidaySource  HolidayProblem = "the source is missing or too long"
)

// HolidayError says that a holiday cannot be set as it was entered, and why.
type HolidayError struct{ Problem HolidayProblem }

// Error is for the log.
func (e *HolidayError) Error() string { return string(e.Problem) }

// Text tells a person what is wrong and what to do about it.
func (e *HolidayError) Text(lang Language) string { return holidayProblems[e.Problem].in(lang) }

var holidayProblems = map[HolidayProblem]text{
	HolidayDay:     {"Chọn một ngày từ năm ngoái tới mười năm nữa.", "Choose a day from last year until ten years ahead."},
	HolidayName:    {"Ghi tên ngày (tối đa 200 ký tự).", "Write the name of the day (200 characters at most)."},
	HolidayUnknown: {"Chọn loại ngày trong danh sách.", "Choose a kind of the list."},
	HolidaySource:  {"Ghi nguồn: số văn bản, thông báo (tối đa 200 ký tự).", "Write the source: the number of a document (200 characters at most)."},
}

// set is the holiday as it is kept when a person sets it now.
func (h Holiday) set(now time.Time) (Holiday, error) {
	h.Name, h.Source, h.SetAt = OneLine(h.Name), OneLine(h.Source), FromMillis(Millis(now))
	y, m, d := h.Day.In(Vietnam).Date()
	h.Day = date(y, m, d)
	var problem HolidayProblem
	switch {
	case y < now.In(Vietnam).Year()-1 || y > now.In(Vietnam).Year()+10:
		problem = HolidayDay
	case h.Name == "" || utf8.RuneCountInString(h.Name) > maxName:
		problem = HolidayName
	case !slices.Contains(HolidayKinds, h.Kind):
		problem = HolidayUnknown
	case h.Source == "" || utf8.RuneCountInString(h.Source) > maxName:
		problem = HolidaySource
	default:
		return h, nil
	}
	return Holiday{}, &HolidayError{problem}
}

package notify

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"canhcong/targets"
)

// Span is a stretch of time: from From on, and until just before Until.
type Span struct{ From, Until time.Time }

// named is what the cells of a row say about time: the days (midnight in Vietnam) and the times of day (since midnight), in
// the order in which they stand there.
type named struct {
	days  []time.Time
	times []time.Duration
	order string // "dtdt": day, time, day, time
}

const wholeDay = 24 * time.Hour

var (
	aside    = regexp.MustCompile(`\([^)]*\)`)
	allDay   = regexp.MustCompile(`\bca ngay(?: (?:va )?dem)?\b|\b24/24(?:h| gio)?\b|\b24/7\b|\b(?:all|whole) day\b`)
	days     = regexp.MustCompile(anyDay)
	moments  = regexp.MustCompile(anyDay + `|` + timeColon + `|` + timeWord)
	weekday  = regexp.MustCompile(`\b(?:thu|t) ?(hai|ba|tu|nam|sau|bay|[2-7])\b|\b(chu nhat|cn)\b|\b(sun|mon|tue|wed|thu|fri|sat)(?:[a-z]*day)?\b`)
	filler   = regexp.MustCompile(`\b(?:tu|den|toi|to|from|until|and|luc|ngay|het|sang|chieu|dem|trua|phut|ca ?\d?)\b`)
	serial   = regexp.MustCompile(`^\d{5}(?:\.\d+)?$`)
	fraction = regexp.MustCompile(`^(?:0?\.\d+|[01])$`)
)

// How days and times are written: 2027-02-06, 06/02/2027, 06.02.2027, 06-02-2027, 06/02 before another day with its year; 07:30,
// 07:30:00, 7h30, 7h, 7 giờ 30.
const (
	dayISO    = `\b(\d{4})-(\d{1,2})-(\d{1,2})t?`
	daySlash  = `\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b`
	dayDot    = `\b(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})\b`
	dayDash   = `\b(\d{1,2})-(\d{1,2})-(\d{4})\b`
	dayShort  = `\b(\d{1,2})/(\d{1,2})\b`
	anyDay    = dayISO + `|` + daySlash + `|` + dayDot + `|` + dayDash + `|` + dayShort
	timeColon = `(\d{1,2}):(\d{2})(?::\d{2})?`
	timeWord  = `(\d{1,2})(?:h| ?gio ?|g)(\d{2})?\b`
)

// unmarked is s in small letters without diacritics; everything else stays.
func unmarked(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsMark(r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
}

// read adds what a cell says. The problem is RosterWhen when it says something else, too.
func (n *named) read(cell string) RosterProblem {
	text := strings.TrimSpace(unmarked(targets.OneLine(cell)))
	switch {
	case text == "":
		return ""
	case serial.MatchString(text):
		days, _ := strconv.ParseFloat(text, 64)
		n.serial(days)
		return ""
	case fraction.MatchString(text):
		part, _ := strconv.ParseFloat(text, 64)
		n.time(minutes(part))
		return ""
	}
	text = aside.ReplaceAllStringFunc(text, func(in string) string {
		if moments.MatchString(in) {
			return in[1 : len(in)-1]
		}
		return "" // (mồng 1 Tết)
	})
	if allDay.MatchString(text) {
		n.time(0)
		n.time(wholeDay)
		text = allDay.ReplaceAllString(text, " ")
	}
	text = days.ReplaceAllString(text, "|$0") // in "19 giờ 06/02/2027" the day is not the minutes
	before := len(n.days)
	problem := n.moments(text)
	if problem == "" {
		problem = n.weekday(text, before)
	}
	rest := filler.ReplaceAllString(weekday.ReplaceAllString(moments.ReplaceAllString(text, " "), " "), " ")
	if problem == "" && strings.ContainsFunc(rest, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return RosterWhen
	}
	return problem
}

// moments reads the days and times of a text. A day without a year has that of the next one.
func (n *named) moments(text string) RosterProblem {
	found := moments.FindAllStringSubmatch(text, -1)
	year := 0
	var backwards []func()
	for _, m := range slices.Backward(found) {
		var day, month int
		switch {
		case m[1] != "":
			year, month, day = number(m[1]), number(m[2]), number(m[3])
		case m[4] != "" || m[7] != "" || m[10] != "":
			at := slices.IndexFunc(m[1:], func(s string) bool { return s != "" }) + 1
			day, month, year = number(m[at]), number(m[at+1]), number(m[at+2])
			if year < 100 {
				year += 2000
			}
		case m[13] != "":
			if year == 0 {
				return RosterYear
			}
			day, month = number(m[13]), number(m[14])
		default:
			at := 15
			if m[at] == "" {
				at = 17
			}
			t := time.Duration(number(m[at]))*time.Hour + time.Duration(number(m[at+1]))*time.Minute
			if t > wholeDay || number(m[at+1]) > 59 {
				return RosterWhen
			}
			backwards = append(backwards, func() { n.time(t) })
			continue
		}
		date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, targets.Vietnam)
		if date.Day() != day || int(date.Month()) != month {
			return RosterWhen
		}
		backwards = append(backwards, func() { n.day(date) })
	}
	for _, add := range slices.Backward(backwards) {
		add()
	}
	return ""
}

// weekday compares the weekday that a text names with the one day that it names: a mistyped date is found like that.
func (n *named) weekday(text string, before int) RosterProblem {
	found := weekday.FindAllStringSubmatch(text, -1)
	if len(found) != 1 || len(n.days) != before+1 {
		return ""
	}
	m := found[0]
	want, known := weekdayWords[m[1]+m[3]]
	if m[2] != "" {
		want, known = time.Sunday, true
	}
	if known && n.days[before].Weekday() != want {
		return RosterWeekday
	}
	return ""
}

var weekdayWords = map[string]time.Weekday{
	"hai": 1, "ba": 2, "tu": 3, "nam": 4, "sau": 5, "bay": 6, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6,
	"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6,
}

// excelEpoch is day 0 of Excel's calendar, as it counts from March 1900 on.
var excelEpoch = time.Date(1899, 12, 30, 0, 0, 0, 0, targets.Vietnam)

// serial adds a day, and the time of day if there is one, as Excel keeps them.
func (n *named) serial(days float64) {
	whole, part := math.Modf(days)
	n.day(excelEpoch.AddDate(0, 0, int(whole)))
	if t := minutes(part); t > 0 {
		n.time(t)
	}
}

// minutes is a part of a day as a time of day, to the minute.
func minutes(part float64) time.Duration { return time.Duration(math.Round(part*24*60)) * time.Minute }

func (n *named) day(d time.Time) { n.days, n.order = append(n.days, d), n.order+"d" }

func (n *named) time(t time.Duration) { n.times, n.order = append(n.times, t), n.order+"t" }

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// longestRange bounds how many days one row may stand for: a heightened period.
const longestRange = targets.LongestPeriod

// spans returns the stretches of time that a row means. A time range is meant for each of its days; one that does not end later
// than it begins goes over midnight, and whole days are one stretch. Where each of two days has its own time, there is one
// stretch from the first to the second.
func (n *named) spans() ([]Span, RosterProblem) {
	switch {
	case len(n.days) == 0:
		return nil, RosterNoDay
	case len(n.times) != 2:
		return nil, RosterNoTime
	case len(n.days) > 2:
		return nil, RosterManyDays
	}
	first, last := n.days[0], n.days[len(n.days)-1]
	from, until := n.times[0], n.times[1]
	if last.Before(first) {
		return nil, RosterBackwards
	}
	if last.Sub(first) > longestRange {
		return nil, RosterFar
	}
	paired := n.order == "dtdt" || n.order == "tdtd"
	if !paired && until <= from {
		until += wholeDay
	}
	if paired || until-from == wholeDay {
		if one := (Span{first.Add(from), last.Add(until)}); one.Until.After(one.From) {
			return []Span{one}, ""
		}
		return nil, RosterBackwards
	}
	var list []Span
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		list = append(list, Span{day.Add(from), day.Add(until)})
	}
	return list, ""
}

package targets

import (
	"fmt"
	"math"
	"time"
)

// LunarDate is a day of the Vietnamese lunar calendar (âm lịch), which is reckoned by the sun and the moon over Vietnam, at
// UTC+7. The Chinese calendar is reckoned at UTC+8, and differs by a day or a month now and then: Tết 2030 is on 2 February,
// a day before the Chinese new year.
type LunarDate struct {
	Year  int // of the solar calendar that Tết falls into
	Month int // 1 to 12; 12 is tháng Chạp
	Day   int // 1 to 30
	Leap  bool
}

// Lunar returns the lunar date of the day of an instant, by Vietnam's clock. It computes new moons and the sun's longitude as Hồ
// Ngọc Đức does ("Computing the Vietnamese lunar calendar", 2004, https://www.informatik.uni-leipzig.de/~duc/amlich/calrules_en.html),
// after Jean Meeus, "Astronomical Algorithms"; good for centuries around ours.
func Lunar(at time.Time) LunarDate {
	at = at.In(Vietnam)
	day := julianDay(at)
	month := monthBegin(day)
	before, after := eleventhMonth(at.Year()-1), eleventhMonth(at.Year())
	if after <= month {
		before, after = after, eleventhMonth(at.Year()+1)
	}
	// Months are counted from the eleventh, which holds the winter solstice. Where thirteen begin before the next one, the first
	// of them without a major solar term is a leap month, and bears the number of the one before it.
	n := int(math.Round(float64(month-before) / lunarMonth))
	d := LunarDate{Month: 11 + n, Day: day - month + 1}
	if leap := leapMonth(before, after); leap != 0 && n >= leap {
		d.Month, d.Leap = d.Month-1, n == leap
	}
	d.Year = solarYear(before)
	if d.Month > 12 {
		d.Month, d.Year = d.Month-12, d.Year+1
	}
	return d
}

// solarYear is the year of a Julian day.
func solarYear(day int) int { return vietnamDay(day).Year() }

// vietnamDay is the midnight with which a Julian day begins in Vietnam.
func vietnamDay(day int) time.Time {
	return time.Date(1970, 1, 1+day-unixDay, 0, 0, 0, 0, Vietnam)
}

const (
	unixDay    = 2440588        // Julian day number of 1 January 1970
	firstMoon  = 2415021.076998 // new moon of 1 January 1900, from which they are counted
	lunarMonth = 29.530588853   // days from one new moon to the next, in the mean
)

// julianDay is the Julian day number of a day, whose noon it is named for.
func julianDay(at time.Time) int {
	y, m, d := at.Date()
	return unixDay + int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/86400)
}

// monthBegin is the day of the new moon with which the month of a day begins.
func monthBegin(day int) int {
	k := int(math.Floor((float64(day) - firstMoon) / lunarMonth))
	for k++; newMoonDay(k) > day; k-- {
	}
	return newMoonDay(k)
}

// eleventhMonth is the day with which the eleventh month begins that holds the winter solstice of a year.
func eleventhMonth(year int) int {
	month := monthBegin(julianDay(time.Date(year, 12, 31, 0, 0, 0, 0, Vietnam)))
	if solarTerm(month) >= 9 { // the solstice was before
		month = monthBegin(month - 1)
	}
	return month
}

// leapMonth is which month after an eleventh month, before the next one, is a leap month; 0 where there is none.
func leapMonth(eleventh, next int) int {
	if next-eleventh < 365 {
		return 0
	}
	k := int(math.Round((float64(eleventh) - firstMoon) / lunarMonth))
	for n := 1; n < 14; n++ {
		if solarTerm(newMoonDay(k+n)) == solarTerm(newMoonDay(k+n+1)) {
			return n
		}
	}
	return 0
}

// newMoonDay is the day in Vietnam on which a new moon falls, counted from firstMoon.
func newMoonDay(k int) int { return int(math.Floor(newMoon(float64(k)) + 0.5 + 7.0/24)) }

// solarTerm is which twelfth of its way the sun has reached as a day begins in Vietnam: 0 from the spring equinox, 9 from the
// winter solstice.
func solarTerm(day int) int {
	return int(math.Floor(sunLongitude(float64(day)-0.5-7.0/24) / 30))
}

// newMoon is the instant of a new moon as a Julian day, in universal time.
func newMoon(k float64) float64 {
	t := k / 1236.85 // centuries from 1900
	t2, t3 := t*t, t*t*t
	jd := 2415020.75933 + 29.53058868*k + 0.0001178*t2 - 0.000000155*t3 + 0.00033*sin(166.56+132.87*t-0.009173*t2)
	m := 359.2242 + 29.10535608*k - 0.0000333*t2 - 0.00000347*t3   // sun's mean anomaly
	mm := 306.0253 + 385.81691806*k + 0.0107306*t2 + 0.00001236*t3 // moon's mean anomaly
	f := 21.2964 + 390.67050646*k - 0.0016528*t2 - 0.00000239*t3   // moon's argument of latitude
	c := (0.1734-0.000393*t)*sin(m) + 0.0021*sin(2*m) - 0.4068*sin(mm) + 0.0161*sin(2*mm) - 0.0004*sin(3*mm) +
		0.0104*sin(2*f) - 0.0051*sin(m+mm) - 0.0074*sin(m-mm) + 0.0004*sin(2*f+m) - 0.0004*sin(2*f-m) - 0.0006*sin(2*f+mm) +
		0.0010*sin(2*f-mm) + 0.0005*sin(2*mm+m)
	delta := -0.000278 + 0.000265*t + 0.000262*t2 // dynamical less universal time, since 800
	return jd + c - delta
}

// sunLongitude is the sun's longitude at a Julian day, in degrees from 0 to 360.
func sunLongitude(jd float64) float64 {
	t := (jd - 2451545) / 36525 // centuries from 2000
	t2 := t * t
	m := 357.52910 + 35999.05030*t - 0.0001559*t2 - 0.00000048*t*t2
	l := 280.46645 + 36000.76983*t + 0.0003032*t2 +
		(1.914600-0.004817*t-0.000014*t2)*sin(m) + (0.019993-0.000101*t)*sin(2*m) + 0.000290*sin(3*m)
	if l = math.Mod(l, 360); l < 0 {
		l += 360
	}
	return l
}

// sin is of an angle in degrees.
func sin(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }

// Solar is the day of a lunar date, its midnight in Vietnam; ok is false for one that its year does not have, such as 30 Chạp
// from 2025 to 2032.
func (d LunarDate) Solar() (day time.Time, ok bool) {
	// It is at most 31 days before its month's place in a year without a leap month, and 60 after.
	guess := julianDay(time.Date(d.Year, 1, 20, 0, 0, 0, 0, Vietnam)) + int(float64(d.Month-1)*lunarMonth) + d.Day - 1
	for n := guess; n < guess+65; n++ {
		if day = vietnamDay(n); Lunar(day) == d {
			return day, true
		}
	}
	return time.Time{}, false
}

// Tet is the first day of a lunar year: mồng 1 tháng Giêng.
func Tet(year int) time.Time {
	day, _ := LunarDate{Year: year, Month: 1, Day: 1}.Solar() // every year has one
	return day
}

// TetDuty is when duty is usually kept around the Tết of a year: from the 23rd of tháng Chạp until the end of mồng 10.
func TetDuty(year int) (from, until time.Time) {
	from, _ = LunarDate{Year: year - 1, Month: 12, Day: 23}.Solar() // every month has one
	return from, Tet(year).AddDate(0, 0, 10)
}

// FeastDay names the lunar day of an instant where people in Vietnam reckon by it: from the 23rd of tháng Chạp until mồng 10, and on
// the day of the Hùng kings. It is "" on all others.
func FeastDay(at time.Time, lang Language) string {
	switch d := Lunar(at); {
	case d.Leap:
		return ""
	case d.Month == 12 && d.Day >= 23:
		return fmt.Sprintf(text{"%d tháng Chạp", "day %d of the last lunar month"}.in(lang), d.Day)
	case d.Month == 1 && d.Day <= 10:
		return fmt.Sprintf(text{"mồng %d Tết", "day %d of Tết"}.in(lang), d.Day)
	case d.Month == 3 && d.Day == 10:
		return text{"Giỗ Tổ, 10/3 âm lịch", "Hùng kings' day"}.in(lang)
	default:
		return ""
	}
}

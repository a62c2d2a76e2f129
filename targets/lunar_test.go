package targets

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// tets are the first days of the lunar years from 2020, as two programs of others compute them that agree with each other for
// all days from 2000 to 2050: npm amlich 0.0.2, and npm astronomy-engine 2.1.19 with the rules of the calendar.
const tets = `2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02
2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12 2041-02-01 2042-01-22
2043-02-10 2044-01-30 2045-02-17 2046-02-06 2047-01-26 2048-02-14 2049-02-02 2050-01-23`

func TestTet(t *testing.T) {
	for n, want := range strings.Fields(tets) {
		if have := Tet(2020 + n).Format(time.DateOnly); have != want {
			t.Errorf("Tết of %d: have %s, want %s", 2020+n, have, want)
		}
	}
	// Where the Chinese calendar differs. 1985: a whole month.
	for year, want := range map[int]string{1968: "1968-01-29", 1985: "1985-01-21", 2007: "2007-02-17", 2053: "2053-02-18"} {
		if have := Tet(year).Format(time.DateOnly); have != want {
			t.Errorf("Tết of %d: have %s, want %s", year, have, want)
		}
	}
}

func TestLunarDays(t *testing.T) {
	for want, date := range map[string]LunarDate{
		"2026-04-26": {2026, 3, 10, false}, "2027-04-16": {2027, 3, 10, false}, "2028-04-04": {2028, 3, 10, false},
		"2029-04-23": {2029, 3, 10, false}, "2030-04-12": {2030, 3, 10, false}, "2027-01-30": {2026, 12, 23, false},
		"2020-05-23": {2020, 4, 1, true}, "2023-03-22": {2023, 2, 1, true}, "2025-07-25": {2025, 6, 1, true},
		"2033-12-22": {2033, 11, 1, true}, "2024-02-09": {2023, 12, 30, false}, "2026-12-31": {2026, 11, 23, false},
	} {
		day, ok := date.Solar()
		if have := day.Format(time.DateOnly); !ok || have != want {
			t.Errorf("%+v: have %s, want %s", date, have, want)
		}
		if have := Lunar(day.Add(23*time.Hour + 59*time.Minute)); have != date {
			t.Errorf("%s: have %+v, want %+v", want, have, date)
		}
	}
	for year := 2024; year < 2032; year++ {
		if day, ok := (LunarDate{Year: year, Month: 12, Day: 30}).Solar(); ok {
			t.Errorf("%d has a 30 Chạp, on %s", year, day.Format(time.DateOnly))
		}
	}
}

// TestLunarAgainstAnotherWay compares every day of a century with another formula and another reckoning: the new moons of Meeus'
// chapter 49 (25 terms and the planets', another epoch), the sun of chapter 25 with nutation and aberration, and months numbered
// by the major solar terms that they hold.
func TestLunarAgainstAnotherWay(t *testing.T) {
	day := time.Date(2000, 1, 1, 12, 0, 0, 0, Vietnam)
	for months := meeusMonths(1998, 2052); day.Year() < 2051; day = day.AddDate(0, 0, 1) {
		n := 0
		for months[n+1].begin <= julianDay(day) {
			n++
		}
		want := months[n].date
		want.Day = julianDay(day) - months[n].begin + 1
		if have := Lunar(day); have != want {
			t.Fatalf("%s: have %+v, want %+v", day.Format(time.DateOnly), have, want)
		}
	}
}

func TestFeastDay(t *testing.T) {
	for when, want := range map[string]string{
		"2027-01-29": "", "2027-01-30": "23 tháng Chạp", "2027-02-05": "29 tháng Chạp", "2027-02-06": "mồng 1 Tết", "2027-02-15": "mồng 10 Tết", "2027-02-16": "",
		"2027-04-16": "Giỗ Tổ, 10/3 âm lịch", "2023-04-29": "Giỗ Tổ, 10/3 âm lịch", "2027-04-17": "",
	} {
		day, err := time.ParseInLocation(time.DateOnly, when, Vietnam)
		if err != nil {
			t.Fatal(err)
		}
		if have := FeastDay(day.Add(2*time.Hour), Vietnamese); have != want {
			t.Errorf("%s: have %q, want %q", when, have, want)
		}
	}
	from, until := TetDuty(2027)
	if have := fmt.Sprint(from.Format(time.DateOnly), until.Format(" 2006-01-02 15:04")); have != "2027-01-30 2027-02-16 00:00" {
		t.Errorf("have %s", have)
	}
}

type meeusMonth struct {
	begin int
	date  LunarDate // its first day
}

// meeusMonths lists the months that begin in a range of years. A month without a major term, in a year of thirteen, is leap.
func meeusMonths(from, until int) (list []meeusMonth) {
	var begins, terms []int
	for k := math.Round(float64(from-2000) * 12.3685); ; k++ {
		begin := int(math.Floor(meeusNewMoon(k) + 0.5 + 7.0/24))
		if vietnamDay(begin).Year() > until {
			break
		}
		begins = append(begins, begin)
	}
	for _, b := range begins {
		terms = append(terms, int(math.Floor(meeusSun(float64(b)-0.5-7.0/24)/30)))
	}
	eleventh := func(n int) bool { return terms[n] >= 6 && terms[n] < 9 && terms[n+1] >= 9 }
	for n := 0; n+1 < len(begins); n++ {
		if !eleventh(n) {
			continue
		}
		end := n + 1
		for end+1 < len(begins) && !eleventh(end) {
			end++
		}
		if end+1 >= len(begins) {
			break
		}
		leap := 0
		for m := n + 1; end-n == 13 && leap == 0; m++ {
			if terms[m] == terms[m+1] {
				leap = m
			}
		}
		number, year := 10, vietnamDay(begins[n]).Year()
		for m := n; m < end; m++ {
			if m != leap || leap == 0 {
				number++
			}
			date := LunarDate{Year: year, Month: number, Leap: m == leap && leap != 0}
			if number > 12 {
				date.Year, date.Month = year+1, number-12
			}
			list = append(list, meeusMonth{begins[m], date})
		}
		n = end - 1
	}
	return list
}

// meeusNewMoon is a new moon counted from January 2000, as a Julian day in universal time. Meeus, "Astronomical Algorithms",
// 2nd edition, chapter 49.
func meeusNewMoon(k float64) float64 {
	t := k / 1236.85
	jde := 2451550.09766 + 29.530588861*k + 0.00015437*t*t - 0.000000150*t*t*t + 0.00000000073*t*t*t*t
	e := 1 - 0.002516*t - 0.0000074*t*t
	m := 2.5534 + 29.10535670*k - 0.0000014*t*t - 0.00000011*t*t*t
	a := 201.5643 + 385.81693528*k + 0.0107582*t*t + 0.00001238*t*t*t
	f := 160.7108 + 390.67050284*k - 0.0016118*t*t - 0.00000227*t*t*t
	o := 124.7746 - 1.56375588*k + 0.0020672*t*t + 0.00000215*t*t*t
	for _, c := range []struct{ size, angle float64 }{
		{-0.40720, a}, {0.17241 * e, m}, {0.01608, 2 * a}, {0.01039, 2 * f}, {0.00739 * e, a - m}, {-0.00514 * e, a + m}, {0.00208 * e * e, 2 * m},
		{-0.00111, a - 2*f}, {-0.00057, a + 2*f}, {0.00056 * e, 2*a + m}, {-0.00042, 3 * a}, {0.00042 * e, m + 2*f}, {0.00038 * e, m - 2*f},
		{-0.00024 * e, 2*a - m}, {-0.00017, o}, {-0.00007, a + 2*m}, {0.00004, 2*a - 2*f}, {0.00004, 3 * m}, {0.00003, a + m - 2*f},
		{0.00003, 2*a + 2*f}, {-0.00003, a + m + 2*f}, {0.00003, a - m + 2*f}, {-0.00002, a - m - 2*f}, {-0.00002, 3*a + m}, {0.00002, 4 * a},
		{0.000325, 299.77 + 0.107408*k - 0.009173*t*t}, {0.000165, 251.88 + 0.016321*k}, {0.000164, 251.83 + 26.651886*k},
		{0.000126, 349.42 + 36.412478*k}, {0.000110, 84.66 + 18.206239*k}, {0.000062, 141.74 + 53.303771*k}, {0.000060, 207.14 + 2.453732*k},
		{0.000056, 154.84 + 7.306860*k}, {0.000047, 34.52 + 27.261239*k}, {0.000042, 207.19 + 0.121824*k}, {0.000040, 291.34 + 1.844379*k},
		{0.000037, 161.72 + 24.198154*k}, {0.000035, 239.56 + 25.513099*k}, {0.000023, 331.55 + 3.592518*k},
	} {
		jde += c.size * sin(c.angle)
	}
	return jde - terrestrial(2000+k/12.3685)/86400
}

// terrestrial is how many seconds terrestrial time is ahead of universal time (Espenak and Meeus, for 1986 to 2050).
func terrestrial(year float64) float64 {
	t := year - 2000
	if year < 2005 {
		return 63.86 + 0.3345*t - 0.060374*t*t + 0.0017275*t*t*t + 0.000651814*t*t*t*t
	}
	return 62.92 + 0.32217*t + 0.005589*t*t
}

// meeusSun is the sun's apparent longitude. Meeus, chapter 25.
func meeusSun(jd float64) float64 {
	jd += terrestrial(2000+(jd-2451545)/365.25) / 86400
	t := (jd - 2451545) / 36525
	m := 357.52911 + 35999.05029*t - 0.0001537*t*t
	c := (1.914602-0.004817*t-0.000014*t*t)*sin(m) + (0.019993-0.000101*t)*sin(2*m) + 0.000289*sin(3*m)
	l := math.Mod(280.46646+36000.76983*t+0.0003032*t*t+c-0.00569-0.00478*sin(125.04-1934.136*t), 360)
	return math.Mod(l+360, 360)
}

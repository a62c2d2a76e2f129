package notify

import (
	"testing"
	"time"
)

func TestOfficialNumbers(t *testing.T) {
	for _, c := range []struct{ have, want string }{
		{officialCount(0), "00"}, {officialCount(5), "05"}, {officialCount(12), "12"}, {officialCount(999), "999"}, {officialCount(1234), "1.234"},
		{officialCount(1234567), "1.234.567"}, {officialCount(-3), "-3"}, {officialCount(-1234), "-1.234"},
		{officialPercent(1), "100,00%"}, {officialPercent(0.99999), "99,99%"}, {officialPercent(0.9993), "99,93%"}, {officialPercent(0), "0,00%"},
		{officialLength(0), "00 giây"}, {officialLength(41 * time.Second), "41 giây"}, {officialLength(127 * time.Minute), "02 giờ 07 phút"},
		{officialLength(3*time.Minute + 4*time.Second), "03 phút 04 giây"}, {officialLength(26 * time.Hour), "01 ngày 02 giờ"},
		{officialDay(time.Date(2027, 2, 5, 18, 0, 0, 0, time.UTC)), "06/02/2027"},
		{officialMoment(time.Date(2027, 2, 5, 19, 7, 0, 0, time.UTC)), "02:07 06/02/2027"},
	} {
		if c.have != c.want {
			t.Errorf("have %q, want %q", c.have, c.want)
		}
	}
}

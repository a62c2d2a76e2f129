package notify

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"canhcong/targets"
)

// How numbers and times are written in official papers (domain.md 8): "05 sự cố", 1.234,5, 06/02/2027, "02 giờ 07 phút".

// officialCount is a number of things: at least two digits, thousands with a dot.
func officialCount(n int) string {
	if n >= 0 && n < 10 {
		return fmt.Sprintf("0%d", n)
	}
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "." + digits[at:]
	}
	return digits
}

// officialPercent is a share with two digits after the comma, rounded down: what was away for a second was not there all the time.
func officialPercent(share float64) string {
	return strings.Replace(fmt.Sprintf("%.2f%%", math.Floor(share*10_000+1e-7)/100), ".", ",", 1)
}

// officialDay is a day, by Vietnam's clock.
func officialDay(t time.Time) string { return t.In(targets.Vietnam).Format("02/01/2006") }

// officialMoment is an instant.
func officialMoment(t time.Time) string { return t.In(targets.Vietnam).Format("15:04 02/01/2006") }

// officialLength is how long something took, in its two largest units.
func officialLength(d time.Duration) string {
	d = max(d, 0)
	days, hours, minutes, seconds := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case days > 0:
		return fmt.Sprintf("%s ngày %02d giờ", officialCount(days), hours)
	case hours > 0:
		return fmt.Sprintf("%02d giờ %02d phút", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%02d phút %02d giây", minutes, seconds)
	default:
		return fmt.Sprintf("%02d giây", seconds)
	}
}

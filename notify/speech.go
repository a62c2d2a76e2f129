package notify

import (
	"fmt"
	"strings"
	"time"

	"canhcong/targets"
)

// speech is what all messages have in common that are written in one language.
type speech struct{ lang targets.Language }

func (s speech) say(p phrase) string { return p.in(s.lang) }

// join puts the parts that there are on one line.
func (s speech) join(between string, parts ...string) string {
	var have []string
	for _, p := range parts {
		if p != "" {
			have = append(have, p)
		}
	}
	return strings.Join(have, between)
}

func (s speech) lines(parts ...string) string { return s.join("\n", parts...) }

func (s speech) labelled(label phrase, text string) string {
	if text == "" {
		return ""
	}
	return s.say(label) + ": " + text
}

// when says an instant as people in Vietnam read it, around Tết with the day they reckon by: "02:07 thứ Bảy 06/02/2027 (mồng 1 Tết)".
func (s speech) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if feast := targets.FeastDay(t, s.lang); feast != "" {
		return s.civil(t) + " (" + feast + ")"
	}
	return s.civil(t)
}

// civil says an instant without that, for where there is no room.
func (s speech) civil(t time.Time) string {
	t = t.In(targets.Vietnam)
	return t.Format("15:04 ") + s.say(weekdays[t.Weekday()]) + t.Format(" 02/01/2006")
}

func clock(t time.Time) string { return t.In(targets.Vietnam).Format("15:04") }

// span says how long something lasted.
func (s speech) span(from, to time.Time) string {
	if from.In(targets.Vietnam).YearDay() == to.In(targets.Vietnam).YearDay() && to.Sub(from) < 24*time.Hour {
		return fmt.Sprintf("%s %s (%s – %s)", s.say(wordLasted), s.duration(to.Sub(from)), clock(from), clock(to))
	}
	return fmt.Sprintf("%s %s (%s – %s)", s.say(wordLasted), s.duration(to.Sub(from)), s.civil(from), s.civil(to))
}

func (s speech) duration(d time.Duration) string {
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d %s", max(int(d.Seconds()), 0), s.say(wordSeconds))
	case days > 0:
		return fmt.Sprintf("%d %s %d %s", days, s.say(wordDays), hours, s.say(wordHours))
	case hours > 0:
		return fmt.Sprintf("%d %s %d %s", hours, s.say(wordHours), minutes, s.say(wordMinutes))
	default:
		return fmt.Sprintf("%d %s", minutes, s.say(wordMinutes))
	}
}

// page says where on the console there is more; "" leaves it out.
func (s speech) page(console, path string) string {
	if console == "" {
		return ""
	}
	return s.labelled(wordDetails, strings.TrimRight(console, "/")+path)
}

package notify

import (
	"context"
	"fmt"
	"time"

	"canhcong/targets"
)

// Text names the kind of report for people.
func (k FilingKind) Text(lang targets.Language) string { return filingWords[k].in(lang) }

var filingWords = map[FilingKind]phrase{
	FilingInitial: {"Báo cáo ban đầu", "Initial report"},
	FilingClosing: {"Báo cáo kết thúc", "Closing report"},
}

var (
	wordClocks     = phrase{"Sắp hết hạn báo cáo sự cố", "Reports of incidents are nearly due"}
	wordClockLeft  = phrase{"hạn %s, còn %s", "due %s, %s left"}
	wordClockOver  = phrase{"ĐÃ QUÁ HẠN %s (hạn %s)", "OVERDUE by %s (due %s)"}
	wordMoreClocks = phrase{"và %d báo cáo khác", "and %d more"}
	wordClocksToDo = phrase{"Cơ quan tự gửi báo cáo, rồi ghi “đã gửi” ở trang sự cố. Không phải báo cáo thì quản trị ghi lý do ở đó.",
		"The office sends its reports itself, and then notes on the page of the incident that they are sent. Where there is nothing to report, an administrator writes there why."}
)

// mostClocks is how many clocks a message names.
const mostClocks = 5

// Text says how a clock stands that presses: how much time is left, or since when there is none.
func (c Clock) Text(now time.Time, lang targets.Language) string {
	say := speech{lang}
	if left := c.Due.Sub(now); left > 0 {
		return fmt.Sprintf(say.say(wordClockLeft), say.civil(c.Due), say.duration(left))
	}
	return fmt.Sprintf(say.say(wordClockOver), say.duration(now.Sub(c.Due)), say.civil(c.Due))
}

// clockLines say of which incidents which reports are due.
func clockLines(clocks []Clock, now time.Time, say speech) (lines []string) {
	for _, c := range clocks[:min(len(clocks), mostClocks)] {
		lines = append(lines, fmt.Sprintf("⏰ %s %s (%s): %s", c.Kind.Text(say.lang), c.Incident.Number, plain(c.Incident.Site.Host()), c.Text(now, say.lang)))
	}
	if more := len(clocks) - mostClocks; more > 0 {
		lines = append(lines, "⏰ "+fmt.Sprintf(say.say(wordMoreClocks), more))
	}
	return lines
}

// remindOfClocks says once in every hour which clocks run out in the hour that ends four hours after it began: each is said once,
// three to four hours before.
func (d *Desk) remindOfClocks(ctx context.Context, now time.Time) error {
	hour := now.In(targets.Vietnam).Truncate(time.Hour)
	if hour.Equal(d.reminded) {
		return nil
	}
	all, err := d.PressingClocks(ctx)
	if err != nil {
		return err
	}
	var due []Clock
	for _, c := range all {
		if c.Due.After(hour.Add(clockNear-time.Hour)) && !c.Due.After(hour.Add(clockNear)) {
			due = append(due, c)
		}
	}
	if len(due) > 0 {
		err = d.Note(ctx, NoteClocks, hour.Format("2006-01-02 15h"), func(lang targets.Language) Message {
			say := speech{lang}
			return Message{Title: "⏰ " + say.say(wordClocks), Body: say.lines(append(clockLines(due, now, say), say.say(wordClocksToDo), say.page(d.consoleURL, "/incidents"))...)}
		})
	}
	if err == nil {
		d.reminded = hour
	}
	return err
}

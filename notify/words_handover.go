package notify

import (
	"fmt"
	"strings"

	"canhcong/targets"
)

var (
	wordShiftOf      = phrase{"Ca %s · %s · %s", "Shift of %s · %s · %s"}
	wordInTheShift   = phrase{"Trong ca: %d sự cố mới, %d kết thúc; %d tin đã gửi", "In the shift: %d new incidents, %d ended; %d messages sent"}
	wordOpenOnes     = phrase{"Sự cố đang mở: %d", "Open incidents: %d"}
	wordNothingOpen  = phrase{"Không có sự cố nào đang mở", "No incident is open"}
	wordTakenOn      = phrase{"%s đã nhận", "taken on by %s"}
	wordNobodyYet    = phrase{"CHƯA AI NHẬN", "NOBODY HAS TAKEN IT ON"}
	wordSnoozedUntil = phrase{"tạm lắng đến %s", "quiet until %s"}
	wordUnsent       = phrase{"Cảnh báo chưa gửi được: %d, lâu nhất từ %s", "Alerts that have not left: %d, the oldest since %s"}
	wordAllSent      = phrase{"Mọi cảnh báo đã gửi", "Every alert has left"}
	wordMonitorFine  = phrase{"Hệ thống giám sát: bình thường suốt ca", "The monitor: fine throughout the shift"}
	wordMonitorSaid  = phrase{"Hệ thống giám sát", "The monitor"}
	wordDeclared     = phrase{"Đã báo trước", "Announced"}
	wordUntilThen    = phrase{"%s đến %s: %s", "%s until %s: %s"}
	wordNextShift    = phrase{"Ca sau", "Next"}
	wordNobodyNext   = phrase{"CHƯA CÓ NGƯỜI", "NOBODY"}
)

// mostInLog is how many incidents an entry of the shift log names.
const mostInLog = 30

// affairs are how things stand at the end of a shift.
type affairs struct {
	speech
	shift              Shift
	now                Summary
	sent, begun, ended int // since the shift began
	began              []Notice
	declared           []targets.AppearanceEvent
	next               []Shift
}

// facts puts it into words, one fact on each line.
func (s affairs) facts() string {
	lines := []string{
		fmt.Sprintf(s.say(wordShiftOf), plain(s.shift.Person.Name), s.shift.Tier.Text(s.lang), s.shift.Span().String()),
		fmt.Sprintf(s.say(wordInTheShift), s.begun, s.ended, s.sent),
	}
	lines = append(lines, s.open()...)
	lines = append(lines, s.outbox())
	lines = append(lines, s.monitor()...)
	for _, e := range s.declared {
		if !e.From.After(s.now.At) {
			lines = append(lines, s.labelled(wordDeclared, fmt.Sprintf(s.say(wordUntilThen), e.Kind.Text(s.lang), s.when(e.End()), plain(e.Reason))))
		}
	}
	return s.lines(append(lines, s.labelled(wordNextShift, s.relief()))...)
}

// open names what is not over, with who is on it.
func (s affairs) open() []string {
	if len(s.now.Live) == 0 {
		return []string{s.say(wordNothingOpen)}
	}
	lines := []string{fmt.Sprintf(s.say(wordOpenOnes), len(s.now.Live))}
	for _, i := range s.now.Live[:min(len(s.now.Live), mostInLog)] {
		w := words{speech: s.speech, i: i}
		by, quiet := s.say(wordNobodyYet), ""
		if i.AcknowledgedBy != "" {
			by = fmt.Sprintf(s.say(wordTakenOn), plain(i.AcknowledgedBy))
		}
		if !i.HushedUntil.IsZero() {
			quiet = fmt.Sprintf(s.say(wordSnoozedUntil), s.when(i.HushedUntil))
		}
		lines = append(lines, "– "+s.join(" · ", i.Number, w.what(), w.who(), s.when(i.OpenedAt), by, quiet))
	}
	if more := len(s.now.Live) - mostInLog; more > 0 {
		lines = append(lines, "– "+fmt.Sprintf(s.say(wordAndMore), more))
	}
	return lines
}

func (s affairs) outbox() string {
	if o := s.now.Outbox; o.Pending > 0 {
		return fmt.Sprintf(s.say(wordUnsent), o.Pending, s.when(o.OldestPending))
	}
	return s.say(wordAllSent)
}

// monitor says what the monitor had to say about itself in the shift, and has still.
func (s affairs) monitor() (lines []string) {
	for _, n := range s.began {
		lines = append(lines, s.labelled(wordMonitorSaid, n.Text(s.lang)))
	}
	if len(lines) == 0 {
		return []string{s.say(wordMonitorFine)}
	}
	return lines
}

// relief names who comes next at the same tier.
func (s affairs) relief() string {
	var names []string
	for _, n := range s.next {
		if n.Tier == s.shift.Tier && n.Until.After(s.shift.Until) {
			names = append(names, fmt.Sprintf("%s (%s)", plain(n.Person.Name), n.Span().String()))
		}
	}
	if len(names) == 0 {
		return s.say(wordNobodyNext)
	}
	return strings.Join(names, ", ")
}

package notify

import (
	"fmt"
	"time"

	"canhcong/targets"
)

var (
	wordWatching   = phrase{"Canh Cổng đang canh gác", "Canh Cổng is watching"}
	wordToSee      = phrase{"có việc cần xem", "something needs a look"}
	wordSentToday  = phrase{"Hôm nay gửi %d cảnh báo, chờ %d", "Alerts sent today: %d, waiting: %d"}
	wordOldest     = phrase{"lâu nhất từ %s", "the oldest since %s"}
	wordLastDay    = phrase{"24 giờ qua: %d sự cố mới, %d kết thúc; đang mở %d", "Last 24 hours: %d new incidents, %d ended; open: %d"}
	wordPortals    = phrase{"Cổng: %d truy cập được · %d ngừng · %d chưa rõ", "Portals: %d reachable · %d down · %d unknown"}
	wordOpenNow    = phrase{"Đang mở", "Open"}
	wordAndMore    = phrase{"và %d sự cố khác", "and %d more"}
	wordUpkeep     = phrase{"Ổ đĩa còn %.0f%% · sao lưu gần nhất: %s", "Disk free: %.0f%% · last backup: %s"}
	wordNone       = phrase{"chưa có", "none"}
	wordBoard      = phrase{"Bảng trực Canh Cổng", "Canh Cổng's board"}
	wordBoardStale = phrase{"Tin này tự cập nhật 5 phút một lần. Nếu giờ ở dòng đầu đã cũ quá 10 phút, hệ thống có thể đã ngừng: hãy gọi người quản trị.",
		"This message is brought up to date every 5 minutes. If the time above is older than 10 minutes, the monitor may be dead: call the administrator."}
	wordRestarted  = phrase{"Đã khởi động lại lúc %s; %d trang đang kiểm tra lại", "Restarted at %s; %d portals are being checked again"}
	wordCutOff     = phrase{"Chương trình giám sát đã dừng đột ngột", "The monitor had stopped without being told to"}
	wordPowerLost  = phrase{"Máy giám sát đã khởi động lại (mất điện hoặc treo máy)", "The machine had restarted (a power cut or a hang)"}
	wordUnwatched  = phrase{"Không giám sát từ %s, trong %s.", "Nothing was watched since %s, for %s."}
	noteMostListed = 5 // live incidents that a note names
)

// note puts a summary into the words of a daily note.
func (s Summary) note(lang targets.Language, console string) Message {
	say := speech{lang}
	title := "🟢 " + say.say(wordWatching)
	if !s.Well() {
		title = "🟡 " + say.say(wordWatching) + ", " + say.say(wordToSee)
	}
	return Message{Title: title + " – " + say.when(s.At), Body: say.lines(append(s.lines(say), say.page(console, "/"))...)}
}

// lines are the facts of a summary, one on each.
func (s Summary) lines(say speech) []string {
	sent := fmt.Sprintf(say.say(wordSentToday), s.Sent, s.Outbox.Pending)
	if s.Outbox.Pending > 0 {
		sent += " (" + fmt.Sprintf(say.say(wordOldest), say.when(s.Outbox.OldestPending)) + ")"
	}
	lines := []string{sent,
		fmt.Sprintf(say.say(wordPortals), s.Up, s.Down, s.Unknown),
		fmt.Sprintf(say.say(wordLastDay), s.Begun, s.Ended, len(s.Live)), s.named(say)}
	for _, n := range s.Troubles {
		lines = append(lines, n.mark()+" "+n.Text(say.lang))
	}
	return append(append(lines, clockLines(s.Clocks, s.At, say)...), s.upkeep(say))
}

// named names the incidents that are open.
func (s Summary) named(say speech) string {
	var names []string
	for _, i := range s.Live[:min(len(s.Live), noteMostListed)] {
		names = append(names, i.Number+" "+plain(i.Site.Host()))
	}
	if more := len(s.Live) - len(names); more > 0 {
		names = append(names, fmt.Sprintf(say.say(wordAndMore), more))
	}
	return say.labelled(wordOpenNow, say.join("; ", names...))
}

func (s Summary) upkeep(say speech) string {
	if s.upkeepUnknown {
		return ""
	}
	backup := say.when(s.Upkeep.Backup)
	if backup == "" {
		backup = say.say(wordNone)
	}
	return fmt.Sprintf(say.say(wordUpkeep), s.Upkeep.Free*100, backup)
}

// restarted puts into words that the program runs again: since when it did not, and whether the whole machine had stopped.
func restarted(say speech, now, seen time.Time, sites int, powerLost bool) Message {
	cause := wordCutOff
	if powerLost {
		cause = wordPowerLost
	}
	return Message{
		Title: "🔄 " + fmt.Sprintf(say.say(wordRestarted), clock(now), sites),
		Body:  say.lines(say.say(cause)+".", fmt.Sprintf(say.say(wordUnwatched), say.when(seen), say.duration(now.Sub(seen)))),
	}
}

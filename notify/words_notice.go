package notify

import (
	"cmp"
	"context"
	"fmt"

	"canhcong/targets"
)

// noticePhrases say what a kind of notice means. began is said with the time, or, where the facts are all there is to say, with
// them; over and both, for what began and is over already, with the time and how long it lasted.
type noticePhrases struct {
	mark, unmark      string
	factual           bool
	page              string // of the console, "/alerts" if not set
	began, over, both phrase
	means, todo       phrase // while it lasts
	fact              phrase // says what the machine measured; the measure alone if not set
	after             phrase // once it is over
}

var noticeWords = map[NoticeKind]noticePhrases{
	NoticeBlind: {
		mark: "🔕", unmark: "🔔",
		began: phrase{"GIÁM SÁT BỊ MÙ từ %s: chưa kết luận trang nào ngừng", "MONITOR BLIND since %s: no portal is called down"},
		over:  phrase{"GIÁM SÁT TRỞ LẠI lúc %s (%s không có dữ liệu)", "MONITOR SEES AGAIN at %s (no data for %s)"},
		both:  phrase{"GIÁM SÁT ĐÃ BỊ MÙ, TRỞ LẠI lúc %s (%s không có dữ liệu)", "MONITOR WAS BLIND, SEES AGAIN at %s (no data for %s)"},
		means: phrase{"Đường mạng của chính máy giám sát bị mất; đây không phải sự cố của các cổng.", "Our own uplink is away; this is no outage of the portals."},
		todo:  phrase{"kiểm tra đường truyền, DNS và tường lửa của máy giám sát; có mạng là tự nhìn lại", "check the uplink, DNS and firewall of the monitor; it looks again by itself"},
		fact:  phrase{"điểm đối chứng trả lời: %s", "canaries that answered: %s"},
		after: phrase{"Các cổng đang được nhìn lại; khoảng này không tính là ngừng.", "The portals are being looked at again; this time does not count as downtime."},
	},
	NoticeBrowser: {
		mark: "⚠️", unmark: "✅",
		began: phrase{"TRÌNH DUYỆT GIÁM SÁT LỖI từ %s: đang chạy chế độ rút gọn", "MONITOR'S BROWSER FAILS since %s: reduced mode"},
		over:  phrase{"TRÌNH DUYỆT GIÁM SÁT CHẠY LẠI lúc %s (%s ở chế độ rút gọn)", "MONITOR'S BROWSER RUNS AGAIN at %s (%s in reduced mode)"},
		both:  phrase{"TRÌNH DUYỆT GIÁM SÁT ĐÃ LỖI, CHẠY LẠI lúc %s (%s ở chế độ rút gọn)", "MONITOR'S BROWSER FAILED, RUNS AGAIN at %s (%s in reduced mode)"},
		means: phrase{"Vẫn biết cổng nào ngừng, nhưng KHÔNG so được giao diện và ảnh với bản mẫu.", "Outages are still seen, but pages and pictures are NOT compared."},
		todo:  phrase{"khởi động lại dịch vụ canhcong; nếu vẫn lỗi, xem nhật ký và bộ nhớ của máy giám sát", "restart canhcong; if it still fails, see the log and the memory of the monitor"},
		after: phrase{"Giao diện các cổng đang được so lại với bản mẫu.", "The portals are compared again."},
	},
	NoticeOverdue: {
		mark: "⚠️", unmark: "✅",
		began: phrase{"GIÁM SÁT CHẬM từ %s: có cổng quá hạn nhìn", "MONITOR LATE since %s: looks are overdue"},
		over:  phrase{"GIÁM SÁT ĐÃ KỊP LẠI lúc %s (chậm %s)", "MONITOR KEEPS UP AGAIN at %s (late for %s)"},
		both:  phrase{"GIÁM SÁT ĐÃ BỊ CHẬM, KỊP LẠI lúc %s (chậm %s)", "MONITOR WAS LATE, KEEPS UP AGAIN at %s (late for %s)"},
		means: phrase{"Sự cố ở các cổng quá hạn sẽ được phát hiện muộn.", "Incidents of these portals are noticed late."},
		todo:  phrase{"xem tải và bộ nhớ của máy giám sát; nếu số cổng không giảm, khởi động lại dịch vụ canhcong", "see the load and memory of the monitor; if it does not get better, restart canhcong"},
	},
	NoticeDisk: {
		mark: "⚠️", unmark: "✅",
		began: phrase{"Ổ ĐĨA MÁY GIÁM SÁT SẮP ĐẦY từ %s", "MONITOR'S DISK NEARLY FULL since %s"},
		over:  phrase{"Ổ ĐĨA MÁY GIÁM SÁT ĐÃ ĐỦ CHỖ lúc %s (sau %s)", "MONITOR'S DISK HAS ROOM AGAIN at %s (after %s)"},
		both:  phrase{"Ổ ĐĨA MÁY GIÁM SÁT TỪNG SẮP ĐẦY, ĐÃ ĐỦ CHỖ lúc %s (sau %s)", "MONITOR'S DISK WAS NEARLY FULL, HAS ROOM AGAIN at %s (after %s)"},
		means: phrase{"Khi đầy hẳn, hệ thống không ghi được sổ và không giữ được chứng cứ.", "Once it is full, nothing can be written down and no evidence kept."},
		fact:  phrase{"còn %s", "%s free"},
		todo:  phrase{"dọn ổ đĩa hoặc thêm dung lượng ngay", "make room now, or add some"},
	},
	NoticeJob: {
		mark: "⚠️", unmark: "✅",
		began: phrase{"VIỆC HẰNG ĐÊM BỊ LỖI từ %s", "A NIGHTLY JOB FAILED at %s"},
		over:  phrase{"VIỆC HẰNG ĐÊM ĐÃ CHẠY ĐƯỢC lúc %s (sau %s)", "THE NIGHTLY JOBS WORK AGAIN at %s (after %s)"},
		both:  phrase{"VIỆC HẰNG ĐÊM TỪNG BỊ LỖI, ĐÃ CHẠY ĐƯỢC lúc %s (sau %s)", "A NIGHTLY JOB HAD FAILED, IT WORKS AGAIN at %s (after %s)"},
		means: phrase{"Vẫn giám sát bình thường, nhưng sao lưu, dọn dữ liệu hoặc báo cáo hằng ngày có thể thiếu.", "Portals are watched as usual, but a backup, a clean-up or a daily note may be missing."},
		todo:  phrase{"xem lý do ở trên và chỗ trống của ổ đĩa; hệ thống tự thử lại sau một giờ, mỗi ngày ba lần", "see the reason above and the room on the disk; it is tried again after an hour, three times a day"},
	},
	NoticeClock: {
		mark: "⚠️", unmark: "✅",
		began: phrase{"ĐỒNG HỒ MÁY GIÁM SÁT BỊ CHỈNH, nay là %s", "MONITOR'S CLOCK WAS SET, it is %s now"},
		over:  phrase{"ĐỒNG HỒ MÁY GIÁM SÁT CHẠY ĐỀU TRỞ LẠI lúc %s (sau %s)", "MONITOR'S CLOCK IS STEADY AGAIN at %s (after %s)"},
		both:  phrase{"ĐỒNG HỒ MÁY GIÁM SÁT TỪNG BỊ CHỈNH, CHẠY ĐỀU TRỞ LẠI lúc %s (sau %s)", "MONITOR'S CLOCK HAD BEEN SET, IT IS STEADY AGAIN at %s (after %s)"},
		means: phrase{"Giờ ghi trong các tin và sự cố quanh lúc này có thể sai; nhịp giám sát vẫn giữ.", "The times in messages and incidents around this moment may be wrong; looking goes on at its pace."},
		fact:  phrase{"lệch %s giây", "off by %s seconds"},
		todo:  phrase{"kiểm tra dịch vụ đồng bộ giờ (chrony hoặc systemd-timesyncd) và pin đồng hồ của máy", "check the time service (chrony or systemd-timesyncd) and the machine's clock battery"},
	},
	NoticeDeaf: {
		mark: "⚠️", unmark: "✅",
		began: phrase{"NÚT BẤM VÀ LỆNH KHÔNG CÓ TÁC DỤNG từ %s", "BUTTONS AND COMMANDS DO NOTHING since %s"},
		over:  phrase{"NÚT BẤM VÀ LỆNH DÙNG LẠI ĐƯỢC lúc %s (sau %s)", "BUTTONS AND COMMANDS WORK AGAIN at %s (after %s)"},
		both:  phrase{"NÚT BẤM VÀ LỆNH TỪNG KHÔNG CÓ TÁC DỤNG, DÙNG LẠI ĐƯỢC lúc %s (sau %s)", "BUTTONS AND COMMANDS DID NOTHING, WORK AGAIN at %s (after %s)"},
		means: phrase{"Một chương trình khác đang nhận tin của bot. Cảnh báo vẫn gửi bình thường; hãy nhận sự cố trên bảng điều khiển.", "Another program hears what people say to the bot. Alerts leave as usual; take incidents on at the console."},
		todo:  phrase{"tắt chương trình khác dùng cùng bot, hoặc gỡ webhook của bot; nếu không rõ là gì, đổi mã (token) của bot", "stop the other program that uses the bot, or remove its webhook; if nobody knows what it is, change the bot's token"},
		after: phrase{"Các nút đã bấm trong lúc đó có thể không được ghi nhận.", "What was pressed meanwhile may not count."},
	},
	NoticeNeighbour: {
		mark: "⚠️", unmark: "✅",
		began: phrase{"MÁY GIÁM SÁT LÁNG GIỀNG IM LẶNG từ %s", "THE NEIGHBOUR'S MONITOR IS SILENT since %s"},
		over:  phrase{"MÁY GIÁM SÁT LÁNG GIỀNG TRẢ LỜI LẠI lúc %s (im lặng %s)", "THE NEIGHBOUR'S MONITOR ANSWERS AGAIN at %s (silent for %s)"},
		both:  phrase{"MÁY GIÁM SÁT LÁNG GIỀNG TỪNG IM LẶNG, TRẢ LỜI LẠI lúc %s (im lặng %s)", "THE NEIGHBOUR'S MONITOR WAS SILENT, ANSWERS AGAIN at %s (silent for %s)"},
		means: phrase{"Các cổng của đơn vị bạn có thể không còn ai giám sát, và họ có thể chưa biết. Máy của ta vẫn giám sát bình thường.",
			"Nobody may be watching their portals, and they may not know. Ours are watched as usual."},
		todo: phrase{"gọi ngay người trực của đơn vị bạn", "call whoever is on duty there, now"},
	},
	NoticeRoster: rosterNotice,
	NoticeAbsent: absentNotice,
}

var (
	wordFacts          = phrase{"Máy ghi nhận", "Facts"}
	wordConcerned      = phrase{"Số cổng liên quan", "Portals concerned"}
	wordToDo           = phrase{"Cần làm", "To do"}
	wordNotToldAtFirst = phrase{"Tin báo lúc bắt đầu trước đó chưa gửi được.", "The first message could not be sent at the time."}
)

// Text says in one line what is wrong with the monitor, or that it is over.
func (n Notice) Text(lang targets.Language) string {
	p, _ := n.Kind.phrases()
	switch {
	case n.Until.IsZero() && p.factual:
		return fmt.Sprintf(p.began.in(lang), n.Facts(lang))
	case n.Until.IsZero():
		return fmt.Sprintf(p.began.in(lang), clock(n.Since))
	}
	return fmt.Sprintf(p.over.in(lang), clock(n.Until), speech{lang}.duration(n.Until.Sub(n.Since)))
}

// mark begins a line that tells of it.
func (n Notice) mark() string {
	p, _ := n.Kind.phrases()
	return p.mark
}

// Facts is what the machine measured, on one line that is safe to show.
func (n Notice) Facts(lang targets.Language) string {
	measure := foreign(n.Detail, "")
	if p, _ := n.Kind.phrases(); measure != "" && p.fact != (phrase{}) {
		return fmt.Sprintf(p.fact.in(lang), measure)
	}
	return measure
}

// Page is where on the console something can be done about it.
func (n Notice) Page() string { return cmp.Or(noticeWords[n.Kind].page, "/alerts") }

// NoticeWords puts a notice into words, as Words does an incident: what opened and is over already is told as both.
func (d *Desk) NoticeWords(n Notice, kind Kind, lang targets.Language) Message {
	s := speech{lang}
	p, _ := n.Kind.phrases()
	page := s.page(d.consoleURL, n.Page())
	switch {
	case n.Until.IsZero():
		return Message{
			Title: p.mark + " " + n.Text(lang),
			Body:  s.lines(s.when(n.Since), s.say(p.means), n.facts(s), s.labelled(wordToDo, s.say(p.todo)), page),
		}
	case kind == KindOpened:
		return Message{
			Title: p.unmark + " " + fmt.Sprintf(s.say(p.both), clock(n.Until), s.duration(n.Until.Sub(n.Since))),
			Body:  s.lines(s.when(n.Until), s.span(n.Since, n.Until), n.facts(s), s.say(p.after), s.say(wordNotToldAtFirst), page),
		}
	default:
		return Message{
			Title: p.unmark + " " + n.Text(lang),
			Body:  s.lines(s.when(n.Until), s.span(n.Since, n.Until), s.say(p.after), page),
		}
	}
}

// facts are the lines with what the machine measured.
func (n Notice) facts(s speech) string {
	if noticeWords[n.Kind].factual {
		return "" // its title says them
	}
	concerned := ""
	if n.Sites > 0 {
		concerned = fmt.Sprintf("%s: %d", s.say(wordConcerned), n.Sites)
	}
	return s.lines(s.labelled(wordFacts, n.Facts(s.lang)), concerned)
}

// tell implements subject.
func (n Notice) tell(_ context.Context, d *Desk, j job, lang targets.Language) (Message, string, error) {
	m := d.NoticeWords(n, j.kind(), lang)
	m.Quiet = n.Kind == NoticeRoster // it is about days to come
	return m, "", nil
}

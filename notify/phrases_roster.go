package notify

import (
	"strings"

	"canhcong/targets"
)

// Text names the tier for people.
func (t Tier) Text(lang targets.Language) string { return tierWords[t].in(lang) }

// Text tells a person what is wrong with the row and what to do about it.
func (r RosterRow) Text(lang targets.Language) string {
	if r.Problem == RosterShift {
		return shiftProblems[ShiftProblem(r.Written)].in(lang)
	}
	return strings.NewReplacer("{cell}", r.Written, "{logins}", strings.Join(r.Others, ", ")).Replace(rosterProblems[r.Problem].in(lang))
}

var rosterProblems = map[RosterProblem]phrase{
	RosterQuotes:    {"Dấu ngoặc kép (\") trong dòng này chưa đúng cặp.", "The quotation marks (\") in this row do not pair up."},
	RosterColumns:   {"Dòng này có nhiều cột hơn dòng tiêu đề. Nếu ghi chú có dấu phẩy, hãy đặt trong ngoặc kép (\").", "This row has more columns than the header. If a note contains a comma, put it in quotation marks (\")."},
	RosterWhen:      {"Không đọc được ngày, giờ “{cell}”. Ghi như 06/02/2027 và 07:30-19:00.", "“{cell}” is no day and no time. Write 06/02/2027 and 07:30-19:00."},
	RosterYear:      {"“{cell}” thiếu năm. Ghi đủ, như 06/02/2027.", "“{cell}” has no year. Write 06/02/2027."},
	RosterWeekday:   {"“{cell}”: thứ và ngày không khớp nhau. Xem lại ngày.", "“{cell}”: the weekday is not that of the date. Check the date."},
	RosterNoDay:     {"Dòng này không có ngày, và không có dòng nào ở trên để lấy theo. Ghi ngày trực, như 06/02/2027.", "This row has no day, and there is none above it. Write the day, such as 06/02/2027."},
	RosterManyDays:  {"“{cell}” có hơn hai ngày. Mỗi dòng ghi một ngày, hoặc từ ngày – đến ngày.", "“{cell}” has more than two days. Write one day in a row, or the first and the last."},
	RosterNoTime:    {"Cần giờ bắt đầu và giờ kết thúc, như 07:30-19:00; trực cả ngày ghi “cả ngày”.", "The row needs the time of the beginning and of the end, such as 07:30-19:00; for the whole day write “all day”."},
	RosterBackwards: {"“{cell}” kết thúc trước khi bắt đầu. Xem lại ngày.", "“{cell}” ends before it begins. Check the days."},
	RosterFar:       {"“{cell}”: ngày quá xa, hoặc dài hơn 92 ngày. Xem lại năm.", "“{cell}” is too far away, or longer than 92 days. Check the year."},
	RosterTier:      {"Không có cấp trực “{cell}”. Ghi 1 (trực giám sát), 2 (trực kỹ thuật) hoặc 3 (lãnh đạo trực).", "There is no tier “{cell}”. Write 1 (watching), 2 (technical) or 3 (leading)."},
	RosterNobody:    {"Dòng này chưa có người trực. Ghi tên, hoặc xóa dòng.", "This row names nobody. Write a name, or delete the row."},
	RosterUnknown:   {"Không có ai tên hoặc tên đăng nhập “{cell}” trong danh sách người dùng. Sửa tên, hoặc thêm người này trước (trang Người dùng, hoặc canhcong user add).", "Nobody in the list of people has the name or login “{cell}”. Correct it, or add the person first (page People, or canhcong user add)."},
	RosterAmbiguous: {"Có nhiều người tên “{cell}”. Ghi tên đăng nhập: {logins}.", "Several people are called “{cell}”. Write a login: {logins}."},
	RosterMany:      {"Danh sách có hơn 4000 ca trực. Hãy chia thành nhiều tệp.", "The list has more than 4000 shifts. Split it into several files."},
}

var rosterNotice = noticePhrases{
	mark: "📋", unmark: "✅", factual: true, page: "/roster",
	began: phrase{"Ca trực %s chưa có người", "Nobody is on duty %s"},
	over:  phrase{"LỊCH TRỰC ĐÃ ĐỦ NGƯỜI lúc %s (sau %s)", "THE ROSTER HAS NO HOLES ANY MORE at %s (after %s)"},
	both:  phrase{"LỊCH TRỰC TỪNG THIẾU NGƯỜI, ĐÃ ĐỦ lúc %s (sau %s)", "THE ROSTER HAD HOLES, HAS NONE ANY MORE at %s (after %s)"},
	means: phrase{"Trong 14 ngày tới có lúc không ai trực; sự cố khi đó báo tới mọi cán bộ trực và quản trị.", "Within 14 days there are times when nobody is on duty; incidents then go to every duty officer and administrator."},
	todo:  phrase{"xếp người vào lịch trực", "put somebody on the roster"},
}

var absentNotice = noticePhrases{
	mark: "⚠️", unmark: "✅", factual: true, page: "/roster",
	began: phrase{"CHƯA NHẬN CA TRỰC: %s", "NOT ON DUTY YET: %s"},
	over:  phrase{"CA TRỰC ĐÃ CÓ NGƯỜI NHẬN lúc %s (chậm %s)", "SOMEBODY HAS COME ON DUTY at %s (late by %s)"},
	both:  phrase{"CA TRỰC NHẬN CHẬM, ĐÃ CÓ NGƯỜI lúc %s (chậm %s)", "SOMEBODY CAME ON DUTY LATE, at %s (late by %s)"},
	means: phrase{"Đã quá 15 phút từ đầu ca mà chưa ai bấm “Nhận ca”.", "15 minutes into the shift nobody has checked in."},
	todo:  phrase{"gọi điện cho người trực; không liên lạc được thì đổi ca", "phone them; if they cannot be reached, give the shift to somebody else"},
}
